"""How Alembic meets our tables; called by models.engine.migrate, never by an ini file."""

from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

import models.tables  # noqa: F401 - registers every table
from migrations.in_place import after_step
from models.engine import open_engine
from models.releases import oldest_served


def render_plainly(kind: str, thing: object, _autogen: object) -> str | bool:
    """Write SQLModel's own column types as SQLAlchemy's, so that a migration outlives SQLModel."""
    if kind != "type":
        return False
    names = {"AutoString": "sa.String()", "UTCDateTime": "sa.DateTime(timezone=True)"}
    return names.get(type(thing).__name__, False)


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the tables in ``models/tables`` speak of it; the search of cases stands in its migration alone."""
    return not (kind == "table" and (name or "").startswith("case_words"))


def promise(ctx: MigrationContext, heads: set[str], **_: Any) -> None:
    """Write beside the schema's number how old a program may be that still works with it."""
    wire = ctx.connection
    if wire is None or not heads:
        return
    if any(column["name"] == "oldest" for column in inspect(wire).get_columns("alembic_version")):
        wire.execute(
            text("UPDATE alembic_version SET oldest = :oldest"), {"oldest": oldest_served(next(iter(heads)))}
        )


def run_on(connection: Connection) -> None:
    """Run the migrations that were asked for, each in a transaction of its own, on SQLite too."""
    if connection.dialect.name == "sqlite":
        # Before any transaction: within one, SQLite would not hear it. A table written anew is dropped in between.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,  # SQLite cannot alter a column in place
        render_item=render_plainly,
        compare_type=True,
        include_name=is_ours,
        include_object=is_for_this_database,
        transaction_per_migration=True,
        transactional_ddl=True,  # models.engine begins SQLite's transactions itself
        on_version_apply=(after_step, promise),
    )
    with context.begin_transaction():
        context.run_migrations()


def is_for_this_database(
    thing: object, _name: str | None, _kind: str, _reflected: bool, _other: object
) -> bool:
    """Whether a thing is made on this kind of database at all (``ddl_if``); Alembic does not ask."""
    condition = getattr(thing, "_ddl_if", None)
    return condition is None or condition.dialect == context.get_bind().dialect.name


def main() -> None:
    """Over the connection that holds the lock; only comparing and writing a migration come without."""
    given = context.config.attributes.get("connection")
    if given is not None:
        run_on(given)
        return
    engine = open_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        run_on(connection)
    engine.dispose()


main()
