"""Presets: how a place is organised, read from ``presets/*.toml`` into frozen values.

A file is one preset and its name is the preset's code; ``permission_sets.toml`` says what posts may do. A
mistake stops the start with one sentence that names the file, the entry and what to do.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from models.preset_entries import PresetError
from models.preset_entries import need as _need
from models.preset_notices import group_names, second_above_in, tags_in
from models.preset_parts import check_parts, check_whistle, matters_in, parts_in, skills_in, whistle_in
from models.preset_reminders import check_reminders, reminders_in
from models.preset_ways import check_ways, ways_in
from models.rules.permissions import Permission
from models.rules.preset import LEGAL_CHANNEL, Level, PostType, Preset, RoomRule

FOLDER = Path(__file__).resolve().parent.parent / "presets"
SETS_FILE = "permission_sets.toml"

Sets = Mapping[str, frozenset[Permission]]


def load_presets(folder: Path = FOLDER) -> dict[str, Preset]:
    """Every preset of a folder by code.

    Raises:
        PresetError: a file is missing, broken or contradicts itself.
    """
    sets = _permission_sets(folder)
    files = sorted(p for p in folder.glob("*.toml") if p.name != SETS_FILE)
    return {path.stem: _preset(path.stem, _read(path), sets) for path in files}


@cache
def _own_presets() -> dict[str, Preset]:
    return load_presets(FOLDER)


def preset_named(code: str) -> Preset:
    """The preset of that code among those shipped with Linli, read once.

    Raises:
        PresetError: there is no such preset.
    """
    found = _own_presets().get(code)
    if found is None:
        raise PresetError(f"there is no preset {code!r}: choose one of {', '.join(sorted(_own_presets()))}")
    return found


def unanswered_roles(preset: Preset, roles: Iterable[str]) -> tuple[str, ...]:
    """Responsibility keys (of the lexicon) that nobody of this preset answers for, sorted."""
    return tuple(sorted(set(roles) - preset.responsibility.keys()))


def unknown_matters(preset: Preset, categories: Iterable[str], kinds: Iterable[str]) -> tuple[str, ...]:
    """Categories and kinds that a preset's matters name and the lexicon does not have, sorted."""
    known = {*categories, *kinds}
    return tuple(sorted({x for m in preset.matters for x in (*m.categories, *m.kinds)} - known))


def names_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """What people write for a level or post: its name, what stands in ``also``, and its code."""
    return (entry["name"], *entry.get("also", ()), entry["code"])


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as cause:
        raise PresetError(
            f"{path.name} cannot be read ({cause.strerror}): put it back into {path.parent}"
        ) from cause
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise PresetError(f"{path.name} is not valid TOML ({cause}): mend that line") from cause


def _permission_sets(folder: Path) -> Sets:
    """Named sets of permissions, ``includes`` resolved; a set includes only sets that stand above it."""
    sets: dict[str, frozenset[Permission]] = {}
    for name, entry in _read(folder / SETS_FILE).items():
        found: set[Permission] = set()
        for included in entry.get("includes", ()):
            if included not in sets:
                raise PresetError(
                    f"{SETS_FILE} [{name}] includes {included!r}: name a set that stands above it"
                )
            found |= sets[included]
        for permission in entry.get("may", ()):
            try:
                found.add(Permission(permission))
            except ValueError as cause:
                known = ", ".join(p.value for p in Permission)
                raise PresetError(f"{SETS_FILE} [{name}] may {permission!r}: choose from {known}") from cause
        sets[name] = frozenset(found)
    return sets


def _preset(code: str, tables: dict[str, Any], sets: Sets) -> Preset:
    file = f"{code}.toml"
    levels = tuple(_level(file, x) for x in _need(file, tables, "levels", list))
    posts = [_post(file, x, sets) for x in _need(file, tables, "posts", list)]
    read_here = {"title", "levels", "posts", "ladder", "responsibility", "oversight", "dispatcher"}
    read_here |= {"participation", "matters", "skills", "whistle", "reminders", "tags", "notices", "ways"}
    preset = Preset(
        code=code,
        title=_need(file, tables, "title", str),
        levels=levels,
        posts={p.code: p for p in posts},
        ladder=tuple(_need(file, tables, "ladder", list)),
        responsibility=dict(_need(file, tables, "responsibility", dict)),
        rooms=tuple(_room(file, x) for x in tables.get("groups", ())),
        oversight_post=_need(file, tables, "oversight", str),
        dispatcher_post=_need(file, tables, "dispatcher", str),
        parts=parts_in(file, tables),
        matters=matters_in(file, tables),
        skills=skills_in(file, tables),
        whistle=whistle_in(file, tables),
        reminders=reminders_in(file, tables),
        tags=tags_in(file, tables),
        second_above=second_above_in(file, tables),
        ways=ways_in(file, tables),
        extras={
            **{k: v for k, v in tables.items() if k not in read_here},
            "levels": {x["code"]: x for x in tables["levels"]},
            "posts": {x["code"]: x for x in tables["posts"]},
        },
    )
    _unique(f"{file} levels", [f"{x.scheme}/{x.code}" for x in levels])
    _unique(f"{file} posts", [x.code for x in posts])
    for check in _CHECKS:
        check(file, preset)
    return preset


