"""The clocks of a case: who is warned, what climbs when it is late, what a moment is made of, when nothing is said."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from models.rules.pacing import SHANGHAI
from tests.town.town import (
    CHIEF,
    DUTY,
    LEADER,
    OTHER_LEADER,
    OUTSIDER,
    OVERSIGHT,
    RESIDENT,
    ROOM,
    THIRD,
    Town,
    village,
)

LAMP = "四组桥头路灯不亮好几天了"
ROAD = "四组路面烂了坑坑洼洼"
STATION = "post:town_station"
Make = Callable[..., Town]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def until(town: Town, text: str) -> None:
    town.machine.advance(at(text))


def claimed(town: Town, text: str = LAMP, by: str = CHIEF) -> None:
    """Reported, and somebody has it."""
    town.say(text, by=RESIDENT)
    town.wait(seconds=30)
    town.say("接单 1", by=by, private=True)


def warnings(town: Town, person: str) -> list[str]:
    """What a clock said to somebody."""
    words = ("用掉一半", "两成时间", "到时限", "过时限", "还没人接")
    return [line for line in town.heard(person) if any(word in line for word in words)]


def test_a_leader_asks_until_when_and_hears_what_did_not_count(make_town: Make):
    town = make_town(at=at("2025-09-26 10:00"))
    claimed(town, ROAD)

    town.say("时限 1", by=CHIEF, private=True)
    town.say("1什么时候到期", by=CHIEF)

    answer = "#1 路坏了 10月10日10:00前办结：5个工作日，扣除周末1天、国庆7天、中秋1天。"
    assert town.heard(CHIEF)[-2:] == [answer, answer]
    assert not any("时限" in line or "工作日" in line for line in town.room())


def test_before_it_is_claimed_the_question_tells_until_when_it_must_be(town: Town):
    town.wait_until("22:00")
    town.say(LAMP, by=RESIDENT)
    town.wait(seconds=30)
    town.say("时限 1", by=CHIEF, private=True)

    assert town.heard(CHIEF)[-1] == "#1 路灯 7月17日07:00前接单：24小时，到点在夜里，顺到早上。"


def test_a_short_claim_says_that_the_night_does_not_count(town: Town):
    town.wait_until("20:30")
    town.say("三邻停水了", by=RESIDENT)
    town.wait(seconds=30)
    town.say("时限", by=LEADER, private=True)

    assert town.heard(LEADER)[-1] == "#1 停水 明天08:00前接单：2小时，夜里21:30-07:00不算。"


def test_the_question_without_a_right_or_a_case_gets_one_private_answer(town: Town):
    claimed(town)
    said = len(town.room())
    for person in (OUTSIDER, CHIEF, THIRD):
        town.say("时限 1" if person != CHIEF else "时限 77", by=person)
    town.say("时限", by=THIRD)

    assert town.heard(OUTSIDER)[-1] == "这件不在您负责的区域，不能操作。"
    assert town.heard(CHIEF)[-1].startswith("没有 #77 这一件")
    assert town.case().state == "claimed"
    assert len(town.room()) == said


def test_an_ended_case_has_no_clock(town: Town):
    claimed(town)
    town.say("办结 1 灯泡已换好", by=CHIEF)
    town.say("时限 1", by=CHIEF, private=True)

    assert town.heard(CHIEF)[-1] == "#1 路灯没有时限在走。"


def test_only_whoever_has_the_case_is_warned_and_the_group_hears_nothing(town: Town):
    claimed(town)
    said = len(town.room())
    until(town, "2025-07-17 08:59")

    assert warnings(town, CHIEF) == [
        "#1 路灯时间用掉一半了，今天09:00前办结。办好回“办结 1 结果”；办不了回“上报 1 缘由”。",
        "#1 路灯只剩两成时间，今天09:00前办结。办好回“办结 1 结果”；办不了回“上报 1 缘由”。",
    ]
    assert [warnings(town, p) for p in (LEADER, OTHER_LEADER, DUTY, STATION)] == [[], [], [], []]
    assert len(town.room()) == said


def test_what_is_late_climbs_a_level_a_day_each_level_once(town: Town):
    claimed(town)
    said = len(town.room())
    until(town, "2025-07-17 09:01")
    assert warnings(town, CHIEF)[-1].startswith("#1 路灯到时限了（今天09:00），已知会村两委值班。")
    until(town, "2025-07-18 07:40")
    assert warnings(town, DUTY) == ["知会您：#1 到时限还没办结，由片长胡在办。"]
    assert warnings(town, STATION) == []

    town.wait(days=20)

    assert warnings(town, STATION) == ["知会您：#1 过时限1天还没办结，由片长胡在办，请过问。"]
    assert len(warnings(town, DUTY)) == 1
    assert len(warnings(town, CHIEF)) == 3
    assert len(town.room()) == said


def test_a_promise_of_working_days_is_not_pressed_on_days_off(make_town: Make):
    town = make_town(at=at("2025-09-26 10:00"))
    claimed(town, ROAD)
    until(town, "2025-09-30 20:00")
    before = warnings(town, CHIEF)
    until(town, "2025-10-09 07:30")

    assert warnings(town, CHIEF) == before
    until(town, "2025-10-10 07:40")
    assert warnings(town, CHIEF)[-1].startswith("#1 路坏了只剩两成时间，今天10:00前办结。")


@pytest.mark.parametrize(
    ("who", "end"),
    [(CHIEF, "办结 1 灯泡已换好"), (RESIDENT, "撤回 1"), (CHIEF, "不是诉求 1")],
)
def test_nothing_is_said_by_a_clock_that_stopped(town: Town, who: str, end: str):
    claimed(town)
    town.say(end, by=who)
    town.wait(days=6)

    assert [warnings(town, p) for p in (CHIEF, LEADER, OTHER_LEADER, DUTY, STATION)] == [[]] * 5


@pytest.mark.parametrize("put_back", [timedelta(), timedelta(hours=1)])
def test_after_a_transfer_the_new_person_is_warned_and_nothing_is_said_twice(town: Town, put_back: timedelta):
    """Nor is he forgotten where the server's clock was put back, so that half of the time comes a second time."""
    claimed(town)
    until(town, "2025-07-16 09:01")
    town.clock.at -= put_back
    town.say("转派 1 给 刘明", by=CHIEF, private=True)
    town.say("接单 1", by=OTHER_LEADER, private=True)
    until(town, "2025-07-18 12:00")

    assert [line[:11] for line in warnings(town, CHIEF)] == ["#1 路灯时间用掉一半", "知会您：#1 到时限还"]
    assert [line[:9] for line in warnings(town, OTHER_LEADER)] == ["#1 路灯只剩两成", "#1 路灯到时限了"]


