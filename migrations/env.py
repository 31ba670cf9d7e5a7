"""How Alembic meets our tables; called by models.engine.migrate, never by an ini file."""

from alembic import context
from sqlmodel import SQLModel

import models.tables  # noqa: F401 - registers every table
from models.engine import open_engine


def render_plainly(kind: str, thing: object, _autogen: object) -> str | bool:
    """Write SQLModel's own column types as SQLAlchemy's, so that a migration outlives SQLModel."""
    if kind != "type":
        return False
    names = {"AutoString": "sa.String()", "UTCDateTime": "sa.DateTime(timezone=True)"}
    return names.get(type(thing).__name__, False)


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the tables in ``models/tables`` speak of it; the search of cases stands in its migration alone."""
    return not (kind == "table" and (name or "").startswith("case_words"))


def is_for_this_database(
    thing: object, _name: str | None, _kind: str, _reflected: bool, _other: object
) -> bool:
    """Whether a thing is made on this kind of database at all (``ddl_if``); Alembic does not ask."""
    condition = getattr(thing, "_ddl_if", None)
    return condition is None or condition.dialect == context.get_bind().dialect.name


def main() -> None:
    """Run the migrations that were asked for, in one transaction."""
    engine = open_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,  # SQLite cannot alter a column in place
            render_item=render_plainly,
            compare_type=True,
            include_name=is_ours,
            include_object=is_for_this_database,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


main()
