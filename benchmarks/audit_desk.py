"""What the page of who did what takes with 1,000,000 lines of the audit behind it, half of them by people with a name.

``python -m benchmarks.audit_desk [--lines N] [--rounds N] [--db sqlite,postgres]``

Medians and the longest, in milliseconds, for a village's duty, the township and the operator: everything, one kind, a kind
that hardly anybody does (one line in 5,000), one person, a page in the middle, and a day half a year ago.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, text

from benchmarks.case_desk import scope
from benchmarks.many_cases import NOON, fill
from bot.parts import load_parts
from handlers.dispatch import Dispatch
from models.audit_desk import AuditDesk, Look
from models.engine import for_writing, open_engine
from models.rules.audit import Place, Source
from models.rules.pacing import Pace
from models.store.rows import TABLES
from tests.reliability.kill import database
from web.audit_words import EVERYTHING, KINDS

CASES, PART = 20_000, 20_000
COMMON = ("ClaimCase", "ContactCase", "ResolveCase", "TransferCase", "AskDesk")
RARE = "ChangeSetting"


def write(engine: Engine, count: int) -> None:
    """So many lines of a year, the oldest first."""
    dice = random.Random(3)
    with engine.connect() as wire:
        people = list(
            wire.execute(text("SELECT DISTINCT person_id FROM appointment ORDER BY person_id")).scalars()
        )
    step = timedelta(days=365) / count
    for first in range(0, count, PART):
        rows = []
        for n in range(first, min(first + PART, count)):
            by_person = dice.random() < 1 / 2
            rare = dice.random() < 1 / 5000
            rows.append(
                {
                    "at": NOON - step * (count - n), "door": "web" if rare else "chat", "key": f"wechaty:{n}",
                    "intent": RARE if rare else dice.choice(COMMON) if by_person else "Report", "identity_id": 1,
                    "person_id": dice.choice(people) if by_person or rare else None, "outcome": "done",
                    "case_id": None if rare else dice.randint(1, CASES), "number": None,
                }
            )  # fmt: skip
        with for_writing(engine).begin() as wire:
            wire.execute(insert(TABLES["audit"]), rows)


def questions(whole: bool, person: int) -> dict[str, Callable[[AuditDesk, Look], object]]:
    """Name → what is asked of the desk."""
    middle = Place(NOON - timedelta(days=180), Source.ASKED, 10**9)
    day = replace(EVERYTHING, begin=NOON - timedelta(days=180), end=NOON - timedelta(days=179))
    asked = {
        "everything": lambda desk, look: desk.page(look, EVERYTHING),
        "cases": lambda desk, look: desk.page(look, KINDS["case"][1]),
        "settings, rare": lambda desk, look: desk.page(look, KINDS["setting"][1]),
        "in the middle": lambda desk, look: desk.page(look, EVERYTHING, before=middle),
        "a day": lambda desk, look: desk.page(look, day),
    }
    return (
        {**asked, "one person": lambda desk, look: desk.page(look, replace(EVERYTHING, person=person))}
        if whole
        else asked
    )


def measure(engine: Engine, dispatch: Dispatch, rounds: int) -> None:
    """A line for each who and what."""
    desk, town = AuditDesk(engine), dispatch.current_town()
    person = next(seat.person for seat in town.seats.values() if seat.post == "zu_head")
    for who in ("village", "township", "operator"):
        seen = scope(town, who)
        look = Look(seen, seen.areas, private=True)
        for what, ask in questions(who != "village", person).items():
            spent = []
            for _ in range(rounds):
                began = time.perf_counter()
                ask(desk, look)
                spent.append((time.perf_counter() - began) * 1000)
            sys.stdout.write(f"  {who:10s}{what:16s}{statistics.median(spent):9.1f}{max(spent):9.1f}\n")


def main() -> None:
    """Print all of it."""
    asked = argparse.ArgumentParser(prog="benchmarks.audit_desk")
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--db", default="sqlite,postgres")
    options = asked.parse_args()
    parts = load_parts(Pace(), "a" * 48)
    for kind in options.db.split(","):
        with (
            tempfile.TemporaryDirectory(prefix="linli-audit-") as scratch,
            database(kind, Path(scratch)) as url,
        ):
            fill(url, CASES, tuple(parts.standing.items.values()))
            engine = open_engine(url)
            write(engine, options.lines)
            if kind == "postgres":
                with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as wire:
                    wire.execute(text("VACUUM (ANALYZE)"))
            sys.stdout.write(f"{kind}, {options.lines:,} lines: median, longest (ms)\n")
            measure(engine, Dispatch(engine, parts.standing, lambda: NOON), options.rounds)
            engine.dispose()


if __name__ == "__main__":
    main()
