"""People, the chat contacts verified to be theirs, and the posts they hold over time."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, ForeignKey, false
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.indexes import index_where_known


class Person(SQLModel, table=True):
    """Somebody known by name: post holders and residents who asked to be bound. Phones are boxed (encrypted)."""

    __tablename__ = "person"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=20)
    surname: str = Field(default="", max_length=4)
    phone_box: bytes | None = None
    phone_digest: str | None = Field(default=None, index=True)
    """Keyed digest, to find a person by phone without decrypting all."""
    household_id: int | None = Field(default=None, foreign_key="household.id")
    home_area_id: int | None = Field(default=None, foreign_key="area.id", index=True)
    arrival: int | None = None


class ChatIdentity(SQLModel, table=True):
    """A chat contact. It carries rights only when ``person_id`` and ``verified_at`` are set (domain §1.8)."""

    __tablename__ = "chat_identity"
    __table_args__ = (
        UniqueConstraint("channel", "contact"),
        index_where_known("ix_chat_identity_person_id", "person_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    contact: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    verified_at: datetime | None = None
    verified_by: int | None = Field(default=None, foreign_key="person.id")
    method: str | None = None
    is_friend: bool = False
    opted_out_at: datetime | None = None
    gone_at: datetime | None = None
    unbound_at: datetime | None = None
    """The binding was ended by a person; it can still be written to, and has no rights."""
    # Rooms have owners and contacts have rooms: this key is added after both tables stand.
    home_room_id: int | None = Field(
        default=None,
        sa_column=Column(ForeignKey("room.id", use_alter=True, name="fk_chat_identity_home_room")),
    )
    """The group this contact was last heard in: gives private chat its area."""
    first_heard_at: datetime


class PostTypeRow(SQLModel, table=True):
    """A post of the loaded preset, copied so that renaming here does not need a new preset."""

    __tablename__ = "post_type"
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    level: str
    seats_per_area: int | None = None
    duties: str = ""


class Appointment(SQLModel, table=True):
    """One person holds one post in one area for a time; a person may hold many."""

    __tablename__ = "appointment"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    post_id: int = Field(foreign_key="post_type.id", index=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    valid_from: date
    valid_to: date | None = None
    title: str = ""
    method: str | None = None
    document: str | None = None
    arrival: int | None = None


class BindingCode(SQLModel, table=True):
    """A one-time code, kept as a keyed digest: said in private chat it binds a person, in a group it binds the room."""

    __tablename__ = "binding_code"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    area_id: int | None = Field(default=None, foreign_key="area.id")
    room_kind: str = "resident"
    tier: int = 1
    replaces: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whoever says it takes the place of the person's contacts before (a new telephone)."""
    issued_by: int | None = Field(default=None, foreign_key="person.id")
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_by: int | None = Field(default=None, foreign_key="chat_identity.id")


class WrongCode(SQLModel, table=True):
    """A contact said a code that fits nothing; after too many in an hour none is looked at any more."""

    __tablename__ = "wrong_code"
    id: int | None = Field(default=None, primary_key=True)
    identity_id: int = Field(foreign_key="chat_identity.id", index=True)
    at: datetime = Field(index=True)


class Consent(SQLModel, table=True):
    """A purpose-bound consent and its withdrawal (PIPL 15/16)."""

    __tablename__ = "consent"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    identity_id: int | None = Field(default=None, foreign_key="chat_identity.id", index=True)
    purpose: str
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    granted_at: datetime
    revoked_at: datetime | None = None
    by_guardian: bool = False
