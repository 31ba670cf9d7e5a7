"""One notice to 5,000 rooms by five accounts, under a virtual clock: queued, sent, stopped, killed in the middle.

``python -m benchmarks.many_rooms [--rooms N] [--sqlite]``

The shipped road on SQLite (WAL, FULL) and PostgreSQL: ``PublishNotice`` through ``Dispatch``, then ``Delivery`` with its
default pacing over the simulator. What pacing alone allows is counted here from the table of ``models.rules.pacing`` and
nothing else: the mean gap between two posts of an account, and its posts an hour. Memory is read at every tenth. In a
second town the process dies again and again at random crash points, echoes are heard as the listener hears them, and what
came back while nobody listened stays unheard; in a third, with real lanes and no gaps, the notice is stopped after a fifth.
"""

import argparse
import asyncio
import gc
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.busy_town import stage_busy_town
from benchmarks.memory import rss
from bot.channels.simulator import SimulatedWeChat, SimulatorChannel
from bot.delivery import Delivery
from bot.lanes import at_once, inline
from bot.logs import write_logs
from bot.parts import Parts, load_parts
from handlers.actors import OPERATOR
from handlers.dispatch import Dispatch, Status
from handlers.intents import Intent
from handlers.notices import CancelNotice, PublishNotice
from models.engine import migrate, open_engine
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.message import Message
from models.rules.pacing import SHANGHAI, Pace
from tests.databases import postgres_server

MORNING = datetime(2026, 3, 4, 8, 0, tzinfo=SHANGHAI).astimezone(UTC)
ACCOUNTS = tuple(f"account{n}" for n in range(5))
WORDS = "明天上午9点到11点检修管网，全乡停水，请提前备水。"
KILLS, STOPPED_AT, LOOKS = 20, 1 / 5, 10
NO_GAPS = Pace(
    reply_gap_s=0, broadcast_gap_s=0, room_hourly=10**6, room_daily=10**6, room_notices_daily=10**6,
    account_hourly=10**6, account_daily=10**6,
)  # fmt: skip


class Killed(BaseException):
    """The process died at a crash point."""


class Town:
    """So many rooms, each with one of five accounts of ours, and a clock that only moves when nothing can be said."""

    def __init__(self, url: str, rooms: int, pace: Pace = Pace()) -> None:  # noqa: B008 - frozen
        migrate(url)
        self.engine: Engine = open_engine(url)
        self.now, self.rooms, self.pace = MORNING, rooms, pace
        stage_busy_town(self.engine, self.now, rooms=rooms, accounts=ACCOUNTS)
        if self.engine.dialect.name == "sqlite":
            with self.engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE")
        self.wechat = SimulatedWeChat(lambda: self.now)
        ours = [self.wechat.add_account(account, account).id for account in ACCOUNTS]
        for number in range(rooms):
            self.wechat.add_room(f"room{number}", f"{number}组群", [ours[number % len(ours)]])
        self.parts: Parts = load_parts(pace, "benchmark" * 4)
        self.die_at: Callable[[str], bool] = lambda _: False
        self.start()

    def start(self) -> None:
        """A fresh process on the same database."""
        self.channels: dict[str, SimulatorChannel] = {a: self.wechat.connect(a) for a in ACCOUNTS}
        self.dispatch = Dispatch(self.engine, self.parts.standing, lambda: self.now)
        self.delivery = Delivery(
            self.engine, self.parts.standing.texts, self.pace, self.channels, lambda: self.now,
            random.Random(7).random, inline, crash_point=self._crash,
        )  # fmt: skip

    def _crash(self, point: str) -> None:
        if self.die_at(point):
            raise Killed(point)

    def ask(self, intent: Intent, key: str) -> None:
        """Do it as the operator does."""
        origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{key}"), self.now)
        outcome = self.dispatch(intent, OPERATOR, origin)
        if outcome.status is not Status.DONE:
            raise RuntimeError(f"{intent} was not done: {outcome}")

    def move(self) -> bool:
        """Say what can be said now and let the clock run until more can; whether anything is left."""
        wait = at_once(self.delivery.step())
        if wait is None or self.now + timedelta(seconds=wait) > MORNING + timedelta(hours=13):
            return False
        self.now += timedelta(seconds=max(wait, 0.001))
        return True

    def hear_echoes(self) -> None:
        """Our own lines come back, as the listener hears them."""
        for channel in self.channels.values():
            for event in channel.take():
                if isinstance(event, Message) and event.own:
                    where = event.room or self.wechat.line(event.id).contact
                    self.delivery.outbox.reconcile_echo(
                        event.channel, event.account, where, event.text, event.id, event.at
                    )

    def states(self) -> Counter[str]:
        """How many rows of the outbox are in each state."""
        with self.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT state, count(*) FROM outbox GROUP BY state").all()
        return Counter(dict(found))

    def in_doubt(self) -> set[str]:
        """Rooms of which nobody can tell whether they heard it."""
        found = "SELECT r.platform_id FROM outbox o JOIN room r ON r.id = o.room_id WHERE o.state = 'unknown'"
        with self.engine.connect() as connection:
            return set(connection.exec_driver_sql(found).scalars())


