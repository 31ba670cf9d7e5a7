"""SQLite changes a table in place wherever it can: a table that is written anew loses its triggers and takes minutes.

Alembic writes it anew for every dropped column; SQLite has dropped columns itself since 3.35 (Debian 11 and later).
"""

from typing import Any

import sqlalchemy as sa
from alembic.ddl.sqlite import SQLiteImpl
from alembic.runtime.migration import MigrationContext

KEPT_IN_PLACE = {"add_column", "create_index", "drop_index", "drop_column"}


class BrokenReference(RuntimeError):  # noqa: N818 - says what is the matter
    """A migration wrote a table anew and left rows that point at nothing."""


class InPlace(SQLiteImpl):
    """Takes the place of Alembic's own for SQLite as soon as this module is imported."""

    __dialect__ = "sqlite"

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.triggers: dict[str, str] = {}
        """Of the tables that this step writes anew: name and statement."""

    def requires_recreate_in_batch(self, batch_op: Any) -> bool:
        """Alembic asks this of every batch of changes; what is written anew has its triggers remembered."""
        columns = [(step[0], step[1][1]) for step in batch_op.batch if step[0].endswith("_column")]
        gone = {column.name for name, column in columns if name == "drop_column"}
        if (
            {step[0] for step in batch_op.batch} <= KEPT_IN_PLACE
            and not gone & self._pointing(batch_op.table_name)
            and all(_is_constant(column) for name, column in columns if name == "add_column")
        ):
            return False
        anew = bool(super().requires_recreate_in_batch(batch_op))
        if anew:
            found = self.connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
                (batch_op.table_name,),
            )
            self.triggers |= {name: str(statement) for name, statement in found}
            self.triggers.setdefault("", "")
        return anew

    def _pointing(self, table: str) -> set[str]:
        """Columns that reference another table; SQLite refuses to drop those in place."""
        rows = self.connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")')
        return {str(row[3]) for row in rows}


def _is_constant(column: sa.Column[Any]) -> bool:
    """Whether rows that are there can be given the column as it is."""
    given = column.server_default
    plain = given is None or isinstance(getattr(given, "arg", None), str | sa.True_ | sa.False_)
    return plain and not column.foreign_keys and column.computed is None


def after_step(ctx: MigrationContext, **_: Any) -> None:
    """Bring back the triggers of what was written anew, and look whether every reference still holds.

    Raises:
        BrokenReference: one does not; the migration is taken back.
    """
    impl, wire = ctx.impl, ctx.connection
    if not isinstance(impl, InPlace) or not impl.triggers or wire is None:
        return
    there = set(wire.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    for name, statement in impl.triggers.items():
        if name and name not in there:
            wire.exec_driver_sql(statement)
    impl.triggers.clear()
    broken = wire.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken:
        raise BrokenReference(f"a row of {broken[0]} points at no row of {broken[2]}")
