"""The guard against overfitting: each source left out of tuning in turn; one half tuned on, the other half judged."""

from collections.abc import Callable, Sequence

from benchmarks import understanding_peers as peers
from benchmarks.understanding_counts import Labels, Reader, mark_ours, tell
from benchmarks.understanding_sets import CHAT, LABELLED, MIXED, REQUESTS, Row, Sets
from handlers.understanding import Understanding
from models.rules.decision import CASES

Factory = Callable[[Sequence[Row]], Understanding]
"""Ours with its weights refitted on these rows alone (requests and chatter, some with a label)."""


def tuned_on_halves(sets: Sets, understanding_for: Factory) -> tuple[Reader, ...]:
    """Ours tuned on half 0 and on half 1 of all rows."""
    return tuple(Reader(understanding_for([row for row in sets.pool if row.half == half])) for half in (0, 1))


def print_guard(
    sets: Sets,
    tables: dict[str, Labels],
    understanding_for: Factory,
    tuned: tuple[Reader, ...],
    *,
    with_peers: bool,
) -> None:
    """Print both tables, with the peers trained on the same rows."""
    if sets.pool:
        _sources(sets.pool, understanding_for, with_peers=with_peers)
        _halves(sets, tables, tuned)


def _sources(pool: Sequence[Row], understanding_for: Factory, *, with_peers: bool) -> None:
    """Recall (of requests) or false cases (of chat) on a source that was tuned on, and when it was left out."""
    whole = Reader(understanding_for(pool))
    columns = [peers.left_out(pool, features) for features in peers.PEERS.values()] if with_peers else []
    names = " ".join(f"{name:>22s}" for name in (peers.PEERS if with_peers else ()))
    print(
        f"\n{'source, of which are opened':34s} {'rows':>6s} {'tuned on':>9s} {'left out':>9s} {names}",
        flush=True,
    )
    falls, false_cases = [], []
    for source in (*REQUESTS, *CHAT):
        asked = [row for row in pool if row.source == source]
        if not asked:
            continue
        blind = Reader(understanding_for([row for row in pool if row.source != source]))
        seen, unseen = _opened(whole, asked), _opened(blind, asked)
        if source in REQUESTS:
            falls.append(seen - unseen)
        else:
            false_cases.append(unseen)
        beside = " ".join(f"{column.get(source, 0):22.3f}" for column in columns)
        kind = "recall" if source in REQUESTS else "false cases"
        print(f"  {f'{source}: {kind}':32s} {len(asked):6d} {seen:9.3f} {unseen:9.3f} {beside}", flush=True)
    print(
        f"  recall falls by at most {max(falls, default=0):.3f}; false cases at most {max(false_cases, default=0):.3f}"
    )


def _halves(sets: Sets, tables: dict[str, Labels], tuned: tuple[Reader, ...]) -> None:
    """Judged on the half that was tuned on and on the other one, both ways."""
    print(f"\n{'tuned on one half':34s} {'judged on':>10s} {'recall':>7s} {'false %':>8s}  macro-F1")
    for half, read in enumerate(tuned):
        for judged, name in ((half, "the same"), (1 - half, "the other")):
            scores = "  ".join(f"{each} {score:.3f}" for each, score in _scores(read, sets, tables, judged))
            for mixed in MIXED:
                rows = [row for row in sets[mixed] if row.half == judged]
                told = tell(rows, [read(row.text).kind in CASES for row in rows])
                print(
                    f"  half {half}: {mixed:24s} {name:>10s} {told.recall:7.3f} {100 * told.false_cases:8.2f}  {scores}",
                    flush=True,
                )
                scores = ""


def _scores(read: Reader, sets: Sets, tables: dict[str, Labels], half: int) -> list[tuple[str, float]]:
    return [
        (name, mark_ours(read, [row for row in sets[name] if row.half == half], tables[name]).macro_f1)
        for name in LABELLED
        if sets[name] and name in tables
    ]


def _opened(read: Reader, rows: Sequence[Row]) -> float:
    return sum(read(row.text).kind in CASES for row in rows) / len(rows)
