"""Pictures of cases that pages may show: which there are, and under which name their copy is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlmodel import col

from models.rules.message import MessageKind
from models.tables import Attachment


@dataclass(frozen=True, slots=True)
class CasePicture:
    """A picture that came with a case. ``phase``: before it was handled, or after, as proof."""

    id: int
    phase: str
    at: datetime
    stored: str
    """The name of its copy."""


class CasePictures:
    """Reads only. Who may see the case is asked before (``CaseDesk.one``)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, case: int) -> tuple[CasePicture, ...]:
        """Those of a case that were fetched, in the order in which they came."""
        wanted = (Attachment.id, Attachment.phase, Attachment.at, Attachment.stored)
        found = select(*map(col, wanted)).where(
            col(Attachment.case_id) == case,
            col(Attachment.kind) == MessageKind.IMAGE,
            col(Attachment.stored) != "",
        )
        with self._engine.connect() as connection:
            rows = connection.execute(found.order_by(col(Attachment.id)))
            return tuple(CasePicture(row.id, row.phase, row.at, row.stored) for row in rows)
