"""Plays a week of the small town while things break, and looks after every step."""

import heapq
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count

from bot.channels.simulator import SimulatedWeChat
from bot.machine import HandClock
from bot.parts import Parts
from handlers.township.staging import POST, stage_town
from jobs.schedule import load_jobs
from models.engine import open_engine
from models.presets import preset_named
from tests.faults.books import Books
from tests.faults.breaking import Breaking
from tests.faults.happenings import Fault, Happening, Spoken
from tests.faults.life import Life
from tests.faults.plan import faults
from tests.faults.town import PROBE, START, lines, moment, village
from tests.faults.trouble import Died, open_troubled
from tests.year import town as year_town
from tests.year.ledger import Ledger
from tests.year.people import People, Utterance
from tests.year.script import Line

TICK = timedelta(seconds=10)
"""How often the program is looked at while something is wrong."""
RESTS = 2
"""Days in which nothing breaks any more and nobody asks for anything new, before it is judged."""
NO_NEWS = timedelta(days=1)
MOST_STOPS = 20_000
"""A week has about a thousand moments at which something happens; faults that last add some hundreds."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a week."""

    wrong: list[str]
    """What does not hold: all that was seen at the step at which the first of it was; there the week ended."""
    happenings: list[Happening]
    """All that was said and broke: playing these again gives the same week."""
    facts: dict[str, int]


