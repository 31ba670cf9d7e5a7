"""A small simulated WeChat for the channel tests: two groups, four people, one or two accounts of ours."""

from datetime import UTC, datetime, timedelta

from bot.channels.simulator import SimulatedWeChat
from models.rules.message import Outgoing

NOON = datetime(2025, 7, 12, 4, 0, tzinfo=UTC)


class Watch:
    """A clock that moves when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def village(watch: Watch, *, echoes: bool = True, second_account: bool = False) -> SimulatedWeChat:
    wechat = SimulatedWeChat(watch, echoes=echoes)
    wechat.add_account("main", "小助手")
    wechat.add_contact("li", "李桂芬")
    wechat.add_contact("liu", "四组刘明", friend=True)
    wechat.add_contact("c++", "C++(老陈)")
    ours = ["us-main"]
    if second_account:
        wechat.add_account("spare", "小助手二号")
        ours.append("us-spare")
    wechat.add_room("four", "四组群", [*ours, "li", "liu", "c++"], owner="liu")
    wechat.add_room("five", "五组群", ["us-main", "li"])
    return wechat


def to_room(text: str, room: str = "four", **more: object) -> Outgoing:
    return Outgoing(room, text, **more)


def privately(text: str, contact: str = "liu") -> Outgoing:
    return Outgoing(contact, text, in_room=False)
