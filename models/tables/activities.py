"""Activities and calls, the groups they were announced in, and who comes (seeds A20, B21; domain Activity)."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, UniqueConstraint


class Activity(SQLModel, table=True):
    """Something people may come to. Nobody must: sign-up is voluntary (Volunteer Service Regulations art. 25)."""

    __tablename__ = "activity"
    id: int | None = Field(default=None, primary_key=True)
    no: int = Field(unique=True)
    kind: str = "activity"
    """activity, or call: a leader's own 约 (seed A20), answered with 1."""
    title: str
    place: str = ""
    note: str = ""
    starts_at: datetime
    ends_at: datetime | None = None
    closes_at: datetime
    """Until when people may sign up."""
    most: int | None = None
    """For how many people there is room; None: for everybody."""
    state: str = "open"
    """models.rules.signing_up.ActivityState."""
    areas: list[int] = Field(default_factory=list, sa_type=JSON)
    seat_id: int = Field(foreign_key="appointment.id", index=True)
    """The appointment by which it was announced."""
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime
    ended_at: datetime | None = None


class ActivityRoom(SQLModel, table=True):
    """A group an activity was announced in."""

    __tablename__ = "activity_room"
    activity_id: int = Field(foreign_key="activity.id", primary_key=True)
    room_id: int = Field(foreign_key="room.id", primary_key=True, index=True)
    counted_at: datetime | None = None
    """When the last count was, or is to be, said there."""


class Participant(SQLModel, table=True):
    """One contact's answer. The order of ``at`` is the order of arrival; who left and comes again stands at the end."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("activity_id", "identity_id"),)
    id: int | None = Field(default=None, primary_key=True)
    activity_id: int = Field(foreign_key="activity.id", index=True)
    identity_id: int = Field(foreign_key="chat_identity.id", index=True)
    room_id: int | None = Field(default=None, foreign_key="room.id")
    """The group it was said in; None: privately."""
    number: int
    """In the organiser's list, from 1; it stays when others leave."""
    people: int = 1
    standing: str = "in"
    """models.rules.signing_up.Standing."""
    at: datetime
    changed_at: datetime
    name_box: bytes | None = None
    """What the group calls the contact, encrypted, for the organiser's list; forgotten after 180 days."""
    came: int | None = None
    """How many of them came; None: not known, which counts neither way."""
    came_at: datetime | None = None
    hours: float | None = None
    """Service hours the organiser certified."""