class Week:
    """One week on one migrated, empty database. ``script``: play this again; None: made from the seed."""

    def __init__(
        self, url: str, parts: Parts, days: int, seed: int, script: Sequence[Happening] | None = None
    ) -> None:
        load_jobs()
        self._url, self.parts, self._days = url, parts, days
        self.true = HandClock(START)
        """WeChat's clock, and everybody's but ours."""
        self.offset = timedelta()
        groups = village()
        self.plain = open_engine(url)
        """Whoever looks on, and other processes: nothing breaks for them."""
        stage = year_town.stage(groups)
        stage_town(self.plain, stage, START - timedelta(days=1))
        self.wechat: SimulatedWeChat = year_town.wechat(self.true, groups)
        self.breaking = Breaking(self)
        self._ledger = Ledger()
        self.books = Books(self.plain, parts, self.wechat, self.clock)
        unnamed = [f"{POST}{code}" for code in preset_named(year_town.PRESET).posts]
        leaders = [person.contact for person in stage.people]
        self._people = People(leaders, seed, unnamed) if script is None else None
        self._numbers = count()
        self._coming: list[tuple[datetime, int, Callable[[], None]]] = []
        self._played: list[Happening] = []
        self._heard = self._stops = 0
        self.life: Life | None = None
        self._starts_at = START
        self._restless_until = START
        self._next_turn: datetime | None = START
        if script is None:
            said = list(lines(days, seed))
            script = [*said, *faults(days, seed, said)]
            for day in range(days):
                self.at(moment(day, time(7, 40)), lambda day=day: self._leaves(day))
        for happening in sorted(script, key=lambda each: each.at):
            self.at(happening.at, lambda each=happening: self._happens(each))

    # -- what others use

    def clock(self) -> datetime:
        """Our clock."""
        return self.true.at + self.offset

    def at(self, moment: datetime, what: Callable[[], None]) -> None:
        """This will happen then."""
        heapq.heappush(self._coming, (moment, next(self._numbers), what))

    def restless(self, seconds: float) -> None:
        """Something is wrong for so long: no leaps until some minutes after."""
        until = self.true.at + timedelta(seconds=seconds + 240)
        self._restless_until = max(self._restless_until, until)

    def beat(self) -> None:
        """The program, if it lives, writes until when it has heard everything."""
        if self.life is not None:
            self._alive(self.life.beat)

    def dies(self, seconds: float) -> None:
        """The program is gone, and is started again after so long."""
        if self.life is not None:
            self.life.end()
        self.life, self.breaking.trouble.dead = None, False
        self._starts_at = self.true.at + timedelta(seconds=seconds)
        self.restless(seconds)

    # -- playing

    def run(self) -> Played:
        """Play all of it, let it come to rest, and judge; what is wrong already ends it at once."""
        self._until(moment(self._days))
        self.breaking.mend()
        for number, group in enumerate(village(), 9001):
            at = moment(self._days + RESTS, time(10))
            probe = Spoken(at, f"{group.room}-h0", group.room, PROBE.format(n=number), request=number)
            self.at(at, lambda probe=probe: self._says(probe))
        self._until(moment(self._days + RESTS, time(11)))
        if not self.books.wrong:
            self.books.judge(self.clock())
        if self.life is not None:
            self.life.end()
        self.plain.dispose()
        facts = {
            "said": sum(isinstance(each, Spoken) for each in self._played),
            "faults": sum(isinstance(each, Fault) for each in self._played),
            "deaths": self.breaking.deaths, "steps": self.books.watch.counts["steps"], **self.books.facts,
        }  # fmt: skip
        return Played(self.books.wrong, self._played, facts)

    def _until(self, end: datetime) -> None:
        while self.true.at < end and not self.books.wrong:
            self._stops += 1
            if self._stops > MOST_STOPS:
                self.books.wrong.append("it never comes to rest")
            self._move(min(self._next_stop(), end))
            while self._coming and self._coming[0][0] <= self.true.at:
                heapq.heappop(self._coming)[2]()
            self._turn()
            self._look()

    def _next_stop(self) -> datetime:
        now = self.true.at
        stops = [self._coming[0][0]] if self._coming else []
        if self.life is None:
            stops.append(self._starts_at)
        elif self._next_turn is not None:
            stops.append(self._next_turn - self.offset)
        if now < self._restless_until:
            stops.append(now + TICK)
        return max(min(stops, default=now + NO_NEWS), now + timedelta(milliseconds=1))

    def _move(self, to: datetime) -> None:
        life = self.life

        def move() -> None:
            self.true.at = max(to, self.true.at)

        if life is None:
            move()
            return
        if self.true.at < self._restless_until:
            move()
            self._alive(life.probe)
        else:
            life.leap(move)
        self.beat()

    def _turn(self) -> None:
        if self.life is None and self.true.at >= self._starts_at:
            self._alive(self._start)
        life = self.life
        if life is None:
            return
        self._next_turn = None
        self._alive(lambda: self._work(life))

    def _work(self, life: Life) -> None:
        self._next_turn = life.turn()
        if life.faltered:
            self.restless(0)
        self.books.unexplained(life.failed)

    def _start(self) -> None:
        """A start that fails is tried again, as systemd does."""
        try:
            engine = open_troubled(self._url, self.breaking.trouble)
            trouble, heard = self.breaking.trouble, self.books.heard
            self.life = Life(engine, self.parts, self.clock, self.wechat, trouble, heard)
        except Exception as fault:  # noqa: BLE001 - as a process ends with whatever it is
            self.books.failed_start(fault)
            self._starts_at = self.true.at + TICK

    def _alive(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Died:
            self.dies(self.breaking.down_s)

    def _look(self) -> None:
        self.books.look(self.clock(), rested=self.true.at >= self._restless_until)
        fresh, self._heard = self.wechat.said[self._heard :], len(self.wechat.said)
        for said in fresh:
            self._ledger.hear(said)
            for utterance in self._people.react(said, self._ledger.reporters) if self._people else ():
                self._plan(utterance)

    # -- people

    def _leaves(self, day: int) -> None:
        for leave in self._people.leaves(moment(day, time(7, 40))) if self._people else ():
            self._plan(leave)

    def _plan(self, utterance: Utterance) -> None:
        self.at(max(utterance.at, self.true.at), lambda: self._utters(utterance))

    def _utters(self, utterance: Utterance) -> None:
        line = utterance.follows
        if line is not None and line.truth in self._ledger.number_of:
            return  # it was answered meanwhile
        request = line.truth if line is not None and line.truth is not None else 0
        self._happens(
            Spoken(self.true.at, utterance.sender, utterance.room, utterance.text, utterance.to_us, request)
        )
        if self._people is not None:
            self._people.note(utterance)
            if line is not None and utterance.to_us:
                self._plan(self._people.impatient(line, 2))

    def _happens(self, what: Happening) -> None:
        self._played.append(what)
        if isinstance(what, Fault):
            self.breaking.happens(what)
            return
        self._says(what)
        if self._people is not None and what.request and not what.to_us and not what.text.startswith("报事"):
            line = Line(what.at, what.room, what.sender, what.text, what.request)
            self._ledger.speak(line)
            self._plan(self._people.impatient(line, 1))

    def _says(self, what: Spoken) -> None:
        message = self.wechat.say(
            what.sender, what.text, room=what.room or None, at=self.true.at, mentions_bot=what.to_us
        )
        self.breaking.on_the_way()
        self.books.said(what, message, self.clock())


def play(url: str, parts: Parts, days: int, seed: int, script: Iterable[Happening] | None = None) -> Played:
    """One week; ``url`` is a database with the newest schema and no rows."""
    random.seed(seed)
    return Week(url, parts, days, seed, None if script is None else list(script)).run()
