"""Leaders tick by chat to whom they brought a letter; the cadre sees numbers, no names."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.housekeeping import SweepExpired
from handlers.township.stage import StagedHousehold
from tests.town.town import CHIEF, DUTY, LEADER, OTHER_LEADER, OUTSIDER, RESIDENT, Town, village

HOMES = (("12户", "三邻"), ("13户", "三邻"), ("张三家", "三邻"), ("周家", "四组"))


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """Three households of one 邻 and one of its 组; a notice went."""
    made = make_town(
        stage=replace(
            village(), households=tuple(StagedHousehold(*home) for home in (*HOMES, ("12户", "一邻")))
        )
    )
    ask(made, DUTY, "发通知 全村 医保缴费截止12月31日")
    ask(made, DUTY, "确认")
    return made


def ask(town: Town, who: str, words: str) -> str:
    """Somebody says something privately; the last answer."""
    before = len(town.heard(who))
    town.say(words, by=who, private=True)
    heard = town.heard(who)[before:]
    return heard[-1] if heard else ""


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("送信 1 12户", "2户"), ("已送 1 12户、13户", "1户"), ("信送到了 1 12 13", "1户"), ("送信 1 张三", "2户"),
        ("送信 1 三邻12户", "2户"), ("送信 1 除了张三家", "1户"), ("送信 1 全部 除13户没在家", "1户"),
    ],
)  # fmt: skip
def test_households_are_named_as_people_name_them(town: Town, words: str, left: str):
    ask(town, LEADER, words)

    done = 3 - int(left[0])
    assert ask(town, LEADER, "送信 1").startswith(f"通知1的信，您这边3户，送到{done}户，还有：")


def test_a_slip_is_taken_back_and_the_last_one_says_that_all_are_through(town: Town):
    assert ask(town, LEADER, "送信 1 全部") == "通知1的信，您这边3户都送到了，辛苦了。"
    assert "2/3户" in ask(town, LEADER, "没送到 1 13户")
    assert ask(town, LEADER, "送信 1 13户") == "通知1的信，您这边3户都送到了，辛苦了。"


def test_one_unknown_name_among_known_ones_is_told_and_the_others_count(town: Town):
    heard = ask(town, LEADER, "送信 1 12户、99户")

    assert "送到12户" in heard
    assert "没找到：99户" in heard
    assert "没找到“99户”" in ask(town, LEADER, "送信 1 除了99户")
    assert "送到1户" in ask(town, LEADER, "送信 1")


def test_everybody_ticks_his_own_households_and_the_cadre_sees_numbers_by_area(town: Town):
    assert "没找到“12户”" in ask(town, OTHER_LEADER, "送信 1 12户")
    assert ask(town, OTHER_LEADER, "送信 1 周家") == "通知1的信，您这边1户都送到了，辛苦了。"
    assert ask(town, CHIEF, "送信 1 全部") == "通知1没有归您送的户。"
    assert ask(town, OUTSIDER, "送信 1 12户") == "通知1没有归您送的户。"

    shown = ask(town, DUTY, "送信 1 情况")
    assert shown == "通知1的信：送到1/4户。一片1/4"


def test_a_stand_in_brings_the_letters_of_whoever_is_away(town: Town):
    ask(town, LEADER, "请假 3天，由胡敏代")

    assert "您这边3户都送到了" in ask(town, CHIEF, "送信 1 全部")


def test_residents_and_groups_hear_nothing_and_no_household_is_named_there(town: Town):
    spoken = len(town.room())
    town.say("送信 1 12户", by=RESIDENT)
    town.say("送信 1 12户", by=LEADER)

    assert town.room()[spoken:] == []
    assert town.heard(LEADER)[-1].startswith("送到哪户请私信我说")
    assert "送到0户" in ask(town, LEADER, "送信 1")


def test_after_half_a_year_nobody_can_say_who_had_it(town: Town):
    ask(town, LEADER, "送信 1 全部")
    town.wait(days=181)
    town.ask(SweepExpired((town.clock() + timedelta(seconds=1)).isoformat()), "sweep")

    assert town.rows()["letter_delivery"] == []
