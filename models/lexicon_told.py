"""Reads the tables of what a request tells: places, times, numbers, persons at risk, who is complained about."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from models.rules.expressions import check
from models.rules.spoken import MomentRow, Numbers, PlaceWords, Raise, Spans, ToldWords
from models.rules.urgency import Urgency


class ToldError(ValueError):
    """A table cannot be used; the message names the file, the entry and the remedy."""


SERVICE_KEYS = ("service_escort", "service_help", "service_proxy")
_BLANK = re.compile(r"\{([a-z]+(?:_[a-z]+)*)\}")


def read_places(raw: Mapping[str, Any]) -> PlaceWords:
    """The content of ``places.toml``.

    Raises:
        ToldError: a key is missing or an expression is broken.
    """
    where = "places.toml"
    blanks = _table(raw, "blanks", where)
    table = _table(raw, "places", where)
    one = {
        key: _one(table, key, f"{where} [places]", blanks) for key in ("between", "tail", "lives", "pointing")
    }
    many = {key: _many(table, key, f"{where} [places]", blanks) for key in ("parts", "veil", "not_place")}
    words = {key: tuple(table.get(key, ())) for key in ("glue", "reach", "both")}
    return PlaceWords(
        parts=many["parts"], veil=many["veil"], not_place=many["not_place"], glue=words["glue"],
        reach=words["reach"], both=words["both"], between=one["between"], tail=one["tail"], lives=one["lives"],
        pointing=one["pointing"], side=_one(blanks, "side", f"{where} [blanks]", blanks),
    )  # fmt: skip


def read_services(raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """``[service]`` of ``places.toml``: what each kind of help is called and asked for with.

    Raises:
        ToldError: a key is missing or an expression is broken.
    """
    table = _table(raw, "service", "places.toml")
    names = [*SERVICE_KEYS, *(f"{key}_name" for key in SERVICE_KEYS)]
    return {name: _many(table, name, "places.toml [service]", {}) for name in names}


def read_told(raw: Mapping[str, Any]) -> ToldWords:
    """The content of ``told.toml``.

    Raises:
        ToldError: a key is missing or an expression is broken.
    """
    where = "told.toml"
    parts = _table(raw, "parts", where)
    hours = {str(key): float(value) for key, value in _table(parts, "hours", f"{where} [parts]").items()}
    longest = sorted(hours, key=len, reverse=True)
    blanks = {**_table(raw, "blanks", where), "part": "|".join(map(re.escape, longest))}
    affected = _table(raw, "affected", where)
    numbers = _table(raw, "numbers", where)
    return ToldWords(
        numbers=Numbers(
            **{key: _need(numbers, key, where) for key in ("digits", "twins", "powers", "vague")}
        ),
        spans=_spans(_table(raw, "lasting", where), blanks),
        moments=tuple(_moment(row, blanks, _need(parts, "feasts", where)) for row in raw.get("moment", ())),
        parts=MappingProxyType(hours),
        ordinary_hour=float(_need(parts, "ordinary", where)),
        recurring=_many(_table(raw, "recurring", where), "patterns", f"{where} [recurring]", blanks),
        households=_many(affected, "households", f"{where} [affected]", blanks),
        persons=_many(affected, "persons", f"{where} [affected]", blanks),
        least=int(_need(affected, "least", where)),
        not_counted_after=_one(affected, "not_before", f"{where} [affected]", blanks),
        whole=_expressions(_table(affected, "whole", where), f"{where} [affected.whole]", blanks),
        risk=_lists(_table(raw, "risk", where), f"{where} [risk]", blanks),
        accused=_lists(_table(raw, "accused", where), f"{where} [accused]", blanks),
    )


def read_raises(rows: Sequence[Mapping[str, Any]]) -> tuple[Raise, ...]:
    """``[[raise]]`` of ``urgencies.toml``, in its order.

    Raises:
        ToldError: a row has no name, no categories, an unknown key or a broken expression.
    """
    return tuple(_raise(row) for row in rows)


def _raise(row: Mapping[str, Any]) -> Raise:
    where = f"urgencies.toml [[raise]] {row.get('name', '')}".strip()
    if unknown := sorted(set(row) - _RAISE_KEYS):
        raise ToldError(f"{where}: unknown key {unknown[0]!r}; take it out or mend its spelling")
    for key in ("name", "to", "categories"):
        if not row.get(key):
            raise ToldError(f"{where}: {key} is missing; write it")
    if row["to"] not in {Urgency.U1, Urgency.U2}:
        raise ToldError(f"{where}: to must be U1 or U2; only an emergency is U0")
    lists = {key: tuple(row.get(key, ())) for key in ("categories", "risk", "whole")}
    return Raise(
        name=str(row["name"]), to=Urgency(row["to"]), words=_many(row, "words", where, {}) if "words" in row else (),
        households=int(row.get("households", 0)), hours=float(row.get("hours", 0)), night=row.get("night") is True,
        **lists,
    )  # fmt: skip


_RAISE_KEYS = frozenset(Raise.__dataclass_fields__)


def _spans(table: Mapping[str, Any], blanks: Mapping[str, Any]) -> Spans:
    where = "told.toml [lasting]"
    said = {key: _one(table, key, where, blanks) for key in _AROUND_A_SPAN}
    units, fixed = (_hours(_table(table, key, where)) for key in ("units", "fixed"))
    return Spans(
        units=units, fixed=fixed, approx=said["approx"],
        number=str(_need(blanks, "n", where)), more=str(_need(blanks, "more", where)),
        half=said["half"], measure=said["measure"], before=said["before"], after=said["after"],
        not_before=said["not_before"], not_after=said["not_after"],
    )  # fmt: skip


_AROUND_A_SPAN = ("approx", "half", "measure", "before", "after", "not_before", "not_after")


def _hours(table: Mapping[str, Any]) -> Mapping[str, float]:
    return MappingProxyType({str(name): float(value) for name, value in table.items()})


def _moment(row: Mapping[str, Any], blanks: Mapping[str, Any], feasts: Mapping[str, list[str]]) -> MomentRow:
    where = f"told.toml [[moment]] {row.get('pattern', '')}"
    try:
        return MomentRow(
            pattern=_one(row, "pattern", where, blanks), unit=str(row["unit"]), back=int(row.get("back", 0)),
            month=int(row.get("month", 0)), day=int(row.get("day", 1)),
            dates=tuple(date.fromisoformat(each) for each in feasts[row["feast"]]) if "feast" in row else (),
        )  # fmt: skip
    except (KeyError, ValueError) as wrong:
        if isinstance(wrong, ToldError):
            raise
        raise ToldError(f"{where}: {wrong}; see the other rows for what it may be") from wrong


def _need(table: Mapping[str, Any], key: str, where: str) -> Any:
    if key not in table:
        raise ToldError(f"{where}: {key} is missing; put it back from the repository")
    return table[key]


def _table(raw: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if not isinstance(value, dict):
        raise ToldError(f"{where}: [{key}] is missing; put it back from the repository")
    return value


def _one(table: Mapping[str, Any], key: str, where: str, blanks: Mapping[str, Any]) -> str:
    value = table.get(key)
    if not isinstance(value, str):
        raise ToldError(f"{where}: {key} must be a text; write it in quotes")
    return _filled(value, f"{where} {key}", blanks)


def _many(table: Mapping[str, Any], key: str, where: str, blanks: Mapping[str, Any]) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ToldError(f"{where}: {key} must be a list of texts, none of them empty")
    return tuple(_filled(each, f"{where} {key}", blanks) for each in value)


def _lists(table: Mapping[str, Any], where: str, blanks: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({key: _many(table, key, where, blanks) for key in table})


def _expressions(table: Mapping[str, Any], where: str, blanks: Mapping[str, Any]) -> Mapping[str, str]:
    return MappingProxyType({key: _one(table, key, where, blanks) for key in table})


def _filled(pattern: str, where: str, blanks: Mapping[str, Any]) -> str:
    """The pattern with its blanks filled; a number like {1,4} is no blank."""
    filled = pattern
    while (blank := _BLANK.search(filled)) and blank.group(1) in blanks:
        filled = f"{filled[: blank.start()]}{blanks[blank.group(1)]}{filled[blank.end() :]}"
    try:
        check(filled)
    except re.error as wrong:
        raise ToldError(f"{where}: the pattern {pattern!r} is broken ({wrong}); mend it") from wrong
    return filled