def test_a_case_claimed_after_its_time_is_late_at_once(town: Town):
    town.say(LAMP, by=RESIDENT)
    until(town, "2025-07-18 10:00")
    town.say("接单 1", by=LEADER, private=True)
    town.wait(minutes=2)

    assert [line[:9] for line in warnings(town, LEADER)][-1] == "#1 路灯到时限了"
    until(town, "2025-07-19 07:40")
    assert "知会您：#1 到时限还没办结，由邻长张在办。" in warnings(town, OTHER_LEADER)


def test_a_reopened_case_has_its_whole_time_again(town: Town):
    claimed(town)
    town.say("办结 1 灯泡已换好", by=CHIEF)
    until(town, "2025-07-20 10:00")
    town.say("1 没解决", by=RESIDENT)
    town.say("接单 1", by=CHIEF, private=True)
    town.wait(minutes=2)
    town.say("时限 1", by=CHIEF, private=True)

    assert town.heard(CHIEF)[-1] == "#1 路灯 7月22日10:00前办结：48小时。"
    assert warnings(town, CHIEF) == []


def test_what_nobody_claims_is_asked_of_the_highest_post_once_a_day(town: Town):
    town.say("三邻停水了", by=RESIDENT)
    until(town, "2025-07-18 18:00")

    asked = [line for line in town.heard(STATION) if "上面没有人可报" in line]
    assert len(asked) == 3
    assert town.case().state == "new"
    assert town.case().due_claim_at is not None
    assert town.case().due_claim_at > town.clock()


def test_two_transfers_in_one_night_do_not_stop_the_climb(town: Town):
    town.wait_until("22:00")
    town.say("三邻停水了", by=RESIDENT)
    town.wait(minutes=1)
    town.say("转派 1 给 胡敏", by=LEADER, private=True)
    town.say("转派 1 给 张建国", by=CHIEF, private=True)
    town.wait_until("09:01", day=1)

    assert town.case().assignee_contact == OTHER_LEADER


def test_a_claim_of_a_day_is_warned_of_in_service_hours(town: Town):
    town.wait_until("19:00")
    town.say(LAMP, by=RESIDENT)
    town.wait_until("07:59", day=1)
    early = warnings(town, CHIEF)
    town.wait_until("18:00", day=1)

    assert early == []
    assert len(warnings(town, CHIEF)) == 2
    assert "今天19:00前要接单" in warnings(town, CHIEF)[-1]


@pytest.mark.parametrize(("moment", "given_back"), [("2025-07-21 09:50", True), ("2025-07-21 10:10", False)])
def test_a_case_can_be_returned_for_four_hours_of_service(make_town: Make, moment: str, given_back: bool):
    town = make_town(at=at("2025-07-18 18:00"))
    claimed(town, "桥头垃圾桶满了好几天没人收", by=LEADER)
    until(town, moment)
    town.say("退回 1 不归我管", by=LEADER, private=True)

    assert (town.case().assignee_contact == DUTY) is given_back
    assert ("已过退回时限" in town.heard(LEADER)[-1]) is not given_back


def test_of_a_complaint_about_an_official_no_other_level_hears_when_it_is_late(town: Town):
    town.say("我要举报片长胡敏吃拿卡要", by=RESIDENT, room=ROOM)
    town.wait(minutes=1)
    case = town.case()
    assert case.privacy == "P4"
    town.say("接单 1", by=OVERSIGHT, private=True)
    town.wait(days=40)

    assert len(warnings(town, OVERSIGHT)) == 3
    assert [warnings(town, p) for p in (CHIEF, LEADER, OTHER_LEADER, DUTY, STATION)] == [[]] * 5


def test_a_place_without_a_higher_post_says_only_that_time_is_up(make_town: Make):
    people = tuple(p for p in village().people if p.contact != DUTY)
    town = make_town(stage=village(people=people, vacant=("village_duty", "town_station")))
    claimed(town)
    until(town, "2025-07-17 09:01")

    assert warnings(town, CHIEF)[-1].startswith("#1 路灯到时限了（今天09:00）。")
