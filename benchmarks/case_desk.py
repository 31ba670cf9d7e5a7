"""What a cadre waits for at the desk of cases, with 1,000 cases and with 1,000,000: lists, filters, search, one case.

``python -m benchmarks.case_desk [--cases N] [--few N] [--rounds N] [--db sqlite,postgres] [--who village] [--keep FOLDER]``

Both databases of a kind are asked by turns for the same things by a village's duty, the township and the operator, each
round of another word, another case, another filter. Medians, and how many cases a page shows: with a thousand cases
many questions find hardly any, and a full page costs more than an empty one. Words are drawn from the texts of random
cases, so that frequent ones are frequent. PostgreSQL keeps the settings of the tests.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, text

from benchmarks.many_cases import HAMLETS, NOON, fill
from bot.parts import load_parts
from bot.today import Today
from handlers.dispatch import Dispatch
from models.case_desk import CaseDesk, CaseFilter, CasePage
from models.engine import migrate, open_engine
from models.rules.lexicon import Item
from models.rules.pacing import Pace
from models.rules.scope import Scope
from models.rules.town import Town
from models.today_desk import TodayDesk
from tests.databases import postgres_server
from web.case_words import meant

DEEP = 0.5
"""The deep page begins in the middle of all cases."""
SECRET = "s" * 48
WARM = 3
"""Rounds that are not counted."""
Ask = Callable[["Desk"], object]


class Desk:
    """One database, its people, and the words that stand in it."""

    def __init__(self, url: str, items: dict[str, Item], dispatch: Callable[[Engine], Dispatch]) -> None:
        self.engine = open_engine(url)
        self.cases = CaseDesk(self.engine)
        self.items = items
        self.dispatch = dispatch(self.engine)
        self.town = self.dispatch.current_town()
        self.first_page = self.fresh_page()
        with self.engine.connect() as connection:
            self.count = int(connection.execute(text("SELECT max(no) FROM case_file")).scalar_one())
            dice = random.Random(7)
            some = [dice.randint(1, self.count) for _ in range(400)]
            said = connection.execute(
                text(f"SELECT text FROM case_file WHERE no IN ({', '.join(map(str, some))})")  # noqa: S608 - numbers
            )
            texts = list(said.scalars())
        self.texts = texts
        self.scopes = {who: scope(self.town, who) for who in ("village", "township", "operator")}

    def fresh_page(self) -> Today:
        """The first page that knows no rates yet."""
        return Today(self.cases, TodayDesk(self.engine), self.dispatch, lambda: NOON)

    def words(self, dice: random.Random, size: int) -> str:
        """A word out of some case."""
        said = dice.choice(self.texts)
        begin = dice.randrange(max(len(said) - size, 1))
        return said[begin : begin + size]


def scope(town: Town, who: str) -> Scope:
    """Whose cases this person sees."""
    if who == "operator":
        return Scope(whole=True)
    post = {"village": "village_duty", "township": "town_station"}[who]
    seat = next(seat for seat in town.seats.values() if seat.post == post)
    areas = frozenset(town.downward(seat.area))
    return Scope(areas, frozenset({seat.id}), watches=areas)


@dataclass(frozen=True)
class Round:
    """What one round asks for, of both databases."""

    dice: random.Random
    who: str
    items: Sequence[Item]

    def page(self, desk: Desk, before: int | None = None, **wanted: Any) -> object:
        return desk.cases.page(desk.scopes[self.who], CaseFilter(**wanted), NOON, before=before)

    def lists(self) -> dict[str, Ask]:
        """Pages without words."""
        page = self.page
        kind = self.items[min(int(self.dice.expovariate(0.2)), len(self.items) - 1)].code
        number, hamlet = self.dice.random(), self.dice.choice(HAMLETS[:10])

        def area(desk: Desk) -> frozenset[int]:
            return frozenset(a.id for a in desk.town.areas.values() if a.name == hamlet)

        return {
            "list, open": page,
            "list, overdue": lambda desk: page(desk, group="overdue"),
            "list, all": lambda desk: page(desk, group="all"),
            "list, done": lambda desk: page(desk, group="done"),
            "list, deep page": lambda desk: page(desk, int(desk.count * DEEP), group="all"),
            "filter, place": lambda desk: page(desk, group="all", areas=area(desk)),
            "filter, category": lambda desk: page(desk, group="all", categories=frozenset({kind})),
            "filter, both": lambda desk: page(desk, group="all", areas=area(desk), categories=frozenset({kind})),
            "filter, urgent": lambda desk: page(desk, group="all", urgent=True),
            "counts": lambda desk: desk.cases.counts(desk.scopes[self.who], NOON),
            "today": lambda desk: desk.first_page(desk.scopes[self.who]),
            "today, with its rates": lambda desk: desk.fresh_page()(desk.scopes[self.who]),
            "one case": lambda desk: desk.cases.one(desk.scopes[self.who], max(int(desk.count * number), 1)),
        }  # fmt: skip

    def searches(self) -> dict[str, Ask]:
        """Pages with words of some case."""
        seeds = self.dice.random(), self.dice.random()

        def found(desk: Desk, *sizes: int, before: float | None = None, group: str = "all") -> object:
            words = [desk.words(random.Random(seed), size) for seed, size in zip(seeds, sizes, strict=False)]
            start = None if before is None else int(desk.count * before)
            return self.page(desk, start, group=group, words=meant(words, desk.items, desk.town))

        def said(desk: Desk, *words: str) -> object:
            return self.page(desk, group="all", words=meant(words, desk.items, desk.town))

        return {
            "search, 2 characters": lambda desk: found(desk, 2),
            "search, 2, deep": lambda desk: found(desk, 2, before=DEEP),
            "search, 4 characters": lambda desk: found(desk, 4),
            "search, two words": lambda desk: found(desk, 2, 2),
            "search, elsewhere": lambda desk: said(desk, "青山", "水库"),
            "search, nothing": lambda desk: said(desk, "鳄鱼"),
            "search, open": lambda desk: found(desk, 2, group="open"),
            "search, 1 character": lambda desk: found(desk, 1),
        }


class Cost(NamedTuple):
    """Milliseconds of this process's CPU, which holds SQLite but not PostgreSQL, and of time; cases on the page."""

    cpu: float
    wall: float
    shown: float = 0


