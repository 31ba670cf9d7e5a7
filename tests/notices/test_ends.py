"""A notice says of itself how it went, once no room waits for it any more."""

from datetime import timedelta

import pytest

from bot.channels.simulator import Mishap
from handlers.confirmations import Confirm
from handlers.dispatch import Status
from handlers.notices import CancelNotice, ScheduleNotice, SendNotice
from handlers.relay import RefuseRelay
from models.rules.message import Message
from tests.delivery.scene import local
from tests.notices.place import Place

VILLAGE = "龙凤村"


def send(place: Place, audience: str = VILLAGE) -> None:
    place.ask(SendNotice("明早停水", audience), "彭")
    place.ask(Confirm(), "彭")


def after(place: Place, **span: float) -> str:
    place.run(until=place.scene.now + timedelta(**span))
    return place.notices()[0].state


def test_a_notice_every_room_heard_is_sent(place: Place):
    send(place)
    assert place.notices()[0].state == "sending"

    assert after(place, minutes=10) == "sent"
    assert place.heard_by("彭") == [
        text for text in place.heard_by("彭") if "确认" in text or "正在发" in text
    ]


def test_a_notice_for_later_ends_like_one_for_now(place: Place):
    place.ask(ScheduleNotice("明早停水", "明早8点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")

    assert after(place, minutes=10) == "scheduled"
    place.run(until=local("03-05 08:10"))
    assert place.notices()[0].state == "sent"


def test_a_repeated_notice_has_no_end(place: Place):
    place.ask(ScheduleNotice("出来做操", "每天9点", VILLAGE), "彭")
    place.ask(Confirm(), "彭")

    assert after(place, days=2) == "scheduled"


def test_a_room_that_could_not_be_reached_is_not_passed_over(place: Place):
    place.room("孤群", f"罗水乡{VILLAGE}一片区", listener="gone")
    send(place)
    assert after(place, hours=3) == "sending"

    [task] = place.outbox(state="relay")
    assert place.ask(RefuseRelay(task.id or 0, "no such group"), "彭").status is Status.DONE
    assert after(place, hours=1) == "partly_failed"


def test_nobody_waits_for_ever_for_a_person_who_passes_nothing_on(place: Place):
    place.area("四片区", "pianqu", f"罗水乡{VILLAGE}")
    place.room("孤群", f"罗水乡{VILLAGE}四片区", listener="gone")
    send(place, f"{VILLAGE}四片区")

    assert after(place, days=8) == "failed"


@pytest.mark.parametrize(("mishap", "ends"), [(Mishap.LOST_AFTER, "sent"), (Mishap.LOST_BEFORE, "failed")])
def test_what_is_in_doubt_has_half_an_hour_to_come_back(place: Place, mishap: Mishap, ends: str):
    place.ask(SendNotice("明早停水", f"{VILLAGE}一片区"), "彭")
    place.scene.run()
    place.scene.wechat.faults("a1").mishaps.append(mishap)
    place.ask(Confirm(), "彭")
    assert after(place, minutes=20) == "sending"

    for event in place.scene.channels["a1"].take():
        if isinstance(event, Message) and event.own and event.room:
            place.scene.delivery.outbox.reconcile_echo(
                event.channel, event.account, event.room, event.text, event.id, event.at
            )
    assert after(place, minutes=40) == ends


def test_what_is_over_cannot_be_stopped_any_more(place: Place):
    send(place)
    after(place, minutes=10)

    place.ask(CancelNotice(1), "彭")
    place.scene.run()

    assert place.heard_by("彭")[-1].startswith("没有找到可以停的通知")
    assert place.notices()[0].state == "sent"
