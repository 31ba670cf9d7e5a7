"""General job queues, as they come, with and without finished jobs behind: the scale for benchmarks.outbox_claim.

procrastinate keeps finished jobs in the table it claims from, on PostgreSQL. huey on SQLite deletes a task it hands out
and keeps its result in another table of the same file.
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psycopg
from huey.storage import SqliteStorage
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status

FINISHED = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)
SELECT 'account' || n %% 5, 'say', '{"words": "hello"}', 'succeeded', 1 FROM generate_series(1, %s) n
"""
WAITING = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
SELECT 'account' || n %% 5, 'say', '{"words": "hello"}' FROM generate_series(1, %s) n
"""


class Procrastinate:
    """Its own tables, functions and job manager in a database of its own."""

    def __init__(self, url: str, behind: int) -> None:
        self._url = url
        self._loop = asyncio.new_event_loop()
        self._open = AsyncExitStack()
        self._app: Any = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=1))
        self._loop.run_until_complete(self._open.enter_async_context(self._app.open_async()))
        self._loop.run_until_complete(self._app.schema_manager.apply_schema_async())
        self._worker = self._loop.run_until_complete(self._app.job_manager.register_worker())
        with psycopg.connect(url, autocommit=True) as wire:
            wire.execute("SET session_replication_role = replica")  # what is over needs no event
            wire.execute(FINISHED, (behind,))

    def settle(self) -> None:
        """As autovacuum does."""
        with psycopg.connect(self._url, autocommit=True) as wire:
            wire.execute("VACUUM (ANALYZE)")

    def queue(self, number: int) -> None:
        """So many jobs wait."""
        with psycopg.connect(self._url, autocommit=True) as wire:
            wire.execute("SET session_replication_role = replica")
            wire.execute(WAITING, (number,))

    def work(self, number: int) -> None:
        """Claim and finish them, one after the other."""
        self._loop.run_until_complete(self._work(number))

    async def _work(self, number: int) -> None:
        jobs = self._app.job_manager
        for turn in range(number):
            job = await jobs.fetch_job([f"account{turn % 5}"], self._worker)
            await jobs.finish_job(job, Status.SUCCEEDED, delete_job=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._loop.run_until_complete(self._open.aclose())
        self._loop.close()


class Huey:
    """Its SQLite storage: one queue, results kept."""

    def __init__(self, file: Path, behind: int) -> None:
        self._store: Any = SqliteStorage("town", filename=str(file), fsync=True)
        self._number = behind
        results = [("town", f"done-{n}", b"x" * 100) for n in range(behind)]
        with self._store.db(commit=True) as cursor:
            cursor.executemany("INSERT INTO kv (queue, key, value) VALUES (?, ?, ?)", results)

    def queue(self, number: int) -> None:
        """So many tasks wait."""
        tasks = [("town", b"x" * 100)] * number
        with self._store.db(commit=True) as cursor:
            cursor.executemany("INSERT INTO task (queue, data) VALUES (?, ?)", tasks)

    def work(self, number: int) -> None:
        """Claim and finish them, one after the other."""
        for _ in range(number):
            words = self._store.dequeue()
            self._number += 1
            self._store.put_data(f"done-{self._number}", words)

    def settle(self) -> None:
        """SQLite does nothing for itself."""

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()
