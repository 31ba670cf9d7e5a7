"""What goes along with a notice, and the addresses under which it can be read without the chat."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class SentFile(SQLModel, table=True):
    """A picture, file or link card that we send. Its bytes are here, because whoever speaks may be another machine.

    States: coming, here, too_large, lost. One that no notice takes is thrown away within days, with its bytes.
    """

    __tablename__ = "sent_file"
    id: int | None = Field(default=None, primary_key=True)
    identity_id: int | None = Field(default=None, foreign_key="chat_identity.id", index=True)
    """Who gave it to us, or whom it is for."""
    notice_id: int | None = Field(default=None, foreign_key="notice.id", index=True)
    kind: str
    """image, file, link (``models.rules.capabilities.Media``)."""
    name: str = ""
    key: str = ""
    """How the channel finds the bytes; empty: we made them."""
    state: str = "coming"
    size: int = 0
    content: bytes = b""
    """The bytes; of a link card its ``LinkCard`` as JSON."""
    at: datetime


class NoticeLink(SQLModel, table=True):
    """An address of a notice's page: one for everybody, and one for each household that asked its leader for it."""

    __tablename__ = "notice_link"
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    household_id: int | None = Field(default=None, foreign_key="household.id")
    """None: everybody's; who opened it, is not known."""
    told_by: int | None = Field(default=None, foreign_key="person.id")
    token: str = Field(unique=True)
    """128 random bits (``models.rules.ids.LinkToken``)."""
    seen: int = 0
    """How often somebody said on the page that it was read."""
    at: datetime
