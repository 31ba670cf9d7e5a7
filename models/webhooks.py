"""What other programs must be told: claimed under a lease, sent, tried again or given up; and the log of it.

The lease is committed before anything leaves and the answer after it: whoever dies in between lets the lease run out,
and it is sent again under the same id. Every method is one short transaction of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, and_, bindparam, func, select, update
from sqlmodel import Session, SQLModel, col

from models.engine import for_writing
from models.prepared import Prepared
from models.rules.webhooks import GONE, next_try
from models.tables import WebhookDelivery
from models.wires import looking, writing

ROW: Table = SQLModel.metadata.tables[str(WebhookDelivery.__tablename__)]
LEASE = timedelta(minutes=2)
"""Longer than any call may take."""
DONE = range(200, 300)


@dataclass(frozen=True, slots=True)
class Push:
    """One event to send now. ``attempts``: this one included."""

    id: int
    event: str
    body: str
    attempts: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP status, or 0 and why there is none."""

    status: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class PushLine:
    """One line of the log."""

    id: int
    hook: str
    event: str
    kind: str
    state: str
    attempts: int
    next_at: datetime
    status: int
    why: str
    at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class PushPage:
    """Some of the log, newest first; ``older`` is the id to go on from, None: these were the last."""

    lines: tuple[PushLine, ...]
    older: int | None


class WebhookQueue:
    """The queue. ``crash_point`` is called with a name around every commit; a simulation dies there."""

    def __init__(self, engine: Engine, crash_point: Callable[[str], None] = lambda _: None) -> None:
        self._reading = engine
        self._writing = for_writing(engine)
        self._crash_point = crash_point

    def is_due(self, hook: str, now: datetime) -> bool:
        """Whether anything can be claimed: nobody waits for a write lock to learn that nothing can."""
        with looking(self._reading) as wire:
            return bool(_DUE.rows(wire, {"receiver": hook, "now": now}))

    def claim(self, hook: str, now: datetime) -> Push | None:
        """Lease the receiver's longest due event; None: none is due. Two claimers never get the same."""
        with writing(self._writing) as wire:
            taken = _CLAIM.rows(wire, {"receiver": hook, "now": now, "until": now + LEASE})
        self._crash_point("after_lease")
        return Push(*taken[0]) if taken else None

    def settle(self, push: Push, answer: Answer, now: datetime) -> str:
        """Note what came of it; the row's state now."""
        again = None if answer.status == GONE else next_try(push.attempts, push.since, now)
        state = "sent" if answer.status in DONE else "failed" if again is None else "waiting"
        self._crash_point("before_settle")
        values = {
            "row": push.id, "tries": push.attempts, "to": state, "code": answer.status, "told": answer.why[:200],
            "next": again or now, "done": None if state == "waiting" else now,
        }  # fmt: skip
        with writing(self._writing) as wire:
            _SETTLE.run(wire, values)
        return state

    def reached_last(self, hook: str) -> datetime | None:
        """When the receiver took anything last; None: never, as far as the log goes back."""
        with looking(self._reading) as wire:
            found = _REACHED.rows(wire, {"receiver": hook})
        last: datetime | None = found[0][0]
        return last


class WebhookLog:
    """Reads only; bodies stay in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, hook: str, state: str, *, before: int | None = None, limit: int = 30) -> PushPage:
        """The newest lines of a receiver (empty: of all) in a state (empty: any), or those with ids below ``before``."""
        wanted: list[Any] = [col(WebhookDelivery.hook) == hook] if hook else []
        wanted += [col(WebhookDelivery.state) == state] if state else []
        wanted += [col(WebhookDelivery.id) < before] if before is not None else []
        columns = [ROW.c[name] for name in PushLine.__slots__]
        found = select(*columns).where(*wanted).order_by(ROW.c.id.desc()).limit(limit + 1)
        with Session(self._engine) as session:
            lines = [PushLine(*row) for row in session.execute(found)]
        return PushPage(tuple(lines[:limit]), lines[limit - 1].id if len(lines) > limit else None)

    def counts(self) -> dict[str, dict[str, int]]:
        """Receiver → state → how many."""
        found = select(ROW.c.hook, ROW.c.state, func.count()).group_by(ROW.c.hook, ROW.c.state)
        counted: dict[str, dict[str, int]] = {}
        with Session(self._engine) as session:
            for hook, state, number in session.execute(found):
                counted.setdefault(hook, {})[state] = int(number)
        return counted


def again(
    session: Session, now: datetime, *, ids: Iterable[int] = (), hook: str = "", span: tuple[datetime, datetime] | None = None
) -> int:  # fmt: skip
    """Send these once more, or all that a receiver was told of in a span (from, up to); how many. Nothing is committed."""
    which: list[ColumnElement[bool]] = [ROW.c.id.in_(sorted(ids))]
    if span is not None:
        which = [ROW.c.hook == hook, ROW.c.at >= span[0], ROW.c.at < span[1]]
    ended = and_(ROW.c.state != "waiting", *which)
    fresh = (
        update(ROW)
        .where(ended)
        .values(state="waiting", attempts=0, since=now, next_at=now, done_at=None, why="")
    )
    return int(session.connection().execute(fresh).rowcount)


_NOW = bindparam("now", type_=ROW.c.next_at.type)
_WAITS = (ROW.c.hook == bindparam("receiver"), ROW.c.state == "waiting", ROW.c.next_at <= _NOW)
_EARLIEST = select(ROW.c.id).where(*_WAITS).order_by(ROW.c.next_at, ROW.c.id).limit(1)
_DUE = Prepared(_EARLIEST)
_REACHED = Prepared(
    select(func.max(ROW.c.done_at, type_=ROW.c.done_at.type)).where(
        ROW.c.hook == bindparam("receiver"), ROW.c.state == "sent"
    )
)
_FIRST = _EARLIEST.with_for_update(skip_locked=True).cte("first")
_CLAIM = Prepared(
    update(ROW)
    .where(ROW.c.id.in_(select(_FIRST.c.id)))
    .values(next_at=bindparam("until", type_=ROW.c.next_at.type), attempts=ROW.c.attempts + 1)
    .returning(*(ROW.c[name] for name in Push.__slots__))
)
# Pushed again meanwhile, or taken over after the lease: the number of tries has moved, and this answer is an old one.
_SETTLE = Prepared(
    update(ROW)
    .where(ROW.c.id == bindparam("row"), ROW.c.state == "waiting", ROW.c.attempts == bindparam("tries"))
    .values(
        state=bindparam("to"),
        status=bindparam("code"),
        why=bindparam("told"),
        next_at=bindparam("next", type_=ROW.c.next_at.type),
        done_at=bindparam("done", type_=ROW.c.done_at.type),
    )
)
