"""Errors of one set, listed: what was said, what was understood, by which words. For the eyes of whoever tunes."""

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.understanding_counts import Labels, Reader
from benchmarks.understanding_report import NOT_A_REQUEST, probe_outcome
from benchmarks.understanding_sets import LABELLED, Row, Sets
from benchmarks.understanding_stream import table
from models.rules.decision import CASES, Cue, Decision, Kind

PROBES = "probes"
EMERGENCIES = "emergencies"
HINTS = "hints"
OTHERS = (PROBES, EMERGENCIES, HINTS)
"""What is no set of its own."""


def list_errors(
    read: Reader, sets: Sets, tables: dict[str, Labels], probes: Path | None, name: str
) -> Iterator[str]:
    """One line an error; ``name`` is a set, or ``probes``, ``emergencies`` (rings in chat), ``hints`` (hinted chat)."""
    if name == PROBES:
        yield from _probes(read, probes)
    elif name == EMERGENCIES:
        yield from _chat(
            read, sets, lambda seen: seen.kind is Kind.EMERGENCY or Cue.ASKS_EMERGENCY in seen.cues
        )
    elif name == HINTS:
        yield from _chat(read, sets, lambda seen: seen.kind is Kind.SUSPECTED)
    elif name in LABELLED:
        yield from _labelled(read, sets[name], tables[name])
    else:
        for row in sets[name]:
            seen = read(row.text)
            if (seen.kind in CASES) != row.wanted:
                yield _line("false case" if seen.kind in CASES else "not opened", row.text, seen)


def _chat(read: Reader, sets: Sets, which: Callable[[Decision], bool]) -> Iterator[str]:
    for row in sets.chat:
        seen = read(row.text)
        if which(seen):
            yield _line(row.source, row.text, seen)


def _labelled(read: Reader, rows: tuple[Row, ...], labels: Labels) -> Iterator[str]:
    for row in rows:
        seen = read(row.text)
        guess = labels.of(seen.category)
        if guess != row.label:
            yield _line(f"{row.label}, not {guess}", row.text, seen)


def _probes(read: Reader, path: Path | None) -> Iterator[str]:
    for row in table(path) if path else ():
        outcome = probe_outcome(read, row)
        seen = read(row["text"])
        urgent = row["l2"] in NOT_A_REQUEST or seen.urgency == row["urgency"]
        if outcome not in {"top-1", "silent"} or not urgent:
            yield _line(f"{row['l2']} {row['urgency']}: {outcome}", row["text"], seen)


def _line(what: str, text: str, seen: Decision) -> str:
    because = " ".join(f"{word}{weight:+.2g}" for word, weight in seen.because)
    return f"{what}\t{seen.kind} {seen.category or '-'} {seen.score:.2f}\t{text}\t{because}"
