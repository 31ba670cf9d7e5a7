"""What was worked out of the lexicon's expressions, kept beside it in ``expressions.json``."""

import json
from collections.abc import Mapping
from pathlib import Path

from models.rules.expressions import Needs

EXPRESSIONS = "expressions.json"


def read_needs(path: Path) -> dict[str, Needs]:
    """Needs by digest; nothing when the file is missing or not of this form: then they are worked out again."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {name: _needs(*row) for name, row in table.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def written_needs(table: Mapping[str, Needs]) -> str:
    """The text of the file, a line for each expression, so that a change shows as a change."""
    rows = (
        json.dumps(
            [heads, anchors and sorted(anchors), ["".join(sorted(e)) for e in beside]], ensure_ascii=False
        )
        for heads, anchors, beside in (table[name] for name in sorted(table))
    )
    lines = (f'"{name}": {row}' for name, row in zip(sorted(table), rows, strict=True))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _needs(heads: list[str] | None, anchors: list[str] | None, beside: list[str]) -> Needs:
    words = frozenset(anchors) if anchors else None
    return Needs(tuple(heads) if heads else None, words, tuple(map(frozenset, beside)))
