"""Leave: what would come to somebody away goes to the stand-in, or one level up, and ends by itself."""

from collections.abc import Callable

from bot.machine import ACCOUNT
from handlers.township.staging import StagedRoom
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    OVERSIGHT,
    RESIDENT,
    Town,
    village,
)

GARBAGE = "桥头垃圾桶满了好几天没人收"


def report(town: Town, text: str = GARBAGE, by: str = RESIDENT) -> None:
    town.say(text, by=by)
    town.wait(seconds=30)


def leave(town: Town, words: str = "请假 3天，由刘明代", by: str = LEADER) -> str:
    town.say(words, by=by, private=True)
    return town.heard(by)[-1]


def test_what_would_come_to_somebody_on_leave_goes_to_the_stand_in(town: Town):
    answer = leave(town)
    report(town)

    assert answer == "好的，7月15日到7月17日请假，事先转给组长刘。到期自动恢复，早回来就回“销假”。"
    assert town.heard(OTHER_LEADER)[0].startswith("邻长张7月15日到7月17日请假")
    assert "#1 垃圾 桥头" in town.heard(OTHER_LEADER)[-1]
    assert town.room() == ["记下了 #1 垃圾（桥头）。组长刘24小时内联系您，随时回“进度”。"]
    assert len(town.heard(LEADER)) == 1
    assert town.case().assignee_contact == LEADER


