"""What saying one row costs the database with a million sent rows behind it and with none; beside general job queues.

``python -m benchmarks.outbox_claim [--behind N] [--rounds N] [--rows N] [--db sqlite,postgres]``

One turn is what ``Delivery`` does around one send: look, choose, claim, mark as sent (``Chooser.next_word``,
``Outbox.mark_sent``), five accounts by turns, 5,000 rooms. The sent rows lie in the half year before, today included, and
are written in batches; PostgreSQL's tables, the peer's too, are vacuumed and analysed after the first round, which is not
counted, as autovacuum does. SQLite keeps
``synchronous=FULL``, PostgreSQL runs as in the tests, without waiting for the disk. Rounds with none behind and with all
behind alternate, then the peers' do; medians. CPU is this process and, for PostgreSQL, the backend that serves it.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import psycopg
from sqlalchemy import Engine, insert, text

from bot.channels.simulator.channel import CAPABILITIES
from bot.choosing import Chooser, Chosen
from bot.logs import write_logs
from bot.parts import LOCALE
from handlers.texts import load_texts
from models.engine import migrate, open_engine
from models.outbox import Outbox, Speakers
from models.rules.pacing import Pace, Rank
from models.tables import Notice, OutboxMessage, Room, RoomSeat
from tests.databases import postgres_server

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
ACCOUNTS = tuple(f"a{number}" for number in range(1, 6))
ROOMS = 5_000
HALF_A_YEAR = timedelta(days=180)
WORDS = {"title": "明天上午停电检修", "brief": "请提前备水。", "src": ""}
NOTICE_NO = 1
BATCH = 10_000


class Cost(NamedTuple):
    """Microseconds a row."""

    cpu: float
    wall: float


class Queue(Protocol):
    """Rows wait, and are claimed and finished one by one."""

    def queue(self, number: int) -> None:
        """So many wait."""
        ...

    def work(self, number: int) -> None:
        """Claim and finish them."""
        ...

    def settle(self) -> None:
        """What the database does for itself after many changes is done."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Ours:
    """The shipped outbox behind the shipped chooser."""

    def __init__(self, url: str, behind: int) -> None:
        migrate(url)
        self._engine = open_engine(url)
        self._now = NOON
        self._next_room = 0
        outbox = Outbox(self._engine)
        self._outbox = outbox
        self._chooser = Chooser(outbox, load_texts(LOCALE), Pace(room_notices_daily=100, room_daily=100))
        fill(self._engine, behind)

    def settle(self) -> None:
        """As autovacuum does; SQLite does nothing of the kind, and is asked for nothing."""
        if self._engine.dialect.name == "postgresql":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM (ANALYZE)"))

    def queue(self, number: int) -> None:
        """One notice for so many rooms."""
        rows = []
        for _ in range(number):
            self._next_room = self._next_room % ROOMS + 1
            rows.append(row(self._next_room, self._now, Rank.BROADCAST, "queued", NOTICE_NO))
        with self._engine.begin() as connection:
            connection.execute(insert(OutboxMessage), rows)

    def work(self, number: int) -> None:
        """The accounts say them by turns; what is sent leaves nobody waiting."""
        for turn in range(number):
            account = ACCOUNTS[turn % len(ACCOUNTS)]
            self._now += timedelta(milliseconds=10)
            found = self._chooser.next_word(
                Speakers(account, "simulator", ACCOUNTS), CAPABILITIES, None, self._now
            )
            if not isinstance(found, Chosen):
                raise TypeError(f"{account} found nothing to say")
            self._outbox.mark_sent(found.row.id, f"m-{found.row.id}", self._now)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def row(room: int, at: datetime, rank: Rank, state: str, notice: int | None) -> dict[str, Any]:
    """One row of the outbox for a room; what is sent was sent a second after its moment."""
    sent = state == "sent"
    return {
        "cause": "notice", "room_id": room, "identity_id": None, "medium": "chat", "key": "NOTICE_POST", "blanks": WORDS,
        "mentions": [], "rank": int(rank), "gathers": "", "case_id": None, "notice_id": notice, "state": state,
        "not_before": at, "attempts": int(sent), "why": "", "text": "【通知】明天上午停电检修。请提前备水。" if sent else "",
        "account": ACCOUNTS[room % 5] if sent else "", "channel_message": f"m-{room}-{at.timestamp()}" if sent else None,
        "created_at": at, "sending_at": at if sent else None, "sent_at": at + timedelta(seconds=1) if sent else None,
    }  # fmt: skip


