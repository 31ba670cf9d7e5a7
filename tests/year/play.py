"""Plays the script on the whole machine under a virtual clock: only what can matter makes the clock stop."""

import heapq
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic, process_time

from sqlalchemy import Engine

from bot.machine import HandClock, Machine
from bot.parts import Parts
from handlers.township.staging import POST, stage_town
from jobs.schedule import do_scheduled, load_jobs
from models.presets import preset_named
from models.rules.pacing import SHANGHAI
from tests.year import script, town
from tests.year.ledger import Ledger
from tests.year.people import People, Utterance
from tests.year.watch import Watch

FIRST = date(2026, 1, 5)
BEGINS = time(7, 40)
LOOKS_AT_JOBS = (time(3, 25), time(9, 5))
"""Moments of a day at which everything declared for a fixed moment is due or lies within its grace."""


@dataclass
class Year:
    """One play on one migrated, empty database."""

    engine: Engine
    parts: Parts
    days: int
    seed: int
    amounts: script.Amounts = field(default_factory=script.Amounts)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.groups = town.groups()
        start = datetime.combine(FIRST, datetime.min.time(), SHANGHAI).astimezone(UTC)
        self.clock = HandClock(start)
        stage = town.stage(self.groups)
        stage_town(self.engine, stage, start - timedelta(days=1))
        self.wechat = town.wechat(self.clock, self.groups)
        self.machine = Machine(self.engine, self.parts, self.clock, self.wechat)
        self.leaders = [person.contact for person in stage.people]
        unnamed = [f"{POST}{code}" for code in preset_named(town.PRESET).posts]
        self.people = People(self.leaders, self.seed, unnamed)
        self.ledger = Ledger()
        self.watch = Watch(self.engine)
        load_jobs()
        self._done: dict[str, datetime] = {}
        self._planned: list[Utterance] = []
        self._heard = 0
        self._stop_at = start

    def run(self) -> dict[str, object]:
        """Every day of the script and a week after it; figures for people to read, faults in ``wrong``."""
        began, worked = monotonic(), process_time()
        for number, day in enumerate(script.lines(FIRST, self.days, self.groups, self.seed, self.amounts)):
            ticks = [self._moment(number, clock) for clock in LOOKS_AT_JOBS]
            for leave in self.people.leaves(self._moment(number, BEGINS)):
                self._plan(leave)
            for line in day:
                while ticks and ticks[0] <= line.at:
                    self._do_jobs(ticks.pop(0))
                self._until(line.at)
                self.ledger.speak(line)
                self._say(Utterance(line.at, line.sender, line.room, line.text, follows=line))
            for tick in ticks:
                self._do_jobs(tick)
            self._until(self._moment(number + 1))
            self.machine.channel.take()  # what the listener was given by hand
        self._until(self._moment(self.days + 7))
        self.machine.close()
        figures = self.ledger.figures(self.people, len(self.leaders), self.days)
        self.wrong += self.watch.wrong
        self.wrong += [f"lost: {line.text}" for line in self.ledger.lost()]
        self.wrong += [f"answered twice: #{number}" for number in self.ledger.answered_twice()]
        self.wrong += [f"without owner: #{number}" for number in self.ledger.without_owner()]
        watched = {f"watched: {name}": count for name, count in self.watch.counts.items()}
        spent = {
            "seconds": round(monotonic() - began, 1),
            "of them of one core": round(process_time() - worked, 1),
        }
        figures["leaves taken"] = self.people.leaves_taken
        return {**figures, **watched, **spent}

    def _moment(self, day: int, clock: time = time.min) -> datetime:
        return datetime.combine(FIRST + timedelta(days=day), clock, SHANGHAI).astimezone(UTC)

    def _do_jobs(self, moment: datetime) -> None:
        """What happens by itself at fixed moments, as the program's tick would do it."""
        self._until(moment)
        if do_scheduled(self.machine.dispatch, self.clock, self._done):
            self._stop_at = self.clock()

    def _until(self, moment: datetime) -> None:
        """Time passes; what people planned to say by then is said at its own time."""
        while self._planned and self._planned[0].at <= moment:
            utterance = heapq.heappop(self._planned)
            self._advance(utterance.at)
            if not self._is_content(utterance):
                self._say(utterance)
        self._advance(moment)

    def _advance(self, moment: datetime) -> None:
        """Let the machine work at each moment at which something is due; between them the clock is merely set."""
        while self._stop_at <= moment:
            coming = self.machine.advance(max(self._stop_at, self.clock.at))
            self._listen()
            self._look()
            self._stop_at = coming or moment + timedelta(days=1)
        self.clock.at = max(self.clock.at, moment)

    def _look(self) -> None:
        self.watch.look(self.machine.dispatch.known_town(), self.clock())

    def _say(self, utterance: Utterance) -> None:
        line = utterance.follows
        message = self.wechat.say(
            utterance.sender,
            utterance.text,
            room=utterance.room or None,
            at=self.clock(),
            mentions_bot=utterance.to_us,
        )
        self.people.note(utterance)
        if not utterance.room:
            self.ledger.spoke[utterance.sender] = self.clock()
        if self.machine.hear(message):
            self._look()
            self._stop_at = self.clock()
        if line is not None and line.truth is not None and utterance.text == line.text:
            self._plan(self.people.impatient(line, 1))
        elif line is not None and utterance.to_us and line.truth not in self.ledger.number_of:
            self._plan(self.people.impatient(line, 2))

    def _is_content(self, utterance: Utterance) -> bool:
        """Whether this would say a request again whose number was heard meanwhile; a few say it all the same."""
        line = utterance.follows
        return line is not None and line.truth in self.ledger.number_of and not self.people.insists()

    def _plan(self, utterance: Utterance) -> None:
        heapq.heappush(self._planned, utterance)

    def _listen(self) -> None:
        """People read what we said since they last looked."""
        fresh = self.wechat.said[self._heard :]
        self._heard = len(self.wechat.said)
        for said in fresh:
            self.ledger.hear(said)
            for utterance in self.people.react(said, self.ledger.reporters):
                self._plan(utterance)