def test_the_stand_in_hears_once_what_is_open_and_works_on_it_while_it_lasts(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.say("已联系 1", by=LEADER)
    leave(town)
    told = town.heard(OTHER_LEADER)[-1]
    town.say("我的单", by=OTHER_LEADER, private=True)
    town.say("转派 1 给 胡敏", by=OTHER_LEADER, private=True)

    assert "没办完1件：#1垃圾" in told
    assert "#1垃圾(代邻长张)" in town.heard(OTHER_LEADER)[-2]
    assert town.case().assignee_contact == CHIEF


def test_the_leave_ends_by_itself_and_the_stand_in_keeps_only_what_he_took(town: Town):
    leave(town, "请假 1天，由刘明代")
    report(town)
    town.wait_until("08:00", day=1)
    town.say("退回 1 不是我们邻的", by=OTHER_LEADER, private=True)
    report(town, "三邻停水了", by=NEIGHBOUR)

    assert town.case().assignee_contact == LEADER
    assert "#2 停水" in town.heard(LEADER)[-1]
    assert not any("#2" in line for line in town.heard(OTHER_LEADER))


def test_without_a_stand_in_it_climbs_one_level(town: Town):
    answer = leave(town, "请假 到周五")
    report(town)

    assert answer.startswith("好的，7月15日到7月18日请假。没说由谁代，这几天的事转给上一级组长刘。")
    assert town.case().assignee_contact == OTHER_LEADER


def test_a_chain_of_stand_ins_is_followed(town: Town):
    report(town)
    leave(town)
    leave(town, "请假 2天 由胡敏代", by=OTHER_LEADER)

    assert "#1垃圾" in town.heard(CHIEF)[-1]
    report(town, "三邻停水了", by=NEIGHBOUR)
    assert "#2 停水" in town.heard(CHIEF)[-1]
    town.wait_until("10:00", day=2)
    report(town, "四组桥头路灯不亮", by=NEIGHBOUR)
    assert not any("#3 " in line and "知会" not in line for line in town.heard(LEADER))


def test_a_round_of_stand_ins_is_refused_in_one_sentence(town: Town):
    leave(town)
    answer = leave(town, "请假 3天 由张建国代", by=OTHER_LEADER)

    assert answer == "邻长张那几天也请假，转来转去又回到您这里。请换一个人代。"
    report(town)
    assert "#1 垃圾" in town.heard(OTHER_LEADER)[-1]


def test_a_stand_in_who_is_away_and_left_nobody_is_refused(town: Town):
    leave(town, "请假 3天", by=OTHER_LEADER)

    assert leave(town) == "组长刘那几天也请假，没有人再代。请换一个人代。"


def test_back_again_ends_it_and_the_stand_in_hears_it(town: Town):
    leave(town)
    report(town)
    town.say("销假", by=LEADER, private=True)
    told = town.heard(OTHER_LEADER)[-1]
    town.say("退回 1 不是我们邻的", by=OTHER_LEADER)
    report(town, "三邻停水了", by=NEIGHBOUR)

    assert town.heard(LEADER)[-2] == "已销假，事情照旧转给您。您手上1件，回“我的单”看。"
    assert told == "邻长张的请假结束或改了，他的事不再转给您。您自己接下的请办完。"
    assert town.case().assignee_contact == LEADER
    assert "#2 停水" in town.heard(LEADER)[-1]


def test_leave_that_begins_later_begins_by_itself(town: Town):
    leave(town, "请假 明天到周五 由刘明代")
    report(town)
    assert "#1 垃圾" in town.heard(LEADER)[-1]
    town.say("接单 1", by=LEADER)
    town.wait_until("08:00", day=1)

    assert any("没办完1件：#1垃圾" in line for line in town.heard(OTHER_LEADER))
    report(town, "三邻停水了", by=NEIGHBOUR)
    assert "#2 停水" in town.heard(OTHER_LEADER)[-1]


def test_an_emergency_rings_whoever_is_away_as_well(town: Town):
    leave(town)
    town.say("厨房着火了 快来人", by=RESIDENT)

    assert {LEADER, OTHER_LEADER, CHIEF, DUTY} <= town.rung()


def test_words_that_say_no_days_or_nobody_get_one_private_sentence(town: Town):
    for words, answer in (
        ("请假", "没看懂请到哪天"),
        ("请假 一阵子", "没看懂请到哪天"),
        ("请假 90天", "请假最多60天"),
        ("请假 3天 由王五代", "没找到“王五”"),
        ("请假 3天 由钱进代", "没找到“钱进”"),
        ("请假 3天 由张建国代", "没找到“张建国”"),
        ("请假 3天 由副职代", "没找到“副职”"),
        ("销假", "您现在没有请假"),
    ):
        assert leave(town, words).startswith(answer), words
    report(town)
    assert "#1 垃圾" in town.heard(LEADER)[-1]


def test_leave_is_nobodys_business_in_the_residents_group_and_no_resident_has_any(town: Town):
    town.say("请假 3天", by=LEADER)
    town.say("请假 3天", by=RESIDENT)
    town.say("明天请假", by=NEIGHBOUR)

    assert town.room() == []
    assert town.heard(LEADER) == ["请假、销假请在这里或工作群里说，不用发在居民群。"]
    assert [town.heard(who) for who in (RESIDENT, NEIGHBOUR, OUTSIDER)] == [[], [], []]


def test_leave_is_heard_in_the_working_group(make_town: Callable[..., Town]):
    work = StagedRoom("work", "工作群", "安全村", kind="working", tier=2, account=ACCOUNT)
    town = make_town(stage=village(rooms=(*village().rooms, work)))
    town.say("请假 3天，由刘明代", by=LEADER, room="work")

    assert town.room("work") == []
    assert "事先转给组长刘" in town.heard(LEADER)[-1]


def test_a_stand_in_who_is_complained_about_hears_nothing_of_it(town: Town):
    town.say("四组桥头路灯不亮", by=FRIEND)
    town.say("举报四组组长刘明吃拿卡要收红包", by=FRIEND, private=True)
    town.wait(minutes=2)
    assert (town.case(2).privacy, town.case(2).assignee_contact) == ("P4", OVERSIGHT)
    leave(town, "请假 3天 由刘明代", by=OVERSIGHT)
    for words in ("我的单", "进度 2", "接单 2"):
        town.say(words, by=OTHER_LEADER, private=True)

    assert not any("#2" in line and "没有 #2" not in line for line in town.heard(OTHER_LEADER))
    assert town.case(2).state == "new"


def test_a_transfer_to_somebody_away_names_whoever_stands_in(town: Town):
    leave(town, "请假 3天 由胡敏代", by=OTHER_LEADER)
    report(town)
    town.say("转派 1 给 刘明", by=LEADER)

    assert town.case().assignee_contact == OTHER_LEADER
    assert "转到您手上：#1" in town.heard(CHIEF)[-1]
    assert town.room()[-1].startswith("#1 已转片长胡办")


def test_another_leave_takes_the_place_of_the_first_and_only_who_is_relieved_hears_it(town: Town):
    leave(town)
    leave(town, "请假 5天 由胡敏代")

    assert town.heard(OTHER_LEADER)[-1].startswith("邻长张的请假结束或改了")
    assert town.heard(CHIEF)[-1].startswith("邻长张7月15日到7月19日请假")
    report(town)
    assert "#1 垃圾" in town.heard(CHIEF)[-1]


def test_a_stand_in_lends_no_right_to_speak_to_the_village(town: Town):
    town.say("请假 3天 由张建国代", by=DUTY, private=True)
    town.say("通知 全村 明天停电", by=LEADER, private=True)

    assert town.heard(LEADER)[-1].startswith("发通知要有通知权限")
    assert town.room() == []
