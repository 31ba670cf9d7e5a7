"""Sentences whose meaning is known: the project's own, and files that somebody names."""

import csv
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handlers.learning.comparing import ANY_REQUEST, NO_REQUEST, Line

ROOT = Path(__file__).resolve().parent.parent
OWN = (
    ROOT / "tests" / "understanding" / "spoken.tsv",
    ROOT / "tests" / "acceptance" / "probes.tsv",
    ROOT / "tests" / "acceptance" / "dialogues.jsonl",
)
"""What must never be read wrongly because of a patch."""
_ANSWERS = {"1": ANY_REQUEST, "0": NO_REQUEST}


class NoMeaning(ValueError):  # noqa: N818 - it says what the file lacks
    """The file holds a line without text or meaning."""


def sentences(path: Path) -> Iterator[Line]:
    """Every sentence of a file.

    A table divided by tabs has a header with ``text`` and one of ``meant``, ``l2`` (category, emergency type or NEG)
    or ``y`` (1: some request, 0: none). Dialogues (.jsonl) give the lines that open exactly one case.

    Raises:
        OSError: the file is not there.
        NoMeaning: it is no such file.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        yield from _opening_lines(text, path.name)
        return
    for number, row in enumerate(
        csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE), start=2
    ):
        meant = row.get("meant") or row.get("l2") or _ANSWERS.get(row.get("y") or "")
        if not meant or not row.get("text"):
            raise NoMeaning(path.name)
        yield Line(meant, row["text"], f"{path.name}:{number}")


def _opening_lines(text: str, name: str) -> Iterator[Line]:
    try:
        told = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as broken:
        raise NoMeaning(name) from broken
    for dialogue in told:
        for number, line in enumerate(dialogue.get("lines", ()), start=1):
            meant = _opened(line)
            if meant and line.get("type") == "text":
                yield Line(meant, line["text"], f"{dialogue.get('id', name)}:{number}")


def _opened(line: Mapping[str, Any]) -> str | None:
    """The category of the one case a line of a dialogue opens."""
    steps = line.get("expect", {}).get("case", ())
    opened = [step["l2"] for step in steps if step.get("op") == "create" and "l2" in step]
    return opened[0] if len(opened) == 1 else None


@cache
def known_lines() -> tuple[Line, ...]:
    """All of the project's own; none where they were not installed."""
    return tuple(line for path in OWN if path.exists() for line in sentences(path))
