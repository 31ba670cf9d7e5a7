"""SQL: on which Shanghai day a moment lies, so that days are counted where the rows are."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal


class ShanghaiDate(ColumnElement[date]):
    """The date of a moment in Shanghai, where no clock was changed since 1991."""

    inherit_cache = True
    _traverse_internals = [("moment", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - as SQLAlchemy has it

    def __init__(self, moment: Any) -> None:
        self.moment: ColumnElement[Any] = moment.expression
        self.type = Date()


@compiles(ShanghaiDate, "sqlite")
def _shifted(one: ShanghaiDate, compiler: SQLCompiler, **more: Any) -> str:
    return f"date({compiler.process(one.moment, **more)}, '+8 hours')"


@compiles(ShanghaiDate, "postgresql")
def _in_zone(one: ShanghaiDate, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST({compiler.process(one.moment, **more)} AT TIME ZONE 'Asia/Shanghai' AS date)"
