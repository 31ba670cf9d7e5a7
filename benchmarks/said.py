"""How well is heard what residents tell beside what is wrong: where, since when, how many, who. ``--errors`` lists them.

    python -m benchmarks.said [--errors]

The sentences (``tests/understanding/said.tsv``) are made up for this project. ``tune`` was looked at while the tables
were written, ``held`` only when they were, ``fresh`` was written after them; the first blind results of both stand in
docs/benchmarks.md.
"""

import sys
from collections import Counter
from datetime import datetime

from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_stream import table
from handlers.understanding import Understanding, load_understanding
from models.rules.decision import Decision
from models.rules.pacing import SHANGHAI

NOW = datetime(2025, 7, 15, 9, 0, tzinfo=SHANGHAI)
HALVES = ("tune", "held", "fresh")
NAMES = ("place", "since", "again", "households", "persons", "whole", "risk", "accused")

Compared = tuple[str, object, object, bool]


def rows(half: str) -> list[dict[str, str]]:
    """The sentences of one half."""
    return [row for row in table(ROOT / "tests" / "understanding" / "said.tsv") if row["half"] == half]


def expected(row: dict[str, str]) -> dict[str, str]:
    """What a sentence is marked with: ``place=四组桥头 since=72h again``."""
    return {key: value for key, _, value in (each.partition("=") for each in row["expect"].split())}


def read(understanding: Understanding, row: dict[str, str]) -> tuple[Decision, dict[str, str]]:
    """(what was understood of the words alone, whatever they are taken for; what is expected)."""
    extracted = understanding.with_words(understanding.understand(""), row["text"])
    wanted = expected(row)
    place = wanted.get("place", "")
    # A number at the head of a message is written in figures: 九号楼, 9号楼.
    known = place if place in understanding.plain(row["text"]) else understanding.plain(place)
    return extracted, {**wanted, "place": known}


def score(understanding: Understanding, half: str) -> Counter[str]:
    """How often each thing was said, heard rightly, nearly, or heard though it was not said."""
    counted: Counter[str] = Counter()
    for row in rows(half):
        decision, wanted = read(understanding, row)
        for name, want, got, right in compared(decision, wanted):
            counted[f"{name} said"] += bool(want)
            counted[f"{name} right"] += bool(want) and right
            counted[f"{name} invented"] += not want and bool(got)
        place, said = wanted["place"], (*decision.places, "")[0]
        counted["place overlapping"] += bool(place and said and (place in said or said in place))
    return counted


def compared(decision: Decision, wanted: dict[str, str]) -> list[Compared]:
    """(name, expected, found, right) of every thing a sentence can tell."""
    told = decision.told
    lasting = told.lasting(NOW)
    hours = lasting.total_seconds() / 3600 if lasting is not None else None
    found: list[tuple[str, object, object]] = [
        ("place", wanted["place"], (*decision.places, "")[0]),
        ("again", "again" in wanted, bool(told.recurring)),
        ("households", int(wanted.get("households", 0)), told.households or 0),
        ("persons", int(wanted.get("persons", 0)), told.persons or 0),
        ("whole", wanted.get("whole", ""), told.whole),
        ("risk", listed(wanted.get("risk", "")), frozenset(code for code, _ in told.at_risk)),
        ("accused", listed(wanted.get("accused", "")), frozenset(each.party for each in told.accused)),
    ]
    since = wanted.get("since", "").rstrip("h")
    near = bool(since) and hours is not None and abs(hours - float(since)) <= max(1.5, float(since) / 2)
    return [*((name, want, got, want == got) for name, want, got in found), ("since", since, hours, near)]


def listed(words: str) -> frozenset[str]:
    """Codes with commas between them."""
    return frozenset(words.split(",")) - {""}


def main(arguments: list[str]) -> None:
    """Print the table, and the errors when asked for."""
    understanding = load_understanding(ROOT / "lexicon", ROOT / "locale" / "zh_CN")
    for half in HALVES:
        counted = score(understanding, half)
        print(f"{half}: {len(rows(half))} sentences")
        for name in NAMES:
            right, said, invented = (counted[f"{name} {each}"] for each in ("right", "said", "invented"))
            near = f", {counted['place overlapping']} overlapping" if name == "place" else ""
            print(f"  {name:<11}{right:>3} of {said:>3}{near}; {invented} invented")
        for row in rows(half) if "--errors" in arguments else ():
            decision, wanted = read(understanding, row)
            for name, want, got, right in compared(decision, wanted):
                if not right and (want or got):
                    print(f"    {row['text']}: {name} {want!r}, heard {got!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
