"""What ids on a page are called: places, groups, people and posts, however many with one statement each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlmodel import col

from models.listed import Listed
from models.prepared import Prepared
from models.tables import Appointment, Area, Attachment, ChatIdentity, Person, PostTypeRow, Room


def _all_of(key: Any, told: Any) -> Prepared:
    """What is told of each of these ids, the smallest id first."""
    return Prepared(select(key, told).where(Listed(key, "ids")).order_by(key))


AREAS = _all_of(col(Area.id), col(Area.name))
ROOMS = _all_of(col(Room.id), col(Room.title))
CONTACTS = _all_of(col(ChatIdentity.id), col(ChatIdentity.contact))
ATTACHED = Prepared(
    select(col(Attachment.case_id), func.count())
    .where(Listed(col(Attachment.case_id), "ids"))
    .group_by(col(Attachment.case_id))
)
"""How many pictures and voices belong to a case."""
_HELD = Prepared(
    select(
        col(Appointment.id), col(PostTypeRow.code), col(Appointment.title), col(PostTypeRow.name), col(Person.surname),
        col(ChatIdentity.contact),
    )
    .join(PostTypeRow, col(PostTypeRow.id) == Appointment.post_id)
    .join(Person, col(Person.id) == Appointment.person_id)
    .outerjoin(ChatIdentity, col(ChatIdentity.person_id) == col(Person.id))
    .where(Listed(col(Appointment.id), "ids"))
    .order_by(col(ChatIdentity.id).desc())
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeatNamed:
    """The post of an appointment, what its holder is called, and his first contact."""

    post: str | None
    title: str
    contact: str | None


def names_of(wire: Connection, named: Prepared, ids: Iterable[int | None]) -> dict[int | None, Any]:
    """Row id → what it is called."""
    known = set(ids) - {None}
    return dict(named.rows(wire, {"ids": known})) if known else {}


def seats_named(wire: Connection, seats: Iterable[int | None]) -> dict[int | None, SeatNamed]:
    """Appointment → who holds it; None: nobody."""
    found = _HELD.rows(wire, {"ids": set(seats) - {None}})
    return {None: SeatNamed(None, "", None)} | {
        seat: SeatNamed(code, (title or post) + surname, contact)
        for seat, code, title, post, surname, contact in found
    }
