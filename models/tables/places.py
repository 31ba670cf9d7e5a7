"""Where people live and how the place is divided; several divisions (schemes) stand side by side."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class Deployment(SQLModel, table=True):
    """The one row that says which place this is. ``version`` rises whenever areas, posts or rooms change."""

    __tablename__ = "deployment"
    id: int = Field(default=1, primary_key=True)
    name: str
    preset: str
    contact: str = ""
    version: int = 1
    last_case_no: int = 0
    last_notice_no: int = 0
    last_activity_no: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class AreaLevel(SQLModel, table=True):
    """A level of one scheme; its name may change, its code may not."""

    __tablename__ = "area_level"
    __table_args__ = (UniqueConstraint("scheme", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    scheme: str
    code: str
    name: str
    rank: int


class Area(SQLModel, table=True):
    """An area; dissolved areas keep their row with ``valid_to`` set."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("parent_id", "name", "valid_from"),)
    id: int | None = Field(default=None, primary_key=True)
    level_id: int = Field(foreign_key="area_level.id", index=True)
    parent_id: int | None = Field(default=None, foreign_key="area.id", index=True)
    name: str = Field(max_length=30)
    code: str | None = None
    boundary: str | None = None
    centre: str | None = None
    valid_from: date
    valid_to: date | None = None
    arrival: int | None = None
    """The import that brings this row and is not done yet (models.tables.township)."""


class AreaCover(SQLModel, table=True):
    """Two areas of different schemes that belong together: same, contains, overlaps, utility (one water or power zone)."""

    __tablename__ = "area_cover"
    area_a: int = Field(foreign_key="area.id", primary_key=True)
    area_b: int = Field(foreign_key="area.id", primary_key=True)
    kind: str = Field(primary_key=True)


class Household(SQLModel, table=True):
    """A household by its label ("王家湾3户"); marks of hardship are never kept here."""

    __tablename__ = "household"
    id: int | None = Field(default=None, primary_key=True)
    label: str = Field(index=True)
    address_box: bytes | None = None
    size: int | None = None
    arrival: int | None = None


class HouseholdTag(SQLModel, table=True):
    """What a place notes of a household, by the codes of its preset; only those with household:tag set or use it."""

    __tablename__ = "household_tag"
    __table_args__ = (UniqueConstraint("household_id", "tag"),)
    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="household.id")
    tag: str = Field(index=True)
    since: datetime
    set_by: int | None = Field(default=None, foreign_key="person.id")
    arrival: int | None = None


class HouseholdArea(SQLModel, table=True):
    """In which area of a scheme a household lives, over time."""

    __tablename__ = "household_area"
    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    valid_from: date
    valid_to: date | None = None
    arrival: int | None = None
