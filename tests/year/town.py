"""Ten villages, 350 groups, 8,050 households: once in rows, once in WeChat."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.channels.simulator import SimulatedWeChat
from bot.machine import ACCOUNT
from handlers.township.staging import POST, Stage, StagedPerson, StagedRoom
from models.presets import preset_named

PRESET = "anxiang"
VILLAGES = tuple(
    f"{name}村" for name in ("东河", "西渡", "南桥", "北山", "松林", "柳溪", "石井", "白塔", "新安", "古城")
)
QUARTERS = 7
"""片 of a village."""
GROUPS = 5
"""组 of a 片, each with its WeChat group."""
HOUSEHOLDS = 23
"""Households of a group, each with one voice."""
BELOW_VILLAGE = ("zu_head", "pian_head")
OUR_NAME = "便民小助手"


@dataclass(frozen=True, slots=True)
class Group:
    """One WeChat group with everybody who matters to it."""

    room: str
    village: str
    quarter: str
    name: str

    @property
    def leader(self) -> str:
        """Contact of the 组长."""
        return f"zu-{self.room}"

    @property
    def residents(self) -> list[str]:
        """Contacts of the households."""
        return [f"{self.room}-h{number}" for number in range(HOUSEHOLDS)]


def groups() -> list[Group]:
    """All groups, village by village."""
    return [
        Group(f"v{v}q{q}g{g}", village, f"{village}{q + 1}片", f"{village}{q * GROUPS + g + 1}组")
        for v, village in enumerate(VILLAGES)
        for q in range(QUARTERS)
        for g in range(GROUPS)
    ]


def post_of(contact: str) -> str:
    """The post a contact of ours stands for: leaders' contacts begin with it."""
    return {"zu": "zu_head", "pian": "pian_head", "duty": "village_duty"}.get(
        contact.partition("-")[0], "town_station"
    )


def _leaders(all_groups: list[Group]) -> Iterator[StagedPerson]:
    for group in all_groups:
        yield StagedPerson(
            group.leader, "刘建国", "刘", post="zu_head", area=group.name, verified=True, friend=True
        )
    for quarter in dict.fromkeys(group.quarter for group in all_groups):
        yield StagedPerson(
            f"pian-{quarter}", "胡敏", "胡", post="pian_head", area=quarter, verified=True, friend=True
        )
    for village in dict.fromkeys(group.village for group in all_groups):
        yield StagedPerson(
            f"duty-{village}", "谷梅", "谷", post="village_duty", area=village, verified=True, friend=True
        )


def stage(all_groups: list[Group]) -> Stage:
    """The rows of the town."""
    paths = tuple(f"安全乡/{g.village}/{g.quarter}/{g.name}" for g in all_groups)
    rooms = tuple(
        StagedRoom(g.room, f"{g.name}群", g.name, owner=g.leader, account=ACCOUNT) for g in all_groups
    )
    return Stage(PRESET, "simulator", paths, tuple(_leaders(all_groups)), rooms, quiet="21:30-07:00")


def wechat(clock: Callable[[], datetime], all_groups: list[Group]) -> SimulatedWeChat:
    """The WeChat around it."""
    town = SimulatedWeChat(clock)
    us = town.add_account(ACCOUNT, OUR_NAME)
    for post in preset_named(PRESET).posts.values():
        town.add_contact(f"{POST}{post.code}", post.name, friend=True)
    for person in _leaders(all_groups):
        town.add_contact(person.contact, person.name, friend=True)
    for group in all_groups:
        for contact in group.residents:
            town.add_contact(contact, contact)
        town.add_room(group.room, f"{group.name}群", [us.id, group.leader, *group.residents], group.leader)
    return town
