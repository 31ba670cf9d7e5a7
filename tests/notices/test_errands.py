"""The operator's command line, the manual relay, deaths on the way, and the broom."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from bot.notice_cli import NoticeDesk
from handlers.confirmations import Confirm
from handlers.dispatch import Status
from handlers.housekeeping import BATCH
from handlers.notices import FireNotice, ScheduleNotice
from handlers.relay import ConfirmRelay, RefuseRelay
from handlers.work import Work
from jobs.schedule import JOBS, do_scheduled, load_jobs
from models.tables import ConsumedKey, NoticeRoom
from tests.delivery.scene import TEXTS, Killed, local
from tests.notices.place import MakePlace, Place

VILLAGE = "龙凤村"


def desk(place: Place) -> NoticeDesk:
    return NoticeDesk(place.dispatch, TEXTS, lambda: place.scene.now, lambda: str(next(place.keys)))


def test_the_operator_sends_lists_and_cancels(place: Place):
    shown: list[str] = []
    sent = desk(place).send(
        f"{VILLAGE}一片区、{VILLAGE}二片区", "明早停水，请备水", lambda text: shown.append(text) is None
    )
    place.scene.run()

    names = "龙凤村一片区、龙凤村二片区"
    assert shown == [f"将发2个群：“明早停水”。回“确认”发送，5分钟内有效。群：{names}。范围：{names}。"]
    assert sent == "通知1正在发，2个群，约1分钟发完。要停回“取消通知 1”。"
    assert place.scene.texts(f"{VILLAGE}二片区") == ["【通知】明早停水。请备水。"]
    assert desk(place).list() == "最近的通知：\n1 明早停水：已发2，等发0，没发成0"
    assert desk(place).send("全乡", "开会", lambda _: True, moment="每月10日18点").startswith("通知2已排好")
    assert desk(place).cancel(2) == "通知2已停：已发0个群，停下0个群。要接着发回“继续通知 2”。"
    assert desk(place).cancel(9).startswith("没有找到")


def test_the_operator_may_think_again(place: Place):
    assert desk(place).send("全乡", "开会", lambda _: False) == "好的，没有办。"
    assert desk(place).send("火星", "开会", lambda _: True).startswith("没找到“火星”")
    assert place.notices() == []


def test_a_room_without_a_living_account_hears_it_from_a_person(place: Place):
    place.room("孤群", f"罗水乡{VILLAGE}一片区", listener="gone")
    desk(place).send(f"{VILLAGE}一片区", "明早停水", lambda _: True)
    place.scene.run()
    task = place.outbox(state="relay")[0]
    assert task.text == "【通知】明早停水。"

    assert place.ask(ConfirmRelay(task.id or 0), "田").status is Status.REFUSED
    assert place.ask(ConfirmRelay(task.id or 0), "彭").status is Status.DONE
    assert place.ask(RefuseRelay(task.id or 0, "x"), "彭").status is Status.REFUSED

    assert {row.state for row in place.outbox(rank=4)} == {"sent"}
    assert desk(place).list().endswith("已发2，等发0，没发成0")


def test_a_task_a_person_cannot_do_is_put_away_with_its_reason(place: Place):
    place.room("孤群", f"罗水乡{VILLAGE}一片区", listener="gone")
    desk(place).send(f"{VILLAGE}一片区", "明早停水", lambda _: True)
    place.scene.run()
    task = place.outbox(state="relay")[0]

    place.ask(RefuseRelay(task.id or 0, "群已解散"), "彭")

    assert [row.why for row in place.outbox(state="dead")] == ["not said by a person: 群已解散"]


@pytest.mark.parametrize("point", ["before_claim", "after_claim", "after_send", "before_sent", "after_sent"])
def test_a_death_in_the_middle_of_a_fan_out_reaches_no_room_twice(place: Place, point: str):
    desk(place).send("全乡", "明早停水", lambda _: True)
    deaths: list[str] = []
    place.scene.die_at = lambda at: (
        at == point and len(place.scene.texts()) >= 2 and deaths.append(at) is None
    )
    with pytest.raises(Killed):
        place.scene.run()
    place.scene.die_at = lambda _: False
    place.scene.restart()

    place.scene.run()

    said = [s.conversation for s in place.scene.wechat.said]
    assert len(said) == len(set(said))
    doubtful = place.outbox(state="unknown")
    assert len(said) >= 6 - len(doubtful)
    assert len(doubtful) == (0 if point in {"before_claim", "after_sent"} else 1)


def test_a_death_while_a_firing_is_written_leaves_none_or_all(place: Place, monkeypatch: pytest.MonkeyPatch):
    place.ask(ScheduleNotice("记得来开会", "明早8点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    place.scene.now = local("03-05 08:00")
    flush = Work.flush_outbox

    def die(_: Work) -> None:
        raise Killed

    monkeypatch.setattr(Work, "flush_outbox", die)
    with pytest.raises(Killed):
        place.tick()
    assert place.outbox(rank=4) == []
    monkeypatch.setattr(Work, "flush_outbox", flush)
    place.scene.now += timedelta(minutes=3)
    place.tick()

    assert len(place.outbox(rank=4)) == 3


def test_a_firing_that_is_dispatched_twice_reaches_each_room_once(place: Place):
    place.ask(ScheduleNotice("记得来开会", "明早8点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")
    firing = local("03-05 08:00").isoformat()
    place.operate(FireNotice(1, firing))
    place.operate(FireNotice(1, firing))

    with place.scene.engine.connect() as connection:
        assert connection.scalar(select(func.count(NoticeRoom.id))) == 3
    assert len(place.outbox(rank=4)) == 3


def test_the_broom_sweeps_at_night_in_batches_and_once(make_place: MakePlace):
    place = make_place(now=local("03-04 03:00"))
    load_jobs()
    old = place.scene.now - timedelta(days=31)
    with place.scene.engine.begin() as connection:
        rows = [{"key": f"old {n}", "at": old} for n in range(BATCH + 10)] + [
            {"key": "new", "at": place.scene.now}
        ]
        connection.execute(insert(ConsumedKey), rows)
    assert JOBS["sweep"].last_due(place.scene.now) is None

    place.scene.now = local("03-04 04:00")
    done: dict[str, datetime] = {}
    do_scheduled(place.dispatch, lambda: place.scene.now, done)
    assert done["sweep"] == local("03-04 03:20")
    do_scheduled(place.dispatch, lambda: place.scene.now, {})
    place.run(until=local("03-04 04:05"))

    with place.scene.engine.connect() as connection:
        kept = list(connection.execute(select(ConsumedKey.key).order_by(ConsumedKey.key)).scalars())
    assert "new" in kept
    assert not [key for key in kept if key.startswith("old")]
    assert [key for key in kept if key.startswith("job:sweep:")] == [
        "job:sweep:2026-03-03T19:20:00+00:00", "job:sweep:2026-03-03T19:20:00+00:00:2",
    ]  # fmt: skip