def _level(file: str, entry: dict[str, Any]) -> Level:
    where = f"{file} levels[{entry.get('code')}]"
    return Level(
        code=_need(where, entry, "code", str),
        name=_need(where, entry, "name", str),
        rank=_need(where, entry, "rank", int),
        scheme=entry.get("scheme", Level.__dataclass_fields__["scheme"].default),
    )


def _post(file: str, entry: dict[str, Any], sets: Sets) -> PostType:
    where = f"{file} posts[{entry.get('code')}]"
    may = _need(where, entry, "may", str)
    if may not in sets:
        raise PresetError(f"{where} may = {may!r}: choose a set of {SETS_FILE}: {', '.join(sets)}")
    if "max" in entry and _need(where, entry, "max", int) < 1:
        raise PresetError(
            f"{where} max = {entry['max']}: give a number from 1, or leave max out for no limit"
        )
    return PostType(
        code=_need(where, entry, "code", str),
        name=_need(where, entry, "name", str),
        level=_need(where, entry, "level", str),
        max=entry.get("max"),
        may=sets[may],
        board=bool(entry.get("board", False)),
        skill=bool(entry.get("skill", False)),
        duties=str(entry.get("duties", "")),
    )


def _room(file: str, entry: dict[str, Any]) -> RoomRule:
    where = f"{file} groups[tier {entry.get('tier')}]"
    return RoomRule(
        tier=_need(where, entry, "tier", int),
        kind=_need(where, entry, "kind", str),
        bind=_need(where, entry, "bind", str),
        owner=_need(where, entry, "owner", str),
        names=group_names(where, entry),
    )


def _unique(where: str, codes: list[str]) -> None:
    twice = sorted({c for c in codes if codes.count(c) > 1})
    if twice:
        raise PresetError(f"{where}: {', '.join(twice)} stands twice: keep one")


def _level_codes(preset: Preset) -> set[str]:
    return {x.code for x in preset.levels}


def _known_post(where: str, post: str, preset: Preset) -> None:
    if post not in preset.posts:
        raise PresetError(f"{where} names the post {post!r}: choose one of {', '.join(preset.posts)}")


def _known_level(where: str, level: str, preset: Preset) -> None:
    if level not in _level_codes(preset):
        raise PresetError(
            f"{where} names the level {level!r}: choose one of {', '.join(sorted(_level_codes(preset)))}"
        )


def _check_levels(file: str, preset: Preset) -> None:
    """Within a scheme ranks grow strictly, in the order of the file: no two levels have one height."""
    for scheme in {x.scheme for x in preset.levels}:
        own = [x for x in preset.levels if x.scheme == scheme]
        for upper, lower in pairwise(own):
            if lower.rank <= upper.rank:
                raise PresetError(
                    f"{file} levels: {lower.code} (rank {lower.rank}) stands below {upper.code} "
                    f"(rank {upper.rank}): give it a greater rank"
                )


def _check_posts(file: str, preset: Preset) -> None:
    for post in preset.posts.values():
        _known_level(f"{file} posts[{post.code}]", post.level, preset)
    _known_post(f"{file} oversight", preset.oversight_post, preset)
    _known_post(f"{file} dispatcher", preset.dispatcher_post, preset)


def _check_ladder(file: str, preset: Preset) -> None:
    """The ladder climbs: no step may lead back down to a deeper level."""
    if not preset.ladder:
        raise PresetError(f"{file} ladder is empty: name at least the post that hears a case first")
    _unique(f"{file} ladder", list(preset.ladder))
    for post in preset.ladder:
        _known_post(f"{file} ladder", post, preset)
    for lower, upper in pairwise(preset.ladder):
        if preset.rank_of_post(upper) > preset.rank_of_post(lower):
            raise PresetError(
                f"{file} ladder: {upper} stands after {lower} but at a deeper level: change their order"
            )


def _check_answers(file: str, preset: Preset) -> None:
    for role, post in preset.responsibility.items():
        if post != LEGAL_CHANNEL:
            _known_post(f"{file} [responsibility] {role}", post, preset)


def _check_rooms(file: str, preset: Preset) -> None:
    for rule in preset.rooms:
        where = f"{file} groups[tier {rule.tier}]"
        _known_level(where, rule.bind, preset)
        _known_post(where, rule.owner, preset)


def _check_links(file: str, preset: Preset) -> None:
    """Ranges (households per head…) only ever warn; their ends must exist and be the right way round."""
    household = preset.extras.get("household", {}).get("code")
    for link in preset.extras.get("links", ()):
        where = f"{file} links[{link.get('from')}]"
        _known_post(where, _need(where, link, "from", str), preset)
        if link.get("to") != household:
            _known_post(where, _need(where, link, "to", str), preset)
        if _need(where, link, "min", int) > _need(where, link, "max", int):
            raise PresetError(f"{where}: min {link['min']} is more than max {link['max']}: change them round")


_CHECKS = (
    _check_levels, _check_posts, _check_ladder, _check_answers, _check_rooms, _check_links, check_parts,
    check_whistle, check_reminders, check_ways,
)  # fmt: skip
