"""Passing a case up and round: who is called, how long they have, and how often it may go round."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.machine import ACCOUNT
from handlers.township.staging import POST, Stage, StagedPerson, StagedRoom
from tests.town.test_rows_and_events import check_rows
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    RESIDENT,
    ROOM,
    Town,
    village,
)

GARBAGE = "桥头垃圾桶满了好几天没人收"
WATER = "三邻停水了"
STATION = f"{POST}town_station"
GROUP = "liangwei"


def with_group() -> Stage:
    rooms = (*village().rooms, StagedRoom(GROUP, "两委工作群", "安全村", kind="working", account=ACCOUNT))
    return village(rooms=rooms)


def report(town: Town, text: str = GARBAGE) -> None:
    town.say(text, by=RESIDENT)
    town.wait(minutes=11)


def test_without_a_working_group_the_next_level_is_called_when_nobody_came(town: Town):
    report(town, WATER)
    town.say("吹哨 1 主管断了要挖机", by=LEADER)
    town.wait(minutes=29)
    assert town.heard(STATION) == []

    town.wait(minutes=2)
    assert "没人报到" in town.heard(STATION)[-1]
    assert town.case().assignee_post == "town_station"
    check_rows(town)


def test_the_working_group_hears_one_neutral_line_and_each_hop_is_told_once(make_town: Callable[..., Town]):
    town = make_town(stage=with_group())
    report(town, WATER)
    town.say("吹哨 1 主管断了要挖机", by=LEADER)
    town.wait(hours=5)

    assert len(town.room(GROUP)) == 1
    assert not any(name in town.room(GROUP)[0] for name in ("谷", "张", "挖机", "停水"))
    said = [line for line in town.heard(STATION) if "#1" in line]
    assert len(said) == 3  # called, rung once in the urgent case, and that nobody stands above
    assert "上面没有人可报了" in town.heard(STATION)[-1]
    assert sum("吹哨" in line for line in town.heard(DUTY)) == 1
    check_rows(town)


def test_what_nobody_above_takes_is_not_forgotten(town: Town):
    report(town)
    town.wait(days=8)
    said = [line for line in town.heard(STATION) if "上面没有人可报了" in line]

    assert 2 <= len(said) <= 4
    assert town.case().assignee_post == "town_station"
    check_rows(town)


def test_whoever_reports_in_within_the_working_group_has_taken_it(make_town: Callable[..., Town]):
    town = make_town(stage=with_group())
    report(town, WATER)
    town.say("吹哨 1 主管断了要挖机", by=LEADER)
    town.wait(minutes=31)
    town.say("报到 1", by=CHIEF, room=GROUP)
    town.say("报到 1", by=DUTY, room=GROUP)
    town.wait(hours=3)

    assert town.case().claimed_by_contact == CHIEF
    assert "#1 片长胡已报到，2小时内联系您。" in town.room(ROOM)
    assert town.heard(DUTY)[-1] == "#1 片长胡已接单，不用再跑。"
    assert town.heard(STATION) == []


def test_a_whistle_in_the_night_wakes_nobody_and_its_time_begins_in_the_morning(town: Town):
    report(town, WATER)
    town.say("接单 1", by=LEADER)
    town.wait_until("22:00")
    town.say("吹哨 1 主管断了要挖机", by=LEADER)
    assert town.heard(DUTY) == []

    town.wait_until("07:31", day=1)
    assert "今天08:00前" in town.heard(DUTY)[-1]
    town.wait_until("07:59", day=1)
    assert town.heard(STATION) == []


def test_the_time_of_a_whistle_is_explained_by_the_hours_that_count(town: Town):
    report(town)
    town.wait_until("19:10")
    town.say("吹哨 1 要架新线 村里没经费", by=LEADER)
    town.say("时限 1", by=DUTY, private=True)

    assert "明天09:10前接单：2小时，只算每天08:00-20:00" in town.heard(DUTY)[-1]


def test_nothing_of_a_private_matter_is_said_in_the_working_group(make_town: Callable[..., Town]):
    town = make_town(stage=with_group())
    town.say("我家老人低保怎么办 家里实在困难", by=RESIDENT)
    town.wait(minutes=11)
    handler = town.case().assignee_contact or ""
    town.say("吹哨 1 材料要乡里审", by=handler, private=True)
    town.wait(days=2)

    assert town.room(GROUP) == []
    assert not any("低保" in line or "材料" in line for line in town.room())
    assert "低保怎么办" not in "".join(town.heard(STATION))


@pytest.mark.parametrize("words", ["吹哨 1", "吹哨 1 要", "请乡里支持 1", "上报 1"])
def test_a_call_without_a_reason_is_asked_back_privately(town: Town, words: str):
    report(town)
    said = len(town.room())

    assert town.say(words, by=LEADER).steps == []
    assert "缘由" in town.heard(LEADER)[-1]
    assert len(town.room()) == said
    assert town.case().assignee_contact == LEADER


@pytest.mark.parametrize(
    "words",
    ["吹哨 1 需要挖机来", "请乡里支持 1 需要挖机", "报到 1", "批复 1 乡里已批准了", "招呼 1 周六来搬沙袋"],
)
def test_neither_a_leader_of_elsewhere_nor_a_resident_can_call_anybody(town: Town, words: str):
    report(town)
    said = len(town.room())

    assert town.say(words, by=OUTSIDER).steps == []
    assert town.say(words, by=NEIGHBOUR).steps == []
    assert town.heard(OUTSIDER)[-1] == "这件不在您负责的区域，不能操作。"
    assert len(town.room()) == said
    assert town.case().state == "new"


def test_what_is_said_of_the_arrival_of_others_is_no_arrival(town: Town):
    report(town)
    for text in ("1 报到了吗", "明天去学校报到", "收到 谢谢", "报到的人真多", "收到 马上到", "1号报到"):
        assert town.say(text, by=LEADER).steps == []
    assert town.say("报到", by=FRIEND).steps == []
    assert town.say("1号报到要带户口本吗", by=FRIEND).steps == ["create"]  # a question, not a command
    assert not any("绑定" in line for line in town.heard(FRIEND))

    assert town.case().state == "new"


def test_a_leader_who_says_no_more_than_reporting_in_means_the_one_case_there_is(town: Town):
    assert town.say("报到", by=LEADER).steps == []
    report(town)
    town.say("报到", by=LEADER)

    assert town.case().claimed_by_contact == LEADER
    assert town.room()[-1] == "#1 邻长张已报到，24小时内联系您。"


def test_the_township_is_asked_without_a_number_when_one_case_is_meant(town: Town):
    assert town.say("请乡里支持 我们村的比赛", by=LEADER).steps == []
    assert town.heard(LEADER) == []
    report(town)
    town.say("请乡里支持 要调铲车来", by=LEADER)

    assert town.case().assignee_post == "town_station"
    assert "要调铲车来" in town.heard(STATION)[-1]


def test_the_third_transfer_is_the_dispatchers_and_is_not_given_back(town: Town):
    report(town)
    town.say("转派 1 给 刘明", by=LEADER)
    town.say("转派 1 给 胡敏", by=OTHER_LEADER)
    town.say("转派 1 给 张建国", by=CHIEF)
    assert "再转要由值班指定" in town.heard(CHIEF)[-1]
    assert town.case().assignee_contact == CHIEF

    town.say("转派 1 给 刘明", by=DUTY)
    assert town.case().assignee_contact == OTHER_LEADER
    town.say("退回 1 不是我们组的", by=OTHER_LEADER)

    assert "不能再退" in town.heard(OTHER_LEADER)[-1]
    assert town.case().assignee_contact == OTHER_LEADER
    check_rows(town)


def test_a_case_is_returned_within_four_hours_of_coming_into_ones_hands_and_twice_at_most(town: Town):
    report(town)
    town.wait(hours=5)
    town.say("退回 1 不是我们邻的", by=LEADER)
    assert "不能再退" in town.heard(LEADER)[-1]

    town.say("转派 1 给 刘明", by=LEADER)
    town.say("退回 1 不是我们组的", by=OTHER_LEADER)
    assert town.case().assignee_contact == DUTY

    town.say("转派 1 给 胡敏", by=DUTY)
    town.say("退回 1 不归我管", by=CHIEF)
    assert town.case().assignee_contact == DUTY

    town.say("退回 1 不归我管", by=DUTY)
    assert "不能再退" in town.heard(DUTY)[-1]


def test_reopened_twice_it_goes_one_level_up_to_somebody_else_and_then_to_the_meeting(town: Town):
    report(town)
    handlers = []
    for _ in range(3):
        seat = town.case().assignee_contact or ""
        town.say("接单 1", by=seat)
        town.say("办结 1 已清运干净", by=seat)
        town.say("1 没解决", by=RESIDENT)
        handlers.append(town.case().assignee_contact)
        town.wait(minutes=11)

    assert handlers == [LEADER, OTHER_LEADER, CHIEF]
    assert town.case().flags["agenda"]


def mediated(town: Stage) -> Stage:
    """The same village in the preset where disputes go to somebody beside the ladder."""
    people = (
        StagedPerson(RESIDENT, friend=True),
        StagedPerson("elder", "白正", "白", post="elder", area="后楼村", verified=True, friend=True),
        StagedPerson("grid", "尹力", "尹", post="grid_worker", area="4网格", verified=True, friend=True),
    )
    rooms = (StagedRoom(ROOM, "4网格群", "4网格", account=ACCOUNT),)
    return replace(town, preset="wangdian", paths=("王店镇/后楼村/4网格",), people=people, rooms=rooms)


def test_a_dispute_that_its_mediator_leaves_lying_climbs_too(make_town: Callable[..., Town]):
    town = make_town(stage=mediated(village()))
    town.say("隔壁老占我家地界，天天吵架", by=RESIDENT)
    assert town.case().assignee_contact == "elder"
    town.wait(days=1, hours=1)

    assert town.case().assignee_post == "village_duty"


def test_a_hand_is_lent_in_public_cases_of_the_place_only(town: Town):
    report(town)
    assert town.say("参与 1", by=FRIEND, private=True).steps == []  # nobody knows where he lives
    town.say("我家老人低保怎么办 家里实在困难", by=NEIGHBOUR)
    town.wait(minutes=11)

    assert town.say("参与 2", by=RESIDENT).steps == []
    assert town.say("参与 1", by=NEIGHBOUR).steps == ["help"]
    assert town.say("1 进展 借到车了", by=FRIEND, private=True).steps == []
    assert not any("借到车" in line for line in town.room())


def test_words_of_a_helper_that_shame_are_not_repeated_in_the_group(town: Town):
    report(town)
    town.say("参与 1", by=NEIGHBOUR)
    town.say("1 进展 张建国不管事 电话13812345678", by=NEIGHBOUR, private=True)
    town.say("1 进展 乱倒的人要曝光", by=NEIGHBOUR, private=True)
    said = "\n".join(town.room())

    assert "张建国" not in said
    assert "13812345678" not in said
    assert "曝光" not in said


def test_a_one_that_answers_nothing_of_ours_is_nothing(town: Town):
    report(town)
    town.say("1", by=NEIGHBOUR)
    town.say("1", by=NEIGHBOUR, quote=GARBAGE)
    town.say("1", by=NEIGHBOUR, quote="记下了 #1 垃圾（桥头）。邻长张24小时内联系您，随时回“进度”。")

    assert town.case().state == "new"
    assert town.heard(LEADER)[1:] == []


def test_thanks_wait_for_the_morning_and_are_said_once(town: Town):
    report(town)
    town.say("参与 1", by=FRIEND)
    town.say("接单 1", by=LEADER)
    town.say("办结 1 已清运干净", by=LEADER)
    town.wait_until("23:00")
    town.say("1 评 5 5 5", by=RESIDENT)
    assert town.heard(FRIEND) == []

    town.wait_until("07:31", day=1)
    town.say("1 评 4 5 5", by=RESIDENT)
    assert town.heard(FRIEND) == ["#1 办结了，谢谢您搭把手。您一共帮过1件。"]
    check_rows(town)


def test_a_corrected_category_leaves_a_called_level_its_case_and_its_time(town: Town):
    report(town, WATER)
    town.say("吹哨 1 主管断了要挖机", by=LEADER)
    before, due = town.case().category, town.case().due_claim_at
    assert town.case().assignee_post == "village_duty"
    town.wait(minutes=5)
    town.say("改类 1 停电", by=DUTY)

    assert town.case().category != before
    assert (town.case().assignee_post, town.case().due_claim_at) == ("village_duty", due)
    assert town.heard(STATION) == []
    town.wait(minutes=26)
    assert "没人报到" in town.heard(STATION)[-1]
    check_rows(town)
