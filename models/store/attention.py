"""What people with posts have heard, have put off, and have on their desks."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Table, bindparam, func, literal, or_, select, update
from sqlmodel import col

from models.prepared import Prepared
from models.rules.attention import COUNTED
from models.rules.case_life import OPEN_STATES, State
from models.store.rows import TABLES, Rows
from models.tables import Approval, Case, CaseEvent, Leave, OutboxMessage, Snooze

_OPEN = tuple(sorted(OPEN_STATES))
_OUTBOX: Table = TABLES[OutboxMessage.__tablename__]
_SNOOZE: Table = TABLES[Snooze.__tablename__]
_EVENT: Table = TABLES[CaseEvent.__tablename__]
_SNOOZED = Prepared(
    select(_SNOOZE.c.until).where(
        _SNOOZE.c.case_id == bindparam("case"),
        _SNOOZE.c.person_id == bindparam("who"),
        _SNOOZE.c.until > bindparam("now"),
    )
)
_STEPPED = Prepared(
    select(literal(1))
    .where(
        _EVENT.c.case_id == bindparam("case"),
        _EVENT.c.identity_id == bindparam("who"),
        _EVENT.c.at >= bindparam("since"),
    )
    .limit(1)
)
# Asked for each card: a list of changing length is not for a prepared statement.
_HEARD = Prepared(
    select(literal(1))
    .where(
        _OUTBOX.c.identity_id == bindparam("who"),
        _OUTBOX.c.created_at >= bindparam("since"),
        or_(*(_OUTBOX.c.gathers == kind for kind in COUNTED)),
        or_(*(_OUTBOX.c.state == state for state in ("queued", "sending", "sent", "unknown"))),
    )
    .limit(bindparam("most"))
)


class AttentionStore(Rows):
    """Leaves, delays, and private words that wait."""

    def leaves(self, person: int | None = None) -> list[Leave]:
        """Leaves that nobody took back and the clock did not end, oldest first; of one person, or of all."""
        found = select(Leave).where(col(Leave.ended_at).is_(None)).order_by(col(Leave.id))
        mine = found if person is None else found.where(col(Leave.person_id) == person)
        return list(self.session.execute(mine).scalars())

    def snoozed_until(self, case: int, person: int, now: datetime) -> datetime | None:
        """Until when this person wants to hear nothing of the case's clock; None: that is over, or never was."""
        found = self.find(_SNOOZED, case=case, who=person, now=now)
        return found[0][0] if found else None

    def snoozed(self, people: Iterable[int], now: datetime) -> set[tuple[int, int]]:
        """(case, person) of the delays that last."""
        found = select(col(Snooze.case_id), col(Snooze.person_id)).where(
            col(Snooze.person_id).in_(list(people)), col(Snooze.until) > now
        )
        return {(case, person) for case, person in self.session.execute(found)}

    def snooze(self, case: int, person: int, until: datetime) -> None:
        """From now until then; takes the place of an earlier delay."""
        row = self.session.get(Snooze, (case, person))
        if row is None:
            self.session.add(Snooze(case_id=case, person_id=person, until=until))
        else:
            row.until = until

    def stepped_since(self, case: int, identities: Iterable[int], since: datetime) -> bool:
        """Whether one of these contacts did something about the case since a moment."""
        self.write_appended()
        return any(self.find(_STEPPED, case=case, who=each, since=since) for each in identities)

    def heard_since(self, identity: int, since: datetime, most: int) -> int:
        """How many private words nobody had asked for were written to a contact since a moment, and were or will be said.

        Nobody counts beyond ``most``.
        """
        return len(self.find(_HEARD, who=identity, since=since, most=most))

    def waiting_for(self, identities: Iterable[int], kinds: Iterable[str]) -> list[OutboxMessage]:
        """Private words of these kinds that were not said yet, in order."""
        found = select(OutboxMessage).where(
            col(OutboxMessage.identity_id).in_(list(identities)),
            col(OutboxMessage.state) == "queued",
            col(OutboxMessage.gathers).in_(list(kinds)),
        )
        return list(self.session.execute(found.order_by(col(OutboxMessage.id))).scalars())

    def waiting_by_contact(
        self, identities: Iterable[int], kinds: Iterable[str]
    ) -> dict[int, list[OutboxMessage]]:
        """The same for many contacts at once, by contact."""
        found: dict[int, list[OutboxMessage]] = {}
        for row in self.waiting_for(identities, kinds):
            found.setdefault(row.identity_id or 0, []).append(row)
        return found

    def say_together(self, rows: Iterable[OutboxMessage], why: str) -> None:
        """These are said in another sentence; what was said meanwhile stays as it is."""
        ids = [row.id for row in rows]
        if not ids:
            return
        mine = col(OutboxMessage.id).in_(ids), col(OutboxMessage.state) == "queued"
        self.session.execute(update(OutboxMessage).where(*mine).values(state="merged", why=why))

    def in_hands(self, seats: Iterable[int]) -> list[Case]:
        """Open cases that these appointments handle, most urgent and earliest due first."""
        handler = func.coalesce(col(Case.claimed_by), col(Case.assignee_id))
        mine = list(seats)
        found = select(Case).where(
            col(Case.assignee_id).in_(mine) | col(Case.claimed_by).in_(mine),
            handler.in_(mine),
            col(Case.state).in_(_OPEN),
        )
        ordered = found.order_by(col(Case.urgency), col(Case.due_resolve_at), col(Case.id))
        return list(self.session.execute(ordered).scalars())

    def cases_with(self, ids: Iterable[int]) -> dict[int, Case]:
        """Cases by row id."""
        if not (wanted := list(ids)):
            return {}
        found = select(Case).where(col(Case.id).in_(wanted))
        return {case.id or 0: case for case in self.session.execute(found).scalars()}

    def approvals_asked(self, seats: Iterable[int]) -> list[tuple[int, int]]:
        """(case, appointment) of cases being handled in which these are asked to decide something and have not."""
        found = (
            select(col(Approval.case_id), col(Approval.asked_of))
            .join(Case, col(Case.id) == col(Approval.case_id))
            .where(
                col(Approval.asked_of).in_(list(seats)),
                col(Approval.answer) == "",
                or_(*(col(Case.state) == each for each in (State.CLAIMED, State.IN_PROGRESS))),
            )
        )
        return [(case, seat) for case, seat in self.session.execute(found.order_by(col(Approval.id)))]
