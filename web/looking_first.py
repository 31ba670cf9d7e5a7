"""Forms with two buttons: what would come of it is looked at first, and only what was looked at is saved (decision 0058)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi import status

from handlers.intents import Intent
from handlers.work import Work
from models.rules.ids import IdempotencyKey
from models.rules.refusals import Refusal
from web.entrance import Entrance, Visitor
from web.pages import Pages

CHANGED = "刚才看过以后有改动。请再看一看，对了再存。"
L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Shown(Generic[L]):
    """What such a page says beside what was typed. ``look``: what would come of it."""

    look: L | None = None
    words: str = ""
    code: int = 200


@dataclass(frozen=True, slots=True)
class Pressed(Generic[L]):
    """One of the buttons. ``intent`` None: it is only looked at; ``saves``: although saving was meant."""

    intent: Intent | None
    look: Callable[[Work], L]
    saves: bool = False


def press(
    entrance: Entrance, pages: Pages, who: Visitor, key: IdempotencyKey, pressed: Pressed[L]
) -> Shown[L] | None:
    """What the page says next; None: it was done."""
    try:
        if pressed.intent is not None:
            entrance.do(pressed.intent, who.actor, key)
            return None
        seen = entrance.look(pressed.look, who.actor)
    except Refusal as refused:
        return Shown(None, pages.sentence(refused), pages.code_of(refused))
    return Shown(seen, CHANGED, status.HTTP_409_CONFLICT) if pressed.saves else Shown(seen)
