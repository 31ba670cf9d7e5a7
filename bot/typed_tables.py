"""A table of a TOML file becomes a frozen value of the wanted kind, or one sentence that says what to write instead."""

import difflib
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class SettingsError(ValueError):
    """config.toml cannot be used; the message names the place and the remedy."""


def build(kind: type[T], table: Any, where: str) -> T:
    """A frozen value from a table: no key too many, none missing, each of its type."""
    if not isinstance(table, dict):
        raise SettingsError(f"{where} must be a table: write {where.rsplit(maxsplit=1)[-1]}")
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind) if f.name not in {"channels", "webhooks"}}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)};"
            raise SettingsError(f"{where}: there is no key {key!r}; {advice} Correct or remove it")
    for name, one in known.items():
        if name not in table and one.default is MISSING and one.default_factory is MISSING:
            raise SettingsError(f"{where}: {name} is missing: add {name} = …")
    return kind(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in table.items()})


PLAIN: dict[Any, tuple[type, str]] = {
    str: (str, "a text in quotes"),
    bool: (bool, "true or false"),
    int: (int, "a whole number"),
    Path: (str, "a path in quotes"),
}


def _value(hint: Any, value: Any, where: str) -> Any:
    """One value of the wanted type."""
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise SettingsError(f"{where} = {value!r}: choose one of {quoted(get_args(hint))}")
        return value
    if get_origin(hint) is UnionType:  # optional: TOML has no null, so a given value is the other one
        return _value(get_args(hint)[0], value, where)
    if get_origin(hint) is tuple:
        lists = {tuple[date, ...]: _dates, tuple[str, ...]: _words}
        return lists.get(hint, _texts)(value, where)
    if hint is float:
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return float(value)
        raise SettingsError(f"{where} = {value!r}: write a number from 0")
    if hint in PLAIN:
        wanted, words = PLAIN[hint]
        if not isinstance(value, wanted) or (isinstance(value, bool) and hint is not bool):
            raise SettingsError(f"{where} = {value!r}: write {words}")
        return hint(value)
    return build(hint, value, f"{where.split(':', maxsplit=1)[0]} [{where.rsplit(maxsplit=1)[-1]}]")


def _texts(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise SettingsError(f'{where} must be a table of texts: write {{ id = "title" }}')
    return tuple(value.items())


def _words(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise SettingsError(f'{where} = {value!r}: write texts in brackets, like ["one", "two"]')
    return tuple(value)


def _dates(value: Any, where: str) -> tuple[date, ...]:
    """Dates, with or without quotes, in order."""
    try:
        days = [date.fromisoformat(str(each)) for each in value] if isinstance(value, list) else None
    except ValueError:
        days = None
    if days is None or len(set(days)) < len(days):
        raise SettingsError(f"{where} = {value!r}: write each date once, like [2026-10-08, 2026-10-09]")
    return tuple(sorted(days))


def quoted(words: Any) -> str:
    """Choices, for a sentence."""
    return ", ".join(f'"{word}"' for word in words)
