"""Notices as the pages of residents show them. For the web, which knows no tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.rules.sent_files import HERE, KEPT, FileToSend, Offered
from models.store.notice_forms import FormStore
from models.tables import Notice, NoticeLink, SentFile


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A notice behind a link."""

    notice: int
    title: str
    body: str
    source: str
    level: str
    state: str
    areas: tuple[int, ...]
    author: int | None
    written_at: datetime
    household: int | None


_COLUMNS: tuple[Any, ...] = (Notice.id, Notice.title, Notice.body, Notice.source, Notice.level, Notice.state)
_MORE: tuple[Any, ...] = (Notice.audience, Notice.author_person_id, Notice.created_at, Notice.next_at)


class NoticePages:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, token: str, now: datetime) -> NoticePage | None:
        """The notice behind a link, for three months after it was written, a repeated one as long as it goes on."""
        joined = select(*_COLUMNS, *_MORE, col(NoticeLink.household_id)).join(
            NoticeLink, col(NoticeLink.notice_id) == col(Notice.id)
        )
        with Session(self._engine) as session:
            found = session.execute(joined.where(col(NoticeLink.token) == token)).first()
        if found is None or (found.next_at is None and now - found.created_at > KEPT):
            return None
        areas = tuple(found.audience["areas"])
        words = (found.title, found.body, found.source, found.level, found.state)
        return NoticePage(
            found.id, *words, areas, found.author_person_id, found.created_at, found.household_id
        )

    def address_of(self, no: int) -> str | None:
        """The token of everybody's link of a notice by its number."""
        joined = select(col(NoticeLink.token)).join(Notice, col(NoticeLink.notice_id) == col(Notice.id))
        mine = (col(Notice.no) == no, col(NoticeLink.household_id).is_(None))
        with Session(self._engine) as session:
            return session.execute(
                joined.where(*mine).order_by(col(NoticeLink.id)).limit(1)
            ).scalar_one_or_none()

    def files(self, notice: int) -> list[Offered]:
        """What goes along with it, without the bytes."""
        with Session(self._engine) as session:
            return FormStore(session).files_of(notice)

    def file(self, notice: int, file: int) -> FileToSend | None:
        """One of its files with the bytes."""
        columns: tuple[Any, ...] = (SentFile.id, SentFile.kind, SentFile.name, SentFile.content)
        mine = (col(SentFile.id) == file, col(SentFile.notice_id) == notice, col(SentFile.state) == HERE)
        with Session(self._engine) as session:
            found = session.execute(select(*columns).where(*mine)).first()
        return FileToSend(*found) if found is not None and found.content else None
