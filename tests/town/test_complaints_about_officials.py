"""Complaints about a post holder, in every seed system: he, his colleagues and whoever depends on him stay out of it."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from bot.machine import ACCOUNT
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from tests.town.town import FRIEND, ROOM, Town

ACCUSED, COLLEAGUE, JUDGE = "accused", "colleague", "judge"


class Place(NamedTuple):
    """A preset, its area path, the post complained about, and what people call its holder, a 何."""

    preset: str
    path: str
    area: str
    post: str
    called: str
    judges_in: str


PLACES = (
    Place("anxiang", "安全乡/安全村/一片/四组/三邻", "四组", "zu_head", "组长", "安全村"),
    Place("bagongshan", "新庄街道/团结社区/一网格/一号责任区", "一网格", "grid_worker", "网格员", "团结社区"),
    Place("luoshui", "罗水乡/清泉村/东片区/一网格", "东片区", "pianqu_head", "组长", "清泉村"),
    Place("qingyang", "蓉城镇/清溪村/东服务区", "东服务区", "organizer", "组织员", "清溪村"),
    Place("wangdian", "王店镇/李庄村/一网格", "一网格", "grid_worker", "网格员", "李庄村"),
)
BY_POSTS = (
    Place("bagongshan", "新庄街道/团结社区/一网格/一号责任区", "一号责任区", "hub", "中心户", "团结社区"),
    Place("luoshui", "罗水乡/清泉村/东片区/一网格", "东片区", "pianqu_head", "网格长", "清泉村"),
    Place("qingyang", "蓉城镇/清溪村/东服务区", "东服务区", "supervisor", "监督员", "清溪村"),
    Place("qingyang", "蓉城镇/清溪村/东服务区", "清溪村", "village_secretary", "书记", "清溪村"),
    Place("wangdian", "王店镇/李庄村/一网格", "一网格", "party_group", "组长", "李庄村"),
    Place("wangdian", "王店镇/李庄村/一网格", "李庄村", "elder", "调解员", "李庄村"),
    Place("wangdian", "王店镇/李庄村/一网格", "李庄村", "village_secretary", "书记", "李庄村"),
)


def stage(place: Place) -> Stage:
    people = (
        StagedPerson(FRIEND, friend=True),
        StagedPerson(ACCUSED, "何大勇", "何", post=place.post, area=place.area, verified=True, friend=True),
        StagedPerson(COLLEAGUE, "高小兵", "高", post=place.post, area=place.area, verified=True, friend=True),
        StagedPerson(
            JUDGE, "牟正", "牟", post="supervision", area=place.judges_in, verified=True, friend=True
        ),
    )
    deepest = place.path.rsplit("/", maxsplit=1)[-1]
    return Stage(
        preset=place.preset, channel="simulator", paths=(place.path,), people=people,
        rooms=(StagedRoom(ROOM, "居民群", deepest, account=ACCOUNT),), contact="值班室", quiet="21:30-07:00",
    )  # fmt: skip


WAYS = (
    "举报{name}收了钱才办事",
    "{called}何收了钱才办事",
    "何{called}收了钱才办事",
    "老何{called}把集体的钱给自己",
    "举报我们{called}贪污",
    "我们{called}收了钱才办事",
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.preset)
def test_nobody_of_his_post_and_area_hears_of_a_complaint(
    make_town: Callable[..., Town], place: Place, way: str
):
    town = make_town(stage=stage(place))
    town.say("早", by=FRIEND)
    town.say(way.format(name="何大勇", called=place.called), by=FRIEND, private=True)
    town.say(place.area, by=FRIEND, private=True)
    town.wait(minutes=5)

    case = town.case()
    assert case.category[0] == "J"
    assert case.assignee_contact == JUDGE
    for who in (ACCUSED, COLLEAGUE):
        told = town.heard(who)
        assert told == []
        town.say("接单 1", by=who, private=True)
        town.say("进度 1", by=who, private=True)
        assert all(line.startswith("没有 #1 这一件。") for line in town.heard(who))
    town.wait(days=4)
    assert town.case().assignee_contact == JUDGE
    assert town.room() == []


@pytest.mark.parametrize("place", BY_POSTS, ids=lambda p: f"{p.preset}-{p.post}")
def test_a_post_alone_names_its_holders(make_town: Callable[..., Town], place: Place):
    town = make_town(stage=stage(place))
    town.say(f"我们{place.called}把垃圾都倒在我家门口 臭死了", by=FRIEND)
    town.wait(minutes=5)

    case = town.case()
    assert set(case.flags["accused"]) == {1, 2}
    assert not {case.assignee_contact} & {ACCUSED, COLLEAGUE}
    assert town.heard(ACCUSED) == town.heard(COLLEAGUE) == []
