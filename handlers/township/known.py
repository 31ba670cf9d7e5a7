"""What the database already holds of a township, read once before an import is checked."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from models.secrets import SecretBox
from models.tables import (
    Appointment,
    Area,
    AreaLevel,
    Deployment,
    Household,
    HouseholdArea,
    HouseholdTag,
    Person,
    PostTypeRow,
    Room,
    RoomArea,
    arrived,
)


@dataclass(frozen=True, slots=True)
class KnownSeat:
    """An appointment that is there."""

    id: int
    person: int
    post: str
    area: int
    since: date
    until: date | None
    columns: dict[str, Any]


@dataclass(frozen=True)
class Known:
    """Rows by id, as plain columns; ``place`` is None in an empty database."""

    place: dict[str, Any] | None = None
    levels: dict[tuple[str, str], int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    areas: dict[int, dict[str, Any]] = field(default_factory=dict)
    households: dict[int, dict[str, Any]] = field(default_factory=dict)
    """With the plain ``address``, the ``area`` it is in and the codes of its ``tags``."""
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    seats: tuple[KnownSeat, ...] = ()
    rooms: dict[int, dict[str, Any]] = field(default_factory=dict)
    """With ``areas``, first one first."""

    def level_code(self, level: int) -> tuple[str, str]:
        """(scheme, code) of a level row."""
        return next(key for key, row in self.levels.items() if row == level)


def read_known(session: Session, secrets: SecretBox) -> Known:
    """Everything an import compares its lines with."""
    place = _rows(session, Deployment)
    levels = _rows(session, AreaLevel).values()
    posts = {row["id"]: row["code"] for row in _rows(session, PostTypeRow).values()}
    return Known(
        place=next(iter(place.values()), None),
        levels={(row["scheme"], row["code"]): row["id"] for row in levels},
        posts={code: row for row, code in posts.items()},
        areas=_rows(session, Area, col(Area.valid_to).is_(None), arrived(Area)),
        households=_households(session, secrets),
        people=_rows(session, Person, arrived(Person)),
        seats=tuple(_seat(row, posts) for row in _rows(session, Appointment, arrived(Appointment)).values()),
        rooms=_rooms(session),
    )


def _seat(row: dict[str, Any], posts: dict[int, str]) -> KnownSeat:
    post = posts[row["post_id"]]
    return KnownSeat(
        row["id"], row["person_id"], post, row["area_id"], row["valid_from"], row["valid_to"], row
    )


def _rows(session: Session, table: type[SQLModel], *where: Any) -> dict[int, dict[str, Any]]:
    plain = SQLModel.metadata.tables[str(table.__tablename__)]
    found = session.connection().execute(select(plain).where(*where).order_by(plain.c.id))
    return {row["id"]: dict(row) for row in found.mappings()}


def _households(session: Session, secrets: SecretBox) -> dict[int, dict[str, Any]]:
    homes = _rows(session, Household, arrived(Household))
    for row in homes.values():
        row["address"] = secrets.open(row["address_box"]) if row["address_box"] else ""
        row["area"], row["tags"] = None, []
    stays = select(col(HouseholdArea.household_id), col(HouseholdArea.area_id)).where(
        col(HouseholdArea.valid_to).is_(None), arrived(HouseholdArea)
    )
    for household, area in session.connection().execute(stays):
        if household in homes:
            homes[household]["area"] = area
    tagged = select(col(HouseholdTag.household_id), col(HouseholdTag.tag)).where(arrived(HouseholdTag))
    for household, tag in session.connection().execute(tagged.order_by(col(HouseholdTag.id))):
        if household in homes:
            homes[household]["tags"].append(tag)
    return homes


def _rooms(session: Session) -> dict[int, dict[str, Any]]:
    rooms = _rows(session, Room, col(Room.dissolved_at).is_(None), arrived(Room))
    areas: dict[int, list[int]] = defaultdict(list)
    bound = select(col(RoomArea.room_id), col(RoomArea.area_id)).order_by(col(RoomArea.position))
    for room, area in session.connection().execute(bound):
        areas[room].append(area)
    for room, row in rooms.items():
        row["areas"] = areas[room]
    return rooms
