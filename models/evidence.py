"""Evidence and its weights, read from ``lexicon/evidence.toml`` and ``lexicon/weights.tsv``."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.rules.lexicon import Weights

HEAD = "what\tname\trarity\tweight"
LEVELS = ("bias", "trusts", "believes", "holds", "opens", "alone", "doubts", "wonders")


class WeightsError(ValueError):
    """A line of the weights cannot be used; the message names it and the remedy."""


def evidence_of(raw: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Kind of evidence → its words, out of the parsed file; words stand in one text, parted by spaces."""
    kinds = raw.get("kind", {})
    return MappingProxyType({name: tuple(str(kind["words"]).split()) for name, kind in kinds.items()})


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
