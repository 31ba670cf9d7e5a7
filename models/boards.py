"""Boards of areas as pages and posters show them. For the web, which knows no tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models.rules.boards import PURPOSE, Agreed, Shown
from models.rules.whom import Whom, whom_kept
from models.secrets import SecretBox, UnreadableBox
from models.tables import Area, BoardLink, Consent, Notice, NoticeLink, OutboxMessage, Person, Room
from models.tables import RoomArea as Served

LOOKED_AT = 200
"""So many of the latest notices of a place are looked at."""


@dataclass(frozen=True, slots=True)
class OpenedBoard:
    """What a token leads to."""

    area: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """What was written of an area when it was brought in: its limits, and where its people meet."""

    boundary: str = ""
    centre: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A notice that residents' groups heard. ``token``: of its page for everybody, empty: it has none."""

    title: str
    body: str
    source: str
    said_at: datetime
    stopped: bool
    whom: Whom
    token: str


class BoardReader:
    """Reads only."""

    def __init__(self, engine: Engine, secrets: SecretBox) -> None:
        self._engine = engine
        self._secrets = secrets

    def opened(self, token: str) -> OpenedBoard | None:
        """The board behind an address."""
        found = select(col(BoardLink.area_id), col(BoardLink.stopped_at)).where(col(BoardLink.token) == token)
        with Session(self._engine) as session:
            row = session.execute(found).first()
        return OpenedBoard(row[0], row[1] is not None) if row is not None else None

    def tokens(self, areas: Iterable[int]) -> dict[int, str]:
        """The address in force of each of these areas that has one."""
        here = (col(BoardLink.area_id).in_(sorted(areas)), col(BoardLink.stopped_at).is_(None))
        found = select(col(BoardLink.area_id), col(BoardLink.token)).where(*here).order_by(col(BoardLink.id))
        with Session(self._engine) as session:
            return {row.area_id: row.token for row in session.execute(found)}

    def agreed(self, persons: Iterable[int]) -> dict[int, Agreed]:
        """What each of these persons agreed to have on a board and did not take back."""
        asked = sorted(persons)
        granted = (col(Consent.purpose) == PURPOSE, col(Consent.revoked_at).is_(None))
        rows = select(col(Consent.person_id), col(Consent.fields)).where(
            col(Consent.person_id).in_(asked), *granted
        )
        boxes = select(col(Person.id), col(Person.phone_box)).where(col(Person.id).in_(asked))
        fields: dict[int, set[str]] = {}
        with Session(self._engine) as session:
            for person, names in session.execute(rows):
                fields.setdefault(person, set()).update(names)
            phones = dict(session.execute(boxes).all()) if fields else {}
        return {
            person: Agreed(Shown.NAME in names, self._phone(phones.get(person)) if Shown.PHONE in names else "")
            for person, names in fields.items()
        }  # fmt: skip

    def _phone(self, box: bytes | None) -> str:
        try:
            return self._secrets.open(box) if box else ""
        except UnreadableBox:  # kept under another secret
            return ""

    def bounds(self, area: int) -> Bounds:
        """What was written of an area."""
        found = select(col(Area.boundary), col(Area.centre)).where(col(Area.id) == area)
        with Session(self._engine) as session:
            row = session.execute(found).first()
        return Bounds(row[0] or "", row[1] or "") if row is not None else Bounds()

    def published(self, areas: Iterable[int], since: datetime) -> list[Published]:
        """Notices that residents' groups of these areas heard since then, the latest first."""
        sent = _heard(areas, since)
        columns: tuple[Any, ...] = (Notice.title, Notice.body, Notice.source, Notice.state, Notice.audience)
        found = (
            select(*columns, sent.c.said_at, col(NoticeLink.token))
            .join(sent, sent.c.notice_id == col(Notice.id))
            .outerjoin(
                NoticeLink, (col(NoticeLink.notice_id) == col(Notice.id)) & col(NoticeLink.household_id).is_(None)
            )
            .order_by(sent.c.said_at.desc(), col(Notice.id).desc())
        )  # fmt: skip
        with Session(self._engine) as session:
            return [
                Published(
                    row.title, row.body, row.source, row.said_at, row.state == "cancelled",
                    whom_kept(row.audience), row.token or "",
                )
                for row in session.execute(found)
            ]  # fmt: skip


def _heard(areas: Iterable[int], since: datetime) -> Any:
    """SQL: notices that were said in residents' groups of these areas, and when last."""
    rooms = (
        select(col(Served.room_id))
        .join(Room, col(Room.id) == col(Served.room_id))
        .where(col(Served.area_id).in_(sorted(areas)), col(Room.kind) == "resident")
    )
    said = func.max(col(OutboxMessage.sent_at)).label("said_at")
    here = (
        col(OutboxMessage.room_id).in_(rooms), col(OutboxMessage.sent_at) >= since,
        col(OutboxMessage.notice_id).is_not(None), col(OutboxMessage.state) == "sent",
    )  # fmt: skip
    heard = select(col(OutboxMessage.notice_id), said).where(*here).group_by(col(OutboxMessage.notice_id))
    return heard.order_by(said.desc()).limit(LOOKED_AT).subquery()
