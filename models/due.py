"""What is to happen at an instant, once: claimed under a lease, done, tried again or given up (design §4).

The lease is committed before the work begins. Whoever dies in between lets it run out, and the next one finds by
the idempotency key ``job:<key>`` whether the work was done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Integer,
    Table,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    update,
)
from sqlmodel import SQLModel

from models import tables
from models.engine import for_writing
from models.prepared import Prepared
from models.rules.outliving import ERRANDS
from models.rules.pacing import back_off
from models.wires import looking, writing

FIRING: Table = SQLModel.metadata.tables[str(tables.DueFiring.__tablename__)]
LEASE = timedelta(minutes=2)
TRIES = 8


@dataclass(frozen=True, slots=True)
class Firing:
    """One thing to do now. ``intent`` names an intent, ``fields`` are its fields as JSON keeps them."""

    id: int
    key: str
    intent: str
    fields: dict[str, Any]
    due_at: datetime
    attempts: int
    """This try included."""


class DueTable:
    """The due table; every method is one short transaction of its own."""

    def __init__(self, engine: Engine, crash_point: Callable[[str], None] = lambda _: None) -> None:
        self._reading = engine
        self._writing = for_writing(engine)
        self._crash_point = crash_point

    def claim(
        self, now: datetime, limit: int = 50, *, errands_of: Sequence[str] | None = None, errand: str = ""
    ) -> list[Firing]:
        """Lease what is due and free, earliest first; two claimers never get the same row.

        ``errands_of`` names accounts: only this kind of ``errand`` of theirs. None: everything that is no errand.
        """
        lease = _leasing(None if errands_of is None else tuple(errands_of), errand)
        binds = {"now": now, "until": now + LEASE, "limit": limit}
        self._crash_point("before_lease")
        with writing(self._writing) as wire:
            taken = [Firing(*row) for row in lease.rows(wire, binds)]
        self._crash_point("after_lease")
        return sorted(taken, key=lambda f: (f.due_at, f.id))

    def finish(self, done: Sequence[tuple[Firing, str]]) -> None:
        """These happened, or (``why``) had happened before."""
        if not done:
            return
        # Cancelled meanwhile stays cancelled.
        rows = [{"row": firing.id, "reason": why} for firing, why in done]
        self._crash_point("before_finish")
        with writing(self._writing) as wire:
            _FINISH.run_each(wire, rows)
        self._crash_point("after_finish")

    def fail(self, firing: Firing, now: datetime, why: str) -> bool:
        """It went wrong: again later, given up after TRIES. Returns whether it will be tried again."""
        if firing.attempts >= TRIES:
            self._close(firing, state="failed", why=why, leased_until=None)
            return False
        self._close(firing, why=why, leased_until=now + back_off(firing.attempts))
        return True

    def postpone(self, firing: Firing, until: datetime, why: str) -> None:
        """Nobody's fault, such as an account that is offline: again at that moment, however often that was."""
        self._close(firing, why=why, leased_until=until)

    def give_up(self, firing: Firing, why: str) -> None:
        """It can never happen: nobody knows this intent, or its fields are wrong."""
        self._close(firing, state="failed", why=why, leased_until=None)

    def next_due(self, now: datetime) -> datetime | None:
        """When the next thing can be claimed; ``now`` when something can already, None: nothing waits."""
        with looking(self._reading) as wire:
            found = [m for m in _NEXT.rows(wire, {"now": now})[0] if m is not None]
        return max(min(found), now) if found else None

    def _close(self, firing: Firing, **values: object) -> None:
        self._crash_point("before_finish")
        with writing(self._writing) as wire:
            closed = {f"to_{name}": value for name, value in values.items()}
            _closing(tuple(values)).run(wire, {"firing": firing.id, **closed})
        self._crash_point("after_finish")


def _no_errand() -> ColumnElement[bool]:
    return and_(*(FIRING.c.intent != errand for errand in sorted(ERRANDS)))


def _errands_of(accounts: Sequence[str], errand: str) -> ColumnElement[bool]:
    mine = [FIRING.c.key.startswith(f"{errand}:{account}:", autoescape=True) for account in accounts]
    return or_(false(), *mine)


@cache
def _closing(columns: tuple[str, ...]) -> Prepared:
    # Cancelled meanwhile stays cancelled.
    mine = and_(FIRING.c.id == bindparam("firing"), FIRING.c.state == "waiting")
    new = {name: bindparam(f"to_{name}", type_=FIRING.c[name].type) for name in columns}
    return Prepared(update(FIRING).where(mine).values(new))


@lru_cache(64)
def _leasing(errands_of: tuple[str, ...] | None, errand: str) -> Prepared:
    """SQL that leases what is due and free (``now``, ``until``, ``limit``)."""
    wanted = _no_errand() if errands_of is None else _errands_of(errands_of, errand)
    free = select(FIRING.c.id).where(_FREE, FIRING.c.due_at <= _NOW, wanted)
    free = free.order_by(FIRING.c.due_at, FIRING.c.id).limit(bindparam("limit", type_=Integer))
    # A CTE, because a plain subquery may be run again and then leases more than the limit.
    chosen = free.with_for_update(skip_locked=True).cte("chosen")
    mine = update(FIRING).where(FIRING.c.id.in_(select(chosen.c.id)))
    until = bindparam("until", type_=FIRING.c.leased_until.type)
    leased = mine.values(leased_until=until, attempts=FIRING.c.attempts + 1)
    return Prepared(leased.returning(*(FIRING.c[name] for name in Firing.__slots__)))


# Built once: the due table is looked at every few seconds, and building costs more than looking.
_NOW = bindparam("now", type_=FIRING.c.due_at.type)
_WAITS = FIRING.c.state == "waiting"
_FREE = and_(_WAITS, or_(FIRING.c.leased_until.is_(None), FIRING.c.leased_until <= _NOW))
_FINISH = Prepared(
    update(FIRING)
    .where(FIRING.c.id == bindparam("row"), _WAITS)
    .values(state="done", why=bindparam("reason", type_=FIRING.c.why.type), leased_until=None)
)
# The earliest row in the order of the index, and the leases through an index of their own: a plain minimum would read
# every row that waits.
_EARLIEST = select(FIRING.c.due_at).where(_FREE, _no_errand()).order_by(FIRING.c.due_at).limit(1)
_RUNS_OUT = (FIRING.c.leased_until > _NOW, _WAITS, _no_errand())
_NEXT = Prepared(
    select(
        _EARLIEST.scalar_subquery(),
        select(func.min(FIRING.c.leased_until)).where(*_RUNS_OUT).scalar_subquery(),
    )
)
