"""The village of the gateway stories: who lives there, its spreadsheet, and what is said in its groups."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.gateway.driver import Gateway
from tests.gateway.running import Operator
from tests.gateway.town import BOT, BOT_NAME
from tests.township.books import AREAS, POSTS, book

LIU, HU, CHEN = "wxid_liu", "wxid_hu", "wxid_chen"
"""The head of group four, the head of the piece, and the village's duty."""
LEADERS = {LIU: "刘明", HU: "胡敏", CHEN: "陈大海"}
FOUR, FIVE, SIX = "four@chatroom", "five@chatroom", "six@chatroom"
ROOMS = {FOUR: "四组", FIVE: "五组", SIX: "六组"}
SHEETS = {
    "区域": [
        AREAS, ("", "安全乡", "乡"), ("安全乡", "安全村", "村"), ("安全村", "一片", "片"),
        *(("一片", area, "组") for area in ROOMS.values()),
    ],
    "人员": [("姓名", "电话"), ("刘明", "13800000002"), ("胡敏", "13800000003"), ("陈大海", "13800000007")],
    "任职": [
        POSTS, ("刘明", "", "组长", "四组", "", "", ""), ("胡敏", "", "片长", "一片", "", "", ""),
        ("陈大海", "", "村两委值班", "安全村", "", "", ""),
    ],
}  # fmt: skip
NEIGHBOURS = 20
PATIENCE_S = 90.0


@dataclass(frozen=True)
class Said:
    """One text of the bot."""

    conversation: str
    text: str


class Village:
    """Everybody's telephones: what people say, and what the bot was heard to say."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.said: list[Said] = []
        self._unread: list[Said] = []
        self._deeds: list[dict[str, Any]] = []
        self._numbers = count(1)
        self.settle()

    def settle(self) -> None:
        """Everybody is there and our account logged in; done again after the gateway lost its memory."""
        self.gateway.do("contact", id=BOT, name=BOT_NAME)
        for contact, name in LEADERS.items():
            self.gateway.do("contact", id=contact, name=name, friend=True)
        neighbours = [f"wxid_n{number}" for number in range(1, NEIGHBOURS + 1)]
        for contact in neighbours:
            self.gateway.do("contact", id=contact, name=f"邻居{contact}")
        for room, area in ROOMS.items():
            members = [BOT, *LEADERS, *neighbours]
            self.gateway.do("room", id=room, topic=f"{area}群", members=members, owner=LIU)
        self.gateway.do("login", id=BOT)

    def neighbour(self) -> str:
        """A resident who has said nothing yet."""
        number = next(self._numbers)
        assert number <= NEIGHBOURS, "the village has too few neighbours for the tests: raise NEIGHBOURS"
        return f"wxid_n{number}"

    def say(self, who: str, text: str, room: str | None = None, **more: object) -> str:
        """Somebody says something in a group, or privately to the bot; the message's id."""
        where = {"room": room} if room else {"to": BOT}
        told: str = self.gateway.do("say", **{"from": who}, text=text, **where, **more)
        return told

    def hears(self, conversation: str, *words: str) -> str:
        """What the bot says next in a conversation with all these words; it is read by that."""
        while True:
            for said in self._unread:
                if said.conversation == conversation and all(word in said.text for word in words):
                    self._unread.remove(said)
                    return said.text
            assert self._listen(PATIENCE_S), f"{conversation} never heard {words}, but {self._unread}"

    def sees_bot(self, what: str) -> dict[str, Any]:
        """The next deed of the bot of a kind that is no text."""
        while True:
            for deed in self._deeds:
                if deed["what"] == what:
                    self._deeds.remove(deed)
                    return deed
            assert self._listen(PATIENCE_S), f"the bot never did {what}, but {self._deeds}"

    def listen(self) -> None:
        """Hear what was said since."""
        self._listen(0)

    def _listen(self, wait_s: float) -> int:
        deeds = self.gateway.done(wait_s)
        for deed in deeds:
            if deed["what"] == "text":
                said = Said(deed["conversation"], deed["text"])
                self.said.append(said)
                self._unread.append(said)
            else:
                self._deeds.append(deed)
        return len(deeds)

    def everything_fetched(self) -> bool:
        """Whether the bot has asked for the content of every message it was told of."""
        return self.gateway.do("state")["unfetched"] == 0

    def turn_the_page(self) -> None:
        """Forget what was said so far: another story begins, and nothing is spoilt any more."""
        for method in ("messageSendText", "messageSendText:answer"):
            self.gateway.do("spoil", method=method, count=0)
        self._listen(0)
        self.said.clear()
        self._unread.clear()
        self._deeds.clear()

    def unread(self, conversation: str) -> list[str]:
        """What was said there and nobody waited for."""
        self._listen(0)
        return [said.text for said in self._unread if said.conversation == conversation]

    def said_twice(self) -> list[Said]:
        """Sentences that were said more than once in the same conversation."""
        self._listen(0)
        return [said for said, times in Counter(self.said).items() if times > 1]


def found_village(operator: Operator, village: Village) -> None:
    """Everything the manual tells an operator to do: import, run, bind leaders and groups with one-time codes."""
    operator.command("import", book(operator.folder / "village.xlsx", SHEETS))
    codes = first_codes(operator)
    operator.start()
    befriend_leaders(village)
    bind_village(village, *(code() for code in codes))


def befriend_leaders(village: Village) -> None:
    """Every leader asks to be a friend, without which WeChat delivers no private message."""
    for contact in LEADERS:
        village.gateway.do("befriend", id=f"f-{contact}", contact=contact)
        village.sees_bot("friend accepted")


def first_codes(operator: Operator) -> list[Callable[[], str]]:
    """The codes of the village's duty and of group four, from the shell."""
    return [operator.begin("bind-code", *whom) for whom in (("--person", "陈大海"), ("--room", "四组"))]


def bind_village(village: Village, duty: str, four: str) -> None:
    """The duty is bound with the first code and asks for the others in chat."""
    village.say(CHEN, f"绑定 {code_in(duty)}")
    village.hears(CHEN, "已绑定", "村两委值班")
    for contact in (LIU, HU):
        village.say(CHEN, f"绑定码 {LEADERS[contact]}")
        village.say(contact, f"绑定 {code_in(village.hears(CHEN, LEADERS[contact], '绑定码'))}")
        village.hears(contact, "已绑定", LEADERS[contact])
    bind_room(village, LIU, FOUR, code_in(four))
    for room in (FIVE, SIX):
        village.say(CHEN, f"绑定码 {ROOMS[room]}群")
        bind_room(village, HU, room, code_in(village.hears(CHEN, ROOMS[room], "群绑定码")))


def bind_room(village: Village, leader: str, room: str, code: str) -> None:
    """A leader says the group's code in the group."""
    village.say(leader, f"绑定本群 {code}", room)
    village.hears(room, f"我是{ROOMS[room]}便民小助手")


def code_in(sentence: str) -> str:
    """The eight digits of a code."""
    found = re.search(r"\d{8}", sentence)
    assert found, sentence
    return found[0]


def number_in(sentence: str) -> str:
    """The case number a sentence names."""
    found = re.search(r"#(\d+)", sentence)
    assert found, sentence
    return found[1]
