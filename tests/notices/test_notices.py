"""A cadre writes, sees, confirms; rooms hear it once; others are told they may not, or nothing at all."""

from datetime import timedelta

from handlers.confirmations import Cancel, Confirm
from handlers.dispatch import Status
from handlers.notices import CancelNotice, ListNotices, ScheduleNotice, SendNotice
from models.rules.pacing import Pace
from tests.delivery.scene import local
from tests.notices.place import MakePlace, Place

POWER_CUT = "明天8点到11点停电检修，冰箱提前备好"
VILLAGE = "龙凤村"


def test_a_notice_is_shown_confirmed_and_heard_in_every_room_of_its_audience(place: Place):
    place.ask(SendNotice(POWER_CUT, VILLAGE), "彭")
    place.scene.run()

    assert place.heard_by("彭") == [
        "将发3个群：“明天8点到11点停电检修”。回“确认”发送，5分钟内有效。群：龙凤村一片区、龙凤村三片区、龙凤村二片区。"
    ]
    assert place.outbox(rank=4) == []

    place.ask(Confirm(), "彭")
    place.scene.run()

    for district in ("一片区", "二片区", "三片区"):
        assert place.scene.texts(f"{VILLAGE}{district}") == ["【通知】明天8点到11点停电检修。冰箱提前备好。"]
    assert place.scene.texts("天门村一片区") == place.scene.texts("工作群") == []


def test_a_notice_to_one_room_is_followed_by_no_more_words(place: Place):
    place.ask(SendNotice(POWER_CUT, "龙凤村三片区"), "彭")
    outcome = place.ask(Confirm(), "彭")

    assert outcome.status is Status.DONE
    assert outcome.reply is None


def test_a_word_in_passing_confirms_no_notice(place: Place):
    place.ask(SendNotice(POWER_CUT, VILLAGE), "彭")

    assert place.ask(Confirm(soft="1"), "彭").status is Status.NOT_MEANT
    assert place.notices() == []


def test_a_confirmation_counts_once_and_for_five_minutes(place: Place):
    place.ask(SendNotice(POWER_CUT, VILLAGE), "彭")
    place.scene.now += timedelta(minutes=5, seconds=1)
    assert place.ask(Confirm(), "彭").status is Status.NOT_MEANT

    place.ask(SendNotice(POWER_CUT, VILLAGE), "彭")
    assert place.ask(Confirm(), "彭").status is Status.DONE
    assert place.ask(Confirm(), "彭").status is Status.NOT_MEANT
    assert len(place.notices()) == 1


def test_cancelling_the_question_sends_nothing(place: Place):
    place.ask(SendNotice(POWER_CUT, VILLAGE), "彭")
    place.ask(Cancel(), "彭")

    assert place.ask(Confirm(), "彭").status is Status.NOT_MEANT
    assert place.notices() == []


def test_somebody_elses_confirmation_confirms_nothing(place: Place):
    place.ask(SendNotice(POWER_CUT, VILLAGE), "彭")

    assert place.ask(Confirm(), "覃").status is Status.NOT_MEANT


def test_a_leader_without_the_permission_is_told_whom_to_ask(place: Place):
    place.ask(SendNotice("明早停水", "三组"), "覃")
    place.scene.run()

    assert place.heard_by("覃") == ["发通知要有通知权限。请联系村值班，或把内容发给他代发。"]


def test_the_word_in_a_residents_group_is_a_word_like_any_other(place: Place):
    for who in ("田", "覃", "彭"):
        outcome = place.ask(SendNotice("明天来我家喝酒", "全村"), who, room="龙凤村三片区")
        assert outcome.status is Status.NOT_MEANT
    place.scene.run()
    assert place.scene.texts() == []


def test_a_working_room_is_a_place_to_write_notices(place: Place):
    place.ask(SendNotice(POWER_CUT, VILLAGE), "彭", room="工作群")
    place.ask(Confirm(), "彭", room="工作群")

    assert [n.title for n in place.notices()] == ["明天8点到11点停电检修"]


def test_late_in_the_evening_the_cadre_hears_that_it_goes_out_in_the_morning(make_place: MakePlace):
    place = make_place(now=local("03-04 22:30"))
    place.ask(ScheduleNotice("明早大雾慢行", "今晚23点", VILLAGE), "彭")
    place.scene.run(until=place.scene.now + timedelta(minutes=1))

    assert "静默" in place.heard_by("彭")[0]
    assert "07:00" in place.heard_by("彭")[0]

    place.ask(Confirm(), "彭")
    place.run(until=local("03-05 06:59"))
    assert place.scene.texts(f"{VILLAGE}一片区") == []
    place.run(until=local("03-05 07:05"))
    assert place.scene.texts(f"{VILLAGE}一片区") == ["【通知】明早大雾慢行。"]


def test_an_emergency_notice_does_not_wait_for_the_morning(make_place: MakePlace):
    place = make_place(now=local("03-04 23:30"))
    place.ask(SendNotice("上游泄洪，马上离开河边", VILLAGE, level="emergency"), "彭")
    place.ask(Confirm(), "彭")
    began = place.scene.now
    place.scene.run(until=began + timedelta(minutes=1))

    said = [s for s in place.scene.wechat.said if s.in_room]
    assert [s.text for s in said] == ["【应急通知】上游泄洪。马上离开河边。"] * 3
    assert said[-1].at - said[0].at == timedelta(seconds=4)


