"""The program dies anywhere on the way out; nothing is said twice, and what is in doubt is settled or listed."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.channels.simulator import Mishap
from models.outbox import Outbox
from models.rules.message import Message, Outgoing
from models.rules.pacing import Pace
from models.waiting import WaitingList, cursor_of
from tests.delivery.scene import Killed, Make, Scene

QUICK = Pace(reply_gap_s=0, room_hourly=1000, room_daily=1000)
SAID_BEFORE_DEATH = ["after_send", "before_sent", "after_sent"]
POINTS = ["before_claim", "after_claim", "before_send", *SAID_BEFORE_DEATH]


def hear_echoes(scene: Scene) -> list[int | None]:
    """What the listener does with our own lines."""
    return [
        scene.delivery.outbox.reconcile_echo(
            event.channel,
            event.account,
            event.room or scene.wechat.line(event.id).contact,
            event.text,
            event.id,
            event.at,
        )
        for channel in scene.channels.values()
        for event in channel.take()
        if isinstance(event, Message) and event.own
    ]


@pytest.mark.parametrize("point", POINTS)
def test_a_death_at_any_point_says_nothing_twice(make_scene: Make, point: str):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    row = scene.queue("first", room_id=room)
    scene.queue("second", room_id=room)
    scene.die_at = point.__eq__
    with pytest.raises(Killed):
        scene.step()
    scene.die_at = lambda _: False
    scene.restart()

    scene.run()

    assert scene.texts().count("first") == (0 if point in {"after_claim", "before_send"} else 1)
    assert scene.texts().count("second") == 1
    doubtful = point in {"after_claim", "before_send", "after_send", "before_sent"}
    assert scene.row(row).state == ("unknown" if doubtful else "sent")


def test_a_death_while_receipts_are_gathered_loses_none(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    for number in (1, 2):
        scene.receipt(room, number, "路灯")
    scene.die_at = "after_merge".__eq__
    with pytest.raises(Killed):
        scene.step()
    scene.die_at = lambda _: False
    scene.restart()

    scene.run()

    assert scene.texts() == ["收到2件：#1路灯、#2路灯。已转责任人，有进展在这里说。"]


def test_the_echo_of_a_send_whose_answer_was_lost_settles_it(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room, friend = scene.room("r1"), scene.person("y")
    scene.wechat.faults("a1").mishaps.extend([Mishap.LOST_AFTER])
    row = scene.queue("hello", room_id=room)
    scene.step()
    assert scene.row(row).state == "unknown"
    scene.wechat.faults("a1").mishaps.extend([Mishap.LOST_AFTER])
    private = scene.queue("hello", identity_id=friend)
    scene.run()

    assert sorted(filter(None, hear_echoes(scene))) == [row, private]
    assert scene.row(row).state == scene.row(private).state == "sent"
    assert scene.row(row).channel_message
    scene.run()
    assert scene.texts() == ["hello", "hello"]


def test_the_echo_of_one_line_settles_no_other_with_the_same_words(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    said = scene.queue("same words", room_id=room)
    scene.run()
    scene.wechat.faults("a1").mishaps.extend([Mishap.LOST_BEFORE])
    lost = scene.queue("same words", room_id=room)
    scene.run()

    hear_echoes(scene)

    assert scene.row(said).state == "sent"
    assert scene.row(lost).state == "unknown"
    assert scene.texts() == ["same words"]


def test_an_echo_gives_a_nameless_send_its_id(make_scene: Make):
    scene = make_scene(pace=QUICK)
    scene.wechat.faults("a1").mishaps.extend([Mishap.NO_ID])
    row = scene.queue("hello", room_id=scene.room("r1"))
    scene.run()
    assert scene.row(row).channel_message is None

    hear_echoes(scene)

    assert scene.row(row).channel_message is not None


def test_an_echo_belongs_to_what_was_said_rather_than_to_an_older_doubt(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    scene.wechat.faults("a1").mishaps.extend([Mishap.LOST_BEFORE])
    never_said = scene.queue("same words", room_id=room)
    scene.run()
    scene.wechat.faults("a1").mishaps.extend([Mishap.NO_ID])
    said = scene.queue("same words", room_id=room)
    scene.run()

    assert hear_echoes(scene) == [said]
    assert scene.row(never_said).state == "unknown"


def test_of_two_doubts_the_echo_belongs_to_the_nearer(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    scene.wechat.faults("a1").mishaps.extend([Mishap.LOST_BEFORE, Mishap.LOST_AFTER])
    never_said = scene.queue("same words", room_id=room)
    scene.run()
    scene.now += timedelta(minutes=1)
    said = scene.queue("same words", room_id=room)
    scene.run()

    assert hear_echoes(scene) == [said]
    assert scene.row(never_said).state == "unknown"


def test_an_echo_settles_no_doubt_while_the_answer_of_its_own_line_is_written(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    scene.wechat.faults("a1").mishaps.extend([Mishap.LOST_BEFORE, Mishap.LOST_AFTER])
    never_said = scene.queue("same words", room_id=room)
    scene.run()
    scene.now += timedelta(minutes=1)
    said = scene.queue("same words", room_id=room)
    scene.run()
    line = scene.wechat.lines[-1].id

    def answer_comes(*_: object) -> None:
        scene.delivery.outbox.mark_sent(said, line, scene.now)

    event.listen(scene.engine, "after_cursor_execute", answer_comes, once=True)
    hear_echoes(scene)

    assert scene.row(said).state == "sent"
    assert scene.row(never_said).state == "unknown"


def test_a_person_may_decide_about_a_row_in_doubt(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    scene.wechat.faults("a1").mishaps.extend([Mishap.LOST_BEFORE, Mishap.LOST_BEFORE])
    rows = [scene.queue(words, room_id=room) for words in ("again", "leave it")]
    scene.run()
    outbox = Outbox(scene.engine)
    assert scene.states() == {"unknown": 2}

    assert outbox.settle_unknown(rows[0], scene.now, sent=False)
    assert outbox.settle_unknown(rows[1], scene.now, sent=True)
    assert not outbox.settle_unknown(rows[1], scene.now, sent=False)
    scene.run()

    assert scene.texts() == ["again"]
    assert scene.states() == {"sent": 2}


def test_a_long_text_goes_in_numbered_parts_and_goes_on_after_a_death(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    words = "".join(f"第{n:04}句话在这里说完了。" for n in range(160))
    row = scene.queue(words, room_id=room)
    scene.queue("after", room_id=room)
    seen: list[str] = []
    scene.die_at = lambda point: seen.append(point) is None and seen.count("before_send") == 2
    with pytest.raises(Killed):
        scene.step()
    scene.die_at = lambda _: False
    scene.restart()
    scene.run()
    assert scene.row(row).state == "unknown"
    assert scene.texts() == [scene.texts()[0], "after"]

    Outbox(scene.engine).settle_unknown(row, scene.now, sent=False)
    scene.run()

    parts = [text for text in scene.texts() if text != "after"]
    assert [part[:5] for part in parts] == [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
    assert "".join(part[5:] for part in parts) == words
    assert all(len(part.encode()) <= 2000 for part in parts)
    assert scene.row(row).state == "sent"


def test_what_waits_is_listed_page_by_page(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    rows = [scene.queue(f"later {n}", room_id=room, after_s=3600 + n % 3) for n in range(25)]
    seen: list[int] = []
    listing, after = WaitingList(scene.engine), None
    while page := listing.waiting(after=after, limit=7):
        seen += [line.id for line in page]
        after = cursor_of(page[-1])

    assert sorted(seen) == rows
    assert [(d.state, d.count) for d in listing.depths()] == [("queued", 25)]
    assert all(line.text == "" and line.title == "r1" for line in listing.waiting())


def claimed_by_the_dead(scene: Scene, row: int, *, said: bool = False) -> None:
    """A process that is gone had claimed this, and its commit came through after the next one had started."""
    waiting = next(one for one in scene.delivery.outbox.orphans({}, scene.now) if one.id == row)
    assert Outbox(scene.engine).claim(waiting, "a1", "hello", 2000, scene.now)
    if said:
        scene.channels["a1"].say_now(Outgoing("r1", "hello", in_room=True))


@pytest.mark.parametrize("said", [True, False])
def test_a_claim_that_came_through_after_the_start_is_found_while_running(make_scene: Make, said: bool):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    scene.step()
    row = scene.queue("hello", room_id=room)
    claimed_by_the_dead(scene, row, said=said)
    scene.now += timedelta(minutes=1)
    scene.step()
    assert scene.row(row).state == "sending"

    scene.now += timedelta(minutes=2)
    scene.step()
    assert (scene.row(row).state, scene.row(row).why) == ("unknown", "its process is gone")
    hear_echoes(scene)
    scene.queue("next", room_id=room)
    scene.run()

    assert scene.row(row).state == ("sent" if said else "unknown")
    assert scene.texts() == (["hello", "next"] if said else ["next"])


def test_a_call_whose_process_is_gone_rings_again(make_scene: Make):
    scene = make_scene(pace=QUICK)
    person = scene.person("y")
    scene.step()
    row = scene.queue("danger", identity_id=person, medium="call", after_s=1)
    scene.now += timedelta(seconds=1)
    [call] = scene.delivery.outbox.calls(scene.now)
    assert Outbox(scene.engine).claim(call, "", "danger", 2000, scene.now)

    scene.now += timedelta(minutes=3)
    scene.step()

    assert scene.rung == [(person, "danger")]
    assert scene.row(row).state == "sent"


def test_a_frozen_account_does_not_fill_the_list_of_doubts(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    for n in range(20):
        scene.queue(f"line {n}", room_id=room)
    scene.wechat.freeze("a1")

    scene.run(until=scene.now + timedelta(seconds=30))

    assert scene.states()["unknown"] <= 3
