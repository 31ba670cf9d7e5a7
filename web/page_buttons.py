"""Buttons on the page of one area or one person: each is done once, and the page says what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fastapi import Response, status
from fastapi.responses import RedirectResponse

from handlers.intents import Intent
from handlers.vouching import IssueCodeOf, IssueCodeOfArea
from models.rules.ids import IdempotencyKey
from models.rules.refusals import Refusal
from web.entrance import Entrance, Visitor
from web.pages import Pages

SHOWN_ONCE = (IssueCodeOf, IssueCodeOfArea)
"""A code is shown once and kept nowhere."""


class Draws(Protocol):
    """Draws the page again; ``words`` say what was wrong with what was ``typed``, or (``good``) what was done."""

    def __call__(
        self, *, words: str = "", code: int = 200, good: bool = False, typed: Mapping[str, str] | None = None
    ) -> Response:
        """The page."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """Where the button stands."""

    draw: Draws
    address: str


def press(
    entrance: Entrance, pages: Pages, who: Visitor, key: IdempotencyKey, page: Page, intent: Intent, typed: Mapping[str, str]
) -> Response:  # fmt: skip
    """Do what a button asks for; the page itself, but for what is shown once or was wrong."""
    try:
        done = entrance.do(intent, who.actor, key)
    except Refusal as refused:
        return page.draw(words=pages.sentence(refused), code=pages.code_of(refused), typed=typed)
    if isinstance(intent, SHOWN_ONCE):
        return page.draw(words=pages.reply(done), good=True)
    return RedirectResponse(page.address, status.HTTP_303_SEE_OTHER)
