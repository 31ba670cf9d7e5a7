"""The town of the kill test: eight groups, each with its leader, and who lives there; once in rows, once in WeChat."""

from collections.abc import Callable
from datetime import datetime

from bot.channels.simulator import SimulatedWeChat
from handlers.township.staging import POST, Stage, StagedPerson, StagedRoom
from models.presets import preset_named
from models.rules.pacing import Pace

ACCOUNT = "main"
PRESET = "anxiang"
GROUPS = tuple(f"{numeral}组" for numeral in "一二三四五六七八")
SECRET = "s" * 48
QUICK = Pace(
    burst_s=0.2, burst_max_s=0.4, gather_s=0.1, reply_gap_s=0, broadcast_gap_s=0, room_hourly=10**6,
    room_daily=10**6, account_hourly=10**6, account_daily=10**6, person_daily=10**6,
    quiet="", leader_grace_s=0.1,
)  # fmt: skip
"""The program's own pacing, shortened until a thousand messages take seconds."""


def rooms() -> tuple[str, ...]:
    """Ids of the groups in WeChat."""
    return tuple(f"room{number}" for number in range(1, len(GROUPS) + 1))


def leader(room: str) -> str:
    """The contact of a group's leader."""
    return room.replace("room", "leader")


def stage() -> Stage:
    """The rows of the town."""
    places = dict(zip(rooms(), GROUPS, strict=True))
    leaders = tuple(
        StagedPerson(leader(room), "刘建国", "刘", post="zu_head", area=area, verified=True, friend=True)
        for room, area in places.items()
    )
    groups = tuple(
        StagedRoom(room, f"{area}群", area, owner=leader(room), account=ACCOUNT)
        for room, area in places.items()
    )
    paths = tuple(f"安全乡/安全村/一片/{area}" for area in GROUPS)
    return Stage(PRESET, "simulator", paths, leaders, groups)


def wechat(clock: Callable[[], datetime], residents: dict[str, list[str]]) -> SimulatedWeChat:
    """The WeChat around it; ``residents`` names the contacts of each room."""
    town = SimulatedWeChat(clock)
    us = town.add_account(ACCOUNT, "小助手")
    for post in preset_named(PRESET).posts.values():
        town.add_contact(f"{POST}{post.code}", post.name, friend=True)
    for room, contacts in residents.items():
        town.add_contact(leader(room), "刘组长", friend=True)
        for contact in contacts:
            town.add_contact(contact, contact)
        town.add_room(room, room, [us.id, leader(room), *contacts], leader(room))
    return town
