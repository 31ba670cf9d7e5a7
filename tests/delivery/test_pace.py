"""Quiet hours, hush, caps and gaps, with a clock that costs nothing."""

from datetime import datetime, timedelta
from itertools import pairwise

from models.rules.message import LinkState
from models.rules.pacing import SHANGHAI, Pace, Rank, is_quiet
from tests.delivery.scene import Make, local


def test_replies_of_one_account_rest_two_seconds_across_rooms_and_restarts(make_scene: Make):
    scene = make_scene()
    for n in range(6):
        scene.queue("hello", room_id=scene.room(f"r{n}"))
    for _ in range(3):
        scene.step()
        scene.restart()
        scene.run(until=scene.now + timedelta(seconds=2))
    scene.run()

    moments = [s.at for s in scene.wechat.said]
    assert len(moments) == 6
    assert all(later - earlier >= timedelta(seconds=2) for earlier, later in pairwise(moments))


def test_a_clock_that_is_put_back_an_hour_silences_nobody(make_scene: Make):
    scene = make_scene()
    scene.queue("hello", room_id=scene.room("r1"))
    scene.run()
    scene.now -= timedelta(hours=1)
    scene.queue("again", room_id=scene.room("r2"))

    scene.step()

    assert scene.texts() == ["hello", "again"]


def test_an_emergency_waits_for_no_gap_and_no_cap(make_scene: Make):
    scene = make_scene(pace=Pace(room_hourly=1))
    room = scene.room("r1")
    scene.queue("hello", room_id=room)
    scene.step()
    scene.queue("fire", room_id=room, rank=Rank.EMERGENCY)
    scene.queue("late", room_id=room)
    scene.step()

    assert scene.texts() == ["hello", "fire"]
    assert scene.wechat.said[0].at == scene.wechat.said[1].at


def test_after_an_emergency_other_talk_waits_in_that_room_only(make_scene: Make):
    scene = make_scene()
    room, other = scene.room("r1", hush_until=local("03-04 12:10")), scene.room("r2")
    scene.queue("hushed", room_id=room)
    scene.queue("heard", room_id=other)
    scene.run()

    assert [(s.text, s.at) for s in scene.wechat.said] == [
        ("heard", local("03-04 12:00")), ("hushed", local("03-04 12:10")),
    ]  # fmt: skip


def test_a_room_hears_six_an_hour_and_its_receipts_wait_together(make_scene: Make):
    scene = make_scene()
    room = scene.room("r1")
    for n in range(6):
        scene.queue(f"line {n}", room_id=room)
    scene.run()
    for number in (1, 2, 3):
        scene.receipt(room, number, "路灯")
    scene.run()

    assert len(scene.texts()) == 7
    assert scene.texts()[-1].startswith("收到3件：#1路灯、#2路灯、#3路灯")
    assert scene.wechat.said[-1].at == local("03-04 13:00")


def test_a_fourth_notice_waits_for_the_next_day(make_scene: Make):
    scene = make_scene()
    room = scene.room("r1")
    with_notice = {"rank": Rank.BROADCAST, "room_id": room, "notice_id": scene.notice()}
    for n in range(4):
        scene.queue(f"notice {n}", **with_notice)
    scene.run()

    assert [s.at.astimezone(SHANGHAI).day for s in scene.wechat.said] == [4, 4, 4, 5]


def test_another_account_of_ours_speaks_while_the_listener_is_away(make_scene: Make):
    scene = make_scene(accounts=("a1", "a2"))
    scene.queue("hello", room_id=scene.room("r1", listener="a1", seats=("a1", "a2")))
    alone = scene.queue("alone", room_id=scene.room("r2", listener="a1"))
    scene.delivery.note_link("a1", LinkState.OFFLINE)
    scene.step()

    assert [(s.account, s.text) for s in scene.wechat.said] == [("a2", "hello")]
    assert scene.row(alone).state == "queued"


def test_a_room_without_a_living_account_becomes_a_task_for_a_person(make_scene: Make):
    scene = make_scene()
    lost = scene.queue("copy me", room_id=scene.room("r1", listener="nobody"))
    doubtful = scene.queue("copy me too", room_id=scene.room("r2", read_only_at=scene.now))
    away = scene.queue("given up", room_id=scene.room("r3"))
    scene.step()
    scene.delivery.note_link("a1", LinkState.LOGGED_OUT)
    scene.run(until=scene.now + timedelta(minutes=31))
    scene.step()

    assert (scene.row(lost).state, scene.row(lost).text, scene.row(lost).why) == (
        "relay",
        "copy me",
        "no_account",
    )
    assert (scene.row(doubtful).state, scene.row(doubtful).why) == ("relay", "read_only")
    assert scene.row(away).state in {"sent", "relay"}


def test_a_thousand_notices_over_five_accounts_keep_every_limit(make_scene: Make):
    accounts = tuple(f"a{n}" for n in range(5))
    scene = make_scene(accounts=accounts, now=local("03-04 20:50"))
    rooms = scene.rooms(1000)
    scene.broadcast("road closed", rooms)
    scene.queue("fire", room_id=rooms[500], rank=Rank.EMERGENCY)

    scene.run()

    said = scene.wechat.said
    assert said[0].text == "fire"
    assert sorted(s.conversation for s in said[1:]) == [f"r{n:04}" for n in range(1000)]
    assert not any(is_quiet(s.at, Pace().quiet) for s in said)
    for account in accounts:
        moments = [s.at for s in said if s.account == account and s.text != "fire"]
        gaps = [(b - a).total_seconds() for a, b in pairwise(moments)]
        assert min(gaps) >= 6
        assert busiest_hour(moments) <= Pace().account_hourly


def busiest_hour(moments: list[datetime]) -> int:
    return max(sum(first <= m < first + timedelta(hours=1) for m in moments) for first in moments)
