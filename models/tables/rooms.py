"""WeChat groups and our accounts' seats in them."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class Room(SQLModel, table=True):
    """A group. It is listened to once bound to an area; ``read_only_at`` is set when its identity became doubtful."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("channel", "platform_id"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    platform_id: str
    title: str = ""
    kind: str = "resident"
    tier: int = 1
    mode: str = "active"
    """active, notice_only, listen_off."""
    quiet: str | None = None
    """Own quiet hours "21:30-07:00"; None follows the place's."""
    owner_id: int | None = Field(default=None, foreign_key="chat_identity.id")
    listener: str = ""
    """The one account that listens here; the others only send."""
    listens_from: datetime | None = None
    """What was said here before this moment is taken by the account that listened before; None: everything is ours."""
    listened_before: str | None = None
    bound_at: datetime | None = None
    introduced_at: datetime | None = None
    read_only_at: datetime | None = None
    dissolved_at: datetime | None = None
    hush_until: datetime | None = None
    """After an emergency line other talk of ours waits until here."""
    arrival: int | None = None


class RoomArea(SQLModel, table=True):
    """A room serves one or more areas; the first is where its cases belong."""

    __tablename__ = "room_area"
    room_id: int = Field(foreign_key="room.id", primary_key=True)
    area_id: int = Field(foreign_key="area.id", primary_key=True)
    position: int = 0


class RoomSeat(SQLModel, table=True):
    """Which of our accounts sit in a room."""

    __tablename__ = "room_seat"
    room_id: int = Field(foreign_key="room.id", primary_key=True)
    account: str = Field(primary_key=True)
    since: datetime
    gone_at: datetime | None = None
