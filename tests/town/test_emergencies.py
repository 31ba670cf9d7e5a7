"""Emergencies from the shout to the end: every path at once, a ladder until somebody is there, false alarms."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.machine import ACCOUNT
from handlers.township.staging import StagedRoom
from models.rules.pacing import Pace, Rank, may_speak
from models.rules.tally import room_mood
from models.tables import CaseEvent, Room
from tests.town.test_rows_and_events import check_rows
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    RESIDENT,
    ROOM,
    THIRD,
    Town,
    village,
)

WORK, AREA_WORK, OTHER_WORK = "work", "chiefs", "elsewhere"
FIRE = "厨房着火了 快来人"
FAINT = "我爹晕过去了叫不醒 快来人"
LEADERS = {LEADER, OTHER_LEADER, CHIEF, DUTY}


@pytest.fixture
def working_town(make_town: Callable[..., Town]) -> Town:
    """The village with working groups: of the village, of the area below, and of another village."""
    stage = village()
    more = (
        StagedRoom(WORK, "村工作群", "安全村", kind="working", tier=2, account=ACCOUNT),
        StagedRoom(AREA_WORK, "一片工作群", "一片", kind="working", tier=3, account=ACCOUNT),
        StagedRoom(OTHER_WORK, "平安村工作群", "平安村", kind="working", tier=2, account=ACCOUNT),
    )
    return make_town(stage=village(rooms=(*stage.rooms, *more)))


def calls(town: Town) -> list[str | None]:
    return [row.contact for row in town.views.spoken() if row.medium == "call"]


def steps(town: Town, no: int = 1) -> list[tuple[str, str]]:
    """(step, reason) of a case, in order."""
    with town.session() as session:
        found = (
            select(CaseEvent).where(col(CaseEvent.case_id) == town.case(no).id).order_by(col(CaseEvent.seq))
        )
        return [(e.step, e.reason) for e in session.execute(found).scalars()]


def test_the_whole_chain_hears_of_it_at_once_by_every_path(working_town: Town):
    town = working_town
    town.say(FIRE, by=RESIDENT)

    assert "119" in town.room()[0]
    assert town.rung() >= LEADERS
    assert all("【紧急】#1 火情" in town.heard(who)[0] for who in LEADERS)
    line = "【紧急】#1 三邻有急事，已逐级打电话。离得近的请马上过去，到了回“我到了”。"
    assert town.room(WORK) == town.room(AREA_WORK) == [line]
    assert town.room(OTHER_WORK) == []
    assert OUTSIDER not in town.rung()
    rows = [row for row in town.views.spoken() if row.rank == Rank.EMERGENCY]
    assert {row.created_at for row in rows} == {town.case().created_at}


def test_the_line_is_due_at_the_moment_of_the_message_and_passes_all_pacing(town: Town):
    at = town.clock()
    message = town.wechat.say(RESIDENT, "老许晕倒了!", room=ROOM)
    town.machine.hear(message)
    line = next(row for row in town.views.spoken() if row.key == "EMERG")
    full = room_mood([], town.clock() + timedelta(hours=1), "00:00-23:59", at)

    assert line.not_before == at
    assert may_speak(Rank(line.rank), is_notice=False, mood=full, pace=Pace(), now=at) is None
    town.wait(seconds=0)
    assert "120" in town.room()[0]


def test_one_line_names_no_number_of_a_door_in_a_working_group(working_town: Town):
    working_town.say("3栋402着火了 快来人", by=RESIDENT)

    assert "402" not in working_town.room(WORK)[0]


def test_every_ten_minutes_the_next_ones_are_rung_until_somebody_is_there(town: Town):
    town.say(FIRE, by=RESIDENT)
    for _ in range(6):
        town.wait(minutes=10)
    rounds = [step for step in steps(town) if step == ("auto_escalate", "unanswered")]
    at_the_top = len(calls(town))
    town.wait(minutes=10)

    assert len(rounds) == 6
    assert len(calls(town)) - at_the_top >= len(LEADERS)
    town.say("我到了", by=CHIEF)
    rung = calls(town)
    town.wait(hours=1)
    assert calls(town) == rung
    assert town.case().state == "in_progress"
    assert sum("已到场" in line for line in town.room()) == 1
    check_rows(town)


def test_whoever_was_rung_answers_privately_without_a_number(working_town: Town):
    working_town.say(FIRE, by=RESIDENT)
    working_town.say("我到了", by=DUTY, private=True)

    assert working_town.case().claimed_by_contact == DUTY
    assert any("已到场" in line for line in working_town.room())


def test_whoever_reads_it_in_the_working_group_answers_there(working_town: Town):
    working_town.say(FIRE, by=RESIDENT)
    working_town.say("我到了", by=CHIEF, room=WORK)

    assert working_town.case().claimed_by_contact == CHIEF


def test_an_answer_that_fits_two_emergencies_is_asked_about(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.say(FAINT, by=NEIGHBOUR)
    town.say("我到了", by=DUTY, private=True)

    assert [c.state for c in town.cases()] == ["new", "new"]
    assert "没看懂是哪一件" in town.heard(DUTY)[-1]


def test_somebody_of_another_village_cannot_answer_for_it(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.say("我到了", by=OUTSIDER, private=True)
    town.say("误报 1", by=OUTSIDER, private=True)

    assert town.case().state == "new"


def test_two_dangers_at_once_are_two_cases_and_both_are_shouted(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.say(FAINT, by=NEIGHBOUR)

    assert [c.category for c in town.cases()] == ["D01", "D08"]
    assert ["119" in town.room()[0], "120" in town.room()[1]] == [True, True]


def test_two_fires_in_two_buildings_are_two_emergencies(town: Town):
    town.say("3栋着火了 快来人", by=RESIDENT)
    town.say("5栋着火了 快来人", by=NEIGHBOUR)
    town.say("3栋2单元着火了", by=THIRD)

    assert [c.place for c in town.cases()] == ["3栋", "5栋"]
    assert town.case(1).co_reporters == 1


def test_one_fire_that_five_people_shout_is_one_case_and_one_round_of_calls(town: Town):
    town.say(FIRE, by=RESIDENT)
    rung = calls(town)
    for who in (NEIGHBOUR, THIRD, FRIEND, NEIGHBOUR):
        town.say("着火了！！快打119", by=who)
    town.say("厨房着火了 快来人", by=OUTSIDER, private=True)
    town.say("三邻着火了 快来救火", by=FRIEND, private=True)

    assert town.case(1).co_reporters == 3
    assert [line for line in town.room() if "119" in line] == town.room()[:1]
    assert calls(town)[: len(rung)] == rung
    check_rows(town)


def test_a_place_that_follows_goes_to_everybody_on_the_way(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.say("在老井边", by=RESIDENT)

    assert all(any("老井" in line for line in town.heard(who)) for who in LEADERS)


def test_at_night_the_group_hears_it_and_the_place_follows_at_once(town: Town):
    town.wait_until("03:10", day=1)
    town.say(FAINT, by=RESIDENT)
    town.wait(minutes=2)
    town.say("在老井边", by=RESIDENT)

    assert "120" in town.room()[0]
    assert "老井" in town.heard(DUTY)[-1]


def test_other_talk_waits_while_nobody_answers_and_is_not_lost(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.wait(minutes=5)
    town.say("四组桥头路灯不亮", by=NEIGHBOUR)
    town.wait(minutes=30)
    assert not any("路灯" in line for line in town.room())

    town.say("我到了", by=LEADER)
    town.wait(minutes=11)
    assert any("#2 路灯" in line for line in town.room())


def test_every_two_hours_the_group_hears_that_somebody_is_at_it(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.say("我到了", by=LEADER)
    said = len(town.room())
    town.wait(hours=1, minutes=55)
    assert len(town.room()) == said

    town.wait(minutes=10)
    assert town.room()[said:] == ["#1 邻长张还在处理，有新情况在这里说。"]
    town.say("已联系 1 消防正在清理余火", by=LEADER)
    town.wait(hours=2, minutes=5)
    assert town.room()[-1] == "#1 邻长张说：消防正在清理余火。有新情况再说。"
    assert not any("安全" in line or "解除" in line for line in town.room())
    assert "还没报结果" in town.heard(LEADER)[-1]


def test_the_group_hears_that_it_is_over_once_and_nothing_after(working_town: Town):
    town = working_town
    town.say(FIRE, by=RESIDENT)
    town.say("我到了", by=LEADER)
    town.say("办结 1 明火已扑灭", by=LEADER)
    town.wait(hours=9)

    assert [line for line in town.room() if "解除" in line] == ["#1 险情已解除：明火已扑灭。谢谢大家。"]
    assert town.room(WORK)[1:] == ["#1 险情已解除。谢谢大家。"]
    assert "解除" in town.room()[-1]


def test_nobody_answers_and_the_group_is_told_to_call_for_itself(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.wait(hours=2, minutes=5)

    assert town.room()[-1] == "#1 还在打电话叫人。有危险请直接打119、120、110，别等。"


def test_a_leaders_word_ends_a_false_alarm_and_everybody_hears_it_once(working_town: Town):
    town = working_town
    town.say(FIRE, by=RESIDENT)
    town.say("误报 1", by=LEADER)
    town.wait(hours=3)

    assert town.case().state == "withdrawn"
    assert steps(town)[-1][0] == "false_alarm"
    over = "#1 邻长张核实过了，是误报。谢谢大家。"
    assert [town.room().count(over), town.room(WORK).count(over)] == [1, 1]
    for who in LEADERS - {LEADER}:
        assert town.heard(who).count("#1 邻长张核实过了，是误报，不用去了。") == 1
    assert len(calls(town)) == len(set(calls(town)))
    check_rows(town)


def test_after_a_false_alarm_the_group_hears_what_had_to_wait(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.say("四组桥头路灯不亮", by=NEIGHBOUR)
    town.say("虚惊一场", by=LEADER)
    town.wait(minutes=2)

    assert any("#2 路灯" in line for line in town.room())


@pytest.mark.parametrize("words", ["误报 1", "没事了 是演习", "虚惊一场", "没事了", "撤回 1", "1 不用来了"])
def test_a_resident_may_be_pressed_to_say_that_it_was_nothing(town: Town, words: str):
    town.say(FIRE, by=RESIDENT)
    town.say(words, by=RESIDENT)
    town.say("误报 1", by=RESIDENT)

    assert town.case().state == "new"
    assert sum("有人说是误报" in line for line in town.heard(LEADER)) == 1
    assert town.room()[1:] == ["#1 收到。责任人核实后再撤，核实前人照常赶过去。"]
    town.wait(minutes=11)
    assert ("auto_escalate", "unanswered") in steps(town)


def test_without_an_emergency_a_false_alarm_means_nothing(town: Town):
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.wait(minutes=2)
    said = town.room()
    for words in ("虚惊一场", "没事了", "是演习"):
        town.say(words, by=NEIGHBOUR)

    assert town.room() == said
    assert town.case().state == "new"


def test_that_somebody_is_well_again_is_no_false_alarm(town: Town):
    town.say(FAINT, by=RESIDENT)
    town.say("人没事了", by=LEADER)
    assert town.case().state == "new"
    assert "误报回" in town.heard(LEADER)[-1]

    town.say("没事了", by=NEIGHBOUR)
    assert len(town.room()) == 1


def test_a_false_alarm_is_said_once_when_two_leaders_say_so(town: Town):
    town.say(FIRE, by=RESIDENT)
    town.say("误报 1", by=LEADER)
    town.say("误报 1", by=CHIEF)

    assert sum("是误报" in line for line in town.room()) == 1
    assert "#1 现在是“已撤回”" in town.heard(CHIEF)[-1]


def test_who_left_the_assistant_is_told_whom_to_call_and_nothing_is_kept(town: Town):
    town.say("退出小助手", by=FRIEND)
    town.say(FIRE, by=FRIEND)
    town.say("着火了！！快打119", by=FRIEND)
    town.say(FAINT, by=FRIEND, private=True)

    assert sum("119" in line for line in town.room()) == 1
    assert "120" in town.heard(FRIEND)[-1]
    assert town.cases() == []
    assert town.rung() == set()


def test_who_left_the_assistant_and_despairs_is_not_answered_with_it_in_the_group(town: Town):
    town.say("退出小助手", by=RESIDENT)
    town.say("我不想活了 真的撑不下去了", by=RESIDENT)

    assert town.room()[-1] == "我在，马上有人联系您。"


def test_despair_is_told_privately_and_to_no_working_group(working_town: Town):
    town = working_town
    town.say("我不想活了 真的撑不下去了", by=FRIEND)
    town.wait(hours=3)
    town.say("没事了", by=FRIEND)

    assert [town.room(), town.room(WORK), town.room(AREA_WORK)] == [[], [], []]
    assert "12356" in town.heard(FRIEND)[0]
    assert all("不想活" not in line for who in LEADERS for line in town.heard(who))


def test_two_people_who_despair_are_two_cases(town: Town):
    town.say("我不想活了 真的撑不下去了", by=FRIEND)
    town.say("我不想活了 真的撑不下去了", by=NEIGHBOUR)

    assert len(town.cases()) == 2


def test_an_emergency_said_in_a_working_group_is_answered_there(working_town: Town):
    town = working_town
    town.say("三邻厨房着火了 快来人", by=LEADER, room=WORK)

    assert "119" in town.room(WORK)[0]
    assert len(town.room(WORK)) == 1
    assert town.rung() >= {OTHER_LEADER, CHIEF, DUTY}


def test_privately_without_a_place_the_top_is_rung_and_the_chain_once_the_place_is_known(town: Town):
    town.say(FIRE, by=FRIEND, private=True)
    assert "119" in town.heard(FRIEND)[0]
    assert len(set(calls(town))) == 1

    town.say("三邻", by=FRIEND, private=True)
    assert town.rung() >= LEADERS
    town.wait(minutes=11)
    assert ("auto_escalate", "unanswered") in steps(town)


def test_what_was_shouted_while_we_were_away_rings_people_and_not_the_group(working_town: Town):
    town = working_town
    hour_ago = town.clock() - timedelta(hours=1)
    town.say(FIRE, by=RESIDENT, at=hour_ago)
    town.wait(hours=2, minutes=10)

    assert [town.room(), town.room(WORK)] == [[], []]
    assert town.rung() >= LEADERS
    assert "听到晚了】#1 08:00有人报火情" in town.heard(DUTY)[0]


def test_an_urgent_case_nobody_takes_is_pressed_for_by_call_after_a_quarter_of_an_hour(town: Town):
    town.say("三邻停水了", by=RESIDENT)
    town.wait(minutes=14)
    assert town.rung() == set()

    town.wait(minutes=2)
    assert town.rung() == {town.case().assignee_contact}
    assert "15分钟没人接" in town.heard(str(town.case().assignee_contact))[-1]
    assert sum("15分钟没人接" in line for who in LEADERS for line in town.heard(who)) == 2
    assert not any("没人接" in line for line in town.room())
    town.wait(hours=1)
    assert len(calls(town)) == 1
    check_rows(town)


def test_an_urgent_case_that_is_taken_or_reported_at_night_rings_nobody(town: Town):
    town.say("三邻停水了", by=RESIDENT)
    town.say("接单 1", by=LEADER)
    town.wait_until("23:00")
    town.say("四组桥头井盖没了", by=NEIGHBOUR)
    town.wait_until("06:59", day=1)

    assert town.case(2).urgency == "U1"
    assert town.rung() == set()


def test_the_hush_of_a_room_is_kept_with_the_room(town: Town):
    town.say(FIRE, by=RESIDENT)
    with town.session() as session:
        room = session.execute(select(Room).where(col(Room.platform_id) == ROOM)).scalar_one()

    assert room.hush_until == town.case().created_at + timedelta(minutes=10)
