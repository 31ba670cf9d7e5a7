"""What a line would bring about, read out of a rehearsal before that is thrown away: the test box of the lexicon."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from handlers.work import Work
from models.rules.town import Seat
from models.tables import Case, OutboxMessage


@dataclass(frozen=True, slots=True)
class CaseTold:
    """A case that the line opened or joined. ``fresh``: opened by it."""

    no: int
    fresh: bool
    category: str
    urgency: str
    privacy: str
    state: str
    area: int
    place: str
    assignee: Seat | None
    claim_by: datetime | None
    resolve_by: datetime | None


@dataclass(frozen=True, slots=True)
class WordsTold:
    """One sentence that would be said. ``room`` None: privately, to the person ``to`` (None: to the one who spoke)."""

    key: str
    text: str
    room: int | None
    to: Seat | None
    about: int | None
    """Row of the case it speaks of; None: of none."""
    about_fresh: bool
    """Whether it speaks of a case that the line opened, and so only of what was just said."""
    not_before: datetime
    rings: bool


@dataclass(frozen=True, slots=True)
class Told:
    """All that a line would bring about."""

    cases: tuple[CaseTold, ...]
    words: tuple[WordsTold, ...]


def told_in(work: Work, cause: str, cases: dict[int, bool], speaker: int | None) -> Told:
    """What was written in this transaction because of ``cause``.

    Args:
        work: a look into the rehearsal.
        cause: the idempotency key of the line; further intents of it are numbered behind a ``#``.
        cases: row id of each case that took a step → whether the line opened it.
        speaker: the person who spoke, None: somebody nobody knows.
    """
    rows = work.store.session.execute(select(Case).where(col(Case.id).in_(cases)).order_by(col(Case.id)))
    told = tuple(_case(work, case, fresh=cases[case.id or 0]) for case in rows.scalars())
    said = select(OutboxMessage).where(col(OutboxMessage.cause).startswith(cause, autoescape=True))
    lines = work.store.session.execute(said.order_by(col(OutboxMessage.id))).scalars()
    return Told(told, tuple(_words(work, line, cases, speaker) for line in lines))


def _case(work: Work, case: Case, *, fresh: bool) -> CaseTold:
    return CaseTold(
        case.no, fresh, case.category, case.urgency, case.privacy, case.state, case.area_id, case.place,
        work.town.seats.get(case.assignee_id or 0), case.due_claim_at, case.due_resolve_at,
    )  # fmt: skip


def _words(work: Work, line: OutboxMessage, cases: dict[int, bool], speaker: int | None) -> WordsTold:
    heard = (seat for seat in work.town.seats.values() if line.identity_id in seat.identities)
    to = next((seat for seat in heard if seat.person != speaker), None) if line.room_id is None else None
    return WordsTold(
        line.key, line.text or work.standing.texts.render(line.key, line.blanks), line.room_id, to,
        line.case_id, cases.get(line.case_id or 0, False), line.not_before, line.medium == "call",
    )  # fmt: skip
