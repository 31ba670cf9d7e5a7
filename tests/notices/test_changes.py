"""What was agreed to is changed or stopped as far as it was not said yet; what was missed is said late or left out."""

from datetime import timedelta

from handlers.confirmations import Confirm
from handlers.dispatch import Status
from handlers.notice_changes import ChangeNotice
from handlers.notices import CancelNotice, ScheduleNotice, SendNotice
from models.rules.pacing import Pace
from tests.delivery.scene import local
from tests.notices.place import MakePlace, Place

VILLAGE = "龙凤村"
ROOM = f"{VILLAGE}一片区"


def planned(place: Place, moment: str, words: str = "周五大扫除") -> None:
    place.ask(ScheduleNotice(words, moment, VILLAGE), "彭")
    place.ask(Confirm(), "彭")


def test_the_preview_names_the_next_five_firings(place: Place):
    place.ask(ScheduleNotice("说事日", "每月10日18点，遇节假日顺延", VILLAGE), "彭")
    place.scene.run()

    assert (
        "以后按“每月10日18点，遇节假日顺延”重复，接下来几次：3月10日周二18:00、4月10日周五18:00、"
        "5月11日周一18:00（放假顺延）、6月10日周三18:00、7月10日周五18:00。" in place.heard_by("彭")[0]
    )


def test_a_repeated_notice_at_night_fires_in_the_morning_and_says_so(place: Place):
    place.ask(ScheduleNotice("关好门窗", "每天23点", VILLAGE), "彭")
    place.scene.run()
    assert "3月5日周四07:00（夜里不发，早上发）" in place.heard_by("彭")[0]

    place.ask(Confirm(), "彭")
    place.run(until=local("03-06 12:00"))

    assert place.firings()[:2] == [("03-05 07:00", "done"), ("03-06 07:00", "done")]
    assert place.scene.texts(ROOM) == ["【通知】关好门窗。"] * 2


def test_without_an_hour_nine_is_meant_and_said(place: Place):
    place.ask(ScheduleNotice("交表", "每月最后一个工作日", VILLAGE), "彭")
    place.scene.run()

    assert "没写几点，按09:00。" in place.heard_by("彭")[0]
    assert "3月31日周二09:00" in place.heard_by("彭")[0]


def test_a_planned_notice_goes_at_its_new_moment_and_no_more_at_the_old_one(place: Place):
    planned(place, "每周五早8点")
    place.ask(ChangeNotice(1, "每周六早8点"), "彭")
    place.scene.run()
    assert "3月7日周六08:00" in place.heard_by("彭")[-1]
    assert place.firings() == [("03-06 08:00", "waiting")]

    place.ask(Confirm(), "彭")
    place.run(until=local("03-13 12:00"))

    assert place.firings() == [("03-07 08:00", "done"), ("03-14 08:00", "waiting")]
    assert place.scene.texts(ROOM) == ["【通知】周五大扫除。"]


def test_a_moment_that_is_taken_back_and_given_again_fires_once(place: Place):
    planned(place, "明早8点")
    for moment in ("后天早8点", "明早8点"):
        place.ask(ChangeNotice(1, moment), "彭")
        place.ask(Confirm(), "彭")
    place.run(until=local("03-07 12:00"))

    assert place.scene.texts(ROOM) == ["【通知】周五大扫除。"]


def test_other_words_reach_the_rooms_that_have_not_heard_it(make_place: MakePlace):
    place = make_place(pace=Pace(broadcast_gap_s=60, broadcast_jitter=0))
    place.ask(SendNotice("下午两点停水", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    place.scene.run(until=place.scene.now + timedelta(seconds=30))
    place.ask(ChangeNotice(1, words="下午三点停水"), "彭")
    place.ask(Confirm(), "彭")
    place.scene.run()

    said = [s.text for s in place.scene.wechat.said if s.in_room]
    assert said == ["【通知】下午两点停水。", "【通知】下午三点停水。", "【通知】下午三点停水。"]


def test_what_waits_in_the_middle_of_sending_can_be_put_off(make_place: MakePlace):
    place = make_place(pace=Pace(broadcast_gap_s=60, broadcast_jitter=0))
    place.ask(SendNotice("下午两点停水", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    place.scene.run(until=place.scene.now + timedelta(seconds=30))
    place.ask(ChangeNotice(1, "今天18点"), "彭")
    place.ask(Confirm(), "彭")
    place.run(until=local("03-04 17:59"))
    assert len([s for s in place.scene.wechat.said if s.in_room]) == 1

    place.run(until=local("03-04 18:10"))
    assert len([s for s in place.scene.wechat.said if s.in_room]) == 3


def test_what_is_over_or_not_ones_own_is_not_changed(place: Place):
    planned(place, "明早8点")
    place.ask(CancelNotice(1), "彭")
    place.ask(ChangeNotice(1, "明早9点"), "彭")
    place.ask(ChangeNotice(7, "明早9点"), "彭")
    place.scene.run()

    assert place.heard_by("彭")[-2:] == [
        "通知1已经发完或停了，改不了。要更正请另发一条。",
        "没有找到可以停的通知。回“我的通知”看编号。",
    ]
    assert place.ask(ChangeNotice(1, "明早9点"), "田").status is Status.REFUSED
    assert place.ask(ChangeNotice(1, "明早9点"), "田", room=ROOM).status is Status.NOT_MEANT


def test_an_unclear_new_moment_leaves_the_notice_as_it_is(place: Place):
    planned(place, "每周五早8点")
    place.ask(ChangeNotice(1, "八月十五8点"), "彭")
    place.scene.run()

    assert place.heard_by("彭")[-1] == "“八月十五8点”是农历还是公历？请写“农历八月十五”或“8月15日”。"
    assert place.firings() == [("03-06 08:00", "waiting")]


def test_what_was_missed_by_hours_comes_late_with_a_note(place: Place):
    planned(place, "明早8点", "九点开会")
    place.scene.now = local("03-05 11:00")
    place.run(until=local("03-05 12:00"))

    assert place.scene.texts(ROOM) == ["【通知】九点开会。（原定今天08:00，晚发了）"]


def test_what_was_missed_by_more_than_half_a_day_is_left_out_and_its_author_told(place: Place):
    planned(place, "明早8点", "九点开会")
    place.scene.now = local("03-06 11:00")
    place.run(until=local("03-06 12:00"))

    assert place.scene.texts(ROOM) == []
    assert place.heard_by("彭")[-1] == (
        "通知1原定3月5日08:00发，那时没在运行，已过时，没有再发。还要发请回“改通知 1 现在”。"
    )
    place.ask(ChangeNotice(1, "现在"), "彭")
    place.ask(Confirm(), "彭")
    place.run(until=local("03-06 13:00"))
    assert place.scene.texts(ROOM) == ["【通知】九点开会。"]


def test_a_clock_put_back_fires_nothing_twice(place: Place):
    planned(place, "每天8点", "出来做操")
    place.run(until=local("03-05 08:30"))
    place.scene.now = local("03-05 07:30")
    place.run(until=local("03-05 20:00"))

    assert place.scene.texts(ROOM) == ["【通知】出来做操。"]
    assert place.firings() == [("03-05 08:00", "done"), ("03-06 08:00", "waiting")]


def test_a_series_with_an_end_ends_like_a_notice_that_was_sent_once(place: Place):
    planned(place, "每天8点，到3月6日为止", "出来做操")
    place.run(until=local("03-08 12:00"))

    assert place.scene.texts(ROOM) == ["【通知】出来做操。"] * 2
    assert place.notices()[0].state == "sent"
    assert [state for _, state in place.firings()] == ["done", "done"]
