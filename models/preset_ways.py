"""``ways`` of a preset: by what a notice reaches people who read no group, read and checked."""

from collections.abc import Mapping
from typing import Any

from models.preset_entries import PresetError, need
from models.rules.offline_ways import OfflineWay, WayKind
from models.rules.preset import Preset

KEYS = ("also", "kind", "level", "name", "posts")


def ways_in(file: str, tables: Mapping[str, Any]) -> tuple[OfflineWay, ...]:
    """``[[ways]]``: one for each way the place has."""
    entries = tables.get("ways", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise PresetError(f"{file} ways must be a list of tables, [[ways]]: correct it")
    return tuple(_way(f"{file} ways[{each.get('name')}]", each) for each in entries)


def _way(where: str, entry: Mapping[str, Any]) -> OfflineWay:
    if unknown := sorted(set(entry) - set(KEYS)):
        raise PresetError(f"{where} has {', '.join(unknown)}: choose from {', '.join(KEYS)}")
    kind = need(where, entry, "kind", str)
    if kind not in set(WayKind):
        raise PresetError(f"{where} kind = {kind!r}: choose one of {', '.join(WayKind)}")
    return OfflineWay(
        need(where, entry, "name", str), WayKind(kind), need(where, entry, "level", str),
        _texts(where, entry, "posts"), _texts(where, entry, "also"),
    )  # fmt: skip


def _texts(where: str, entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = entry.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise PresetError(f"{where} {key} must be a list of texts: correct it")
    return tuple(found)


def check_ways(file: str, preset: Preset) -> None:
    """Levels and posts exist, a post belongs to the level it is asked at, and no two ways share a name."""
    called = [name for way in preset.ways for name in (way.name, *way.also)]
    if twice := sorted({name for name in called if called.count(name) > 1}):
        raise PresetError(f"{file} ways: {', '.join(twice)} stands twice: keep one")
    levels = sorted(level.code for level in preset.levels)
    for way in preset.ways:
        where = f"{file} ways[{way.name}]"
        if way.level not in levels:
            raise PresetError(f"{where} level = {way.level!r}: choose one of {', '.join(levels)}")
        for post in way.posts:
            if post not in preset.posts or preset.posts[post].level != way.level:
                fits = [code for code, each in preset.posts.items() if each.level == way.level]
                raise PresetError(f"{where} names the post {post!r}: choose one of {', '.join(fits)}")
