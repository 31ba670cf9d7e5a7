"""The pages of cases as a browser gets them, with 1,000 cases and with 1,000,000: signed in, looked up, written as HTML.

``python -m benchmarks.case_pages [--cases N] [--few N] [--rounds N] [--db sqlite,postgres] [--who village] [--keep FOLDER]``

The shipped application is asked in this process, without a socket; both databases of a kind by turns, as in
``benchmarks.case_desk``, whose desk is only a part of each page.
"""

import random
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session
from starlette.testclient import TestClient

from benchmarks.case_desk import SECRET, WARM, Cost, Desk, asked_for, cost, middle, opened
from benchmarks.many_cases import NOON
from bot.doors import doors_of
from bot.health_desk import HealthDesk
from bot.parts import load_parts
from bot.program import Program
from models.rules.pacing import Pace
from models.secrets import SecretBox
from models.tables import LoginCode
from web.app import create_app

Opens = Callable[["Visitor"], object]
HOST = "http://127.0.0.1"


class Visitor:
    """Somebody's browser on the pages over one database."""

    def __init__(self, desk: Desk, who: str) -> None:
        self.desk = desk
        seats = desk.scopes[who].seats
        self.person = next((desk.town.seats[seat].person for seat in seats), None)
        program = Program(desk.engine, load_parts(Pace(), SECRET), {}, lambda: NOON)
        self.client = TestClient(create_app(doors_of(program, SECRET.encode(), HealthDesk(program))), HOST)
        self.client.headers["accept"] = "text/html"
        self._sign_in()

    def _sign_in(self) -> None:
        code = f"{random.SystemRandom().randrange(10**8):08d}"
        digest, ends = SecretBox(SECRET).digest("login code", code), NOON + timedelta(minutes=5)
        with Session(self.desk.engine) as session:
            session.execute(text("DELETE FROM login_code"))
            session.add(LoginCode(digest=digest, person_id=self.person, made_at=NOON, expires_at=ends))
            session.commit()
        token = self.client.get("/login").text.split('name="csrf" value="')[1].split('"')[0]
        answer = self.client.post("/login/code", data={"csrf": token, "code": code})
        if answer.url.path != "/console":
            raise SystemExit(f"not let in: {answer.status_code} {answer.url}")

    def opens(self, page: str, **asked: str) -> None:
        """Gets a page as a whole."""
        self.client.get(page, params=asked).raise_for_status()


def pages(dice: random.Random, few: Desk) -> Mapping[str, Opens]:
    """One round: each page with one choice for both."""
    kind = [*few.items][min(int(dice.expovariate(0.2)), len(few.items) - 1)]
    hamlet = str(max(dice.choice([*few.scopes["village"].areas][-10:]), 1))
    part, seed = dice.random(), dice.random()

    def listed(visitor: Visitor, **asked: str) -> None:
        visitor.opens("/cases", **{"group": "all", **asked})

    def searched(visitor: Visitor, *sizes: int) -> None:
        words = random.Random(seed)
        listed(visitor, words=" ".join(visitor.desk.words(words, size) for size in sizes))

    return {
        "today": lambda v: v.opens("/console"),
        "list, open": lambda v: v.opens("/cases"),
        "list, all": listed,
        "list, deep page": lambda v: listed(v, before=str(v.desk.count // 2)),
        "filter, place": lambda v: listed(v, area=hamlet),
        "filter, category": lambda v: listed(v, category=kind),
        "filter, both": lambda v: listed(v, area=hamlet, category=kind),
        "filter, urgent": lambda v: listed(v, urgent="1"),
        "search, 2 characters": lambda v: searched(v, 2),
        "search, 4 characters": lambda v: searched(v, 4),
        "search, two words": lambda v: searched(v, 2, 2),
        "search, 1 character": lambda v: searched(v, 1),
        "search, elsewhere": lambda v: listed(v, words="青山 水库"),
        "one case": lambda v: v.client.get(f"/cases/{max(int(v.desk.count * part), 1)}"),
    }


def measure(few: Visitor, many: Visitor, who: str, rounds: int) -> None:
    """Both by turns; prints medians."""
    dice, taken = random.Random(11), dict[str, tuple[list[Cost], list[Cost]]]()
    for number in range(rounds + WARM):
        for name, opens in pages(dice, few.desk).items():
            both = taken.setdefault(name, ([], []))
            for which, visitor in sorted(enumerate((few, many)), reverse=number % 2 == 0):
                once = cost(opens, visitor)
                if number >= WARM:
                    both[which].append(once)
    for name, both in taken.items():
        small, large = (middle(each) for each in both)
        print(
            f"  {who:9s} {name:21s} {small.cpu:6.2f} {large.cpu:6.2f} {large.cpu / small.cpu:5.2f}"
            f"   {small.wall:6.2f} {large.wall:6.2f} {large.wall / small.wall:5.2f}",
            flush=True,
        )


def main() -> None:
    """Every database that was asked for."""
    asked = asked_for("benchmarks.case_pages")
    for kind in asked.db.split(","):
        with ExitStack() as stack:
            desks = opened(kind, (asked.few, asked.cases), asked.keep, stack)
            print(f"  ms of CPU, then of time, with {asked.few:,} and {asked.cases:,} cases, and their ratio")
            for who in asked.who.split(","):
                few, many = (Visitor(desk, who) for desk in desks)
                measure(few, many, who, asked.rounds)


if __name__ == "__main__":
    main()
