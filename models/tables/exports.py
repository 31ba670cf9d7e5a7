"""What went out of the program as a file or on paper: by whom, of what, how much, when (reports.md §4)."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class ExportLog(SQLModel, table=True):
    """One export; never changed."""

    __tablename__ = "export_log"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """None: the operator of the server."""
    kind: str
    """As in ``models.rules.reporting.Export`` for reports; others name their own."""
    area_id: int | None = Field(default=None, foreign_key="area.id")
    period: str = ""
    """Code of the period (``models.rules.report_periods``), empty where there is none."""
    rows: int = 0
    reason: str = ""
    at: datetime = Field(index=True)


class ExportFile(SQLModel, table=True):
    """A report that is made beside the page, and waits to be taken by whoever asked for it: an hour at most.

    Its bytes are here, because whoever is asked for it may be another process than the one that made it.
    """

    __tablename__ = "export_file"
    id: int | None = Field(default=None, primary_key=True)
    ticket: str = Field(unique=True)
    """128 random bits."""
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """Who asked for it; None: the operator of the server."""
    name: str
    back: str
    """Address of the page it was asked for on."""
    began_at: datetime = Field(index=True)
    moved_at: datetime
    """When anything was written last: one that stands still was left by a process that ended."""
    written: int = 0
    """Cases so far."""
    done: bool = False
    why: str = ""
    """Why there will be none, in words."""
    content: bytes = b""
