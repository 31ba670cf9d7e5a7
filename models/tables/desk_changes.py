"""What cadres change on pages and what takes effect at once: words of an area, settings of a group or of the place."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class AddedWord(SQLModel, table=True):
    """A word, a place's name or a saying that holds in an area and all below it (decision 0058). Never deleted."""

    __tablename__ = "added_word"
    id: int | None = Field(default=None, primary_key=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    kind: str
    """``models.rules.local_words.WordKind``."""
    word: str
    """As it was written."""
    plain: str
    """In normalised writing."""
    category: str = ""
    """Code; of words alone."""
    weight: float = 1.0
    """Factor; of words alone."""
    note: str = ""
    added_by: int | None = Field(default=None, foreign_key="person.id")
    """None: the operator of the server."""
    added_at: datetime
    ended_by: int | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = Field(default=None, index=True)
    """From then on it does not count."""
    set_aside: bool = False
    """It was proposed and not taken: it never counted."""


class SettingChange(SQLModel, table=True):
    """A setting somebody changed on a page, for a group or (without ``room_id``) for the whole place. Never deleted."""

    __tablename__ = "setting_change"
    id: int | None = Field(default=None, primary_key=True)
    room_id: int | None = Field(default=None, foreign_key="room.id", index=True)
    name: str
    value: str
    before: str = ""
    """What it was; empty: what the settings' file or the place says."""
    changed_by: int | None = Field(default=None, foreign_key="person.id")
    """None: the operator of the server."""
    at: datetime
    undone_at: datetime | None = None
    """From then on it does not count: undone, or changed again."""
