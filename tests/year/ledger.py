"""The script's own books: which request became which number, what each person heard. Never read from the database."""

import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.simulator import Said
from models.rules.pacing import shanghai_date
from tests.year.people import People
from tests.year.script import Line
from tests.year.town import BELOW_VILLAGE, post_of

NUMBER = re.compile(r"#(\d+)")
PLACE = re.compile(r"(?:老\d+号院子|\d+号楼)")
RECEIPT, RECEIPTS = "记下了 #", re.compile(r"^(?:收到|昨晚记下)\d+件")
CARD = "【"
"""How a card to whoever shall take a case begins: its urgency, then its own number."""
ANSWERED_WITHIN = timedelta(seconds=90)
TWINS_WITHIN = timedelta(hours=25)


@dataclass
class Ledger:
    """What can be known from the script and from WeChat alone."""

    requests: dict[int, Line] = field(default_factory=dict)
    of_room: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    """The same by group, in the order they were said."""
    number_of: dict[int, int] = field(default_factory=dict)
    """Request of the script → case number."""
    reporters: dict[int, str] = field(default_factory=dict)
    """Case number → contact who reported it."""
    told: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Case number → leaders who were told to take it."""
    receipts: Counter[int] = field(default_factory=Counter)
    private: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(leader, day) → private messages."""
    unasked_for: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The same without answers to what the leader had just said to us."""
    spoke: dict[str, datetime] = field(default_factory=dict)
    """Who last said something to us privately, and when."""
    chat: int = 0
    first_told: dict[int, datetime] = field(default_factory=dict)

    def speak(self, line: Line) -> None:
        """Somebody of the script said something."""
        if line.truth is None:
            self.chat += 1
        else:
            self.requests[line.truth] = line
            self.of_room[line.room].append(line)

    def hear(self, said: Said) -> None:
        """We said something."""
        numbers = [int(number) for number in NUMBER.findall(said.text)]
        if len(set(numbers)) == 1 or (numbers and said.text.startswith(CARD)):
            self._match(numbers[0], said)  # a card may also name an older case
        if said.in_room:
            if said.text.startswith(RECEIPT) or RECEIPTS.match(said.text):
                self.receipts.update(set(numbers))
                self._match_in_order(sorted(set(numbers)), said)
            return
        if not said.conversation.startswith(("zu-", "pian-", "duty-", "post:")):
            return
        day = said.conversation, shanghai_date(said.at).isoformat()
        self.private[day] += 1
        spoke = self.spoke.get(said.conversation)
        self.unasked_for[day] += spoke is None or said.at - spoke > ANSWERED_WITHIN
        for number in numbers:
            self.told[number].add(said.conversation)

    def _match(self, number: int, said: Said) -> None:
        """Which request of the script a card speaks of, by the place that nobody else names."""
        for place in PLACE.findall(said.text):
            truth = int(re.sub(r"\D", "", place))
            line = self.requests.get(truth)
            if line is not None and place in line.text and truth not in self.number_of:
                self._know(line, number, said.at)

    def _match_in_order(self, numbers: list[int], said: Said) -> None:
        """In the morning a group hears the numbers of the night without places: they were given in order."""
        nameless = (
            line
            for line in self.of_room[said.conversation]
            if line.truth not in self.number_of and not self.joined(line)
        )
        for number, line in zip([n for n in numbers if n not in self.reporters], nameless, strict=False):
            self._know(line, number, said.at)

    def _know(self, line: Line, number: int, at: datetime) -> None:
        if line.truth is not None:
            self.number_of[line.truth] = number
            self.reporters[number] = line.sender
            self.first_told[line.truth] = at

    def joined(self, line: Line) -> bool:
        """Whether a neighbour had reported the same trouble in the same group within the last day."""
        return any(
            other.trouble == line.trouble and timedelta() < line.at - other.at <= TWINS_WITHIN
            for other in self.of_room[line.room]
        )

    def lost(self) -> list[Line]:
        """Requests nobody of the leaders was ever told of."""
        unknown = (line for truth, line in self.requests.items() if truth not in self.number_of)
        return [line for line in unknown if not self.joined(line)]

    def answered_twice(self) -> list[int]:
        """Cases of which a group heard two receipts."""
        return [number for number, times in self.receipts.items() if times > 1]

    def without_owner(self) -> list[int]:
        """Numbers a group was given though nobody was told to take them."""
        return [number for number in self.receipts if not self.told[number]]

    def figures(self, people: People, leaders: int, days: int) -> dict[str, object]:
        """What a report prints."""
        heard = sorted(self.private.values())
        unasked = sorted(times for times in self.unasked_for.values() if times)
        quiet_days = leaders * days - len(heard)
        each = [0] * max(quiet_days, 0) + heard
        ended = list(people.resolved_by.values())
        below = sum(post_of(who) in BELOW_VILLAGE for who in ended)
        waits = sorted(
            (self.first_told[t] - self.requests[t].at).total_seconds() / 60 for t in self.first_told
        )
        return {
            "chat messages": self.chat,
            "requests": len(self.requests),
            "requests lost": len(self.lost()),
            "answered twice": len(self.answered_twice()),
            "cases without owner": len(self.without_owner()),
            "minutes until a leader is told, median": round(statistics.median(waits), 1) if waits else None,
            "private messages per leader and day, mean": round(sum(each) / max(len(each), 1), 2),
            "the same on days with any, median and p95": _middle_and_most(heard),
            "of them not answers to the leader, median and p95": _middle_and_most(unasked),
            "ended": len(ended),
            "of them below the village, %": round(100 * below / len(ended), 1) if ended else None,
            "rated": len(people.rated),
        }  # fmt: skip


def _middle_and_most(sorted_counts: list[int]) -> list[int]:
    """Median and 95th percentile."""
    return [sorted_counts[int(len(sorted_counts) * part)] for part in (0.5, 0.95) if sorted_counts]
