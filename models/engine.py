"""Opening a database the way Linli needs it: SQLite for one process, PostgreSQL for many (design §4)."""

import json
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, cast

from alembic import command
from alembic.config import Config
from psycopg import Connection as PostgresConnection
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import create_engine

from models.prepared import Prepared
from models.releases import MIGRATIONS, previous_release
from models.rules.case_words import case_tokens, tokens_beyond
from models.schema_change import (
    NoWayBack,
    alone,
    chain,
    check_nobody_else,
    is_ahead,
    newest_in,
    patiently,
    schema_of,
)

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "cache_size=-8000",
)
"""8 MB a connection, taken as needed: with the 2 MB of SQLite's own, every request of a year-old town reads pages
again that the one before had read."""


BEGIN_IMMEDIATE = Prepared(text("BEGIN IMMEDIATE"))


class UnsupportedDatabase(ValueError):  # noqa: N818 - named for what it says
    """The URL names an engine Linli was not tried with."""


def open_engine(url: str) -> Engine:
    """Engine for ``sqlite:///file.db`` or ``postgresql://…`` (psycopg 3). Its faults do not repeat what was written.

    Raises:
        UnsupportedDatabase: any other engine.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=5, max_overflow=20,
            hide_parameters=True, json_serializer=as_json, json_deserializer=from_json,
        )  # fmt: skip
        event.listen(engine, "connect", _without_compiler)
        return engine
    if parsed.get_backend_name() != "sqlite":
        raise UnsupportedDatabase(f"{parsed.get_backend_name()}: use sqlite:///… or postgresql://…")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 30},
        hide_parameters=True,
        json_serializer=as_json,
        json_deserializer=from_json,
    )
    event.listen(engine, "connect", _harden)
    event.listen(engine, "begin", _begin)
    return engine


_SPELL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(value: object) -> str:
    """JSON as it is kept: Chinese as it is, nothing that is not needed; most of what is written is empty."""
    if value == {}:
        return "{}"
    return "[]" if value == [] else _SPELL(value)


def from_json(text: str | bytes) -> Any:
    """What is kept; most of it is empty, and a list of cases reads two of them for each."""
    if text == "{}":
        return {}
    return [] if text == "[]" else json.loads(text)


def for_writing(engine: Engine) -> Engine:
    """The same pool, whose transactions take SQLite's write lock at once instead of failing half-way."""
    return engine.execution_options(writes=True)


def _without_compiler(connection: PostgresConnection[Any], _record: object) -> None:
    """PostgreSQL guesses that a search finds a two-hundredth of all cases, and would compile for 13 ms what takes 1."""
    connection.autocommit = True
    connection.execute("SET jit = off")
    connection.autocommit = False


def _harden(connection: SqliteConnection, _record: object) -> None:
    """WAL for readers beside the writer; FULL so that a power cut loses nothing that was answered."""
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    # What the triggers on cases make the search of cases of.
    connection.create_function("case_tokens", -1, case_tokens, deterministic=True)
    connection.create_function("tokens_beyond", 2, tokens_beyond, deterministic=True)


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        BEGIN_IMMEDIATE.run(connection, {})
    else:  # touches no file, so that nothing can go wrong; it comes before every look
        cast("SqliteConnection", connection.connection.driver_connection).execute("BEGIN")


def alembic_config(url: str) -> Config:
    """Alembic configuration pointing at our migrations, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def untouched(_present: str, _goal: str) -> None:
    """What is done before a schema is changed, where nothing has to be."""


def migrate(url: str, revision: str = "head", first: Callable[[str, str], None] = untouched) -> None:
    """Bring the schema up to ``revision``; nothing when it is there, or further than that and still serves this version.

    ``first`` is called with both numbers before anything is changed in a database that holds something: a backup.

    Raises:
        DatabaseTooNew, SchemaBusy: see models/schema_change.py.
    """
    _change(url, revision, first, command.upgrade)


def roll_back(url: str, revision: str, first: Callable[[str, str], None] = untouched) -> None:
    """Take the schema down to ``revision``. What was written into newer columns and tables is gone.

    Raises:
        SchemaBusy: see models/schema_change.py.
    """
    _change(url, revision, first, command.downgrade)


def standing(url: str) -> tuple[str | None, str]:
    """The number of the database's schema, and of the newest that this version knows."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return schema_of(connection), newest_in(str(MIGRATIONS))
    finally:
        engine.dispose()


def check_way_back(url: str, revision: str) -> str:
    """The schema to go back to: ``revision``, or that of the release before the one that the database has.

    Raises:
        NoWayBack: there is no such schema below, only a newer version knows the way, or somebody uses the database.
    """
    known = chain(str(MIGRATIONS))
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            present = schema_of(connection)
            check_nobody_else(connection)
    finally:
        engine.dispose()
    if present not in known:
        raise NoWayBack(
            f"the database has schema {present or 'nothing'}: the version that made it takes it back"
        )
    goal = revision or previous_release(present).schema
    below = known[: known.index(present)]
    if goal not in below:
        raise NoWayBack(
            f"there is no schema {goal} below {present}: choose one of {', '.join(below) or 'none'}"
        )
    return goal


def _change(
    url: str, revision: str, first: Callable[[str, str], None], way: Callable[[Config, str], None]
) -> None:
    known = chain(str(MIGRATIONS))
    goal = known[-1] if revision == "head" else revision
    engine, up = open_engine(url), way is command.upgrade
    try:
        with engine.connect() as looking:
            if schema_of(looking) == goal or (up and is_ahead(looking, known)):
                return
        with alone(engine) as connection:
            present = schema_of(connection)
            if present == goal:  # whoever we waited for did it
                return
            if present is not None:
                first(present, goal)
            config = alembic_config(url)
            config.attributes["connection"] = connection
            patiently(lambda: way(config, goal), connection)
    finally:
        engine.dispose()
