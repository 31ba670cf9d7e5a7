"""Who stands behind a case that did not come from the chat: told to its handler alone, told of its end himself."""

from typing import Any

from handlers.work import Work
from models.rules.offline import is_offline
from models.rules.quarrels import is_quarrel
from models.rules.town import Seat
from models.secrets import UnreadableBox
from models.tables import Case

NAMED = "named_box"
"""The flag that holds, encrypted, the name of whoever said it."""

ANONYMOUS = "anonymous"
"""Flag: the reporter asked not to be named."""


def is_whispered(case: Case) -> bool:
    """Whether it was said privately by somebody who wants to be known to nobody: no call is owed, no step is announced."""
    return case.room_id is None and bool(case.flags.get(ANONYMOUS))


def is_dispute(case: Case) -> bool:
    """Whether it is between people: a mediator hears either side alone, and neither's words are repeated (人民调解法 22)."""
    return is_quarrel(case.category)


def recorder_of(case: Case) -> int | None:
    """The contact of whoever wrote the case down; None: its reporter is in the chat himself."""
    recorder = case.flags.get("recorder")
    return recorder if isinstance(recorder, int) else None


def wrote_it_down(case: Case, work: Work) -> bool:
    """Whether the asker brought the case in for somebody else."""
    recorder = recorder_of(case)
    return recorder is not None and recorder == work.actor.identity


def tell_whom(work: Work, case: Case, seat: Seat | None) -> None:
    """The handler hears privately who said it, unless he wrote it down himself; nobody else ever does."""
    who = _named(work, case)
    if seat is None or not who or recorder_of(case) in seat.identities:
        return
    work.tell_seat(seat, "INTAKE_WHO_DM", case=case, no=case.no, source=case.source, who=who)


def _named(work: Work, case: Case) -> str:
    secrets, boxed = work.standing.secrets, case.flags.get(NAMED)
    try:
        name = secrets.open(boxed.encode()) if isinstance(boxed, str) else ""
        phone = secrets.open(case.phone_box) if case.phone_box and is_offline(case.source) else ""
    except UnreadableBox:  # kept under another secret: nobody can be named any more
        return ""
    return " ".join(part for part in (name, phone) if part)


def tell_recorder(work: Work, case: Case, key: str, **more: Any) -> None:
    """Whoever wrote it down hears what a reporter would, but not of what he does himself."""
    recorder = recorder_of(case)
    if recorder is not None and recorder != work.actor.identity:
        work.tell(recorder, key, case=case, **more)