def test_cancelling_in_the_middle_stops_the_rest(make_place: MakePlace):
    place = make_place(pace=Pace(broadcast_gap_s=60, broadcast_jitter=0))
    place.ask(SendNotice(POWER_CUT, ""), "彭")
    place.ask(Confirm(), "彭")
    place.scene.run(until=place.scene.now + timedelta(seconds=130))

    place.ask(CancelNotice(), "彭")
    place.scene.run()

    heard = [s for s in place.scene.wechat.said if s.in_room]
    assert len(heard) == 3
    assert place.heard_by("彭")[-1] == "通知1已停：已发3个群，停下3个群。要接着发回“继续通知 1”。"
    assert place.notices()[0].state == "cancelled"


def test_a_notice_for_later_goes_out_at_its_moment_once(place: Place):
    place.ask(ScheduleNotice("记得来开会", "明早8点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    assert place.firings() == [("03-05 08:00", "waiting")]

    place.run(until=local("03-05 07:59"))
    assert place.scene.texts(f"{VILLAGE}一片区") == []
    place.run(until=local("03-05 08:05"))
    place.scene.restart()
    place.run(until=local("03-06 12:00"))

    assert place.scene.texts(f"{VILLAGE}一片区") == ["【通知】记得来开会。"]
    assert place.firings() == [("03-05 08:00", "done")]


def test_a_planned_notice_can_be_taken_back(place: Place):
    place.ask(ScheduleNotice("记得来开会", "明早8点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    place.ask(CancelNotice(no=1), "彭")
    place.run(until=local("03-06 12:00"))

    assert place.firings() == [("03-05 08:00", "cancelled")]
    assert [s for s in place.scene.wechat.said if s.in_room] == []


def test_a_repeated_notice_plans_its_next_firing_in_the_same_transaction(place: Place):
    place.ask(ScheduleNotice("周五大扫除", "每周五早8点", VILLAGE), "彭")
    place.scene.run()
    assert "以后按“每周五早8点”重复" in place.heard_by("彭")[0]
    place.ask(Confirm(), "彭")

    place.run(until=local("03-14 12:00"))

    assert place.scene.texts(f"{VILLAGE}一片区") == ["【通知】周五大扫除。"] * 2
    assert place.firings() == [("03-06 08:00", "done"), ("03-13 08:00", "done"), ("03-20 08:00", "waiting")]


def test_firings_missed_while_the_program_stood_still_become_one_with_a_note(place: Place):
    place.ask(ScheduleNotice("出来做操", "每天9点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    place.scene.now = local("03-09 10:00")
    place.run(until=local("03-09 11:00"))

    assert place.scene.texts(f"{VILLAGE}一片区") == ["【通知】出来做操。（原定今天09:00，晚发了）"]
    place.run(until=local("03-10 10:00"))
    assert place.scene.texts(f"{VILLAGE}一片区")[1:] == ["【通知】出来做操。"]


def test_the_last_missed_firing_is_left_out_when_it_is_too_late(place: Place):
    place.ask(ScheduleNotice("出来做操", "每天9点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    place.scene.now = local("03-09 15:01")
    place.run(until=local("03-09 16:00"))

    assert place.scene.texts(f"{VILLAGE}一片区") == []


def test_the_list_tells_what_became_of_each_notice(place: Place):
    place.ask(SendNotice(POWER_CUT, VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    place.scene.run()
    place.ask(ScheduleNotice("记得来开会", "明早8点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    place.ask(ListNotices(), "彭")
    place.scene.run()

    assert place.heard_by("彭")[-1] == (
        "最近的通知：\n2 记得来开会：明天08:00发\n1 明天8点到11点停电检修：已发3，等发0，没发成0"
    )


def test_words_that_shame_are_refused_before_they_are_shown(place: Place):
    place.ask(SendNotice("欠费名单曝光如下", VILLAGE), "彭")
    place.scene.run()

    assert place.heard_by("彭")[0].startswith("这段话里有不宜")
    assert place.ask(Confirm(), "彭").status is Status.NOT_MEANT


def test_rooms_that_have_heard_enough_today_are_told_before_the_cadre_agrees(make_place: MakePlace):
    place = make_place(pace=Pace(room_notices_daily=2))
    for words, audience in (("明早停水", VILLAGE), ("记得备水", f"{VILLAGE}一片区")):
        place.ask(SendNotice(words, audience), "彭")
        place.ask(Confirm(), "彭")
    place.run(until=place.scene.now + timedelta(minutes=5))
    place.ask(SendNotice("水又来了", f"{VILLAGE}二片区"), "彭")
    place.ask(Confirm(), "彭")  # not said yet, and yet the last one of the day

    place.ask(SendNotice("晚上开会", VILLAGE), "彭")
    place.ask(SendNotice("上游泄洪", VILLAGE, level="emergency"), "彭")
    place.ask(ScheduleNotice("明天开会", "明早8点", VILLAGE), "彭")
    place.scene.run(until=place.scene.now + timedelta(minutes=5))
    *_, full, emergency, tomorrow = place.heard_by("彭")

    assert "其中2个群今天已满2条通知，要等明天07:30以后。" in full
    assert "已满" not in emergency + tomorrow
