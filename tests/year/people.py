"""How leaders and residents react to what they hear: promptly, late, or never. They only know what WeChat shows them."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.simulator import Said
from models.rules.pacing import is_quiet, next_local
from tests.year.script import Line
from tests.year.town import OUR_NAME, post_of

NIGHT, MORNING = "21:30-07:00", "07:35"
TO_CLAIM = re.compile(r"(?:接单 |#(?=\d+[^#、]*没接))(\d+)")
"""A card says what to answer; the morning's message only that nobody has taken it."""
TO_RESOLVE = re.compile(r"办结 (\d+)")
ENDED = re.compile(r"#(\d+)")
ASKED_TO_RATE = re.compile(r"评 5 5 5|效果")
RESULTS = (
    "已经派人修好了",
    "换了新的，能用了",
    "清理干净了",
    "和两边都说好了",
    "已请师傅处理完毕",
    "打了电话核实，恢复正常了",
)
RATINGS = ("评 5 5 5", "评 5 4 5", "评 4 3 5", "满意", "评 5 5 4 谢谢")
NOTICED_WITHIN = timedelta(minutes=40)
"""A resident who sees no reaction by then turns to us by name, and after that with the word for reporting."""
SAYS_IT_TWICE = 0.1
"""Share of those who turn to us by name though they have their number."""
MEDDLES = 0.03
"""How often some leader from anywhere tries to take a case that is not his."""
A_LEAVE_A_DAY = 1 / 200
"""How likely a leader begins a leave on a day."""


@dataclass(frozen=True, slots=True)
class Temper:
    """How a leader is: median minutes until he reacts, and the share of what he never does."""

    median_min: float
    ignores: float


TEMPERS = (Temper(25, 0.02), Temper(60, 0.05), Temper(420, 0.15), Temper(30, 1.0))
"""Quick, ordinary, late, and one who never answers."""
HOW_MANY = (0.45, 0.35, 0.15, 0.05)
ABOVE = Temper(45, 0.03)
"""Above the 组长 people are paid for it."""


@dataclass(frozen=True, slots=True, order=True)
class Utterance:
    """Somebody will say this then; ``room`` empty: to us, privately."""

    at: datetime
    sender: str
    room: str
    text: str
    to_us: bool = False
    follows: Line | None = field(default=None, compare=False)


class People:
    """Everybody's reactions, from one seed."""

    def __init__(self, leaders: Sequence[str], seed: int, unnamed: Sequence[str] = ()) -> None:
        """``unnamed`` are contacts of posts above, who are always there."""
        self._dice = random.Random(f"people {seed}")  # noqa: S311 - the same year every time
        self._temper = {
            leader: self._dice.choices(TEMPERS, HOW_MANY)[0] if post_of(leader) == "zu_head" else ABOVE
            for leader in (*leaders, *unnamed)
        }
        self._named = leaders
        self.leaves_taken = 0
        self._claimed: set[tuple[str, int]] = set()
        self._working: set[tuple[str, int]] = set()
        self._away: dict[str, datetime] = {}
        self.resolved_by: dict[int, str] = {}
        """Whose word ended a case."""
        self.rated: set[int] = set()

    def leaves(self, morning: datetime) -> Iterator[Utterance]:
        """Who goes on leave today: he says so, and reads nothing until the morning he is back."""
        for leader in self._named:
            if self._dice.random() < A_LEAVE_A_DAY and self._away.get(leader, morning) <= morning:
                days = self._dice.randint(1, 7)
                self.leaves_taken += 1
                self._away[leader] = morning + timedelta(days=days)
                yield Utterance(
                    morning + timedelta(minutes=self._dice.uniform(0, 60)), leader, "", f"请假 {days}天"
                )

    def react(self, said: Said, reporters: dict[int, str]) -> Iterator[Utterance]:
        """What somebody says because of this line of ours."""
        if said.in_room:
            yield from self._resident(said, reporters)
        elif said.conversation in self._temper:
            yield from self._leader(said)
        elif ASKED_TO_RATE.search(said.text):
            yield from self._rates(said, said.conversation, ENDED.findall(said.text), private=True)

    def insists(self) -> bool:
        """Whether somebody who has been answered says it again all the same."""
        return self._dice.random() < SAYS_IT_TWICE

    def impatient(self, line: Line, times: int) -> Utterance:
        """The reporter says it again, to us by name, then with the word for reporting."""
        at = line.at + NOTICED_WITHIN * times
        text = f"@{OUR_NAME} {line.text}" if times == 1 else f"报事 {line.text}"
        return Utterance(at, line.sender, line.room, text, times == 1, line)

    def _leader(self, said: Said) -> Iterator[Utterance]:
        leader, temper = said.conversation, self._temper[said.conversation]
        for found, done in ((TO_CLAIM, self._claimed), (TO_RESOLVE, self._working)):
            for number in map(int, found.findall(said.text)):
                if (leader, number) in done or self._dice.random() < temper.ignores:
                    continue
                done.add((leader, number))
                if found is TO_CLAIM and self._dice.random() < MEDDLES:
                    yield self._later(self._dice.choice(self._named), temper, said.at, f"接单 {number}")
                if found is TO_CLAIM:
                    yield self._later(leader, temper, said.at, f"接单 {number}")
                else:
                    yield from self._resolves(leader, temper, said.at, number)

    def _resolves(self, leader: str, temper: Temper, at: datetime, number: int) -> Iterator[Utterance]:
        slow = Temper(temper.median_min * 12, temper.ignores)
        if self._dice.random() < 0.06 and post_of(leader) != "town_station":
            yield self._later(leader, slow, at, f"上报 {number} 我们组里没有这个经费")
            return
        first = self._later(leader, temper, at, f"已联系 {number} 明天去看")
        yield first
        yield self._later(
            leader, slow, first.at + timedelta(minutes=1), f"办结 {number} {self._dice.choice(RESULTS)}"
        )

    def note(self, utterance: Utterance) -> None:
        """Keep who ended which case; one that comes back may be taken and ended again."""
        if found := TO_RESOLVE.match(utterance.text):
            number = int(found[1])
            self.resolved_by[number] = utterance.sender
            self._claimed.discard((utterance.sender, number))
            self._working.discard((utterance.sender, number))

    def _resident(self, said: Said, reporters: dict[int, str]) -> Iterator[Utterance]:
        if "办好了" in said.text or "办结" in said.text:
            for number in map(int, ENDED.findall(said.text)):
                if number in reporters:
                    yield from self._rates(said, reporters[number], [str(number)], private=False)

    def _rates(self, said: Said, who: str, numbers: list[str], *, private: bool) -> Iterator[Utterance]:
        for number in map(int, numbers):
            luck = self._dice.random()
            if number in self.rated or luck > 0.55:
                continue
            self.rated.add(number)
            text = f"{number} 没解决 还是老样子" if luck < 0.04 else f"{number} {self._dice.choice(RATINGS)}"
            at = said.at + timedelta(minutes=self._dice.uniform(3, 300))
            yield Utterance(self._awake(at), who, "" if private else said.conversation, text)

    def _later(self, leader: str, temper: Temper, at: datetime, text: str) -> Utterance:
        minutes = self._dice.lognormvariate(0, 0.8) * temper.median_min
        moment = max(at, self._away.get(leader, at)) + timedelta(minutes=minutes)
        return Utterance(self._awake(moment), leader, "", text)

    def _awake(self, at: datetime) -> datetime:
        if not is_quiet(at, NIGHT):
            return at
        return next_local(at, MORNING) + timedelta(minutes=self._dice.uniform(0, 90))
