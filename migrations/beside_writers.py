"""What a migration does to a large table while people use it: nothing that makes a writer wait for long.

On PostgreSQL an index over a table that holds rows is built beside its writers, and rows are filled in batches that
commit each for itself. Neither stands in a transaction, so what uses these begins anew after a crash: ``IF NOT EXISTS``,
``OR REPLACE``, ``ON CONFLICT DO NOTHING``. SQLite has one process and one writer: there a migration is one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

BATCH = 20_000
"""Rows that are filled at once."""
PATIENCE = "10min"
"""For readers that began before an index: nobody queues behind whoever waits for them."""


@contextmanager
def each_for_itself() -> Iterator[sa.Connection]:
    """On PostgreSQL each statement commits by itself; what came before in the same migration was committed."""
    wire = op.get_bind()
    if wire.dialect.name == "sqlite":
        yield wire
        return
    with op.get_context().autocommit_block():
        yield op.get_bind()


def index(name: str, table: str, columns: list[Any], where: str | None = None, **how: Any) -> None:
    """Make an index on a table that holds rows; one that a crash left half-made is thrown away first."""
    only = sa.text(where) if where else None
    holds_rows = sa.select(sa.select(sa.literal(1)).select_from(sa.table(table)).exists())
    if op.get_bind().dialect.name == "sqlite" or not op.get_bind().execute(holds_rows).scalar_one():
        op.drop_index(name, table, if_exists=True)
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only, **how)
        return
    with each_for_itself() as wire:
        wire.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        before = wire.exec_driver_sql("SHOW lock_timeout").scalar_one()
        wire.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}'")
        try:
            op.create_index(name, table, columns, postgresql_where=only, postgresql_concurrently=True, **how)
        finally:
            wire.exec_driver_sql(f"SET lock_timeout = '{before}'")
