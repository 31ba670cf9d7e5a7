"""Several accounts share a notice by the groups they sit in; what no account can say a person says; a stop is a stop."""

from collections import deque
from datetime import timedelta

from bot.channels.simulator import Mishap
from handlers.confirmations import Confirm
from handlers.dispatch import Status
from handlers.notice_resuming import ResumeNotice
from handlers.notice_rooms import ShowNoticeRooms
from handlers.notices import CancelNotice, SendNotice
from handlers.relay import ConfirmRelay
from models.rules.message import LinkState
from models.rules.pacing import Pace
from tests.notices.place import MakePlace, Place

VILLAGE = "龙凤村"
STEADY = Pace(broadcast_gap_s=10, broadcast_jitter=0)


def send(place: Place, words: str = "明早停水", audience: str = VILLAGE) -> None:
    place.ask(SendNotice(words, audience), "彭")
    place.ask(Confirm(), "彭")


def told(place: Place) -> str:
    place.ask(ShowNoticeRooms(1), "彭")
    place.run(until=place.scene.now + timedelta(seconds=10))
    return place.heard_by("彭")[-1]


def spoken(place: Place) -> dict[str, str]:
    """Group → account that said the notice there."""
    return {said.conversation: said.account for said in place.scene.wechat.said if said.in_room}


def with_groups(place: Place, shares: dict[str, tuple[str, ...]]) -> None:
    """A village of its own: group → accounts that sit in it, its listener first."""
    place.area("石桥村", "village", "罗水乡")
    for name, accounts in shares.items():
        place.area(name, "pianqu", "罗水乡石桥村")
        place.room(name, f"罗水乡石桥村{name}", listener=accounts[0], seats=accounts)


def test_accounts_speak_side_by_side_each_in_its_own_groups(make_place: MakePlace):
    place = make_place(accounts=("a1", "a2"), pace=STEADY)
    groups = {f"{n}片区": (("a1", "a2"), ("a2", "a1"))[n % 2] for n in range(1, 9)}
    with_groups(place, groups)
    send(place, audience="石桥村")
    place.run(until=place.scene.now + timedelta(minutes=5))

    assert spoken(place) == {name: accounts[0] for name, accounts in groups.items()}
    for account in ("a1", "a2"):  # four each
        moments = [said.at for said in place.scene.wechat.said if said.in_room and said.account == account]
        assert max(moments) - min(moments) == timedelta(seconds=30)


def test_where_its_account_is_gone_another_one_in_the_group_speaks_and_else_a_person(make_place: MakePlace):
    place = make_place(accounts=("a1", "a2"), pace=STEADY)
    with_groups(place, {"一片": ("a1",), "二片": ("a2", "a1"), "三片": ("a2",), "四片": ("gone",)})
    place.scene.wechat.faults("a2").state = LinkState.LOGGED_OUT
    place.scene.delivery.note_link("a2", LinkState.LOGGED_OUT)
    send(place, audience="石桥村")
    place.run(until=place.scene.now + timedelta(minutes=5))
    assert spoken(place) == {"一片": "a1", "二片": "a1"}
    assert told(place) == "通知1：4个群，已发2个。\n要人代发1个：四片\n等发1个"

    place.run(until=place.scene.now + timedelta(minutes=40))
    assert told(place) == "通知1：4个群，已发2个。\n要人代发2个：三片、四片"
    for task in place.outbox(state="relay"):
        assert task.text == "【通知】明早停水。"
        assert place.ask(ConfirmRelay(task.id or 0), "彭").status is Status.DONE
    assert told(place) == "通知1：4个群，已发4个。"


def test_what_is_stopped_while_a_send_fails_is_not_tried_again(make_place: MakePlace):
    place = make_place(pace=STEADY)
    place.scene.wechat.faults("a1").mishaps_in[f"{VILLAGE}一片区"] = deque([Mishap.DOWN])

    def stop(point: str) -> bool:
        if point == "after_send" and place.outbox(state="sending", notice_id=1):
            assert place.ask(CancelNotice(1), "彭").status is Status.DONE
        return False

    send(place)
    place.scene.die_at = stop
    place.run(until=place.scene.now + timedelta(hours=1))

    assert spoken(place) == {}
    assert [(row.state, row.attempts) for row in place.outbox(notice_id=1)] == [
        ("cancelled", 1),
        ("cancelled", 0),
        ("cancelled", 0),
    ]


def test_a_long_text_that_is_stopped_half_way_goes_on_with_its_next_part(make_place: MakePlace):
    place = make_place(pace=Pace(broadcast_gap_s=10, broadcast_jitter=0, max_bytes=120))
    room = f"{VILLAGE}一片区"
    send(place, "明早停水。" + "请各家各户提前存水。" * 10, audience=room)
    place.run(until=place.scene.now + timedelta(seconds=8))
    first = place.scene.texts(room)
    place.ask(CancelNotice(1), "彭")
    place.run(until=place.scene.now + timedelta(minutes=5))
    assert place.scene.texts(room) == first
    assert len(first) == 1

    place.ask(ResumeNotice(1), "彭")
    place.ask(Confirm(), "彭")
    place.run(until=place.scene.now + timedelta(minutes=5))
    parts = place.scene.texts(room)
    assert len(parts) == len(set(parts)) > 2
    assert parts[0] == first[0]
