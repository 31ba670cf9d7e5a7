"""Residents: joining, urging, rating, taking back, asking; each hears what is theirs."""

import pytest

from models.rules.message import MessageKind
from tests.town.town import CHIEF, FRIEND, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, THIRD, Town

WATER = "三邻停水了"


def report(town: Town, text: str = WATER) -> None:
    town.say(text, by=RESIDENT)
    town.wait(seconds=30)


def finish(town: Town, no: int = 1) -> None:
    town.say(f"已联系 {no} 师傅在修", by=LEADER)
    town.say(f"办结 {no} 接头已经换好", by=LEADER)


def test_an_outage_is_opened_once_however_many_report_it(town: Town):
    report(town)
    for who, text in (
        (NEIGHBOUR, "我家也停水了"),
        (THIRD, "+1"),
        (FRIEND, "怎么没水了"),
        (RESIDENT, "还是没水"),
    ):
        town.say(text, by=who)
        town.wait(minutes=1)

    assert len(town.cases()) == 1
    assert town.case().co_reporters == 3
    assert len(town.room()) == 1


def test_whoever_asks_whether_it_is_known_is_answered_at_once(town: Town):
    report(town)
    town.say("停水有人报了吗", by=NEIGHBOUR)

    assert town.room()[-1] == "停水已有 #1 在办，2户反映都记上了，不用再报。已转责任人。"


@pytest.mark.parametrize("text", ["报事 那个事咋办", "报修 屋里那个东西又不行了"])
def test_what_was_announced_and_not_understood_is_asked_about_privately_once(town: Town, text: str):
    town.say(text, by=FRIEND, private=True)
    town.say(text, by=RESIDENT)
    assert "什么事没听明白" in town.heard(FRIEND)[-1]
    assert (len(town.heard(FRIEND)), town.heard(RESIDENT), town.room(), town.cases()) == (1, [], [], [])

    town.say("三邻垃圾桶满了没人收", by=FRIEND, private=True)
    assert town.case().category == "C01"


def test_the_place_may_be_told_after_we_asked_for_it(town: Town):
    town.say("路灯坏了 晚上看不见", by=RESIDENT)
    town.wait(seconds=30)
    assert "在哪儿" in town.room()[0]

    town.wait(minutes=1)
    town.say("四组桥头那盏", by=RESIDENT)
    assert town.case().place == "四组桥头"
    assert town.heard(CHIEF)[-1] == "#1 居民又补充了情况（四组桥头），请看群里最近几条。"
    assert len(town.room()) == 1


def test_door_numbers_and_houses_are_not_repeated_in_the_group(town: Town):
    report(town, "3栋2单元502室门口垃圾成堆")
    town.wait(minutes=11)
    report(town, "老魏家门口的路灯坏了")

    assert all("502" not in line and "老魏" not in line for line in town.room())


def test_a_second_matter_within_ten_minutes_waits_with_its_receipt(town: Town):
    report(town)
    town.say("三邻路口路灯坏了", by=RESIDENT)
    town.wait(minutes=2)
    assert len(town.room()) == 1

    town.wait(minutes=9)
    assert "#2 路灯" in town.room()[-1]


@pytest.mark.parametrize(
    ("later", "cases"),
    [
        ("6号楼对面工地晚上十二点还在打桩", 2),
        ("老井后头晚上十二点还在打桩", 1),
        ("晚上十二点还在打桩", 1),
    ],
)
def test_the_next_day_the_same_trouble_at_another_place_is_a_case_of_its_own(
    town: Town, later: str, cases: int
):
    report(town, "老井后头半夜还在放音响，吵得睡不着")
    town.wait(hours=31)
    town.say(later, by=RESIDENT)
    town.wait(minutes=1)

    assert len(town.cases()) == cases
    assert all(case.category == "C07" for case in town.cases())


def test_only_the_reporter_takes_a_case_back(town: Town):
    report(town)
    town.say("撤回 1", by=NEIGHBOUR)
    assert town.case().state == "new"

    town.say("不用来了 自己修好了", by=RESIDENT)
    assert town.case().state == "withdrawn"
    assert town.heard(LEADER)[-1] == "#1 报事人已撤回，不用去了。"


