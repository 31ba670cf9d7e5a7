"""What lies before a post holder, in as few words as one message holds; and things to do later that are no case's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from handlers.case_steps.steps import called, item_of
from handlers.case_steps.whistle import called_since
from handlers.work import Work
from models.tables import Case

T = TypeVar("T")


def fitting(
    work: Work, key: str, blanks: dict[str, Any], things: Sequence[T], said: Callable[[Sequence[T]], str]
) -> tuple[str, int]:
    """As many of these things, in order, as one message holds: the words of its blank ``list``, and how many."""
    for count in range(len(things), 0, -1):
        words = said(things[:count])
        rendered = work.standing.texts.render(key, {**blanks, "list": words})
        if count == 1 or len(rendered) <= work.pace.max_chars:
            return words, count
    return said(()), 0


def joined(work: Work, words: Sequence[str]) -> str:
    """One after another, as people read them."""
    return work.standing.texts.render("LIST_COMMA", {}).join(words)


def desk_names(work: Work, cases: Sequence[Case]) -> str:
    """Case numbers with their spoken category, and whose they are where the asker stands in for somebody.

    Of a case that was passed up also since when and why (seed D12).
    """
    texts, said = work.standing.texts, []
    for case in cases:
        blanks = {"no": case.no, "cat": item_of(work, case.category).spoken}
        handler = case.claimed_by or case.assignee_id
        if handler in work.actor.stands_for:
            absent = work.town.seats.get(handler or 0)
            name = texts.render("CASE_OF", {**blanks, **called(absent)})
        else:
            name = texts.render("CASE_NAME", blanks)
        said.append(name + called_since(work, case, short=True))
    return joined(work, said)


def later(key: str, intent: str, fields: dict[str, Any], due_at: datetime) -> dict[str, Any]:
    """A due row that concerns no case, once per key."""
    return {
        "key": key, "intent": intent, "fields": fields, "due_at": due_at, "state": "waiting", "attempts": 0, "why": "",
    }  # fmt: skip
