"""Evidence, turns of phrase and their weights: ``evidence.toml``, ``turns.toml`` and ``weights.tsv`` of ``lexicon/``."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.rules.lexicon import Side, Turn, Weights

HEAD = "what\tname\trarity\tweight"
LEVELS = ("bias", "trusts", "believes", "holds", "presses", "opens", "alone", "asked", "doubts", "wonders")
_BEGIN = ("{begin}", r"(?:^|[\s,.;:!?])")
"""What stands in an expression for the beginning of a sentence."""


class WeightsError(ValueError):
    """A line of the weights, or a turn, cannot be used; the message names it and the remedy."""


def evidence_of(raw: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Kind of evidence → its words, out of the parsed file; words stand in one text, parted by spaces."""
    kinds = raw.get("kind", {})
    return MappingProxyType({name: tuple(str(kind["words"]).split()) for name, kind in kinds.items()})


def turns_of(raw: Mapping[str, Any]) -> tuple[Turn, ...]:
    """The turns of phrase of the parsed file.

    Raises:
        WeightsError: one of them lacks something or is on no side.
    """
    return tuple(_turn(name, each) for name, each in raw.get("turn", {}).items())


def _turn(name: str, raw: Mapping[str, Any]) -> Turn:
    patterns, says, side = raw.get("patterns"), raw.get("says"), raw.get("side")
    if not isinstance(patterns, list) or not all(isinstance(each, str) and each for each in patterns):
        raise WeightsError(f"turns.toml [turn.{name}]: patterns must be a list of texts, none of them empty")
    if not says or side not in set(Side):
        raise WeightsError(f"turns.toml [turn.{name}]: write `says`, and a `side` out of {', '.join(Side)}")
    return Turn(name, Side(side), str(says), tuple(each.replace(*_BEGIN) for each in patterns))


def read_weights(path: Path) -> Weights:
    """The fitted numbers: lines of ``word``, ``mark`` and ``level``.

    Raises:
        WeightsError: the file is missing or a line is not four columns with numbers.
    """
    if not path.exists():
        raise WeightsError(f"{path}: the file is missing; put it back from the repository")
    words: dict[str, tuple[float, float]] = {}
    marks: dict[str, float] = {}
    levels: dict[str, float] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        try:
            what, name, rarity, weight = line.split("\t")
            if what == "word":
                words[name] = (float(rarity), float(weight))
            else:
                {"mark": marks, "level": levels}[what][name] = float(weight)
        except (ValueError, KeyError) as wrong:
            raise WeightsError(
                f"{path} line {number}: not {HEAD.split()}; run `python -m benchmarks.fit_evidence`"
            ) from wrong
    if missing := set(LEVELS) - levels.keys():
        raise WeightsError(f"{path}: no level {min(missing)!r}; run `python -m benchmarks.fit_evidence`")
    return Weights(MappingProxyType(words), MappingProxyType(marks), **levels)


def write_weights(path: Path, weights: Weights) -> None:
    """The same file again, sorted, so that a change shows as a change."""
    lines = [HEAD]
    lines += [f"level\t{name}\t\t{getattr(weights, name):.2f}" for name in LEVELS]
    lines += [f"mark\t{name}\t\t{weight:.2f}" for name, weight in sorted(weights.marks.items())]
    lines += [
        f"word\t{name}\t{rarity:.1f}\t{weight:.2f}"
        for name, (rarity, weight) in sorted(weights.words.items())
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
