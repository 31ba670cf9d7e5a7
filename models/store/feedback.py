"""What people said of how a case was handled: ratings and follow-ups."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Table, bindparam, func, or_, select
from sqlmodel import col

from models.prepared import Prepared
from models.rules.case_life import HANDLED_STATES, Step
from models.store.rows import TABLES, Rows
from models.tables import Case, CaseEvent, ChatIdentity, CoHandler, CoReporter, FollowUp, Rating

_HANDLED = (Step.CLAIM, Step.CONTACTED, Step.RESOLVE)
_ASKED: Table = TABLES[FollowUp.__tablename__]
_EVENT: Table = TABLES[CaseEvent.__tablename__]
_HAND: Table = TABLES[CoHandler.__tablename__]
_CONTACT: Table = TABLES[ChatIdentity.__tablename__]
_FOLLOW_UP = Prepared(
    select(_ASKED).where(_ASKED.c.case_id == bindparam("case"), _ASKED.c.cycle == bindparam("cycle"))
)
_HANDLERS = Prepared(
    select(_EVENT.c.seat_id)
    .where(
        _EVENT.c.case_id == bindparam("case"),
        or_(*(_EVENT.c.step == each.value for each in _HANDLED)),
        _EVENT.c.seat_id.is_not(None),
    )
    .distinct()
)
_HELPERS = Prepared(
    select(_CONTACT.c.person_id)
    .join_from(_HAND, _CONTACT, _HAND.c.identity_id == _CONTACT.c.id)
    .where(_HAND.c.case_id == bindparam("case"), _CONTACT.c.person_id.is_not(None))
)
_PERSON = Prepared(
    select(_CONTACT.c.person_id).where(_CONTACT.c.id == bindparam("who"), _CONTACT.c.person_id.is_not(None))
)


class FeedbackStore(Rows):
    """Ratings and follow-ups of cases."""

    def ratings_of(self, case: int, cycle: int) -> list[Rating]:
        """Every rating of one closure."""
        found = select(Rating).where(col(Rating.case_id) == case, col(Rating.cycle) == cycle)
        return list(self.session.execute(found.order_by(col(Rating.id))).scalars())

    def times_rated(self, case: int, identity: int, since: datetime) -> int:
        """How often a contact rated a case since a moment, changes included."""
        self.write_appended()
        found = select(func.count()).where(
            col(CaseEvent.case_id) == case,
            col(CaseEvent.step) == Step.RATE,
            col(CaseEvent.identity_id) == identity,
            col(CaseEvent.at) >= since,
        )
        return int(self.session.execute(found).scalar_one())

    def follow_up_of(self, case: int, cycle: int) -> FollowUp | None:
        """The follow-up of one closure."""
        found = self.load(FollowUp, _FOLLOW_UP, case=case, cycle=cycle)
        return found[0] if found else None

    def unanswered_of(self, identity: int) -> list[tuple[FollowUp, Case]]:
        """Follow-ups still to be made about cases this contact reported or joined, newest first."""
        joined = select(col(CoReporter.case_id)).where(
            col(CoReporter.identity_id) == identity, col(CoReporter.left_at).is_(None)
        )
        mine = (col(Case.reporter_id) == identity) | col(Case.id).in_(joined)
        found = select(FollowUp, Case).join(Case, col(FollowUp.case_id) == col(Case.id))
        rows = self.session.execute(
            found.where(mine, col(FollowUp.outcome) == "").order_by(col(Case.id).desc())
        )
        return [(row, case) for row, case in rows]

    def to_ask(self, seats: Iterable[int]) -> list[tuple[FollowUp, Case]]:
        """Follow-ups that wait on these appointments, earliest due first."""
        found = select(FollowUp, Case).join(Case, col(FollowUp.case_id) == col(Case.id))
        found = found.where(col(FollowUp.outcome) == "", col(FollowUp.seat_id).in_(list(seats)))
        rows = self.session.execute(found.order_by(col(FollowUp.due_at), col(FollowUp.id)))
        return [(row, case) for row, case in rows]

    def seats_that_handled(self, case: int) -> set[int]:
        """Appointments that ever claimed the case, were in touch about it or reported a result."""
        self.write_appended()
        return {seat for (seat,) in self.find(_HANDLERS, case=case)}

    def persons_in(self, case: int, reporter: int | None) -> set[int]:
        """Persons behind the reporter and behind whoever lent a hand."""
        found = self.find(_HELPERS, case=case)
        found += self.find(_PERSON, who=reporter) if reporter is not None else []
        return {person for (person,) in found}

    def ended_between(self, since: datetime, until: datetime) -> list[Case]:
        """Cases whose last result was reported in a span and still stands, and whose reporter can be asked, by number."""
        found = select(Case).where(
            col(Case.resolved_at) >= since,
            col(Case.resolved_at) < until,
            col(Case.state).in_(HANDLED_STATES),
            col(Case.reporter_id).is_not(None),
        )
        return list(self.session.execute(found.order_by(col(Case.no))).scalars())

    def outcomes_of_month(self, month: str, areas: Iterable[int]) -> list[str]:
        """Outcomes of a month's phone sample in these areas, empty ones included, by case."""
        self.flush()
        found = select(col(FollowUp.outcome)).join(Case, col(FollowUp.case_id) == col(Case.id))
        drawn = col(FollowUp.why).endswith(f" {month}", autoescape=True)
        here = found.where(drawn, col(Case.area_id).in_(list(areas)))
        return list(self.session.execute(here.order_by(col(Case.no))).scalars())