def cost(ask: Callable[[Any], object], desk: Any) -> Cost:
    """What one question takes."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = ask(desk)
    took = (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
    return Cost(*took, len(found.cases) if isinstance(found, CasePage) else 0)


def middle(costs: list[Cost]) -> Cost:
    """Medians."""
    return Cost(*map(statistics.median, zip(*costs, strict=True)))


def measure(few: Desk, many: Desk, who: str, rounds: int, items: Sequence[Item]) -> None:
    """Both by turns; prints medians."""
    dice = random.Random(11)
    taken: dict[str, tuple[list[Cost], list[Cost]]] = {}
    for number in range(rounds + WARM):
        asked = Round(dice, who, items)
        for name, ask in (asked.lists() | asked.searches()).items():
            both = taken.setdefault(name, ([], []))
            order = ((0, few), (1, many)) if number % 2 else ((1, many), (0, few))
            for which, desk in order:
                once = cost(ask, desk)
                if number >= WARM:
                    both[which].append(once)
    first = middle(taken["list, all"][1])
    for name, both in taken.items():
        small, large = (middle(each) for each in both)
        worst = statistics.quantiles([each.wall for each in both[1]], n=20)[-1]
        more = f", {large.cpu / first.cpu:4.2f} of the first page" if name == "list, deep page" else ""
        print(
            f"  {who:9s} {name:21s} {small.cpu:6.2f} {large.cpu:6.2f} {large.cpu / small.cpu:5.2f}"
            f"   {small.wall:6.2f} {large.wall:6.2f} {large.wall / small.wall:5.2f} (p95 {worst:6.1f})"
            f" {small.shown:2.0f} and {large.shown:2.0f} shown{more}"
        )


def sizes(engine: Engine) -> str:
    """What the index takes beside the rest."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            found = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'case_words%'"
            whole = "SELECT sum(pgsize) FROM dbstat"
        else:
            found = "SELECT pg_total_relation_size('case_words')"
            whole = "SELECT pg_database_size(current_database())"
        mine, all_of_it = (int(connection.execute(text(one)).scalar_one()) for one in (found, whole))
    return f"index {mine / 1e6:.0f} MB of {all_of_it / 1e6:.0f} MB"


@contextmanager
def addresses(kind: str, keep: Path | None) -> Iterator[Callable[[int], tuple[str, bool]]]:
    """Where a database of so many cases is, with the newest schema, and whether it is still empty."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres_server(keep and keep / "pg")) if kind == "postgres" else None

        def address(count: int) -> tuple[str, bool]:
            if server is not None:
                return server.named(f"cases_{count}")
            file = folder / f"cases-{count}.db"
            new = not file.exists()
            migrate(f"sqlite:///{file}")
            return f"sqlite:///{file}", new

        yield address


def opened(kind: str, counts: Sequence[int], keep: Path | None, stack: ExitStack) -> list["Desk"]:
    """A desk over each of so many cases; filled where there is none yet."""
    parts = load_parts(Pace(), SECRET)
    items, desks = dict(parts.standing.items), []
    address = stack.enter_context(addresses(kind, keep))
    for count in counts:
        begin, (url, new) = time.perf_counter(), address(count)
        if new:
            fill(url, count, list(items.values()))
        desks.append(Desk(url, items, lambda engine: Dispatch(engine, parts.standing, lambda: NOON)))
        stack.callback(desks[-1].engine.dispose)
        took = time.perf_counter() - begin
        print(f"{kind}: {count:,} cases, {sizes(desks[-1].engine)}, ready in {took:.0f} s", flush=True)
    return desks


def asked_for(program: str) -> argparse.Namespace:
    """What stands on the command line."""
    words = argparse.ArgumentParser(prog=program)
    words.add_argument("--cases", type=int, default=1_000_000)
    words.add_argument("--few", type=int, default=1_000)
    words.add_argument("--rounds", type=int, default=41, help="two at least")
    words.add_argument("--db", default="sqlite,postgres")
    words.add_argument("--who", default="village,township,operator")
    words.add_argument(
        "--keep", type=Path, help="a folder, with a short path, that keeps the databases for the next run"
    )
    return words.parse_args()


def main() -> None:
    """Every database that was asked for."""
    asked = asked_for("benchmarks.case_desk")
    for kind in asked.db.split(","):
        with ExitStack() as stack:
            desks = opened(kind, (asked.few, asked.cases), asked.keep, stack)
            print(f"  ms of CPU, then of time, with {asked.few:,} and {asked.cases:,} cases, and their ratio")
            for who in asked.who.split(","):
                measure(desks[0], desks[1], who, asked.rounds, list(desks[0].items.values()))


if __name__ == "__main__":
    main()
