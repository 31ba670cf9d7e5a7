"""What a preset says of notices: names of groups, tags of households, above how many groups a second person agrees."""

from collections.abc import Mapping
from typing import Any

from models.preset_entries import PresetError, need
from models.rules.households import Tag
from models.rules.preset import SECOND_ABOVE


def group_names(where: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """``names`` of a kind of groups: how cadres call them when they write a notice."""
    return _texts(where, entry, "names")


def tags_in(file: str, tables: Mapping[str, Any]) -> tuple[Tag, ...]:
    """``tags``: what may be noted of a household; ``sensitive = true`` keeps it out of every group."""
    entries = tables.get("tags", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise PresetError(f"{file} tags must be a list of tables: correct it")
    tags = tuple(_tag(f"{file} tags[{each.get('code')}]", each) for each in entries)
    for words in ([tag.code for tag in tags], [name for tag in tags for name in tag.names]):
        if twice := sorted({word for word in words if words.count(word) > 1}):
            raise PresetError(f"{file} tags: {', '.join(twice)} stands twice: keep one")
    return tags


def _tag(where: str, entry: Mapping[str, Any]) -> Tag:
    if unknown := sorted(set(entry) - {"code", "name", "also", "sensitive"}):
        raise PresetError(f"{where} has {', '.join(unknown)}: choose from also, code, name, sensitive")
    if not isinstance(entry.get("sensitive", False), bool):
        raise PresetError(f"{where} sensitive must be true or false: correct it")
    code, name = need(where, entry, "code", str), need(where, entry, "name", str)
    return Tag(code, name, _texts(where, entry, "also"), entry.get("sensitive", False))


def second_above_in(file: str, tables: Mapping[str, Any]) -> int:
    """``[notices] second_above``: a notice to more groups than this waits for a second person; 0: none does."""
    entry = tables.get("notices", {})
    number = entry.get("second_above", SECOND_ABOVE) if isinstance(entry, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise PresetError(f"{file} [notices] second_above must be a whole number from 0: correct it")
    return number


def _texts(where: str, entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = entry.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        raise PresetError(f"{where} {key} must be a list of texts: correct it")
    return tuple(found)
