"""Ask before doing: what a person was shown and may confirm within five minutes; below the topics that use it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.work import Reply, Work
from models.tables import PendingConfirmation

Agreed = Callable[[dict[str, Any], Work], "Reply | None"]
WHERE = "_room"


@dataclass(frozen=True, slots=True)
class Question:
    """What happens when the person agrees. ``explicit``: only the very word counts, not "好的"."""

    agreed: Agreed
    explicit: bool


QUESTIONS: dict[str, Question] = {}


def on_confirmed(topic: str, *, explicit: bool = False) -> Callable[[Agreed], Agreed]:
    """Declare what is done once a person confirmed a question of this topic."""

    def declare(agreed: Agreed) -> Agreed:
        if topic in QUESTIONS:
            raise RuntimeError(f"two answers to the question {topic}")
        QUESTIONS[topic] = Question(agreed, explicit)
        return agreed

    return declare


def ask_first(work: Work, topic: str, fields: dict[str, Any]) -> None:
    """Remember what this person may confirm; it takes the place of whatever was asked before.

    Args:
        work: the work at hand; an asker without a chat contact (shell, web) confirms by its own means.
        topic: a topic declared with ``on_confirmed``.
        fields: what the answer needs, as JSON keeps it.
    """
    if work.actor.identity is None:
        return
    until = work.now + timedelta(minutes=work.pace.confirm_min)
    asked = {**fields, WHERE: work.origin.room}
    row = PendingConfirmation(identity_id=work.actor.identity, intent=topic, fields=asked, expires_at=until)
    work.store.remember_pending(row)
