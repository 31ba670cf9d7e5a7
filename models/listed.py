"""A list of numbers as one value of a statement: its text is the same however long the list, so it can be prepared."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator


class _Numbers(TypeDecorator[Any]):
    """An array for PostgreSQL, JSON for SQLite."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        """As the driver takes it."""
        numbers = sorted(value or ())
        return numbers if dialect.name == "postgresql" else json.dumps(numbers)


class Listed(ColumnElement[bool]):
    """Whether a column is among numbers: those that are given by this name, or at once."""

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - as SQLAlchemy has it
        ("column", InternalTraversal.dp_clauseelement),
        ("numbers", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, numbers: str | Iterable[int]) -> None:
        self.column: ColumnElement[Any] = column.expression
        if isinstance(numbers, str):
            self.numbers = bindparam(numbers, type_=_Numbers())
        else:
            self.numbers = bindparam(None, sorted(numbers), type_=_Numbers())
        self.type = Boolean()

    def self_group(self, against: Any = None) -> "Listed":  # noqa: ARG002 - as SQLAlchemy has it
        """As it stands: SQLite would not look for ``… = 1`` by an index."""
        return self


@compiles(Listed, "sqlite")
def _in_json(one: Listed, compiler: SQLCompiler, **more: Any) -> str:
    column, numbers = compiler.process(one.column, **more), compiler.process(one.numbers, **more)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - a column and a parameter


@compiles(Listed, "postgresql")
def _in_array(one: Listed, compiler: SQLCompiler, **more: Any) -> str:
    column, numbers = compiler.process(one.column, **more), compiler.process(one.numbers, **more)
    return f"{column} = ANY(CAST({numbers} AS integer[]))"
