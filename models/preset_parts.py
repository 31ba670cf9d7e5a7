"""The tables of a preset that say who takes part and who is called: read, and checked against its posts and levels."""

from collections.abc import Mapping
from typing import Any

from models.preset_entries import PresetError, need
from models.rules.participation import Matter, Part
from models.rules.preset import LEGAL_CHANNEL, Preset
from models.rules.whistle import Whistle

OVERDUE = ("", "to", "copy")


def parts_in(file: str, tables: Mapping[str, Any]) -> tuple[Part, ...]:
    """``participation``: the verb of each way of taking part, and who does."""
    entries = _entries(file, tables, "participation")
    return tuple(_part(f"{file} participation[{x.get('verb')}]", x) for x in entries)


def _part(where: str, entry: Mapping[str, Any]) -> Part:
    overdue = entry.get("overdue", "")
    if overdue not in OVERDUE:
        raise PresetError(f'{where} overdue = {overdue!r}: write "to" or "copy", or leave it out')
    part = Part(
        verb=need(where, entry, "verb", str),
        posts=_names(where, entry, "posts"),
        level=_text(where, entry, "level"),
        residents=bool(entry.get("residents", False)),
        overdue=overdue,
    )
    if not (part.posts or part.level or part.residents):
        raise PresetError(f"{where} says nobody: add posts = [...], level = a level or residents = true")
    return part


def matters_in(file: str, tables: Mapping[str, Any]) -> tuple[Matter, ...]:
    """``matters``: kinds of matters with a lead and assistants of their own; the first that fits counts."""
    return tuple(_matter(f"{file} matters[{x.get('name')}]", x) for x in _entries(file, tables, "matters"))


def _matter(where: str, entry: Mapping[str, Any]) -> Matter:
    matter = Matter(
        name=need(where, entry, "name", str),
        roles=_names(where, entry, "roles"),
        categories=_names(where, entry, "categories"),
        kinds=_names(where, entry, "kinds"),
        lead=_text(where, entry, "lead"),
        copy=_names(where, entry, "copy"),
    )
    if not (matter.roles or matter.categories or matter.kinds):
        raise PresetError(f"{where} speaks of nothing: add roles, categories or kinds = [...]")
    if not (matter.lead or matter.copy):
        raise PresetError(f"{where} names nobody: add lead = a post or copy = [posts]")
    return matter


def skills_in(file: str, tables: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """``[skills]``: responsibility key → posts whose nearest holder goes before whoever answers for the key."""
    found = _table(file, tables, "skills")
    return {role: _names(f"{file} [skills]", found, role) for role in found}


def whistle_in(file: str, tables: Mapping[str, Any]) -> Whistle:
    """``[whistle]``: whom a whistle calls and how long they have to report in."""
    entry = _table(file, tables, "whistle")
    where = f"{file} [whistle]"
    unknown = sorted(set(entry) - set(Whistle.__dataclass_fields__))
    if unknown:
        raise PresetError(
            f"{where} has {', '.join(unknown)}: choose from {', '.join(Whistle.__dataclass_fields__)}"
        )
    whistle = Whistle(**{**entry, "calls": _names(where, entry, "calls")})
    spans = (whistle.urgent_minutes, whistle.service_hours)
    if any(not isinstance(span, (int, float)) or span <= 0 for span in spans):
        raise PresetError(f"{where} urgent_minutes and service_hours must be more than 0: correct them")
    return whistle


def _entries(file: str, tables: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = tables.get(key, [])
    if not isinstance(value, list) or not all(isinstance(x, dict) for x in value):
        raise PresetError(f"{file} {key} must be a list of tables: correct it")
    return value


def _table(file: str, tables: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = tables.get(key, {})
    if not isinstance(value, dict):
        raise PresetError(f"{file} {key} must be a table, [{key}]: correct it")
    return value


def _text(where: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise PresetError(f"{where} {key} must be one text: correct it")
    return value


def _names(where: str, entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
        raise PresetError(f"{where} {key} must be a list of texts: correct it")
    return tuple(value)


def check_parts(file: str, preset: Preset) -> None:
    """Every post, level and responsibility key that the tables name exists."""
    levels = {x.code for x in preset.levels}
    for part in preset.parts:
        where = f"{file} participation[{part.verb}]"
        _known(where, "post", part.posts, preset.posts)
        _known(where, "level", (part.level,) if part.level else (), levels)
    for matter in preset.matters:
        where = f"{file} matters[{matter.name}]"
        _known(where, "post", (*matter.copy, *((matter.lead,) if matter.lead else ())), preset.posts)
        _known(where, "responsibility key", matter.roles, preset.responsibility)
    for role, posts in preset.skills.items():
        _known(f"{file} [skills]", "responsibility key", (role,), preset.responsibility)
        _known(f"{file} [skills] {role}", "post", posts, preset.posts)
        if preset.responsibility[role] == LEGAL_CHANNEL:
            raise PresetError(f"{file} [skills] {role} goes past every post by law: take it out")


def check_whistle(file: str, preset: Preset) -> None:
    """A whistle climbs like the ladder does."""
    calls = preset.whistle.calls
    _known(f"{file} [whistle] calls", "step of the ladder", calls, preset.ladder)
    if list(calls) != sorted(set(calls), key=preset.ladder.index):
        raise PresetError(f"{file} [whistle] calls: name each post once, in the order of the ladder")


def _known(where: str, what: str, names: tuple[str, ...], known: Any) -> None:
    for name in names:
        if name not in known:
            raise PresetError(f"{where} names the {what} {name!r}: choose one of {', '.join(sorted(known))}")
