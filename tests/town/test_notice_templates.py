"""A notice that is written every month is not written from nothing, and never goes out half filled."""

import re

import pytest

from tests.town.town import DUTY, LEADER, RESIDENT, Town

NAMES = ("停水", "停电", "修路", "医保", "开会", "体检", "天气", "防火", "防骗")


def ask(town: Town, words: str, who: str = DUTY) -> list[str]:
    """What somebody hears privately after saying something privately."""
    before = len(town.heard(who))
    town.say(words, by=who, private=True)
    return town.heard(who)[before:]


def test_a_template_is_copied_filled_and_sent(town: Town):
    text, how = ask(town, "模板 停水")
    assert how.startswith("上面这条复制下来，把__填好发给我。")

    assert ask(town, text) == ["还有空没填（__）。填好再发一遍，现在什么也没发。"]
    half = text.replace("__", "四", 1)
    assert ask(town, half) == ["还有空没填（__）。填好再发一遍，现在什么也没发。"]
    town.say("确认", by=DUTY, private=True)
    assert town.room() == []
    filled = iter(("三", *"12345678"))
    whole = re.sub("__", lambda _: next(filled), text).replace("三组", "三邻")
    assert ask(town, whole)[-1].startswith("将发1个群：“1月2日3点到4点停水”。")
    town.say("确认", by=DUTY, private=True)
    town.wait(minutes=1)
    assert town.room()[-1].startswith("【通知】1月2日3点到4点停水。")


@pytest.mark.parametrize("name", NAMES)
def test_every_template_that_is_offered_is_there(town: Town, name: str):
    assert name in ask(town, "模板")[-1]
    text, _ = ask(town, f"模板 {name}")

    assert text.startswith("发通知 __组 ")
    assert ask(town, text)[-1].startswith("还有空没填")


def test_templates_are_for_those_who_write_notices(town: Town):
    assert not any("__" in line for line in ask(town, "模板 停水", LEADER))
    said = len(town.room())
    town.say("模板 停水", by=RESIDENT)
    assert len(town.room()) == said
