"""Patches as TOML: tables ``[[learned]]`` that a person reads, changes, strikes out, and that ``apply`` appends.

An array of tables may stand at the end of any TOML file, so what a cadre wrote above stays as he wrote it.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

TABLE = "learned"


def written(entries: Iterable[Mapping[str, Any]], *, head: Iterable[str] = (), table: str = TABLE) -> str:
    """The entries as TOML, under lines of comment."""
    lines = [*head]
    for entry in entries:
        lines += ["", f"[[{table}]]", *(f"{key} = {_value(value)}" for key, value in entry.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    """TOML's strings, numbers and lists of them are written like JSON's, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read(text: str) -> list[dict[str, Any]]:
    """The entries of a patch.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML.
        TypeError: ``learned`` is no array of tables.
    """
    entries = tomllib.loads(text).get(TABLE, [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise TypeError(TABLE)
    return entries


def joined(
    before: str, entries: Iterable[Mapping[str, Any]], *, head: Iterable[str], table: str = TABLE
) -> str:
    """A local file with the entries at its end."""
    start = before if not before or before.endswith("\n") else before + "\n"
    return f"{start}{'' if not start else chr(10)}{written(entries, head=head, table=table)}"
