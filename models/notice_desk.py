"""Notices as somebody at a desk sees them: only those to whose places one may speak, and how each of them stands.

For the web, which knows no tables.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Integer, and_, cast, exists, func, select, true, union_all
from sqlmodel import Session, col

from models.rules.notice_rooms import TROUBLES, Share, reason_of, share_of
from models.rules.scope import Scope
from models.store.notice_rooms import NoticeRoomStore
from models.store.notice_sharing import NOTICE_PERSON, NoticeSharingStore
from models.store.notices import NOTICE_ROOM, OUTBOX, NoticeStore, RoomState
from models.tables import Notice

LOOKED_AT = 500
"""So many groups in trouble, or in all, are shown by name; the others are counted."""
_TROUBLED = ("dead", "unknown", "relay")


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice in a list; ``shares``: how it stands in how many groups, and with how many people, of its last round."""

    no: int
    title: str
    body: str
    level: str
    state: str
    audience: Mapping[str, Any]
    author: int | None
    when_text: str
    repeats: bool
    next_at: datetime | None
    created_at: datetime
    cancelled_at: datetime | None
    source: str
    shares: Counter[Share] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class NoticeList:
    """Some notices, newest first; ``older`` is the number to go on from, None: these were the last."""

    notices: tuple[NoticeLine, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A group that somebody may have to do something about; ``reason`` as ``models.rules.notice_rooms`` names it."""

    title: str
    share: Share
    reason: str


@dataclass(frozen=True, slots=True)
class NoticeProgress:
    """What became of the last round of a notice. ``troubles`` may be the first of them."""

    line: NoticeLine
    troubles: tuple[Trouble, ...]
    rooms: tuple[RoomState, ...]
    """The groups of the last round, the first of them where there are many."""


class NoticeDesk:
    """Reads notices for people who are signed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, scope: Scope, *, before: int | None = None, limit: int = 30) -> NoticeList:
        """The newest ones, or those with numbers below ``before``."""
        found = select(Notice).where(self._seen_by(scope))
        if before is not None:
            found = found.where(col(Notice.no) < before)
        with Session(self._engine) as session:
            rows = list(session.execute(found.order_by(col(Notice.no).desc()).limit(limit + 1)).scalars())
            shares = _shares(session, [row.id or 0 for row in rows[:limit]])
            lines = tuple(_line(row, shares.get(row.id or 0, Counter())) for row in rows[:limit])
        return NoticeList(lines, rows[limit - 1].no if len(rows) > limit else None)

    def one(self, scope: Scope, no: int) -> NoticeProgress | None:
        """How it stands with the notice of that number; None: there is none to whose places one may speak."""
        with Session(self._engine) as session:
            mine = (self._seen_by(scope), col(Notice.no) == no)
            row = session.execute(select(Notice).where(*mine)).scalar_one_or_none()
            if row is None:
                return None
            store, key = NoticeRoomStore(session), row.id or 0
            line, firing = _line(row, _shares(session, [key]).get(key, Counter())), store.last_firing(key)
            if firing is None:
                return NoticeProgress(line, (), ())
            named = store.named(key, firing, _TROUBLED, LOOKED_AT)
            rooms = NoticeStore(session).room_states(key, limit=LOOKED_AT, firing=firing)
        return NoticeProgress(line, tuple(_troubles(named)), tuple(rooms))

    def asks(self, scope: Scope) -> tuple[int, ...]:
        """Numbers of the notices about which this person is asked whether they may go, or were right."""
        if scope.person is None:
            return ()
        with Session(self._engine) as session:
            asked = [notice.no for notice in NoticeSharingStore(session).open_about(scope.person)]
            mine = select(col(Notice.no)).where(self._seen_by(scope), col(Notice.no).in_(asked))
            return tuple(session.execute(mine.order_by(col(Notice.no))).scalars())

    def _seen_by(self, scope: Scope) -> ColumnElement[bool]:
        """SQL: whether all places of a notice are one's own; the list and each page of a notice stand on this one rule."""
        if scope.whole:
            return true()
        if self._engine.dialect.name == "postgresql":
            places = func.json_array_elements_text(col(Notice.audience)["areas"]).table_valued("value")
        else:
            places = func.json_each(col(Notice.audience), "$.areas").table_valued("value")
        foreign = cast(places.c.value, Integer).not_in(sorted(scope.areas))
        return ~exists(select(1).select_from(places).where(foreign))


def _line(row: Notice, shares: Counter[Share]) -> NoticeLine:
    return NoticeLine(
        row.no, row.title, row.body, row.level, row.state, row.audience, row.author_person_id, row.when_text,
        bool(row.cron), row.next_at, row.created_at, row.cancelled_at, row.source, shares,
    )  # fmt: skip


def _shares(session: Session, notices: Iterable[int]) -> dict[int, Counter[Share]]:
    """Notice → how it stands in how many groups and with how many people, of its last round."""
    wanted, counted = list(notices), dict[int, Counter[Share]]()
    tables = (NOTICE_ROOM, NOTICE_PERSON)
    each = union_all(
        *(select(t.c.notice_id, t.c.firing, t.c.outbox_id).where(t.c.notice_id.in_(wanted)) for t in tables)
    ).cte("share")
    last = (
        select(each.c.notice_id, func.max(each.c.firing).label("firing"))
        .group_by(each.c.notice_id)
        .subquery()
    )
    found = (
        select(each.c.notice_id, OUTBOX.c.state, OUTBOX.c.why, func.count())
        .join(last, and_(last.c.notice_id == each.c.notice_id, last.c.firing == each.c.firing))
        .join(OUTBOX, OUTBOX.c.id == each.c.outbox_id)
        .group_by(each.c.notice_id, OUTBOX.c.state, OUTBOX.c.why)
    )
    for notice, state, why, number in session.execute(found):
        counted.setdefault(notice, Counter())[share_of(state, why)] += number
    return counted


def _troubles(named: Iterable[Any]) -> Iterable[Trouble]:
    """By what needs somebody most."""
    found = []
    for one in named:
        share = share_of(one.state, one.why)
        if share in TROUBLES:
            found.append(Trouble(one.title, share, reason_of(share, one.why)))
    return sorted(found, key=lambda each: TROUBLES.index(each.share))
