"""The town: areas, posts, rooms as one snapshot, and the changes that make a new one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from models.prepared import Prepared
from models.presets import preset_named
from models.rules.absence import Away
from models.rules.local_words import AreaWord, WordKind
from models.rules.town import AreaNode, RoomCard, Seat, Town
from models.store.attention import AttentionStore
from models.store.rows import DEPLOYMENT, NO_TOWN, NoDeployment
from models.store.town_statements import (
    ABSENCES,
    ANSWERING,
    AREAS,
    BOUND,
    CHANGED,
    COVERS,
    PLACE,
    ROOMS,
    SEATS,
    SERVED,
    WORDS,
)
from models.tables import Deployment, Room, RoomSeat

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
        ((preset, version, contact, name),) = self.find(PLACE)
        bound = self.find(BOUND)
        seats = self._seats(bound)
        holders = {s.person for s in seats.values()}
        return Town(
            preset=preset_named(preset),
            areas={row[0]: AreaNode(*row) for row in self.find(AREAS)},
            seats=seats,
            contacts={(on, who): person for _, person, on, who in bound if person in holders},
            rooms=self._rooms(),
            covers=tuple((a, b, kind) for a, b, kind in self.find(COVERS)),
            version=version,
            contact=contact,
            name=name,
            absences=tuple(Away(*row) for row in self.find(ABSENCES)),
            answering=frozenset(area for (area,) in self.find(ANSWERING)),
            words=tuple(AreaWord(area, WordKind(kind), *more) for area, kind, *more in self.find(WORDS)),
            changed=dict(self.find(CHANGED)),
        )

    def _seats(self, bound: Iterable[Sequence[Any]]) -> dict[int, Seat]:
        contacts: dict[int, list[int]] = defaultdict(list)
        for identity, person, _, _ in bound:
            contacts[person].append(identity)
        return {
            row: Seat(
                id=row, post=post, area=area, person=person, surname=surname, name=name, title=title or post_name,
                valid_from=valid_from, valid_to=valid_to, identities=tuple(contacts.get(person, ())),
            )
            for row, post, area, person, surname, name, title, post_name, valid_from, valid_to in self.find(SEATS)
        }  # fmt: skip

    def _rooms(self) -> dict[int, RoomCard]:
        areas: dict[int, list[int]] = defaultdict(list)
        for room, area in self.find(SERVED):
            areas[room].append(area)
        return {
            row: RoomCard(
                id=row, channel=channel, platform_id=platform_id, title=title, kind=kind, tier=tier,
                areas=tuple(areas.get(row, ())), mode=mode, quiet=quiet, owner=owner, account=listener,
                read_only=bool(read_only), listens_from=since, listened_before=before or "",
            )
            for (
                row, channel, platform_id, title, kind, tier, mode, quiet, owner, listener, read_only, since, before
            ) in self.find(ROOMS)
        }  # fmt: skip

    def room_row(self, room: int) -> Room:
        """The room's row. Raises KeyError-like NoResultFound when there is none."""
        return self.session.get_one(Room, room)

    def find_room(self, channel: str, platform_id: str) -> Room | None:
        """The room with that platform id, bound or not."""
        found = select(Room).where(col(Room.channel) == channel, col(Room.platform_id) == platform_id)
        return self.session.execute(found).scalar_one_or_none()

    def hand_room(self, room: Room, account: str, since: datetime | None = None) -> None:
        """Another account listens there: at once, or to what is said from a moment on. Whoever calls touches the town."""
        room.listened_before = room.listener if since else None
        room.listener, room.listens_from = account, since

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
