"""What is kept of looking and of signing in, so that both can be looked at afterwards. Rows are added, never changed."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.indexes import index_where_known


class RegisterOpening(SQLModel, table=True):
    """Somebody opened something that is not for everybody, with a reason; neither the words nor the number stand here."""

    __tablename__ = "register_opening"
    __table_args__ = (index_where_known("ix_register_opening_person", "person_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """None: the operator of the server."""
    kind: str
    """As in ``models.rules.registers.Register``."""
    subject_id: int
    """Row of what was opened, in the table that its kind names; it may be gone by now."""
    subject_no: int
    """Its number for mouths."""
    area_id: int = Field(foreign_key="area.id", index=True)
    reason: str
    at: datetime = Field(index=True)


class AccessEvent(SQLModel, table=True):
    """Somebody came in, was kept out, or somebody else changed how they come in."""

    __tablename__ = "access_event"
    __table_args__ = (index_where_known("ix_access_event_person", "person_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """As in ``models.rules.web_access.Access``."""
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """Whom it is about; None: the operator of the server."""
    by_person_id: int | None = Field(default=None, foreign_key="person.id")
    """Who did it, where that is somebody else with a name."""
    by_operator: bool = False
    reason: str = ""
    at: datetime = Field(index=True)
