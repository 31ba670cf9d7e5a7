"""What people look for again and again."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class SavedView(SQLModel, table=True):
    """A named set of filters of one list, private to whoever named it."""

    __tablename__ = "saved_view"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """None: the operator of the server."""
    name: str
    query: str
    """The filters as they stand in the address."""
    at: datetime
