"""Who talks during the soak: groups behind a real gateway, and what is said there, hardly ever twice the same."""

import random
from heapq import heappop, heappush
from itertools import count

from handlers.township.staging import POST
from models.presets import preset_named
from tests.gateway.driver import Gateway
from tests.reliability.stream import CHAT, MORE, REQUESTS, Spoken

US = "wxid_us"
CHATTERS, ASKERS = 10, 30
"""In each group; whoever asks for something is not heard again for a long time."""
ASKS, ADDS = 0.02, 0.005
"""Shares of requests, and of lines that say more about the last one; leaders answer beside them."""
TAKEN, ENDED = 0.7, 0.8
"""Shares of cases that a leader takes, and of those that he ends."""
_OPENINGS = ("", "", "你好，", "麻烦了，", "组长在吗，", "各位，")
_ENDINGS = ("", "", "，麻烦来人看看", "，谢谢", "，辛苦了")
_TAILS = ("", "呀", "哈哈", "～", "！", "👍", "😂😂", "哦", "，哎", "，真的")
_MORE_CHAT = (
    "孩子今天背了{n}个单词", "今天走了{n}步", "晚上{n}个人吃饭", "红包抢了{n}分", "再坐{n}站就到家了",
    "看到第{n}集了",
)  # fmt: skip
_DONE = ("已修好", "已清理干净", "已疏通", "师傅换过了", "现场已处理")


class Crowd:
    """Chooses what is said next. Not shared between threads."""

    def __init__(self, rooms: int, seed: int) -> None:
        self._rooms = rooms
        self._dice = random.Random(seed)
        self._asked = count()
        self._last: Spoken | None = None
        self._to_do: list[tuple[float, int, str]] = []

    def next(self, now: float) -> Spoken:
        """A leader's command when one is due, else a request now and then, else chatter."""
        if self._to_do and self._to_do[0][0] <= now:
            _, room, words = heappop(self._to_do)
            return Spoken(f"room{room}", f"leader{room}", words, commands=True)
        luck = self._dice.random()
        if luck < ASKS:
            self._last = self._request(next(self._asked))
            return self._last
        if luck < ASKS + ADDS and self._last is not None:
            return Spoken(self._last.room, self._last.sender, self._dice.choice(MORE))
        room, who = self._dice.randrange(self._rooms), self._dice.randrange(CHATTERS)
        words = self._dice.choice(CHAT + _MORE_CHAT).format(n=self._dice.randrange(2, 100_000))
        return Spoken(f"room{room}", f"chat{room}-{who}", words + self._dice.choice(_TAILS))

    def _request(self, number: int) -> Spoken:
        room, who = number % self._rooms, number // self._rooms % ASKERS
        words = self._dice.choice(REQUESTS).format(n=number + 1)
        text = f"{self._dice.choice(_OPENINGS)}{words}{self._dice.choice(_ENDINGS)}"
        return Spoken(f"room{room}", f"ask{room}-{who}", text, opens=True)

    def opened(self, room: str, no: int, now: float) -> None:
        """A request became a case: most are taken within a minute, and most of those ended a little later."""
        number, at = int(room.removeprefix("room")), now + self._dice.uniform(10, 60)
        if self._dice.random() >= TAKEN:
            return
        heappush(self._to_do, (at, number, f"接单 {no}"))
        if self._dice.random() < ENDED:
            heappush(
                self._to_do,
                (at + self._dice.uniform(20, 90), number, f"办结 {no} {self._dice.choice(_DONE)}"),
            )


def settle(gateway: Gateway, rooms: int) -> None:
    """Everybody is there, and our account logged in; the rows are ``stage_busy_town``'s."""
    gateway.do("contact", id=US, name="小助手")
    for post in preset_named("anxiang").posts.values():
        gateway.do("contact", id=f"{POST}{post.code}", name=post.name, friend=True)
    for room in range(rooms):
        leader = f"leader{room}"
        people = [
            f"{kind}{room}-{n}" for kind, many in (("chat", CHATTERS), ("ask", ASKERS)) for n in range(many)
        ]
        gateway.do("contact", id=leader, name="刘建国", friend=True)
        for number, contact in enumerate(people):
            gateway.do("contact", id=contact, name=f"邻居{number}")
        gateway.do("room", id=f"room{room}", topic=f"{room}组群", members=[US, leader, *people], owner=leader)
    gateway.do("login", id=US)
