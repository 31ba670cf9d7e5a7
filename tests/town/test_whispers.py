"""Somebody who wants to be named to nobody: what he may, what his handler sees, what never happens."""

from models.rules.message import MessageKind
from tests.town.town import CHIEF, DUTY, FRIEND, LEADER, OTHER_LEADER, OVERSIGHT, RESIDENT, Town

BROKEN = "匿名 四组路灯被人砸了"


def test_the_handler_sees_no_name_and_need_not_call_and_the_end_is_heard(town: Town):
    town.say(BROKEN, by=FRIEND, private=True)
    town.say("四组", by=FRIEND, private=True)
    assert town.heard(FRIEND)[-1].startswith("记下了。不记您是谁")
    town.wait(minutes=1)
    assert "匿名，私聊我回“进度 1”看原话" in town.heard(CHIEF)[0]

    town.say("进度 1", by=CHIEF, private=True)
    assert "匿名，原话：" in town.heard(CHIEF)[-1]
    town.say("接单 1", by=CHIEF, private=True)
    town.say("办结 1 已换新灯泡", by=CHIEF, private=True)

    assert town.case().reporter is None
    assert town.heard(FRIEND)[-1].startswith("#1 办好了：已换新灯泡。")
    assert not any("接单" in line for line in town.heard(FRIEND))
    assert town.heard(LEADER) == []
    assert town.room() == []


def test_an_urgent_whisper_is_resolved_without_a_call(town: Town):
    town.say("匿名 三邻停水了", by=LEADER, private=True)
    town.say("接单 1", by=CHIEF, private=True)
    town.say("办结 1 阀门已换新", by=CHIEF, private=True)

    assert town.case().state == "resolved"


def test_whatever_he_says_is_taken_and_a_wish_not_to_be_named_is_enough(town: Town):
    town.say("三邻的", by=FRIEND)
    for text in ("匿名 想修水渠", "我们组长收了钱才给办低保 不要说是我说的"):
        town.say(text, by=FRIEND, private=True)
        town.say("四组", by=FRIEND, private=True)
        town.wait(minutes=10)

    assert [bool(case.flags["anonymous"]) for case in town.cases()] == [True, True]
    assert town.room() == []


def test_a_complaint_about_an_official_is_whispered_to_the_oversight_alone(town: Town):
    town.say("匿名举报 刘组长收钱", by=FRIEND, private=True)
    town.say("四组", by=FRIEND, private=True)
    town.wait(minutes=5)

    assert town.case().assignee_contact == OVERSIGHT
    assert [town.heard(who) for who in (LEADER, OTHER_LEADER, CHIEF, DUTY)] == [[], [], [], []]


def test_a_whisper_does_not_join_what_he_said_openly_nor_does_anybody_join_it(town: Town):
    town.say("四组路灯不亮", by=FRIEND)
    town.wait(minutes=2)
    town.say("匿名 四组路灯被人砸的", by=FRIEND, private=True)
    town.say("匿名 三邻停水了", by=FRIEND, private=True)
    town.wait(minutes=10)
    town.say("三邻停水了", by=RESIDENT)
    town.wait(minutes=2)

    assert town.case(1).text == "四组路灯不亮"
    assert town.cases()[-1].reporter == RESIDENT
    assert "anonymous" not in town.cases()[-1].flags
    assert "砸" not in "".join(town.room())


def test_a_picture_after_it_stays_with_it(town: Town):
    town.say("四组路灯不亮", by=FRIEND)
    town.wait(minutes=2)
    town.say("匿名 四组路灯被人砸的", by=FRIEND, private=True)
    town.say("", by=FRIEND, private=True, kind=MessageKind.IMAGE)

    assert town.case(2).attachments == 1
    assert town.case(1).attachments == 0


def test_chat_that_begins_with_the_word_in_a_group_opens_nothing(town: Town):
    town.say("匿名 群聊真好玩", by=RESIDENT)

    assert town.cases() == []
    assert town.room() == []
