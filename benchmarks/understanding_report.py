"""The tables of ``python -m benchmarks.understanding``: what is heard, on which set, how right, how fast."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import understanding_peers as peers
from benchmarks.understanding_counts import Labels, Marks, Reader, Told, hear, mark_ours, tell
from benchmarks.understanding_sets import CHAT, LABELLED, MIXED, NOTICES, SHORT, TITLES, Row, Sets
from benchmarks.understanding_stream import table
from handlers.understanding import Understanding
from models.rules.decision import CASES, Kind

ASKED = (*TITLES, *LABELLED)
"""Sets that hold requests alone."""
NOT_A_REQUEST = frozenset({"NEG", "NONE"})


def chatter(read: Reader, sets: Sets) -> None:
    """False cases by source."""
    print(
        f"{'what is no request':28s} {'lines':>6s} {'cases':>6s} {'cases %':>8s} {'hints %':>8s} {'rings':>6s} {'softer':>7s}"
    )
    lines = [(f"chat_{source}", sets[f"chat_{source}"]) for source in CHAT]
    lines += [("all chat", sets.chat), *((name, sets[name]) for name in (SHORT, *NOTICES))]
    for name, rows in lines:
        if rows:
            seen = hear(read, rows)
            print(
                f"{name:28s} {seen.rows:6d} {seen.cases:6d} {100 * seen.case_share:8.2f} {100 * seen.hint_share:8.2f} "
                f"{seen.rings:6d} {seen.softer:7d}"
            )


def requests(read: Reader, sets: Sets) -> None:
    """Recall on sets of requests alone; titles carry less than what a neighbour would write."""
    print(f"\n{'requests':28s} {'lines':>6s} {'case %':>8s} {'case or hint %':>15s}")
    for name in (*ASKED, *MIXED):
        if rows := [row for row in sets[name] if row.wanted]:
            seen = hear(read, rows)
            print(f"{name:28s} {seen.rows:6d} {100 * seen.case_share:8.1f} {100 * seen.human_share:15.1f}")


def mixes(read: Reader, sets: Sets, tuned: tuple[Reader, ...], *, with_peers: bool) -> None:
    """Recall at the measured false-case rate; peers learn one half and are asked about the other, both ways.

    ``tuned``: ours with its numbers refitted on half 0 and half 1, judged like the peers; empty: not refitted.
    """
    for name in MIXED:
        rows = sets[name]
        if not rows:
            continue
        ours = tell(rows, [read(row.text).kind in CASES for row in rows])
        hints = hear(read, [row for row in rows if not row.wanted]).hint_share
        human = hear(read, [row for row in rows if row.wanted]).human_share
        print(
            f"\n{name:28s} {'recall':>7s} {'false %':>8s} {'recall at our false %':>22s}  false % by source"
        )
        _told("ours, as shipped", ours)
        print(
            f"{'':28s} a human hears {human:.3f} of the requests; {100 * hints:.2f} % of the chat is hinted"
        )
        beside = ours
        if tuned:
            beside = tell(rows, [tuned[1 - row.half](row.text).kind in CASES for row in rows])
            _told("ours, tuned on other half", beside)
        if with_peers:
            for peer, features in peers.PEERS.items():
                _told(peer, peers.detection(rows, features, beside.false_cases))


def _told(name: str, told: Told) -> None:
    beside = "" if told.recall_beside is None else f"{told.recall_beside:.3f}"
    sources = "  ".join(f"{source} {100 * rate:.2f}" for source, rate in told.by_source.items())
    print(f"  {name:26s} {told.recall:7.3f} {100 * told.false_cases:8.2f} {beside:>22s}  {sources}")


def labels(
    read: Reader, sets: Sets, tables: dict[str, Labels], *, with_peers: bool, each_label: bool
) -> None:
    """Accuracy and macro-F1 over titles."""
    for name in LABELLED:
        rows = sets[name]
        if not rows or name not in tables:
            continue
        heading = f"{name} ({len(tables[name].names)})"
        print(f"\n{heading:28s} {'rows':>6s} {'accuracy':>9s} {'macro-F1':>9s} {'answered':>9s}")
        ours = mark_ours(read, rows, tables[name])
        _marks("ours", ours)
        if with_peers:
            for peer, features in peers.PEERS.items():
                _marks(peer, peers.labelling(rows, features))
        if each_label:
            for label, there, precision, recall, f1 in ours.by_label:
                print(
                    f"    {label}: {there} rows, precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}"
                )


def _marks(name: str, marks: Marks) -> None:
    print(f"  {name:26s} {marks.rows:6d} {marks.accuracy:9.3f} {marks.macro_f1:9.3f} {marks.answered:9.3f}")


def probe_outcome(read: Reader, probe: dict[str, str]) -> str:
    """``top-1``, ``other category``, ``suspected`` or ``missed`` for a request; ``silent`` or ``false`` for no request."""
    decision = read(probe["text"])
    if probe["l2"] in NOT_A_REQUEST:
        return "false" if decision.kind in CASES | {Kind.SUSPECTED} else "silent"
    if decision.kind in CASES:
        return "top-1" if decision.category == probe["l2"] else "other category"
    return "suspected" if decision.kind is Kind.SUSPECTED else "missed"


def probes(read: Reader, path: Path) -> None:
    """Sentences made up to be tried: category, urgency, emergencies."""
    rows = table(path)
    asked = [row for row in rows if row["l2"] not in NOT_A_REQUEST]
    quiet = [row for row in rows if row["l2"] in NOT_A_REQUEST]
    outcomes = [probe_outcome(read, row) for row in asked]
    counts = ", ".join(
        f"{name} {outcomes.count(name)}" for name in ("top-1", "other category", "suspected", "missed")
    )
    urgent = sum(read(row["text"]).urgency == row["urgency"] for row in asked)
    silent = sum(probe_outcome(read, row) == "silent" for row in quiet)
    print(f"\nprobes: {len(asked)} requests: {counts}; urgency right {urgent}")
    print(f"        {len(quiet)} that are none: {silent} left alone")


def emergencies(read: Reader, sets: Sets, path: Path | None) -> None:
    """The bell: heard where it must be, silent in all chat."""
    print()
    if path:
        urgent = [row for row in table(path) if row["urgency"] == "U0"]
        rung = sum(read(row["text"]).kind is Kind.EMERGENCY for row in urgent)
        print(f"emergencies among the probes: {rung} of {len(urgent)} rung")
    seen = hear(read, sets.chat)
    per = 5000 * seen.softer / max(1, seen.rows)
    print(
        f"on {seen.rows} lines of chat: full chain {seen.rings}, softer rung {seen.softer} ({per:.2f} per 5,000)"
    )


def latency(understanding: Understanding, sets: Sets) -> None:
    """Microseconds of CPU a message, read once before; the longest messages show that their length is bounded."""
    print(f"\n{'microseconds of CPU':28s} {'lines':>6s} {'median':>8s} {'p99':>8s} {'longest':>8s}")
    asked = [row for row in sets[MIXED[1]] if row.wanted]
    for name, rows in (("chat", sets.chat), ("requests", asked)):
        if rows:
            took = sorted(_took(understanding, rows))
            p99 = took[int(0.99 * len(took))]
            print(f"{name:28s} {len(rows):6d} {statistics.median(took):8.1f} {p99:8.1f} {took[-1]:8.1f}")
    if asked:
        endless = "".join(row.text for row in asked)
        for length in (understanding.lexicon.folding.longest, 100_000):
            pasted = [Row(str(at), "", endless[at : at + length], wanted=True) for at in range(0, 2_000, 100)]
            took = sorted(_took(understanding, pasted))
            print(
                f"{f'of {length:,} characters':28s} {len(took):6d} {statistics.median(took):8.1f} {'':8s} {took[-1]:8.1f}"
            )


def _took(understanding: Understanding, rows: Sequence[Row]) -> list[float]:
    for row in rows:
        understanding.understand(row.text)
    found = []
    for row in rows:
        begun = time.process_time_ns()
        understanding.understand(row.text)
        found.append((time.process_time_ns() - begun) / 1000)
    return found
