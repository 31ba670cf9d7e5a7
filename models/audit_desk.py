"""Who did what when, read from what is written down anyway; nothing here writes, and nothing says what residents said.

Whoever may see the audit sees what people with a post in the own areas did, and what anybody did with their cases;
everybody sees what he did himself. A private case has no number here for whoever may not see it, and whoever is
complained about finds no line of it (safeguards §2.4, §3).
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, false, or_, select, text, true
from sqlmodel import Session, col

from models.asides import Aside
from models.case_desk import seen_by
from models.rules.audit import Done, Place, Source, Taken, Wanted
from models.rules.scope import Scope
from models.rules.urgency import Privacy
from models.tables import AccessEvent, Appointment, AuditLine, Case, ExportLog, RegisterOpening
from models.tables.flow import BY_PEOPLE

NOBODY = "EnterByCode"
"""The one thing that is worth a line though it was refused and nobody knows whose it was: a wrong log-in code."""
WINDOW = 500
_BY_PEOPLE = text(f"({BY_PEOPLE.text})")
"""In brackets, for it stands beside other conditions."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks. ``scope``: what of cases; ``areas``: whose people; ``private``: whether reasons of private cases too."""

    scope: Scope
    areas: frozenset[int]
    private: bool

    @property
    def me(self) -> int:
        """The person; nobody's is no id."""
        return self.scope.person or 0


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some lines, newest first; ``older``: where the next page begins, None: these were the last."""

    lines: tuple[Done, ...]
    older: Place | None


class AuditDesk:
    """Reads lines for people who are signed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, look: Look, wanted: Wanted, *, before: Place | None = None, limit: int = 40) -> AuditPage:
        """The newest lines, or those behind a place."""
        with Session(self._engine) as session:
            read = [self._asked(session, look, wanted, before, limit + 1)]
            read.append(self._access(session, look, wanted, before, limit + 1))
            read.append(self._exported(session, look, wanted, before, limit + 1))
            read.append(self._opened(session, look, wanted, before, limit + 1))
            # One more of these for each table that holds such lines.
            found = list(heapq.merge(*read, key=_newest_first))[: limit + 1]
        shown = tuple(line for line, hidden in found[:limit] if not hidden)
        return AuditPage(shown, found[limit - 1][0].place if len(found) > limit else None)

    def every(self, look: Look, wanted: Wanted, most: int) -> Iterator[Done]:
        """Lines one after the other, newest first, without holding them all."""
        before: Place | None = None
        while most > 0:
            page = self.page(look, wanted, before=before, limit=min(WINDOW, most))
            yield from page.lines
            most, before = most - WINDOW, page.older
            if before is None:
                return

    def _asked(
        self, session: Session, look: Look, wanted: Wanted, before: Place | None, limit: int
    ) -> "list[_Read]":
        """What was asked for through chat, page or command line, by people with a name and by the operator."""
        if not wanted.intents:
            return []
        line, mine = AuditLine, col(AuditLine.person_id) == look.me
        here = true() if look.scope.whole else col(Case.area_id).in_(sorted(look.areas))
        theirs = or_(_posted(line.person_id, look), and_(here, _posted(line.person_id, None)))
        unknown = and_(col(line.intent) == NOBODY, col(line.outcome) == "refused")
        nameless = and_(col(line.person_id).is_(None), col(line.identity_id).is_(None))
        by_operator = and_(look.scope.whole or false(), nameless, or_(unknown, col(line.outcome) == "done"))
        named = and_(col(line.outcome) == "done", or_(mine, theirs))
        kept = or_(mine, col(line.case_id).is_(None), seen_by(look.scope))
        intent = col(line.intent) if wanted.rare else Aside(line.intent)
        found = (
            select(line, col(Case.no), col(Case.flags))
            .outerjoin(Case, col(line.case_id) == col(Case.id))
            .where(_BY_PEOPLE, intent.in_(sorted(wanted.intents)), or_(named, by_operator), kept)
        )
        if wanted.person is not None:
            found = found.where(col(line.person_id) == wanted.person)
        rows = session.execute(_part(found, line, Source.ASKED, wanted, before, limit)).all()
        return [
            (
                Done(
                    Place(row.at, Source.ASKED, row.id or 0), row.intent, row.person_id,
                    operator=row.person_id is None and row.intent != NOBODY, door=row.door,
                    number=row.number if row.intent in wanted.numbered else no,
                ),
                _is_against(look, flags) and row.person_id != look.me,
            )
            for row, no, flags in rows
        ]  # fmt: skip

    def _access(
        self, session: Session, look: Look, wanted: Wanted, before: Place | None, limit: int
    ) -> "list[_Read]":
        """How people came in and were kept out, and who changed that."""
        if not wanted.access:
            return []
        line = AccessEvent
        mine = or_(col(line.person_id) == look.me, col(line.by_person_id) == look.me)
        whose = true() if look.scope.whole else or_(mine, _posted(line.person_id, look))
        found = select(line).where(col(line.kind).in_(sorted(wanted.access)), whose)
        if wanted.person is not None:
            found = found.where(
                or_(col(line.person_id) == wanted.person, col(line.by_person_id) == wanted.person)
            )
        rows = session.execute(_part(found, line, Source.ACCESS, wanted, before, limit)).scalars()
        return [(_of_access(row), False) for row in rows]

    def _exported(
        self, session: Session, look: Look, wanted: Wanted, before: Place | None, limit: int
    ) -> "list[_Read]":
        """What left the program as a file or on paper."""
        if not wanted.exports:
            return []
        line = ExportLog
        here = true() if look.scope.whole else col(line.area_id).in_(sorted(look.areas))
        found = select(line).where(
            col(line.kind).in_(sorted(wanted.exports)), or_(here, col(line.person_id) == look.me)
        )
        if wanted.person is not None:
            found = found.where(col(line.person_id) == wanted.person)
        rows = session.execute(_part(found, line, Source.EXPORTED, wanted, before, limit)).scalars()
        return [(_of_export(row), False) for row in rows]

    def _opened(
        self, session: Session, look: Look, wanted: Wanted, before: Place | None, limit: int
    ) -> "list[_Read]":
        """What was opened with a reason."""
        if not wanted.registers:
            return []
        line = RegisterOpening
        here = true() if look.scope.whole else col(line.area_id).in_(sorted(look.areas))
        whose = or_(here, col(line.person_id) == look.me)
        found = (
            select(line, seen_by(look.scope), col(Case.privacy), col(Case.flags))
            .outerjoin(Case, col(line.subject_id) == col(Case.id))
            .where(col(line.kind).in_(sorted(wanted.registers)), whose)
        )
        if wanted.person is not None:
            found = found.where(col(line.person_id) == wanted.person)
        rows = session.execute(_part(found, line, Source.OPENED, wanted, before, limit)).all()
        return [
            (
                _of_opening(row, told=bool(seen) or _may_open(look, privacy) or row.person_id == look.me),
                _is_against(look, flags) and row.person_id != look.me,
            )
            for row, seen, privacy, flags in rows
        ]


