"""Who is given a post and from when to when, and the cases that lie on the desk of an appointment."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, or_, select, union
from sqlmodel import col

from models.rules.case_life import OPEN_STATES
from models.store.rows import Rows
from models.tables import Appointment, Case, Person, PostTypeRow, arrived

_OPEN = tuple(sorted(OPEN_STATES))


class AppointmentStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def row(self, appointment: int) -> Appointment | None:
        """The appointment of that id, locked until the work ends."""
        found = select(Appointment).where(col(Appointment.id) == appointment, arrived(Appointment))
        return self.session.execute(found.with_for_update()).scalar_one_or_none()

    def give(self, post: str, area: int, person: int, since: date, until: date | None) -> int:
        """Write an appointment; its id."""
        kind = self.session.execute(
            select(col(PostTypeRow.id)).where(col(PostTypeRow.code) == post)
        ).scalar_one()
        row = Appointment(
            person_id=person, post_id=kind, area_id=area, valid_from=since, valid_to=until, method="page"
        )
        self.session.add(row)
        self.session.flush()
        return row.id or 0

    def lock_post(self, post: str) -> None:
        """Until the work ends nobody else gives this post to anybody: two at once cannot both be the only one."""
        self.session.execute(
            select(col(PostTypeRow.id)).where(col(PostTypeRow.code) == post).with_for_update()
        )

    def known_here(self, name: str, areas: Iterable[int]) -> list[int]:
        """Persons of that full name who live in these areas or hold or held a post there."""
        found = select(col(Person.id)).where(col(Person.name) == name, _of_here(areas), arrived(Person))
        return [int(row or 0) for row in self.session.execute(found.order_by(col(Person.id))).scalars()]

    def is_here(self, person: int, areas: Iterable[int]) -> bool:
        """Whether that person lives in one of these areas or holds or held a post there."""
        found = select(col(Person.id)).where(col(Person.id) == person, _of_here(areas), arrived(Person))
        return self.session.execute(found).first() is not None

    def write_down(self, name: str, surname: str, area: int) -> int:
        """A person who was not known before; the id."""
        row = Person(name=name, surname=surname, home_area_id=area)
        self.session.add(row)
        self.session.flush()
        return row.id or 0

    def desk_of(self, appointments: Iterable[int], limit: int) -> list[Case]:
        """Open cases that wait on these appointments, or whose reporters they keep informed; the oldest first."""
        found = select(Case).where(_lies_with(appointments), col(Case.state).in_(_OPEN))
        ordered = found.order_by(col(Case.id)).limit(limit).with_for_update()
        return list(self.session.execute(ordered).scalars())

    def with_open_cases(self) -> set[int]:
        """Appointments on whose desk something lies, whether they are in force or not."""
        columns = (col(Case.assignee_id), col(Case.claimed_by), col(Case.keeper_id))
        each = (select(column).where(col(Case.state).in_(_OPEN), column.is_not(None)) for column in columns)
        return {int(row) for row in self.session.execute(union(*each)).scalars() if row is not None}


def _lies_with(appointments: Iterable[int]) -> ColumnElement[bool]:
    mine = sorted(appointments)
    columns = (Case.assignee_id, Case.claimed_by, Case.keeper_id)
    return or_(*(col(column).in_(mine) for column in columns))


def _of_here(areas: Iterable[int]) -> ColumnElement[bool]:
    mine = sorted(areas)
    posts = select(col(Appointment.person_id)).where(col(Appointment.area_id).in_(mine), arrived(Appointment))
    return or_(col(Person.home_area_id).in_(mine), col(Person.id).in_(posts))
