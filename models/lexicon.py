"""The lexicon: what residents say and what it means, read from ``lexicon/*.toml`` into frozen structures.

Categories, cues, emergencies, urgencies, places, what requests tell, and the weights of evidence. A mistake in them stops
the start with one sentence that names the file, the entry and what to do.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from models.evidence import WeightsError, evidence_of, read_weights, turns_of
from models.expressions import EXPRESSIONS, read_needs
from models.leanings import areas_of
from models.lexicon_told import ToldError, read_places, read_raises, read_services, read_told
from models.rules.decision import Cue
from models.rules.expressions import check, remember
from models.rules.lexicon import (
    CueWords,
    EmergencyType,
    Folding,
    Group,
    Guard,
    Item,
    Lexicon,
    Score,
    Turn,
    Weights,
)
from models.rules.urgency import Privacy, Urgency

__all__ = [
    "CueWords",
    "EmergencyType",
    "Folding",
    "Group",
    "Guard",
    "Item",
    "Lexicon",
    "LexiconError",
    "Score",
    "load_lexicon",
]

T = TypeVar("T")

_BLANK = re.compile(r"\{([a-z_]+)\}")
"""A word like ``{human}`` inside emergency patterns stands for the expression of that name."""
_BOTH = " && "
_CLOSE = ".{0,12}"
"""How far apart the halves of ``A && B`` may stand."""


class LexiconError(ValueError):
    """A lexicon file cannot be used; the message names the file, the entry and the remedy."""


GUARD_ACTIONS = frozenset({"suppress", "hazard", "ask", "ask_or_note", "note", "suppress_number"})


def load_lexicon(directory: Path) -> Lexicon:
    """Read and check the lexicon files.

    Raises:
        LexiconError: a file is missing, is no TOML, or holds an entry that cannot be used.
    """
    remember(read_needs(directory / EXPRESSIONS))
    categories = _read(directory / "categories.toml")
    cues, dangers = _read(directory / "cues.toml"), _read(directory / "emergencies.toml")
    items = tuple(_entry(Item, raw, "categories.toml [[item]]") for raw in categories.get("item", ()))
    blanks = _blanks(dangers.get("blank", {}))
    urgencies = _read(directory / "urgencies.toml")
    services, told = _told(directory, urgencies.pop("raise", []))
    lexicon = Lexicon(
        groups=_groups(categories),
        items=items,
        emergencies=tuple(
            _entry(EmergencyType, _filled(raw, blanks, "[[type]]"), "emergencies.toml [[type]]")
            for raw in dangers.get("type", ())
        ),
        present_boost=tuple(dangers.get("present_boost", ())),
        guards=tuple(
            _entry(Guard, _filled(raw, blanks, "[[guard]]"), "emergencies.toml [[guard]]")
            for raw in dangers.get("guard", ())
        ),
        cues=tuple(_cue(code, raw) for code, raw in cues.get("cue", {}).items()),
        words=_lists(cues.get("words", {})),
        patterns=MappingProxyType({**_lists(cues.get("patterns", {})), **services}),
        score=_entry(Score, cues.get("score", {}), "cues.toml [score]"),
        folding=_entry(Folding, cues.get("normalise", {}), "cues.toml [normalise]"),
        urgencies=MappingProxyType(urgencies),
        evidence=evidence_of(_read(directory / "evidence.toml")),
        turns=_turns(_read(directory / "turns.toml")),
        weights=_weights(directory / "weights.tsv"),
        **told,
        leanings=areas_of(_read(directory / "leanings.toml")),
    )
    _check(lexicon)
    return lexicon


def _groups(categories: Mapping[str, Any]) -> tuple[Group, ...]:
    rows = categories.get("category", ())
    return tuple(_entry(Group, raw, "categories.toml [[category]]", spare={"gbt30428"}) for raw in rows)


def _told(directory: Path, raises: list[dict[str, Any]]) -> tuple[dict[str, tuple[str, ...]], dict[str, Any]]:
    """(what each kind of help is asked for with, the tables of what requests tell by their names in Lexicon)."""
    spots = _read(directory / "places.toml")
    try:
        told = read_told(_read(directory / "told.toml"))
        return read_services(spots), {
            "places": read_places(spots),
            "told": told,
            "raises": read_raises(raises),
        }
    except ToldError as wrong:
        raise LexiconError(str(wrong)) from wrong


def _weights(path: Path) -> Weights:
    try:
        return read_weights(path)
    except WeightsError as wrong:
        raise LexiconError(str(wrong)) from wrong


def _turns(raw: Mapping[str, Any]) -> tuple[Turn, ...]:
    try:
        return turns_of(raw)
    except WeightsError as wrong:
        raise LexiconError(str(wrong)) from wrong


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as gone:
        raise LexiconError(f"{path}: the file is missing; put it back from the repository") from gone
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise LexiconError(f"{path}: not readable as TOML ({broken}); mend that line") from broken


def _blanks(raw: Mapping[str, Any]) -> dict[str, str]:
    """The named expressions, each with the earlier ones filled in."""
    blanks: dict[str, str] = {}
    for name, value in raw.items():
        if not isinstance(value, str) or not value:
            raise LexiconError(f"emergencies.toml [blank] {name} must be a text; write it in quotes")
        blanks[name] = _fill(value, blanks, f"[blank] {name}")
    return blanks


def _filled(raw: Mapping[str, Any], blanks: Mapping[str, str], where: str) -> dict[str, Any]:
    name = f"{where} {raw.get('code', '')}"
    filled = (_fill(each, blanks, name) for each in raw.get("patterns", ()))
    return {**raw, "patterns": [way for each in filled for way in _either_order(each)]}


def _either_order(pattern: str) -> list[str]:
    """``A && B``: both, in either order, close to each other."""
    one, both, other = pattern.partition(_BOTH)
    return [f"(?:{one}){_CLOSE}(?:{other})", f"(?:{other}){_CLOSE}(?:{one})"] if both else [pattern]


def _fill(pattern: str, blanks: Mapping[str, str], where: str) -> str:
    if unknown := [each for each in _BLANK.findall(pattern) if each not in blanks]:
        raise LexiconError(
            f"emergencies.toml {where}: no [blank] {unknown[0]!r}; write it or mend its spelling"
        )
    return _BLANK.sub(lambda found: blanks[found.group(1)], pattern)


_CASTS: dict[object, Any] = {Urgency: Urgency, Privacy: Privacy, float: float, int: int, str: str, bool: bool}


def _entry(
    kind: type[T], raw: Mapping[str, Any], where: str, spare: frozenset[str] | set[str] = frozenset()
) -> T:
    """One frozen entry out of a TOML table; missing, unknown and mistyped keys are named."""
    name = f"{where} {raw.get('code', '')}".strip()
    wanted = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(raw) - set(wanted) - set(spare)):
        raise LexiconError(f"{name}: unknown key {unknown[0]!r}; take it out or mend its spelling")
    values: dict[str, Any] = {}
    for key, each in wanted.items():
        if key not in raw and each.default is not MISSING:
            continue
        if key not in raw:
            raise LexiconError(f"{name}: {key} is missing; write it")
        values[key] = _value(each.type, raw[key], f"{name}: {key}")
    return kind(**values)


def _value(kind: object, raw: object, where: str) -> Any:
    if isinstance(raw, list):
        if not all(isinstance(each, str) and each for each in raw):
            raise LexiconError(f"{where} must be a list of texts, none of them empty")
        return tuple(raw)
    if isinstance(raw, dict):
        return MappingProxyType(raw)
    try:
        return _CASTS[kind](raw)
    except (KeyError, ValueError, TypeError) as wrong:
        raise LexiconError(f"{where} cannot be {raw!r}; see the other entries for what it may be") from wrong


def _cue(code: str, raw: Mapping[str, Any]) -> CueWords:
    where = f"cues.toml [cue.{code}]"
    try:
        cue = Cue(code)
    except ValueError as unknown:
        raise LexiconError(f"{where}: no such cue; the codes are {', '.join(Cue)}") from unknown
    parts = {
        key: _value(None, raw.get(key, []), f"{where}: {key}") for key in ("words", "patterns", "unless")
    }
    return CueWords(cue, **parts)


def _lists(raw: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({key: _value(None, value, f"cues.toml {key}") for key, value in raw.items()})


def _check(lexicon: Lexicon) -> None:
    """Codes that point at each other must exist; every expression must compile."""
    codes = _check_items(lexicon)
    for danger in lexicon.emergencies:
        where = f"emergencies.toml [[type]] {danger.code}"
        if danger.category not in codes:
            raise LexiconError(f"{where}: category {danger.category!r} is no [[item]] of categories.toml")
        _compiled(danger.patterns, where)
    for guard in lexicon.guards:
        where = f"emergencies.toml [[guard]] {guard.code}"
        if guard.action not in GUARD_ACTIONS:
            raise LexiconError(
                f"{where}: action {guard.action!r} is not one of {', '.join(sorted(GUARD_ACTIONS))}"
            )
        _compiled(guard.patterns, where)
    for cue in lexicon.cues:
        _compiled(cue.patterns + cue.unless, f"cues.toml [cue.{cue.cue}]")
    for turn in lexicon.turns:
        _compiled(turn.patterns, f"turns.toml [turn.{turn.name}]")
    for key, patterns in lexicon.patterns.items():
        _compiled(patterns, f"cues.toml [patterns] {key}")
    if lost := sorted(set(lexicon.score.fallback) - codes):
        raise LexiconError(f"cues.toml [score] fallback: {lost[0]!r} is no [[item]] of categories.toml")


def _check_items(lexicon: Lexicon) -> set[str]:
    groups = {each.code for each in lexicon.groups}
    codes: set[str] = set()
    for item in lexicon.items:
        where = f"categories.toml [[item]] {item.code}"
        if item.code in codes:
            raise LexiconError(f"{where}: the code stands twice; rename or remove one")
        if item.parent not in groups:
            raise LexiconError(f"{where}: parent {item.parent!r} is no [[category]]; add it or mend the code")
        codes.add(item.code)
        _compiled(item.patterns + item.hint_patterns, where)
    return codes


def _compiled(patterns: tuple[str, ...], where: str) -> None:
    for each in patterns:
        try:
            check(each)
        except re.error as wrong:
            raise LexiconError(f"{where}: the pattern {each!r} is broken ({wrong}); mend it") from wrong
