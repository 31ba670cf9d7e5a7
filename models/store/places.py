"""The town: areas, posts, rooms as one snapshot, and the changes that make a new one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import col

from models.prepared import Prepared
from models.presets import preset_named
from models.rules.absence import Away
from models.rules.town import AreaNode, RoomCard, Seat, Town
from models.store.attention import AttentionStore
from models.store.rows import DEPLOYMENT, NO_TOWN, NoDeployment
from models.tables import (
    Appointment,
    Area,
    AreaCover,
    AreaLevel,
    ChatIdentity,
    Deployment,
    Person,
    PostTypeRow,
    Room,
    RoomArea,
    RoomSeat,
    arrived,
)

_VERSION = Prepared(select(DEPLOYMENT.c.version).where(DEPLOYMENT.c.id == 1))


class PlaceStore(AttentionStore):
    """Areas, posts, rooms."""

    def town_version(self) -> int:
        """Rises whenever areas, posts, appointments, bindings or rooms change.

        Raises:
            NoDeployment: nothing was set up.
        """
        found = self.find(_VERSION)
        if not found:
            raise NoDeployment(NO_TOWN)
        return int(found[0][0])

    def touch_town(self) -> None:
        """Say that the snapshot is out of date."""
        self.town_changed = True
        self.session.execute(
            update(Deployment).where(col(Deployment.id) == 1).values(version=col(Deployment.version) + 1)
        )

    def load_town(self) -> Town:
        """Read the whole snapshot."""
        place = self.session.execute(select(Deployment).where(col(Deployment.id) == 1)).scalar_one()
        levels = {x.id: x for x in self.session.execute(select(AreaLevel)).scalars()}
        areas = {
            a.id: AreaNode(a.id, a.name, levels[a.level_id].scheme, levels[a.level_id].code, levels[a.level_id].rank, a.parent_id)
            for a in self.session.execute(select(Area).where(col(Area.valid_to).is_(None), arrived(Area))).scalars()
        }  # fmt: skip
        covers = self.session.execute(
            select(col(AreaCover.area_a), col(AreaCover.area_b), col(AreaCover.kind))
        ).all()
        bound = self._bound_contacts()
        seats = self._seats(bound)
        holders = {s.person for s in seats.values()}
        return Town(
            preset=preset_named(place.preset),
            areas=areas,
            seats=seats,
            contacts={(b.channel, b.contact): b.person_id for b in bound if b.person_id in holders},
            rooms=self._rooms(),
            covers=tuple((a, b, k) for a, b, k in covers),
            version=place.version,
            contact=place.contact,
            name=place.name,
            absences=tuple(Away(x.person_id, x.since, x.until, x.stand_in_id) for x in self.leaves()),
        )

    def _bound_contacts(self) -> Sequence[Row[Any]]:
        """Verified contacts in force: id, person, channel and the platform's name for them, by id."""
        columns = ("id", "person_id", "channel", "contact")
        verified = select(*(getattr(ChatIdentity, name) for name in columns)).where(
            col(ChatIdentity.person_id).is_not(None),
            col(ChatIdentity.verified_at).is_not(None),
            col(ChatIdentity.gone_at).is_(None),
        )
        return self.session.execute(verified.order_by(col(ChatIdentity.id))).all()

    def _seats(self, bound: Iterable[Row[Any]]) -> dict[int, Seat]:
        contacts: dict[int, list[int]] = defaultdict(list)
        for identity in bound:
            contacts[identity.person_id].append(identity.id)
        joined = (
            select(Appointment, Person, PostTypeRow)
            .join(Person, col(Appointment.person_id) == col(Person.id))
            .join(PostTypeRow, col(Appointment.post_id) == col(PostTypeRow.id))
            .where(arrived(Appointment))
        )
        return {
            a.id: Seat(
                id=a.id, post=post.code, area=a.area_id, person=person.id, surname=person.surname, name=person.name,
                title=a.title or post.name, valid_from=a.valid_from, valid_to=a.valid_to,
                identities=tuple(contacts.get(person.id, ())),
            )
            for a, person, post in self.session.execute(joined)
        }  # fmt: skip

    def _rooms(self) -> dict[int, RoomCard]:
        areas: dict[int, list[int]] = defaultdict(list)
        for room, area in self.session.execute(
            select(col(RoomArea.room_id), col(RoomArea.area_id)).order_by(col(RoomArea.position))
        ):
            areas[room].append(area)
        return {
            r.id: RoomCard(
                id=r.id, channel=r.channel, platform_id=r.platform_id, title=r.title, kind=r.kind, tier=r.tier,
                areas=tuple(areas.get(r.id, ())), mode=r.mode, quiet=r.quiet, owner=r.owner_id, account=r.listener,
                read_only=r.read_only_at is not None,
            )
            for r in self.session.execute(select(Room).where(col(Room.dissolved_at).is_(None), arrived(Room))).scalars()
        }  # fmt: skip

    def room_row(self, room: int) -> Room:
        """The room's row. Raises KeyError-like NoResultFound when there is none."""
        return self.session.get_one(Room, room)

    def find_room(self, channel: str, platform_id: str) -> Room | None:
        """The room with that platform id, bound or not."""
        found = select(Room).where(col(Room.channel) == channel, col(Room.platform_id) == platform_id)
        return self.session.execute(found).scalar_one_or_none()

    def seat_account(self, room: int, account: str, now: datetime) -> None:
        """Note that one of our accounts sits in a room, again when it had left."""
        seat = self.session.get(RoomSeat, (room, account))
        if seat is None:
            self.session.add(RoomSeat(room_id=room, account=account, since=now))
        elif seat.gone_at is not None:
            seat.since, seat.gone_at = now, None

    def leave_room(self, room: int, account: str, now: datetime) -> list[str] | None:
        """Note that one of our accounts sits there no more; those that still do, None when that was noted before."""
        found = select(RoomSeat).where(col(RoomSeat.room_id) == room)
        seats = {seat.account: seat for seat in self.session.execute(found).scalars()}
        left = seats.pop(account, None)
        if left is not None and left.gone_at is not None:
            return None
        if left is None:  # a room of a list: nobody noted when the account came
            self.session.add(RoomSeat(room_id=room, account=account, since=now, gone_at=now))
        else:
            left.gone_at = now
        return sorted(name for name, seat in seats.items() if seat.gone_at is None)
