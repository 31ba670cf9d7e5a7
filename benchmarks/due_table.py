"""Half a million scheduled rows: what looking for due ones costs, and a herd of 5,000; beside APScheduler's own job store.

``python -m benchmarks.due_table [--rows N] [--herd N]``

Ours is the shipped due table on SQLite (WAL, FULL): ``next_due`` and ``claim`` as the tick calls them, with no row and with
all rows waiting in the days to come. The peer is APScheduler 3 with its SQLAlchemyJobStore on a file of its own, asked
what its scheduler asks at every wake-up (``get_next_run_time``, ``get_due_jobs``). Then a herd is due in one second: ours is
done by ``fire_due``; the peer runs with its defaults (one thread pool of ten, misfire grace of one second).
"""

import argparse
import logging
import pickle
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, insert

from benchmarks.bells import RUNG, ring
from bot.logs import write_logs
from handlers.dispatch import Outcome, Status
from handlers.intents import Intent
from handlers.registry import load_handlers
from jobs.due_firings import fire_due
from models.due import DueTable
from models.engine import migrate, open_engine
from models.rules.actor import Actor, Origin
from models.tables import DueFiring

NOON = datetime(2099, 3, 4, 4, 0, tzinfo=UTC)
"""Far ahead, so that nothing of what waits is due by the clock of the machine."""
LOOKS = 300


def ours(folder: Path, name: str) -> Engine:
    """An empty database of ours."""
    url = f"sqlite:///{folder / name}"
    migrate(url)
    return open_engine(url)


def fill(engine: Engine, rows: int, due: Callable[[int], datetime]) -> None:
    """That many rows of the due table."""
    wanted = [
        {"key": f"bell-{n}", "intent": "SweepExpired", "fields": {"since": ""}, "due_at": due(n), "state": "waiting",
         "attempts": 0, "why": ""}
        for n in range(rows)
    ]  # fmt: skip
    with engine.begin() as connection:
        for begin in range(0, rows, 10_000):
            connection.execute(insert(DueFiring), wanted[begin : begin + 10_000])


def peer_store(folder: Path, name: str) -> tuple[BackgroundScheduler, SQLAlchemyJobStore]:
    """A paused scheduler of the peer on a file of its own."""
    store = SQLAlchemyJobStore(url=f"sqlite:///{folder / name}")
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start(paused=True)
    return scheduler, store


def fill_peer(store: SQLAlchemyJobStore, scheduler: BackgroundScheduler, rows: int) -> None:
    """Rows as its own ``add_job`` writes them: one is added, the others are copies with another id and moment."""
    job = scheduler.add_job(ring, "date", run_date=NOON + timedelta(days=1), args=["x"], id="first")
    state = job.__getstate__()
    table = store.jobs_t
    wanted = []
    for n in range(rows - 1):
        at = NOON + timedelta(days=1, seconds=n)
        wanted.append(
            {
                "id": f"bell-{n}",
                "next_run_time": at.timestamp(),
                "job_state": pickle.dumps({**state, "id": f"bell-{n}", "next_run_time": at}),
            }
        )
    with store.engine.begin() as connection:
        for begin in range(0, len(wanted), 10_000):
            connection.execute(table.insert(), wanted[begin : begin + 10_000])


def microseconds(call: Callable[[], object]) -> float:
    """Median of one call."""
    spent = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        call()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1e6


def idle(folder: Path, rows: int) -> None:
    """A look that finds nothing, with no row and with all of them waiting."""
    for number in (0, rows):
        engine = ours(folder, f"ours-{number}.db")
        fill(engine, number, lambda n: NOON + timedelta(days=1, seconds=n))
        due = DueTable(engine)
        look = microseconds(lambda due=due: due.next_due(NOON))  # type: ignore[misc]
        claim = microseconds(lambda due=due: due.claim(NOON))  # type: ignore[misc]
        engine.dispose()
        scheduler, store = peer_store(folder, f"peer-{number}.db")
        if number:
            fill_peer(store, scheduler, number)
        peer = microseconds(lambda store=store: (store.get_due_jobs(NOON), store.get_next_run_time()))  # type: ignore[misc]
        scheduler.shutdown(wait=False)
        print(
            f"{number:>7} rows waiting: ours {look:.0f} µs a look, {claim:.0f} µs a claim; peer {peer:.0f} µs a look"
        )


class Counter:
    """Counts what is done."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, intent: Intent, actor: Actor, origin: Origin) -> Outcome:  # noqa: ARG002 - as dispatch is called
        self.keys.append(origin.key)
        return Outcome(Status.DONE)


def herd(folder: Path, number: int) -> None:
    """So many due in the same second."""
    engine, counter = ours(folder, "herd.db"), Counter()
    fill(engine, number, lambda _: NOON)
    began = time.perf_counter()
    fire_due(DueTable(engine), counter, lambda: NOON)
    spent = time.perf_counter() - began
    engine.dispose()
    doubled = len(counter.keys) - len(set(counter.keys))
    print(f"herd of {number}: ours {number - len(set(counter.keys))} lost, {doubled} doubled, {spent:.1f} s")
    store = SQLAlchemyJobStore(url=f"sqlite:///{folder / 'peer-herd.db'}")
    scheduler = BackgroundScheduler(
        jobstores={"default": store}, executors={"default": ThreadPoolExecutor(10)}, timezone=UTC
    )
    scheduler.start(paused=True)
    soon = datetime.now(UTC) + timedelta(seconds=max(20, number // 100))
    for n in range(number):
        scheduler.add_job(ring, "date", run_date=soon, args=[f"bell-{n}"], id=f"bell-{n}")
    scheduler.resume()
    give_up = time.monotonic() + 300
    while store.get_next_run_time() is not None and time.monotonic() < give_up:
        threading.Event().wait(1)
    threading.Event().wait(2)
    scheduler.shutdown(wait=False)
    print(f"herd of {number}: peer with its defaults {number - len(RUNG)} lost")


def main() -> None:
    """Both measurements in one run."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=500_000)
    words.add_argument("--herd", type=int, default=5_000)
    asked = words.parse_args()
    write_logs(level="error")
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    load_handlers()
    with tempfile.TemporaryDirectory() as folder:
        idle(Path(folder), asked.rows)
        herd(Path(folder), asked.herd)


if __name__ == "__main__":
    main()
