"""What an important notice adds: it asks for a word, says so in the preview, and plans one look at who is missing.

Below ``handlers.notice_steps``, so that whatever sends a notice need not know of receipts.
"""

from datetime import datetime
from typing import Any

from handlers.case_steps.words import due_words
from handlers.work import Work
from models.rules.notice_receipts import IMPORTANT, looks_at
from models.rules.refusals import Refusal, RefusalKind
from models.tables import Notice


def asks(level: str) -> bool:
    """Whether a notice of this level asks for a word."""
    return level == IMPORTANT


def level_meant(level: str, asked: str) -> str:
    """The level, raised where the cadre wrote that it is important."""
    return IMPORTANT if asked else level


def never_again(level: str, again: str) -> None:
    """Nobody is asked for a word again and again.

    Raises:
        Refusal: an important notice that repeats.
    """
    if asks(level) and again:
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_ASKS_AGAIN_DM")


def asking_words(work: Work, level: str) -> str:
    """What stands at the end of the notice in the group."""
    return work.standing.texts.render("NOTICE_ASKS", {}) if asks(level) else ""


def asking_tips(work: Work, level: str, moment: datetime) -> list[tuple[str, dict[str, Any]]]:
    """What the preview says of receipts."""
    if not asks(level):
        return []
    return [("NOTICE_TIP_ASKS", {"when": due_words(work, looks_at(moment, work.pace.service_hours))})]


def plan_look_at_homes(work: Work, notice: Notice) -> None:
    """Let first responders hear once who is missing; stopping the notice takes this back."""
    if not asks(notice.level):
        return
    due = looks_at(work.now, work.pace.service_hours)
    work.store.plan(
        [
            {
                "key": f"notice:{notice.id}:homes", "intent": "TellOpenHomes", "due_at": due, "state": "waiting",
                "fields": {"notice_id": notice.id, "due": due.isoformat()}, "notice_id": notice.id, "attempts": 0, "why": "",
            }
        ]
    )  # fmt: skip
