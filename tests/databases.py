"""Real databases for tests: one PostgreSQL per run, a database without rows per test, SQLite files beside it."""

import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from models.engine import migrate
from tests.machine import find_postgres

TEMPLATE = "linli_template"
SCHEMA = """
SELECT md5(string_agg(concat_ws(' ', c.relname, c.relkind, a.attname, a.atttypid), ',' ORDER BY c.relname, a.attnum))
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'public'::regnamespace
"""
ALONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
EMPTY = """
DO $$
DECLARE thing regclass;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR thing IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
        EXECUTE format('DELETE FROM %s', thing);
    END LOOP;
    FOR thing IN SELECT format('%I', sequencename) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        PERFORM setval(thing, 1, false);
    END LOOP;
END $$
"""
# The tests kill programs, never PostgreSQL itself, so it need not wait for the disk.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass
class Postgres:
    """A PostgreSQL that listens on a socket in ``folder`` and nowhere else."""

    folder: Path
    server: "Server"
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    idle: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        """Address of one database, as the configuration would name it."""
        return f"postgresql://linli@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run one statement outside every transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def has(self, database: str) -> bool:
        """Whether there is a database of this name."""
        with psycopg.connect(self.url("postgres")) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            return found.fetchone() is not None

    def named(self, name: str) -> tuple[str, bool]:
        """The URL of a database with the newest schema that keeps its name, and whether it is new."""
        if has := self.has(name):
            migrate(self.url(name))
        else:
            self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.url(name), not has

    def fresh(self) -> str:
        """A new database with the newest schema and no rows; its URL."""
        name = f"town_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.url(name)

    def lend(self) -> str:
        """The same, one that was taken back if there is any: making one takes longer than most tests."""
        return self.idle.pop() if self.idle else self.fresh()

    def take_back(self, url: str) -> None:
        """Empty a lent database for the next test; one whose schema was changed is dropped."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(ALONE)
            whole = connection.execute(SCHEMA).fetchone() == self.schema
            if whole:
                connection.execute(EMPTY)
        if whole:
            self.idle.append(url)
        else:
            self.drop(url)

    @cached_property
    def schema(self) -> Any:
        """What the tables of a fresh database look like, in one word."""
        with psycopg.connect(self.url(TEMPLATE), autocommit=True) as connection:
            return connection.execute(SCHEMA).fetchone()

    def empty(self) -> str:
        """A new database without any table; its URL."""
        name = f"empty_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Forget a database, whoever is still connected."""
        name = make_url(url).database
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def postgres_server(kept: Path | None = None) -> Iterator[Postgres]:
    """A PostgreSQL of our own, gone again afterwards, with every migration applied to its template database.

    PostgreSQL refuses to run as root; there it runs as ``nobody``. ``kept``: a folder that outlives it, for the next time.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="linli-pg-", dir="/tmp"))  # a socket's path must be short
    folder.mkdir(parents=True, exist_ok=True)
    other = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    as_other = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": ()} if other else {}
    if other:
        os.chown(folder, other.pw_uid, other.pw_gid)
    try:
        binaries = _reachable(find_postgres(), folder, as_other)
        with (
            (folder / "log").open("wb") as log,
            _running(binaries, folder, {"stdout": log, "stderr": log, **as_other}) as server,
        ):
            postgres = Postgres(folder, server)
            if not postgres.has(TEMPLATE):
                postgres.run(f"CREATE DATABASE {TEMPLATE}")
            migrate(postgres.url(TEMPLATE))
            yield postgres
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def _reachable(binaries: Path, folder: Path, as_other: dict[str, Any]) -> Path:
    """The binaries where the other user can run them: those from PyPI may lie in root's own folder."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, capture_output=True, cwd="/", **as_other
        )
    except (OSError, subprocess.CalledProcessError):
        package = binaries.parent.parent
        for part in (binaries.parent, package.with_name(f"{package.name}.libs")):
            if part.exists():
                there = folder / "lib" / part.relative_to(package.parent)
                shutil.copytree(part, there, symlinks=True, dirs_exist_ok=True)
        return folder / "lib" / binaries.relative_to(package.parent)
    return binaries


@contextmanager
def _running(binaries: Path, folder: Path, how: dict[str, Any]) -> Iterator["Server"]:
    """Make a cluster in ``folder`` and run it while the block runs."""
    letters = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    make = [
        "initdb",
        "-D",
        folder / "data",
        "-U",
        "linli",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale",
        letters,
        "--no-sync",
    ]
    server = Server(binaries, folder, how)
    try:
        if not (folder / "data").exists():
            subprocess.run([binaries / make[0], *make[1:]], check=True, cwd=folder, **how)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    except (subprocess.CalledProcessError, TimeoutError) as cause:
        raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()[-2000:]}") from cause


@dataclass
class Server:
    """The server's process: it may be stopped and started again, as by an upgrade or a full disk."""

    binaries: Path
    folder: Path
    how: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers, which takes a fraction of a second. Raises TimeoutError: it never did."""
        words = ["-D", self.folder / "data", "-k", self.folder, "-h", ""]
        words += [f"--{name}={value}" for name, value in QUICK.items()]
        self.process = subprocess.Popen([self.binaries / "postgres", *words], cwd=self.folder, **self.how)
        until = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < until:
            try:
                psycopg.connect(f"postgresql://linli@/postgres?host={self.folder}").close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError

    def stop(self) -> None:
        """Without waiting for clients to leave; a stopped one stays stopped."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)


class SqliteFiles:
    """Fresh SQLite databases: copies of one file that every migration was applied to."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.db"
        migrate(f"sqlite:///{self.template}")
        with closing(sqlite3.connect(self.template)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # one file is easier to copy than three

    def fresh(self, folder: Path) -> str:
        """A new database with the newest schema and no rows; its URL."""
        file = folder / "linli.db"
        shutil.copyfile(self.template, file)
        return f"sqlite:///{file}"
