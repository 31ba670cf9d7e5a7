"""Opening a database the way Linli needs it: SQLite for one process, PostgreSQL for many (design §4)."""

import json
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, cast

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import create_engine

from models.prepared import Prepared
from models.rules.case_words import case_tokens, tokens_beyond

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

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
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=5, max_overflow=20,
            hide_parameters=True, json_serializer=as_json, json_deserializer=from_json,
        )  # fmt: skip
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


def migrate(url: str, revision: str = "head") -> None:
    """Bring the schema to ``revision``; does nothing when it is there already."""
    command.upgrade(alembic_config(url), revision)