def paced_s(rooms: int, pace: Pace) -> float:
    """Seconds from the first post to the last that pacing alone asks of the account with most rooms.

    ``account_hourly`` posts fill an hour; those after the last full hour follow each other at the mean gap.
    """
    posts = -(-rooms // len(ACCOUNTS)) - 1
    an_hour = min(pace.account_hourly, int(3600 // pace.broadcast_gap_s))
    return posts // an_hour * 3600 + posts % an_hour * pace.broadcast_gap_s


def queued(url: Callable[[], str], rooms: int) -> None:
    """From the cadre's word to the last row queued; median of three towns. What is known of the place is read before."""
    spent, read = [], []
    for number in range(3):
        town = Town(url(), rooms)
        began = time.perf_counter()
        town.dispatch.current_town()
        read.append(time.perf_counter() - began)
        began = time.perf_counter()
        town.ask(PublishNotice(WORDS), f"notice-{number}")
        spent.append(time.perf_counter() - began)
        if town.states()["queued"] != rooms:
            raise RuntimeError(f"not all queued: {town.states()}")
        town.engine.dispose()
    print(
        f"  audience resolved and {rooms} rows queued in {statistics.median(spent):.2f} s;"
        f" the place is read in {statistics.median(read):.2f} s when a process starts"
    )


def sent(url: Callable[[], str], rooms: int) -> None:
    """The whole notice at its pace."""
    town = Town(url(), rooms)
    town.ask(PublishNotice(WORDS), "notice")
    memory, spent, began = [], [], time.process_time()
    seen, look_every = 0, rooms // LOOKS
    while True:
        more = town.move()
        said = len(town.wechat.said)
        if said - seen >= look_every or not more:
            gc.collect()
            memory.append(rss())
            spent.append((time.process_time() - began) / max(said - seen, 1) * 1000)
            town.hear_echoes()
            seen, began = said, time.process_time()
        if not more:
            break
    heard = Counter(line.conversation for line in town.wechat.said)
    if set(heard.values()) != {1} or len(heard) != rooms:
        raise RuntimeError(f"not once each: {len(heard)} rooms, {max(heard.values())} times")
    took = (town.wechat.said[-1].at - town.wechat.said[0].at).total_seconds()
    allowed = paced_s(rooms, town.pace)
    print(
        f"  sent in {took / 60:.1f} virtual minutes, pacing alone {allowed / 60:.1f}: {took / allowed:.3f}×"
    )
    print(
        f"  memory {memory[0]:.0f} MB after the first {look_every}, {memory[-1]:.0f} at the end, at most {max(memory):.0f}"
    )
    print(f"  {spent[0]:.1f} ms CPU a post at the beginning, {spent[-1]:.1f} at the end")
    town.engine.dispose()


def killed(url: Callable[[], str], rooms: int) -> None:
    """The process dies again and again; nothing is said twice, and what no room heard is named as in doubt."""
    dice = random.Random(11)
    town = Town(url(), rooms, NO_GAPS)
    town.ask(PublishNotice(WORDS), "notice")
    deaths: Counter[str] = Counter()
    while len(town.wechat.said) < rooms:
        left = dice.randrange(1, rooms * 6 // KILLS)
        countdown = iter(range(left, 0, -1))
        town.die_at = lambda _, countdown=countdown: next(countdown, 1) == 1  # type: ignore[misc]
        try:
            while town.move():
                pass
            break
        except Killed as died:
            deaths[str(died)] += 1
            town.start()
            town.hear_echoes()
    town.die_at = lambda _: False
    while town.move():
        pass
    town.hear_echoes()
    heard = Counter(line.conversation for line in town.wechat.said)
    doubtful = town.in_doubt()
    twice = sum(number > 1 for number in heard.values())
    print(
        f"  killed {sum(deaths.values())} times at {len(deaths)} points: said twice {twice}, heard {len(heard)},"
        f" in doubt {len(doubtful)} ({len(doubtful - set(heard))} of them not heard),"
        f" lost {rooms - len(doubtful | set(heard))}"
    )
    town.engine.dispose()


def stopped(url: Callable[[], str], rooms: int) -> None:
    """Real lanes without gaps; the stop is asked for from another thread while they speak."""
    town = Town(url(), rooms, NO_GAPS)
    town.ask(PublishNotice(WORDS), "notice")
    after, stop_after = list[int](), int(rooms * STOPPED_AT)

    async def play() -> None:
        delivery = Delivery(
            town.engine,
            town.parts.standing.texts,
            NO_GAPS,
            town.channels,
            lambda: town.now,
            random.Random(7).random,
        )
        running = asyncio.create_task(delivery.run())
        while len(town.wechat.said) < stop_after:  # noqa: ASYNC110 - a list, not an event
            await asyncio.sleep(0)
        await asyncio.to_thread(town.ask, CancelNotice(1), "stop")
        after.append(len(town.wechat.said))
        await asyncio.sleep(1)
        delivery.stop()
        await running

    asyncio.run(play())
    said, states = len(town.wechat.said), town.states()
    print(
        f"  stopped after {stop_after}: {after[0]} said when the stop was written, {said - after[0]} more after it"
        f" by {len(ACCOUNTS)} accounts; {states['cancelled']} cancelled, {states['sent']} sent"
    )
    town.engine.dispose()


@contextmanager
def databases(*, only_sqlite: bool) -> Iterator[list[tuple[str, Callable[[], str]]]]:
    """(name, makes the address of a new database), for each kind."""
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(100))
        kinds: list[tuple[str, Callable[[], str]]] = [
            ("SQLite", lambda: f"sqlite:///{Path(folder) / f'town{next(numbers)}.db'}")
        ]
        if only_sqlite:
            yield kinds
            return
        with postgres_server() as postgres:
            yield [*kinds, ("PostgreSQL", postgres.fresh)]


def main() -> None:
    write_logs("critical")
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--rooms", type=int, default=5000)
    args.add_argument("--sqlite", action="store_true", help="SQLite only")
    wanted = args.parse_args()
    with databases(only_sqlite=wanted.sqlite) as kinds:
        for name, url in kinds:
            print(f"{name}: {wanted.rooms} rooms, {len(ACCOUNTS)} accounts", flush=True)
            for part in (queued, sent, killed, stopped):
                part(url, wanted.rooms)


if __name__ == "__main__":
    main()