_Read = tuple[Done, bool]
"""A line, and whether it must not be shown to whoever looks."""


def _newest_first(read: _Read) -> tuple[float, str, int]:
    place = read[0].place
    return -place.at.timestamp(), _downwards(place.source), -place.id


def _downwards(source: Source) -> str:
    return str(len(Source) - list(Source).index(source))


def _part(
    found: Select[Any], line: Any, source: Source, wanted: Wanted, before: Place | None, limit: int
) -> Select[Any]:
    """The first lines behind a place, of the days that are looked for."""
    at, number = col(line.at), col(line.id)
    if wanted.begin is not None:
        found = found.where(at >= wanted.begin)
    if wanted.end is not None:
        found = found.where(at < wanted.end)
    if before is not None:
        # The first says where to begin; by the second alone every younger line would be looked at.
        found = found.where(at <= before.at, _behind(at, number, source, before))
    return found.order_by(at.desc(), number.desc()).limit(limit)


def _behind(at: Any, number: Any, source: Source, before: Place) -> ColumnElement[bool]:
    """SQL: whether a line of a source stands behind a place."""
    if source == before.source:
        return or_(at < before.at, and_(at == before.at, number < before.id))
    return at <= before.at if source < before.source else at < before.at  # type: ignore[no-any-return]


def _posted(person: Any, look: Look | None) -> ColumnElement[bool]:
    """SQL: whether a person holds or held a post, in the areas of whoever looks (None: anywhere)."""
    holders = select(col(Appointment.person_id))
    if look is not None and not look.scope.whole:
        holders = holders.where(col(Appointment.area_id).in_(sorted(look.areas)))
    return col(person).in_(holders)


def _is_against(look: Look, flags: Any) -> bool:
    accused: Iterable[int] = (flags or {}).get("accused", ())
    return look.scope.person is not None and look.scope.person in accused


def _may_open(look: Look, privacy: str | None) -> bool:
    """What whoever looks might have opened; of what is closest kept (P4) nobody above reads even the reason."""
    return look.private and privacy != Privacy.P4


def _of_access(row: AccessEvent) -> Done:
    other = row.by_person_id is not None or row.by_operator
    return Done(
        Place(row.at, Source.ACCESS, row.id or 0), row.kind, row.by_person_id if other else row.person_id,
        operator=row.by_operator or (row.person_id is None and not other), reason=row.reason,
        whom=row.person_id if other and row.person_id != row.by_person_id else None,
    )  # fmt: skip


def _of_opening(row: RegisterOpening, *, told: bool) -> Done:
    return Done(
        Place(row.at, Source.OPENED, row.id or 0), row.kind, row.person_id, operator=row.person_id is None,
        number=row.subject_no if told else None, reason=row.reason if told else "",
    )  # fmt: skip


def _of_export(row: ExportLog) -> Done:
    return Done(
        Place(row.at, Source.EXPORTED, row.id or 0), row.kind, row.person_id, operator=row.person_id is None,
        reason=row.reason, taken=Taken(row.area_id, row.period, row.rows),
    )  # fmt: skip
