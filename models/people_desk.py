"""People, posts over time, bindings and households as somebody at a desk sees them: only of the own areas.

A telephone number, an address, what is noted of a household and who lives there are in none of these values; a
chat contact is known by its last characters (safeguards §3, §4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, false, func, or_, select, true
from sqlmodel import Session, col

from models.rules.scope import Scope
from models.tables import (
    Appointment,
    Area,
    ChatIdentity,
    Household,
    HouseholdArea,
    HouseholdTag,
    Leave,
    Person,
    PostTypeRow,
    arrived,
)

TAIL = 4
"""Characters of a chat contact that tell it from others."""
FEW = 5
"""Fewer households than this with a sensitive tag are not counted out: in a hamlet everybody knows who they are."""


@dataclass(frozen=True, slots=True)
class Term:
    """Somebody held, holds or will hold a post."""

    id: int
    post: str
    area: int
    area_name: str
    person: int
    name: str
    surname: str
    title: str
    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return self.since <= on and (self.until is None or on <= self.until)

    def is_over(self, on: date) -> bool:
        """Whether it ended before that day."""
        return self.until is not None and self.until < on


@dataclass(frozen=True, slots=True)
class Someone:
    """A person by name and where they live."""

    id: int
    name: str
    home: int | None


@dataclass(frozen=True, slots=True)
class Binding:
    """A chat contact of a person. ``verified_at`` None: it has no rights (any more)."""

    id: int
    channel: str
    tail: str
    verified_at: datetime | None
    method: str
    unbound_at: datetime | None
    gone: bool


@dataclass(frozen=True, slots=True)
class LeaveView:
    """Days somebody is away, both included."""

    since: date
    until: date
    stand_in: int | None


class PeopleDesk:
    """Reads for people who are signed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def households(self, scope: Scope) -> dict[int, int]:
        """How many households live in each area itself, without those below it."""
        here = (_in_scope(HouseholdArea.area_id, scope), *_lives_there())
        found = select(col(HouseholdArea.area_id), func.count()).where(*here)
        with Session(self._engine) as session:
            rows = session.execute(found.group_by(col(HouseholdArea.area_id)))
            return {int(area): int(number) for area, number in rows}

    def tag_counts(self, scope: Scope, areas: Iterable[int]) -> dict[str, int]:
        """Tag → how many households of these areas have it."""
        here = (_in_scope(HouseholdArea.area_id, scope), col(HouseholdArea.area_id).in_(sorted(areas)))
        found = (
            select(col(HouseholdTag.tag), func.count(col(HouseholdTag.household_id).distinct()))
            .join(HouseholdArea, col(HouseholdArea.household_id) == col(HouseholdTag.household_id))
            .where(*here, *_lives_there(), arrived(HouseholdTag))
            .group_by(col(HouseholdTag.tag))
        )
        with Session(self._engine) as session:
            return {str(tag): int(number) for tag, number in session.execute(found)}

    def labels(self, scope: Scope, area: int, limit: int) -> list[str]:
        """What households of an area itself are called, by name."""
        here = (col(HouseholdArea.area_id) == area, _in_scope(HouseholdArea.area_id, scope), *_lives_there())
        found = (
            select(col(Household.label))
            .join(HouseholdArea, col(HouseholdArea.household_id) == col(Household.id))
            .where(*here, arrived(Household))
            .order_by(col(Household.label), col(Household.id))
        )
        with Session(self._engine) as session:
            return list(session.execute(found.limit(limit)).scalars())

    def terms_at(self, scope: Scope, area: int) -> list[Term]:
        """Who held which post in an area, the latest first."""
        return self._terms(_in_scope(Appointment.area_id, scope), col(Appointment.area_id) == area)

    def terms_of(self, scope: Scope, person: int) -> list[Term]:
        """Which posts somebody held in areas within reach; of oneself all of them."""
        seen = true() if person == scope.person else _in_scope(Appointment.area_id, scope)
        return self._terms(seen, col(Appointment.person_id) == person)

    def _terms(self, *where: ColumnElement[bool]) -> list[Term]:
        columns: tuple[Any, ...] = (
            Appointment.id, PostTypeRow.code, Appointment.area_id, Area.name, Person.id, Person.name, Person.surname,
            func.coalesce(func.nullif(Appointment.title, ""), PostTypeRow.name), Appointment.valid_from,
            Appointment.valid_to,
        )  # fmt: skip
        found = (
            select(*columns)
            .join(Person, col(Person.id) == col(Appointment.person_id))
            .join(PostTypeRow, col(PostTypeRow.id) == col(Appointment.post_id))
            .join(Area, col(Area.id) == col(Appointment.area_id))
            .where(*where, arrived(Appointment))
            .order_by(col(Appointment.valid_from).desc(), col(Appointment.id).desc())
        )
        with Session(self._engine) as session:
            return [Term(*row) for row in session.execute(found)]

    def person(self, scope: Scope, person: int, *, residents: bool) -> Someone | None:
        """Somebody within reach: a post holder, now or once, and with ``residents`` whoever lives there."""
        found = _people(scope, residents=residents).where(col(Person.id) == person)
        with Session(self._engine) as session:
            row = session.execute(found).first()
        return Someone(*row) if row is not None else None

    def residents_named(self, scope: Scope, words: str, limit: int) -> list[Someone]:
        """People within reach whose names begin so, by name."""
        found = _people(scope, residents=True).where(col(Person.name).startswith(words, autoescape=True))
        with Session(self._engine) as session:
            rows = session.execute(found.order_by(col(Person.name), col(Person.id)).limit(limit))
            return [Someone(*row) for row in rows]

    def bindings(self, person: int) -> list[Binding]:
        """All contacts that are or were a person's, those with rights first. Whether to show them is asked before."""
        found = select(ChatIdentity).where(col(ChatIdentity.person_id) == person)
        with Session(self._engine) as session:
            rows = session.execute(found.order_by(col(ChatIdentity.id).desc())).scalars()
            views = [
                Binding(
                    row.id or 0, row.channel, row.contact[-TAIL:], row.verified_at, row.method or "", row.unbound_at,
                    row.gone_at is not None,
                )
                for row in rows
            ]  # fmt: skip
        return sorted(views, key=lambda each: each.verified_at is None or each.gone)

    def leaves(self, person: int, on: date) -> list[LeaveView]:
        """Leaves that are not over, the earliest first."""
        mine = (
            col(Leave.person_id) == person, col(Leave.until) >= on, col(Leave.ended_at).is_(None),
        )  # fmt: skip
        found = select(col(Leave.since), col(Leave.until), col(Leave.stand_in_id)).where(*mine)
        with Session(self._engine) as session:
            return [LeaveView(*row) for row in session.execute(found.order_by(col(Leave.since)))]


def _people(scope: Scope, *, residents: bool) -> Select[Any]:
    holds = exists().where(
        col(Appointment.person_id) == col(Person.id),
        _in_scope(Appointment.area_id, scope),
        arrived(Appointment),
    )
    ways = [holds, col(Person.id) == scope.person if scope.person is not None else false()]
    if residents:
        ways.append(
            true()
            if scope.whole
            else and_(_in_scope(Person.home_area_id, scope), col(Person.home_area_id).is_not(None))
        )
    columns: tuple[Any, ...] = (Person.id, Person.name, Person.home_area_id)
    return select(*columns).where(or_(*ways), arrived(Person))


def _in_scope(column: Any, scope: Scope) -> ColumnElement[bool]:
    """SQL: whether a row belongs to an area within reach."""
    return true() if scope.whole else col(column).in_(sorted(scope.areas)) if scope.areas else false()


def _lives_there() -> tuple[ColumnElement[bool], ...]:
    return col(HouseholdArea.valid_to).is_(None), arrived(HouseholdArea)
