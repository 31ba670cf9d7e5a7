"""Binding codes, wrong tries, and rooms that change their id."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update
from sqlmodel import col

from models.store.rows import Rows
from models.tables import BindingCode, ChatIdentity, Person, Room, RoomArea, WrongCode, arrived


class BindingStore(Rows):
    """What binding reads and writes, on the session of the piece of work."""

    def people_named(self, name: str) -> list[Person]:
        """Everybody of that full name."""
        found = select(Person).where(col(Person.name) == name.strip(), arrived(Person))
        return list(self.session.execute(found.order_by(col(Person.id))).scalars())

    def identities_of(self, person: int) -> list[ChatIdentity]:
        """Verified contacts of a person."""
        found = select(ChatIdentity).where(
            col(ChatIdentity.person_id) == person,
            col(ChatIdentity.verified_at).is_not(None),
            col(ChatIdentity.gone_at).is_(None),
        )
        return list(self.session.execute(found.order_by(col(ChatIdentity.id))).scalars())

    def unbind(self, rows: Iterable[ChatIdentity], now: datetime) -> None:
        """These contacts have no rights any more; whose they were stays known, and they can still be written to."""
        for row in rows:
            row.verified_at, row.unbound_at = None, now

    def digest_known(self, digest: str) -> bool:
        """Whether a code of that digest was ever issued."""
        return bool(self.session.scalar(select(exists().where(col(BindingCode.digest) == digest))))

    def wrong_since(self, identity: int, since: datetime) -> int:
        """How many wrong codes a contact said since a moment."""
        found = select(func.count()).where(col(WrongCode.identity_id) == identity, col(WrongCode.at) > since)
        return int(self.session.execute(found).scalar_one())

    def note_wrong(self, identity: int, now: datetime, forget: datetime) -> None:
        """Count a wrong code; those before ``forget`` count no more."""
        old = col(WrongCode.identity_id) == identity, col(WrongCode.at) <= forget
        self.session.execute(delete(WrongCode).where(*old))
        self.session.add(WrongCode(identity_id=identity, at=now))

    def serve(self, room: int, area: int) -> None:
        """The room serves the area too; the first one stays where its cases belong."""
        bound = select(col(RoomArea.area_id)).where(col(RoomArea.room_id) == room)
        areas = list(self.session.execute(bound).scalars())
        if area not in areas:
            self.session.add(RoomArea(room_id=room, area_id=area, position=len(areas)))

    def hand_over(self, new: Room, old: Room, now: datetime) -> None:
        """The old row gets the new id and keeps its cases; the row made for the new id steps aside."""
        channel, platform_id, title = new.channel, new.platform_id, new.title
        new.platform_id, new.dissolved_at = f"{platform_id}#{new.id}", now
        self.session.flush()  # the id must be free before the old row takes it
        old.channel, old.platform_id, old.title = channel, platform_id, title or old.title
        self.session.flush()

    def forget_contacts(self, channel: str, now: datetime) -> None:
        """No contact of a channel is who it was; a binding said again brings it back."""
        bound = col(ChatIdentity.channel) == channel, col(ChatIdentity.gone_at).is_(None)
        self.session.execute(
            update(ChatIdentity).where(*bound, col(ChatIdentity.person_id).is_not(None)).values(gone_at=now)
        )
