"""Areas of work and the words that lean towards them, read from and written to ``lexicon/leanings.toml``."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from models.rules.lexicon import Area

_WIDTH = 110


def areas_of(raw: Mapping[str, Any]) -> tuple[Area, ...]:
    """The areas out of the parsed file; a line of ``words`` is a weight and the words it stands for."""
    return tuple(
        Area(str(each["name"]), tuple(each["codes"]), _words(each["words"])) for each in raw.get("area", ())
    )


def _words(text: str) -> Mapping[str, float]:
    weights: dict[str, float] = {}
    for line in text.split("\n"):
        weight, *words = line.split() or ("0",)
        weights.update(dict.fromkeys(words, float(weight)))
    return MappingProxyType(weights)


def written(areas: Sequence[Area]) -> str:
    """The text of the file, heaviest words first and each line sorted, so that a change shows as a change."""
    return "\n".join(_area(each) for each in areas)


def _area(area: Area) -> str:
    codes = ", ".join(f'"{code}"' for code in area.codes)
    lines = [f'[[area]]\nname = "{area.name}"\ncodes = [{codes}]\nwords = """']
    for weight in sorted(set(area.words.values()), reverse=True):
        line = f"{weight:.1f}"
        for word in sorted(each for each, own in area.words.items() if own == weight):
            if len(line) + len(word) > _WIDTH:
                lines.append(line)
                line = f"{weight:.1f}"
            line += f" {word}"
        lines.append(line)
    return "\n".join([*lines, '"""', ""])
