"""Nights, emergencies, and what was said while we were away."""

from datetime import timedelta

from tests.town.town import CHIEF, DUTY, FRIEND, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, THIRD, Town


def test_at_night_the_group_is_silent_and_hears_one_digest_in_the_morning(town: Town):
    town.wait_until("22:00")
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.wait(minutes=5)
    town.say("三邻停水了", by=NEIGHBOUR)
    town.wait_until("07:29", day=1)
    assert town.room() == []
    assert [town.heard(who) for who in (LEADER, CHIEF)] == [[], []]

    town.wait_until("07:31", day=1)
    assert town.room() == ["昨晚记下2件：#1路灯、#2停水。今早责任人联系，谢谢体谅。"]
    assert len(town.heard(LEADER)) == 1


def test_at_night_an_emergency_is_answered_at_once_and_the_whole_chain_is_rung(town: Town):
    town.wait_until("03:10", day=1)
    town.say("我爹晕过去了叫不醒 快来人", by=RESIDENT)

    assert "120" in town.room()[0]
    assert {LEADER, OTHER_LEADER, CHIEF, DUTY} <= town.rung()


def test_after_an_emergency_other_talk_pauses_ten_minutes(town: Town):
    town.say("厨房着火了 快来人", by=RESIDENT)
    town.say("我到了", by=LEADER)
    town.wait(minutes=1)
    town.say("四组桥头路灯不亮", by=NEIGHBOUR)
    town.wait(minutes=7)
    assert len(town.room()) == 2

    town.wait(minutes=3)
    assert "#2 路灯" in town.room()[2]


def test_the_same_danger_is_shouted_once(town: Town):
    town.say("厨房着火了 快来人", by=RESIDENT)
    town.say("着火了！！快打119", by=NEIGHBOUR)
    town.say("火好大 烧起来了", by=THIRD)

    assert len(town.room()) == 1
    assert len(town.cases()) == 1


def test_nobody_but_a_person_says_that_a_danger_is_over(town: Town):
    town.say("厨房着火了 快来人", by=RESIDENT)
    town.say("火灭了 没事了", by=NEIGHBOUR)
    assert not any("解除" in line for line in town.room())

    town.say("我到了", by=LEADER)
    town.say("办结 1 明火已扑灭", by=LEADER)
    assert town.room()[-1] == "#1 险情已解除：明火已扑灭。谢谢大家。"


def test_an_emergency_nobody_claims_climbs_every_ten_minutes(town: Town):
    town.say("厨房着火了 快来人", by=RESIDENT)
    first = town.case().assignee_contact
    town.wait(minutes=11)

    assert town.case().assignee_contact != first


def test_what_was_said_long_ago_is_recorded_silently(town: Town):
    hour_ago = town.clock() - timedelta(hours=1)
    town.say("四组桥头路灯不亮", by=RESIDENT, at=hour_ago)
    town.say("接单 1", by=LEADER, at=hour_ago)
    town.say("早上好", by=NEIGHBOUR, at=hour_ago)
    town.wait(minutes=5)

    assert town.room() == []
    assert [c.state for c in town.cases()] == ["new"]
    assert town.case().said_at == hour_ago
    assert "#1 路灯" in town.heard(CHIEF)[0]


def test_a_line_delivered_twice_counts_once(town: Town):
    heard = town.say("四组桥头路灯不亮", by=RESIDENT)
    assert town.machine.hear(heard.message)[0].status == "duplicate"

    assert len(town.cases()) == 1


def test_a_device_that_keeps_somebody_alive_is_rung_for_and_not_spoken_of(town: Town):
    town.say("停电了 我妈的制氧机要用电 急", by=RESIDENT)
    town.wait(minutes=1)

    assert town.rung() == {LEADER}
    assert "离不开电" in town.heard(OTHER_LEADER)[0]
    assert not any("氧" in line for line in town.room())


def test_the_same_danger_said_privately_again_is_one_case_and_one_round_of_calls(town: Town):
    town.say("四组桥头路灯不亮", by=FRIEND)
    town.wait(minutes=3)
    town.say("厨房着火了 快来人", by=FRIEND, private=True)
    calls = [row for row in town.views.spoken() if row.medium == "call"]
    town.say("火好大 快来救火", by=FRIEND, private=True)
    town.say("着火了！！", by=FRIEND, private=True)

    assert len(town.cases()) == 2
    assert [row for row in town.views.spoken() if row.medium == "call"] == calls


def test_a_danger_whose_place_nobody_knows_rings_the_top_once(town: Town):
    for words in ("厨房着火了 快来人", "火好大 快来救火", "着火了！！"):
        town.say(words, by=FRIEND, private=True)

    assert len([row for row in town.views.spoken() if row.medium == "call"]) == 1
    assert sum("哪个村" in line for line in town.heard(FRIEND)) == 1
