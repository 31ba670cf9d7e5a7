"""Errands: registered by whoever runs them, suggested where residents ask for one, counted when done (seed A13)."""

from tests.town.town import DUTY, FRIEND, LEADER, NEIGHBOUR, RESIDENT, Town

ERRAND = "代办 刘奶奶 医保缴费"
ASKED = "我妈腿脚不好,能帮忙办医保吗"


def test_an_errand_is_in_the_hands_of_whoever_registered_it_until_its_result(town: Town):
    town.say(ERRAND, by=LEADER, private=True)
    case = town.case()
    assert (case.state, case.claimed_by_contact, case.source, case.text) == (
        "claimed",
        LEADER,
        "代办",
        "医保缴费",
    )
    assert town.heard(LEADER) == ["记下了 #1 代办：医保，归您办。办好回“办结 1 结果”。"]
    assert "刘奶奶" not in str(town.rows()["case_file"])

    town.say("办结 1 已缴好 发票给了本人", by=LEADER, private=True)
    town.say("代办统计", by=LEADER, private=True)
    assert town.case().state == "resolved"
    assert town.heard(LEADER)[-1] == "本月代办办成1件、在办0件。"
    assert town.room() == []


def test_who_cannot_come_is_suggested_an_errand_and_claiming_confirms_it(town: Town):
    town.say(ASKED, by=RESIDENT)
    town.wait(minutes=1)
    assert "建议代办" in town.heard(DUTY)[0]
    assert "errand" not in town.case().flags

    town.say("代办统计", by=DUTY, private=True)
    assert town.heard(DUTY)[-1] == "本月还没有代办、帮办、陪办。"
    town.say("接单 1", by=DUTY)
    town.say("办结 1 已上门缴好", by=DUTY)
    town.say("代办统计", by=DUTY, private=True)

    assert town.case().flags["errand"] == "代办"
    assert town.heard(DUTY)[-1] == "本月代办办成1件、在办0件。"


def test_modes_are_counted_apart(town: Town):
    for text in (ERRAND, "陪办 李大爷 去县里看病", "帮办 王婶 认证养老金", "帮办 赵叔 交水费"):
        town.say(text, by=LEADER, private=True)
    town.say("办结 3 已认证成功", by=LEADER, private=True)
    town.say("代办统计", by=LEADER, private=True)

    assert town.heard(LEADER)[-1] == "本月代办办成0件、在办1件、帮办办成1件、在办1件、陪办办成0件、在办1件。"


def test_a_resident_who_says_it_like_a_leader_gets_an_ordinary_request(town: Town):
    town.say(ERRAND, by=NEIGHBOUR)
    town.wait(minutes=1)

    case = town.case()
    assert (case.state, case.reporter, case.flags["service_mode"]) == ("new", NEIGHBOUR, "代办")
    assert "建议代办" in town.heard(DUTY)[0]


def test_a_resident_nobody_knows_is_asked_where_and_the_way_is_not_forgotten(town: Town):
    town.say(ERRAND, by=FRIEND, private=True)
    assert town.cases() == []
    town.say("三邻", by=FRIEND, private=True)

    assert town.case().flags["service_mode"] == "代办"


def test_a_name_is_not_said_in_the_residents_group(town: Town):
    town.say(ERRAND, by=LEADER)

    assert town.cases() == []
    assert "请把刚才那句撤回" in town.heard(LEADER)[-1]
    assert town.room() == []
