"""People and their chat contacts."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Table, and_, bindparam, delete, exists, select
from sqlmodel import col

from models.prepared import Prepared
from models.store.rows import DEPLOYMENT, NO_TOWN, TABLES, USED, NoDeployment, Rows, new_row, whole
from models.tables import BindingCode, ChatIdentity, PendingConfirmation, Person

_CONTACT: Table = TABLES[ChatIdentity.__tablename__]
_BY_CONTACT = Prepared(
    whole(ChatIdentity).where(_CONTACT.c.channel == bindparam("on"), _CONTACT.c.contact == bindparam("who"))
)
_ONE = Prepared(whole(ChatIdentity).where(_CONTACT.c.id == bindparam("number")))
_KNOWN = Prepared(
    select(
        DEPLOYMENT.c.version, _CONTACT.c.id, _CONTACT.c.person_id, _CONTACT.c.verified_at, _CONTACT.c.gone_at,
        _CONTACT.c.is_friend, _CONTACT.c.opted_out_at, exists().where(USED).label("used"),
    )
    .select_from(DEPLOYMENT)
    .outerjoin(_CONTACT, and_(_CONTACT.c.channel == bindparam("on"), _CONTACT.c.contact == bindparam("who")))
    .where(DEPLOYMENT.c.id == 1)
)  # fmt: skip


class Known(NamedTuple):
    """The town's version, what is known of a contact, and whether a key was used."""

    version: int
    id: int | None
    person_id: int | None
    verified_at: datetime | None
    gone_at: datetime | None
    is_friend: bool | None
    opted_out_at: datetime | None
    used: bool


class PeopleStore(Rows):
    """Contacts, bindings, confirmations."""

    def standing_of(self, channel: str, contact: str, key: str, digest: str | None) -> Known:
        """The town's ``version``, whether the key was ``used``, and of our row for a contact what says who it is.

        ``id`` is None where there is no row; within a writing transaction that stays so until we write one.

        Raises:
            NoDeployment: nothing was set up.
        """
        found = self.find(_KNOWN, on=channel, who=contact, key=key, digest=digest)
        if not found:
            raise NoDeployment(NO_TOWN)
        known = Known(*found[0])
        if known.id is None:
            self.strangers.add((channel, contact))
        return known

    def find_identity(self, channel: str, contact: str) -> ChatIdentity | None:
        """Our row for a chat contact."""
        return next(iter(self.hold(ChatIdentity, self.find(_BY_CONTACT, on=channel, who=contact))), None)

    def identity(self, identity: int) -> ChatIdentity:
        """The row with that id."""
        (row,) = self.hold(ChatIdentity, self.find(_ONE, number=identity))
        return row

    def ensure_identity(
        self, channel: str, contact: str, now: datetime, *, is_friend: bool = False, room: int | None = None
    ) -> ChatIdentity:
        """Our row for a contact, made when something must be remembered of them for the first time."""
        row = None if (channel, contact) in self.strangers else self.find_identity(channel, contact)
        if row is None:
            row = new_row(
                ChatIdentity, channel=channel, contact=contact, first_heard_at=now, is_friend=is_friend,
                home_room_id=room,
            )  # fmt: skip
            self.add(row)
            self.newcomers.add(row.id or 0)
            self.strangers.discard((channel, contact))
        elif room is not None and row.home_room_id != room:
            row.home_room_id = room
        return row

    def person(self, person: int) -> Person:
        """The person with that id."""
        return self.session.get_one(Person, person)

    def find_code(self, digest: str, now: datetime) -> BindingCode | None:
        """An unused binding code that has not expired."""
        found = select(BindingCode).where(
            col(BindingCode.digest) == digest,
            col(BindingCode.used_at).is_(None),
            col(BindingCode.expires_at) > now,
        )
        return self.session.execute(found).scalar_one_or_none()

    def pending(self, identity: int, now: datetime) -> PendingConfirmation | None:
        """What this contact may still confirm."""
        row = self.session.get(PendingConfirmation, identity)
        return row if row and row.expires_at > now else None

    def remember_pending(self, row: PendingConfirmation) -> None:
        """Only the latest question to a person can be confirmed."""
        self.forget_pending(row.identity_id)
        self.session.add(row)

    def forget_pending(self, identity: int) -> None:
        """Nothing waits for this contact's word any more."""
        self.session.execute(
            delete(PendingConfirmation).where(col(PendingConfirmation.identity_id) == identity)
        )
        self.session.expire_all()
