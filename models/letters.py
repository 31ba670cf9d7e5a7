"""A notice as a letter: its words, and every household of its areas. For the web, which knows no tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.rules.whom import Whom, whom_kept
from models.store.notice_receipts import ReceiptStore
from models.tables import Notice


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    """The words of a notice, and the areas it is meant for."""

    no: int
    title: str
    body: str
    source: str
    whom: Whom
    written_at: datetime


class LetterShelf:
    """Reads letters."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, no: int) -> NoticeLetter | None:
        """The notice of that number, unless it was stopped, waits for a second person, or is for some people only."""
        columns: tuple[Any, ...] = (Notice.no, Notice.title, Notice.body, Notice.source, Notice.audience)
        wanted = select(*columns, col(Notice.created_at)).where(
            col(Notice.no) == no, col(Notice.state).not_in(("cancelled", "asked"))
        )
        with Session(self._engine) as session:
            found = session.execute(wanted).first()
        if found is None:
            return None
        number, title, body, source, audience, at = found
        whom = whom_kept(audience)
        return None if whom.is_personal else NoticeLetter(number, title, body, source, whom, at)

    def homes(self, areas: Iterable[int]) -> list[tuple[str, int]]:
        """Label and area of every household there; whether one of them answered anything is not looked at."""
        with Session(self._engine) as session:
            return [(home.label, home.area) for home in ReceiptStore(session).homes(0, areas)]
