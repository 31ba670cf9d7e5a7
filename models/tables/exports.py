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