def fill(engine: Engine, behind: int) -> None:
    """Rooms, and what they heard in half a year: three in four a notice."""
    rooms = [
        {"channel": "simulator", "platform_id": f"r{n}", "title": f"r{n}", "kind": "resident", "tier": 1, "mode": "active",
         "listener": ACCOUNTS[n % 5]}
        for n in range(1, ROOMS + 1)
    ]  # fmt: skip
    seats = [{"room_id": n, "account": ACCOUNTS[n % 5], "since": NOON} for n in range(1, ROOMS + 1)]
    notice = {"no": NOTICE_NO, "title": "x", "body": "x", "state": "sending", "created_at": NOON, "source": "",
              "level": "normal", "audience": {}, "when_text": ""}  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(Room), rooms)
        connection.execute(insert(RoomSeat), seats)
        connection.execute(insert(Notice), notice)
        for batch in sent_before(behind):
            connection.execute(insert(OutboxMessage), batch)


def sent_before(behind: int) -> Iterator[list[dict[str, Any]]]:
    """Rows in batches, the oldest first, the last of them this morning."""
    step = HALF_A_YEAR / max(behind, 1)
    for begin in range(0, behind, BATCH):
        yield [
            row(
                n % ROOMS + 1, NOON - HALF_A_YEAR + step * n, Rank.BROADCAST if n % 4 else Rank.REPLY, "sent",
                NOTICE_NO if n % 4 else None,
            )
            for n in range(begin, min(begin + BATCH, behind))
        ]  # fmt: skip


def backends(url: str) -> float:
    """Seconds of CPU that the backends of a PostgreSQL database have used; 0 where there are none to look at."""
    if not url.startswith("postgres") or not Path("/proc/self/stat").exists():
        return 0.0
    with psycopg.connect(url, autocommit=True) as wire:
        found = wire.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [pid for (pid,) in found.fetchall()]
    ticks = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(stat[11]) + int(stat[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(queue: Queue, url: str, rows: int) -> Cost:
    """One round: so many rows wait, and all are worked off."""
    queue.queue(rows)
    served, cpu, wall = backends(url), time.process_time(), time.perf_counter()
    queue.work(rows)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Cost((cpu + backends(url) - served) / rows * 1e6, wall / rows * 1e6)


def compare(name: str, make: Callable[[int, str], Queue], urls: list[str], behind: int, asked: Any) -> None:
    """Rounds of one queue with nothing behind and with all of it behind, by turns."""
    numbers = (0, behind)
    queues = [make(number, url) for number, url in zip(numbers, urls, strict=True)]
    costs: list[list[Cost]] = [[], []]
    for turn in range(asked.rounds + 1):
        for which in (0, 1) if turn % 2 else (1, 0):
            cost = measured(queues[which], urls[which], asked.rows)
            if turn:
                costs[which].append(cost)
            else:  # the first round warms up
                queues[which].settle()
    for queue in queues:
        queue.close()
    bare, full = ([statistics.median(kind) for kind in zip(*each, strict=True)] for each in costs)
    print(
        f"{name}: {bare[0]:.0f} µs of CPU, {bare[1]:.0f} µs of time a row with none behind;"
        f" {full[0]:.0f} and {full[1]:.0f} with {behind:,}:"
        f" {full[0] / bare[0]:.2f} by CPU, {full[1] / bare[1]:.2f} by time",
        flush=True,
    )


def on_sqlite(asked: Any) -> None:
    """Both on files."""
    from benchmarks.outbox_claim_peers import Huey  # noqa: PLC0415 - ours is measured without the peers' packages

    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{who}-{n}.db" for who in ("ours", "huey") for n in (0, 1)]
        urls = [f"sqlite:///{file}" for file in files]
        compare("SQLite, ours", lambda number, url: Ours(url, number), urls[:2], asked.behind, asked)
        peer_urls = [str(file) for file in files[2:]]
        compare("SQLite, huey", lambda number, url: Huey(Path(url), number), peer_urls, asked.behind, asked)


def on_postgres(asked: Any) -> None:
    """Both on one server."""
    from benchmarks.outbox_claim_peers import Procrastinate  # noqa: PLC0415 - see above

    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        urls = [server.fresh(), server.fresh()]
        compare("PostgreSQL, ours", lambda number, url: Ours(url, number), urls, asked.behind, asked)
        peer_urls = [server.empty(), server.empty()]
        compare(
            "PostgreSQL, procrastinate",
            lambda number, url: Procrastinate(url, number),
            peer_urls,
            asked.behind,
            asked,
        )


def main() -> None:
    """Every database that was asked for."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--behind", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=7)
    words.add_argument("--rows", type=int, default=300)
    words.add_argument("--db", default="sqlite,postgres")
    asked = words.parse_args()
    write_logs(level="error")
    for database in asked.db.split(","):
        {"sqlite": on_sqlite, "postgres": on_postgres}[database](asked)


if __name__ == "__main__":
    main()
