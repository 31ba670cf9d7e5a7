"""A notice by loudspeaker, van, board and door: who carries it hears it alone, once, and says that it was done."""

import pytest
from sqlmodel import select

from models.tables import NoticeWay
from tests.town.town import CHIEF, DUTY, LEADER, OTHER_LEADER, OUTSIDER, RESIDENT, Town

WORDS = "明天上午停水检修，请备好水"


def ask(town: Town, who: str, words: str) -> str:
    """Somebody says something privately; the last answer."""
    before = len(town.heard(who))
    town.say(words, by=who, private=True)
    heard = town.heard(who)[before:]
    return heard[-1] if heard else ""


def send(town: Town, ways: str = "大喇叭") -> None:
    ask(town, DUTY, f"发通知 {ways} 全村 {WORDS}")
    ask(town, DUTY, "确认")
    town.wait(minutes=2)


def ways(town: Town) -> list[tuple[str, bool, bool]]:
    """(way, told, done)."""
    with town.session() as session:
        rows = session.exec(select(NoticeWay).order_by(NoticeWay.id)).all()
    return [(row.way, row.told_at is not None, row.done_at is not None) for row in rows]


def test_the_script_goes_to_whoever_holds_the_loudspeaker_and_to_nobody_else(town: Town):
    send(town)

    assert town.heard(CHIEF)[-1].startswith("通知1请用大喇叭播（一片），约15秒，照着念：\n各位乡亲，")
    assert [town.heard(who) for who in (LEADER, OTHER_LEADER, OUTSIDER)] == [[], [], []]
    assert all("大喇叭" not in words for words in town.room())


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("线下", ["大喇叭", "宣传车", "公告栏", "上门"]),
        ("村村通广播和流动宣传车", ["大喇叭", "宣传车"]),
        ("上门、公告栏", ["公告栏", "上门"]),
    ],
)
def test_ways_are_called_as_people_call_them(town: Town, words: str, way: list[str]):
    send(town, words)

    assert sorted(each for each, *_ in ways(town)) == sorted(way)


def test_nothing_is_ordered_before_the_cadre_agreed_and_a_planned_one_is_told_when_it_goes(town: Town):
    ask(town, DUTY, f"发通知 大喇叭 全村 {WORDS}")
    assert ways(town) == []

    ask(town, DUTY, f"定时通知 大喇叭 明早8点 全村 {WORDS}")
    ask(town, DUTY, "确认")
    assert ways(town) == [("大喇叭", False, False)]
    assert town.heard(CHIEF) == []
    town.wait_until("08:01", day=1)
    assert ways(town) == [("大喇叭", True, False)]
    assert "照着念" in town.heard(CHIEF)[-1]


def test_a_notice_that_was_stopped_before_it_went_asks_nobody(town: Town):
    ask(town, DUTY, f"定时通知 大喇叭 明早8点 全村 {WORDS}")
    ask(town, DUTY, "确认")
    ask(town, DUTY, "停发通知 1")
    town.wait_until("12:00", day=2)

    assert town.heard(CHIEF) == []
    assert ask(town, CHIEF, "已播 1") == "没有找到通知1。回“我的通知”看编号。"


def test_who_was_asked_is_reminded_once_and_nobody_hears_that_he_was(town: Town):
    send(town)
    told = {who: len(town.heard(who)) for who in (CHIEF, DUTY, LEADER)}
    town.wait(days=9)

    after = [words for words in town.heard(CHIEF)[told[CHIEF] :] if "播了吗" in words]
    assert after == [
        "通知1“明天上午停水检修”用大喇叭播了吗？播过回“已播 1”，稿子回“大喇叭 1”。只提醒这一次。"
    ]
    assert all("大喇叭" not in words for words in town.heard(DUTY)[told[DUTY] :])
    assert all("大喇叭" not in words for words in town.room())


def test_a_stand_in_carries_it_for_whoever_is_away(town: Town):
    ask(town, CHIEF, "请假 3天，由刘明代")
    send(town)

    assert "照着念" in town.heard(OTHER_LEADER)[-1]
    assert "大喇叭（一片）已做" in ask(town, OTHER_LEADER, "播完了 1")


def test_in_a_group_the_words_are_heard_from_whoever_was_asked_and_from_nobody_else(town: Town):
    send(town)
    spoken = len(town.room())
    town.say("已播 1", by=RESIDENT)
    town.say("1 已播", by=LEADER)
    assert ways(town) == [("大喇叭", True, False)]

    town.say("已播 1", by=CHIEF)
    assert ways(town) == [("大喇叭", True, True)]
    assert town.room()[spoken:] == []


def test_whoever_stands_above_notes_what_he_was_told_on_the_phone_and_nobody_notes_it_for_others(town: Town):
    send(town)
    assert "没有请您做这一样" in ask(town, OUTSIDER, "已播 1 一片")
    assert "没有请您做这一样" in ask(town, DUTY, "已播 1")
    assert "没有请您做这一样" in ask(town, DUTY, "已播 1 月亮片")
    assert ways(town) == [("大喇叭", True, False)]

    assert "大喇叭（一片）已做" in ask(town, DUTY, "已播 1 一片")
    assert ways(town) == [("大喇叭", True, True)]
