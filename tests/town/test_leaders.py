"""Leaders: who may take a case, who wins, what the others hear."""

from collections.abc import Callable

from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    RESIDENT,
    Town,
    village,
)

LAMP = "四组桥头路灯不亮好几天了"
GARBAGE = "桥头垃圾桶满了好几天没人收"


def report(town: Town, text: str = GARBAGE) -> None:
    town.say(text, by=RESIDENT)
    town.wait(seconds=30)


def test_one_receipt_follows_the_burst_and_the_leader_gets_a_card(town: Town):
    report(town)

    assert town.room() == ["记下了 #1 垃圾（桥头）。邻长张24小时内联系您，随时回“进度”。"]
    assert "#1 垃圾 桥头" in town.heard(LEADER)[0]


def test_the_second_claim_hears_who_was_first(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.say("接单 1", by=OTHER_LEADER)

    assert town.heard(OTHER_LEADER)[-1] == "#1 邻长张已接单，不用再跑。"
    assert town.case().claimed_by_contact == LEADER
    assert sum("已接单" in line for line in town.room()) == 1


def test_a_displayed_name_gives_no_right(town: Town):
    report(town)
    impostor = town.say("接单 1", by=FRIEND)

    assert impostor.steps == []
    assert town.case().state == "new"
    assert "当面核验" in town.heard(FRIEND)[-1]
    assert len(town.room()) == 1


def test_a_stranger_who_gives_commands_is_not_shown_up(town: Town):
    report(town)
    said = len(town.room())
    for text in ("接单 1", "办结 1 已经修好了", "转派 1 给 刘明", "退回 1 不归我管", "上报 1 要挖路面"):
        town.say(text, by=NEIGHBOUR)

    assert len(town.room()) == said
    assert town.heard(NEIGHBOUR) == []
    assert town.case().state == "new"


def test_a_leader_of_another_village_cannot_act_here(town: Town):
    report(town)
    for text in ("接单 1", "办结 1 已清运干净", "上报 1 要请环卫"):
        assert town.say(text, by=OUTSIDER).steps == []

    assert town.case().state == "new"
    assert town.heard(OUTSIDER)[-1] == "这件不在您负责的区域，不能操作。"


def test_nobody_handles_what_he_reported_himself(town: Town):
    town.say(GARBAGE, by=LEADER)
    town.wait(seconds=30)
    town.say("接单 1", by=LEADER)

    assert town.case().assignee_post == "zu_head"
    assert town.heard(LEADER)[-1] == "#1 是您自己家的事，按规定请别人办，已转组长刘。"
    assert "转到您手上：#1" in town.heard(OTHER_LEADER)[-1]


def test_two_open_cases_are_asked_about_privately_never_in_the_group(town: Town):
    report(town)
    town.wait(minutes=11)
    town.say("三邻停水了", by=NEIGHBOUR)
    town.wait(seconds=30)
    said = len(town.room())
    town.say("接单", by=LEADER)

    assert "#1垃圾" in town.heard(LEADER)[-1]
    assert "#2停水" in town.heard(LEADER)[-1]
    assert len(town.room()) == said


def test_a_leader_who_answers_in_his_own_words_is_not_talked_over(town: Town):
    town.say(GARBAGE, by=RESIDENT)
    town.wait(seconds=5)
    town.say("我去看看", by=LEADER, quote=GARBAGE)
    town.wait(minutes=2)

    assert town.room() == []
    assert town.case().state == "claimed"


def test_status_lines_within_ten_minutes_are_said_once(town: Town):
    report(town, LAMP)
    town.say("转派 1 给 刘明", by=CHIEF)
    town.wait(minutes=2)
    town.say("接单 1", by=OTHER_LEADER)
    town.wait(minutes=2)

    assert town.case().state == "claimed"
    assert [line for line in town.room() if "#1" in line][1:] == ["#1 已转组长刘办，24小时内联系您。"]


def test_an_unclaimed_case_climbs_past_vacant_posts_and_names_nobody(make_town: Callable[..., Town]):
    vacant = [p for p in village().people if p.contact not in {OTHER_LEADER, OUTSIDER}]
    town = make_town(stage=village(people=tuple(vacant), vacant=("zu_head",)))
    report(town, "三邻停水了")
    town.wait(hours=2, minutes=1)

    assert town.case().assignee_post == "pian_head"
    assert "没人接单，升到您这里" in town.heard(CHIEF)[-1]
    assert "往上报" in town.heard(LEADER)[-1]
    assert len(town.room()) == 1


def test_a_returned_case_goes_to_the_duty_and_the_resident_is_not_sent_away(town: Town):
    report(town)
    town.say("退回 1 不是我们邻的", by=LEADER)

    assert town.case().assignee_contact == DUTY
    assert town.heard(LEADER)[-1] == "#1 退回已收，交值班改派。居民那边由我说明。"
    assert len(town.room()) == 1


def test_a_return_needs_one_of_four_reasons(town: Town):
    report(town)
    town.say("退回 1 太远了", by=LEADER)

    assert town.case().assignee_contact == LEADER
    assert "四选一" in town.heard(LEADER)[-1]


def test_an_urgent_case_is_not_resolved_before_somebody_called(town: Town):
    report(town, "三邻停水了")
    town.say("接单 1", by=LEADER)
    town.say("办结 1 阀门已换", by=LEADER)
    assert "还没有联系记录" in town.heard(LEADER)[-1]

    town.say("已联系 1 十点来人", by=LEADER)
    town.say("办结 1 阀门已换", by=LEADER)
    assert town.case().state == "resolved"


def test_what_a_leader_writes_is_looked_at_before_the_group_hears_it(town: Town):
    report(town)
    town.say("接单 1 找刘明要车 电话13812345678", by=LEADER)
    town.wait(minutes=11)
    town.say("办结 1 乱倒的人已扣分曝光", by=LEADER)
    said = "\n".join(town.room())

    assert "刘明" not in said
    assert "13812345678" not in said
    assert "扣分" not in said
    assert "#1 办好了。" in said