def test_the_case_passes_to_a_neighbour_when_its_reporter_leaves(town: Town):
    report(town)
    town.say("我家也停水了", by=NEIGHBOUR)
    town.say("撤回 1", by=RESIDENT)

    assert town.case().state == "new"
    assert town.case().reporter == NEIGHBOUR
    assert town.room()[-1] == "#1 您家这份已去掉，别家的还在办。"


def test_a_case_is_urged_twice_a_day_and_the_rung_above_hears_of_it(town: Town):
    report(town)
    town.wait(minutes=30)
    town.say("催办 1", by=RESIDENT)
    town.wait(minutes=30)
    town.say("催办 1", by=RESIDENT)
    town.wait(minutes=20)
    town.say("催办 1", by=RESIDENT)

    assert len([line for line in town.heard(OTHER_LEADER) if "催" in line]) == 2


def test_ratings_are_not_said_aloud_and_a_single_one_goes_one_level_up(town: Town):
    report(town)
    finish(town)
    said = len(town.room())
    town.say("评 4 1 5 太慢", by=RESIDENT)

    assert town.case().state == "closed"
    assert len(town.room()) == said
    assert town.heard(OTHER_LEADER)[-1] == "#1 办完后评价偏低，请您了解一下，别问是谁评的。"


def test_strangers_to_a_case_cannot_rate_or_reopen_it(town: Town):
    report(town)
    finish(town)
    town.say("1 评 1 1 1", by=THIRD)
    town.say("1 没解决", by=THIRD)

    assert town.case().state == "resolved"


def test_reopened_twice_a_case_moves_to_another_person_above(town: Town):
    report(town)
    finish(town)
    town.say("没解决", by=RESIDENT)
    assert (town.case().reopen_count, town.case().assignee_contact) == (1, LEADER)

    finish(town)
    town.say("1 评 2 3 4", by=RESIDENT)
    assert (town.case().reopen_count, town.case().assignee_contact) == (2, OTHER_LEADER)


def test_seven_days_of_silence_close_a_case_and_count_neither_way(town: Town):
    report(town)
    finish(town)
    town.wait(days=7, minutes=1)

    assert town.case().state == "closed"
    town.say("评 5 5 5", by=RESIDENT)
    assert town.case().state == "closed"


def test_progress_in_full_for_the_reporter_and_only_the_state_for_others(town: Town):
    report(town)
    town.say("进度 1", by=NEIGHBOUR)
    assert town.room()[-1] == "#1 停水：已受理。"

    town.say("进度 1", by=RESIDENT)
    assert "邻长张在办" in town.room()[-1]


@pytest.mark.parametrize(
    ("text", "answer"), [("帮助", "直接说事和地点"), ("找书记", "电话"), ("隐私", "不存闲聊")]
)
def test_plain_questions_to_the_assistant_are_answered(town: Town, text: str, answer: str):
    town.say(text, by=NEIGHBOUR)

    assert answer in town.room()[-1]


def test_private_words_of_an_unknown_contact_lead_to_one_question(town: Town):
    town.say("我们这边路灯不亮", by=FRIEND, private=True)
    town.say("黑了好几天了 路灯", by=FRIEND, private=True)
    assert sum("您住哪个村" in line for line in town.heard(FRIEND)) == 1
    assert town.cases() == []

    town.say("四组", by=FRIEND, private=True)
    assert town.case().area == "四组"


def test_a_cry_for_help_in_private_is_answered_before_the_place_is_known(town: Town):
    town.say("救命 我家着火了", by=FRIEND, private=True)
    assert "119" in town.heard(FRIEND)[0]
    assert "post:town_station" in town.rung()

    town.say("安全村三邻", by=FRIEND, private=True)
    assert town.case().urgency == "U0"
    assert LEADER in town.rung()


def test_a_voice_nobody_can_read_is_given_to_the_first_responder(town: Town):
    heard = town.wechat.say(RESIDENT, "", room="room", kind=MessageKind.VOICE, seconds=9)
    town.machine.hear(heard)
    town.wait(hours=1)

    assert town.cases() == []
    assert "语音" in town.heard(LEADER)[0]
