"""Leases with fencing: of several processes one acts for an account, and one that is too late writes nothing more.

A lease is taken and renewed by the database's own clock. Its token grows by one each time somebody takes it, and
whoever acts for the account proves in each transaction that his token is still the one that counts: the row stays
locked until he commits, so that nobody takes the lease between the proof and the commit (decision 0068).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, Integer, String, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import SQLModel

from models import tables
from models.engine import for_writing
from models.prepared import Prepared

LEASE: Table = SQLModel.metadata.tables[str(tables.Lease.__tablename__)]
LASTS_S = 15
"""Seconds a lease lasts when nobody renews it."""
CHANNEL = "channel:"

Fenced = Callable[[Connection, str], None]
"""Proves, in the transaction of a connection, that this process still acts for an account; raises LeaseLost."""


class LeaseLost(RuntimeError):  # noqa: N818 - says what is the matter
    """Another process acts for this account by now: nothing is written."""


def unfenced(wire: Connection, account: str) -> None:
    """Where one process acts for all accounts, nobody has to prove anything."""


class _Moment(FunctionElement[object]):
    """The database's clock, so many seconds from now."""

    inherit_cache = False
    type = LEASE.c.until.type

    def __init__(self, seconds: int = 0) -> None:
        super().__init__()
        self.seconds = seconds


@compiles(_Moment, "postgresql")
def _in_postgresql(moment: _Moment, _compiler: SQLCompiler, **_: object) -> str:
    return f"(clock_timestamp() + interval '{moment.seconds} seconds')"


@compiles(_Moment, "sqlite")
def _in_sqlite(moment: _Moment, _compiler: SQLCompiler, **_: object) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '{moment.seconds} seconds')"


_NAME, _TOKEN = bindparam("lease", type_=String), bindparam("proof", type_=Integer)
# Shared: several pieces of work of one holder prove it side by side; whoever takes the lease waits for them.
_PROOF = Prepared(
    select(LEASE.c.token).where(LEASE.c.name == _NAME, LEASE.c.token == _TOKEN).with_for_update(read=True)
)


@dataclass
class Fence:
    """The tokens this process holds, by account."""

    tokens: dict[str, int] = field(default_factory=dict)

    def check(self, wire: Connection, account: str) -> None:
        """Prove that this process still acts for an account (empty: for nobody). Raises LeaseLost."""
        if not account:
            return
        token = self.tokens.get(account)
        if token is None or not _PROOF.rows(wire, {"lease": CHANNEL + account, "proof": token}):
            raise LeaseLost(account)


class Leases:
    """Takes, renews and lets go; each is one short transaction of its own. ``holder`` is for people to read."""

    def __init__(self, engine: Engine, holder: str) -> None:
        self._reading = engine
        self._writing = for_writing(engine)
        self._holder = holder

    def take(self, account: str) -> int | None:
        """Take the lease of an account if nobody holds it; its new token, None: somebody does."""
        name = CHANNEL + account
        insert = sqlite.insert if self._writing.dialect.name == "sqlite" else postgresql.insert
        row = insert(LEASE).values(name=name, holder="", token=0, until=_Moment(-1)).on_conflict_do_nothing()
        free = update(LEASE).where(LEASE.c.name == name, LEASE.c.until <= _Moment())
        mine = free.values(holder=self._holder, token=LEASE.c.token + 1, until=_Moment(LASTS_S))
        with self._writing.begin() as wire:
            wire.execute(row)
            token: int | None = wire.execute(mine.returning(LEASE.c.token)).scalar_one_or_none()
        return token

    def renew(self, account: str, token: int) -> bool:
        """Hold it for longer; False: somebody took it meanwhile."""
        return self._until(account, token, _Moment(LASTS_S))

    def let_go(self, account: str, token: int) -> None:
        """The next one need not wait until it runs out."""
        self._until(account, token, _Moment(-1))

    def held(self) -> dict[str, str]:
        """Accounts for which some process acts now, with who that is."""
        name = LEASE.c.name
        with self._reading.connect() as wire:
            rows = wire.execute(select(name, LEASE.c.holder).where(LEASE.c.until > _Moment())).all()
        return {row.name.removeprefix(CHANNEL): row.holder for row in rows if row.name.startswith(CHANNEL)}

    def _until(self, account: str, token: int, until: _Moment) -> bool:
        mine = update(LEASE).where(LEASE.c.name == CHANNEL + account, LEASE.c.token == token)
        with self._writing.begin() as wire:
            return bool(wire.execute(mine.values(until=until).returning(LEASE.c.token)).first())


def every_one(fence: Fenced, wire: Connection, accounts: Iterable[str]) -> None:
    """Prove it for several accounts, always in the same order, so that nobody waits for each other for ever."""
    for account in sorted(accounts):
        fence(wire, account)


__all__ = ["Fence", "Fenced", "LeaseLost", "Leases", "every_one", "unfenced"]
