"""Whether what stands in a database fits together; asked of every database that a backup was restored into."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Select, func, inspect, or_, select, text
from sqlmodel import SQLModel

from models import tables
from models.rules.case_life import OPEN_STATES

_TABLES = SQLModel.metadata.tables
CASE = _TABLES[str(tables.Case.__tablename__)]
EVENT = _TABLES[str(tables.CaseEvent.__tablename__)]
PLACE = _TABLES[str(tables.Deployment.__tablename__)]
NOTICE = _TABLES[str(tables.Notice.__tablename__)]


def faults_of(wire: Connection) -> list[str]:
    """What is broken, one short phrase each, with numbers only; a database with any of these cannot be used."""
    return [*_keys(wire), *_search(wire)]


def doubts_of(wire: Connection) -> list[str]:
    """What should not be, and was brought over as it was: no reason to have no backup at all."""
    return [f"{count} {what}" for what, count in _counts(wire) if count]


def _counts(wire: Connection) -> Iterator[tuple[str, int]]:
    for what, question in QUESTIONS:
        yield what, int(wire.execute(select(func.count()).select_from(question.subquery())).scalar_one())


def _has_events(*more: ColumnElement[bool]) -> Select[tuple[int]]:
    """Cases whose events are not what ``more`` says of them."""
    per_case = (
        select(
            EVENT.c.case_id, func.count().label("events"), func.max(EVENT.c.seq).label("last"),
            func.min(EVENT.c.seq).label("first"),
        ).group_by(EVENT.c.case_id).subquery()
    )  # fmt: skip
    counts = or_(
        per_case.c.case_id.is_(None), per_case.c.events != CASE.c.event_count,
        per_case.c.last != CASE.c.event_count, per_case.c.first != 1,
    )  # fmt: skip
    return select(CASE.c.id).outerjoin(per_case, per_case.c.case_id == CASE.c.id).where(counts, *more)


QUESTIONS: tuple[tuple[str, Select[tuple[int]]], ...] = (
    ("cases whose history has a gap", _has_events()),
    (
        "cases that do not stand as their last step left them",
        select(CASE.c.id)
        .join(EVENT, (EVENT.c.case_id == CASE.c.id) & (EVENT.c.seq == CASE.c.event_count))
        .where(EVENT.c.to_state != CASE.c.state),
    ),
    (
        "open cases that lie with nobody",
        select(CASE.c.id).where(
            CASE.c.state.in_(sorted(OPEN_STATES)), CASE.c.assignee_id.is_(None), CASE.c.claimed_by.is_(None)
        ),
    ),
    (
        "numbers of cases that would be given twice",
        select(CASE.c.id).where(CASE.c.no > select(func.max(PLACE.c.last_case_no)).scalar_subquery()),
    ),
    (
        "numbers of notices that would be given twice",
        select(NOTICE.c.id).where(NOTICE.c.no > select(func.max(PLACE.c.last_notice_no)).scalar_subquery()),
    ),
)


def _keys(wire: Connection) -> Iterator[str]:
    """PostgreSQL checked its foreign keys when they were put back."""
    if wire.dialect.name == "sqlite":
        lost = wire.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            yield f"{len(lost)} rows lead to rows that are not there"
        whole = wire.exec_driver_sql("PRAGMA quick_check").scalar()
        if whole != "ok":
            yield "the file is damaged"


def _search(wire: Connection) -> Iterator[str]:
    """Every case is found by its words."""
    if wire.dialect.name == "postgresql":
        without = (
            "SELECT count(*) FROM case_file AS c LEFT JOIN case_words AS w ON w.no = c.no WHERE w.no IS NULL"
        )
        count = wire.execute(text(without)).scalar_one()
        if count:
            yield f"{count} cases cannot be found by their words"
    elif inspect(wire).has_table("case_words"):
        wire.exec_driver_sql("SELECT count(*) FROM case_words WHERE case_words MATCH 'x'")
