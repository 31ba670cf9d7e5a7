"""Conditions that only filter: SQLite takes any single place for rarer than a range of numbers, and would look there.

It knows nothing of how often a value stands in a table unless somebody runs ANALYZE; PostgreSQL does.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal


class Aside(ColumnElement[Any]):
    """A column by whose index nothing is to be found; by its value alone."""

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - as SQLAlchemy has it

    def __init__(self, column: Any) -> None:
        self.column: ColumnElement[Any] = column.expression
        self.type = self.column.type


@compiles(Aside)
def _plain(aside: Aside, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(aside.column, **more)


@compiles(Aside, "sqlite")
def _unindexed(aside: Aside, compiler: SQLCompiler, **more: Any) -> str:
    return f"+{compiler.process(aside.column, **more)}"
