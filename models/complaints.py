"""SQL: whom a case complains about. Lists and counts alike leave it out for them (safeguards §2.4)."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal


class Accuses(ColumnElement[bool]):
    """Whether the flags of a case name this person among those it complains about."""

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - as SQLAlchemy has it
        ("flags", InternalTraversal.dp_clauseelement),
        ("person", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, flags: Any, person: int) -> None:
        self.flags: ColumnElement[Any] = flags.expression
        self.person: ColumnElement[int] = literal(person)
        self.type = Boolean()


class Complains(ColumnElement[bool]):
    """Whether the flags of a case name anybody."""

    inherit_cache = True
    _traverse_internals = [("flags", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - as SQLAlchemy has it

    def __init__(self, flags: Any) -> None:
        self.flags: ColumnElement[Any] = flags.expression
        self.type = Boolean()


# Hardly any case has such a flag: looking for the word first spares reading the rest as JSON.


@compiles(Accuses, "sqlite")
def _accuses(one: Accuses, compiler: SQLCompiler, **more: Any) -> str:
    flags, person = compiler.process(one.flags, **more), compiler.process(one.person, **more)
    named = f"EXISTS (SELECT 1 FROM json_each({flags}, '$.accused') WHERE value = {person})"  # noqa: S608 - a column and a parameter
    return f"(instr({flags}, '\"accused\"') > 0 AND {named})"


@compiles(Accuses, "postgresql")
def _accuses_there(one: Accuses, compiler: SQLCompiler, **more: Any) -> str:
    flags, person = compiler.process(one.flags, **more), compiler.process(one.person, **more)
    those = f"json_array_elements_text({flags} -> 'accused') AS those(who)"
    named = f"EXISTS (SELECT 1 FROM {those} WHERE those.who = CAST({person} AS text))"  # noqa: S608 - a column and a parameter
    return f"(position('\"accused\"' in CAST({flags} AS text)) > 0 AND {named})"


@compiles(Complains, "sqlite")
def _complains(one: Complains, compiler: SQLCompiler, **more: Any) -> str:
    flags = compiler.process(one.flags, **more)
    return f"(instr({flags}, '\"accused\"') > 0 AND json_array_length({flags}, '$.accused') > 0)"


@compiles(Complains, "postgresql")
def _complains_there(one: Complains, compiler: SQLCompiler, **more: Any) -> str:
    flags = compiler.process(one.flags, **more)
    return f"(position('\"accused\"' in CAST({flags} AS text)) > 0 AND json_array_length({flags} -> 'accused') > 0)"
