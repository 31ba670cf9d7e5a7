"""The guard against overfitting: each source left out of tuning in turn; one half tuned on, the other half judged."""

from collections.abc import Callable, Sequence

from benchmarks import understanding_peers as peers
from benchmarks.understanding_counts import CASES, Labels, Reader, mark_ours, tell
from benchmarks.understanding_sets import CHAT, LABELLED, MIXED, REQUESTS, Row, Sets
from handlers.understanding import Understanding

Factory = Callable[[Sequence[Row]], Understanding]
"""Ours with its weights refitted on these rows alone (requests and chatter, some with a label)."""


def print_guard(
    sets: Sets, tables: dict[str, Labels], understanding_for: Factory | None, *, with_peers: bool
) -> None:
    """Print both tables, with the peers trained on the same rows."""
    pool = sets.pool
    if not pool or not (with_peers or understanding_for):
        return
    columns: dict[str, dict[str, str]] = {}
    if understanding_for:
        columns["ours"] = _ours_left_out(pool, understanding_for)
    if with_peers:
        for name, features in peers.PEERS.items():
            found = peers.left_out(pool, features)
            columns[name] = {source: f"{share:.3f}" for source, share in found.items()}
    heading = " ".join(f"{name:>28s}" for name in columns)
    print(f"\n{'source left out of tuning':28s} {heading}")
    for source in (*REQUESTS, *CHAT):
        kind = "recall" if source in REQUESTS else "false cases"
        told = " ".join(f"{column.get(source, ''):>28s}" for column in columns.values())
        print(f"  {source + ': ' + kind:26s} {told}")
    if understanding_for:
        _halves(sets, tables, understanding_for)


def _ours_left_out(pool: Sequence[Row], understanding_for: Factory) -> dict[str, str]:
    """By source: the share taken for a case when it was tuned with, and when it was left out."""
    whole = Reader(understanding_for(pool))
    found = {}
    for source in (*REQUESTS, *CHAT):
        asked = [row for row in pool if row.source == source]
        if asked:
            blind = Reader(understanding_for([row for row in pool if row.source != source]))
            found[source] = f"{_cases(whole, asked):.3f} -> {_cases(blind, asked):.3f}"
    return found


def _halves(sets: Sets, tables: dict[str, Labels], understanding_for: Factory) -> None:
    """Judged on the half that was tuned on and on the other one, both ways."""
    print(f"\n{'tuned on one half':34s} {'judged on':>10s} {'recall':>7s} {'false %':>8s}  macro-F1")
    for half in (0, 1):
        read = Reader(understanding_for([row for row in sets.pool if row.half == half]))
        for judged, name in ((half, "the same"), (1 - half, "the other")):
            scores = "  ".join(f"{each} {score:.3f}" for each, score in _scores(read, sets, tables, judged))
            for mixed in MIXED:
                rows = [row for row in sets[mixed] if row.half == judged]
                told = tell(rows, [read(row.text).kind in CASES for row in rows])
                print(
                    f"  half {half}: {mixed:24s} {name:>10s} {told.recall:7.3f} {100 * told.false_cases:8.2f}  {scores}"
                )
                scores = ""


def _scores(read: Reader, sets: Sets, tables: dict[str, Labels], half: int) -> list[tuple[str, float]]:
    return [
        (name, mark_ours(read, [row for row in sets[name] if row.half == half], tables[name]).macro_f1)
        for name in LABELLED
        if sets[name] and name in tables
    ]


def _cases(read: Reader, rows: Sequence[Row]) -> float:
    return sum(read(row.text).kind in CASES for row in rows) / len(rows)
