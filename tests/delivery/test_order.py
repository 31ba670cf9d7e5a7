"""Who is heard first, and that nobody is silenced by somebody else's trouble."""

from datetime import timedelta

from sqlalchemy import update

from bot.channels.simulator import Mishap
from bot.choosing import MOST_ASIDE, Chooser, Chosen, Rest
from models.outbox import Outbox, Speakers
from models.outbox_rows import FIRST_OF_ALL
from models.rules.message import LinkState
from models.rules.pacing import Pace, Rank
from models.tables import Room
from tests.delivery.scene import LINES, Make

QUICK = Pace(reply_gap_s=0, broadcast_gap_s=0, room_hourly=1000, room_daily=1000)


def test_a_room_hears_rank_first_and_then_order_of_writing(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    for words, rank in (
        ("b1", Rank.BROADCAST),
        ("r1", Rank.REPLY),
        ("r2", Rank.REPLY),
        ("e", Rank.EMERGENCY),
    ):
        scene.queue(words, room_id=room, rank=rank)

    scene.run()

    assert scene.texts() == ["e", "r1", "r2", "b1"]
    assert scene.states() == {"sent": 4}


def test_of_many_emergencies_every_group_is_told_before_the_chains_are(make_scene: Make):
    scene = make_scene(pace=QUICK)
    for name in ("1", "2", "3"):
        scene.queue(f"group {name}", room_id=scene.room(f"r{name}"), rank=Rank.EMERGENCY)
        for leader in ("a", "b"):
            person = scene.person(f"{leader}{name}")
            scene.queue(f"{leader}{name}", identity_id=person, rank=Rank.EMERGENCY)

    scene.run()

    assert scene.texts() == ["group 1", "group 2", "group 3", "a1", "b1", "a2", "b2", "a3", "b3"]


def test_page_by_page_everything_that_is_due_is_looked_at_once_and_in_its_turn(make_scene: Make):
    scene = make_scene(pace=QUICK)
    for name in ("1", "2"):
        scene.queue(f"leader {name}", identity_id=scene.person(f"p{name}"), rank=Rank.EMERGENCY)
        scene.queue(f"group {name}", room_id=scene.room(f"r{name}"), rank=Rank.EMERGENCY)
    scene.queue("reply", room_id=scene.room("r3"))
    scene.queue("in time", room_id=scene.room("r4"), after_s=60)
    who, seen, after = Speakers("a1", "simulator", ("a1",)), [], FIRST_OF_ALL
    while page := Outbox(scene.engine).due(who, scene.now, emergencies_only=False, after=after, limit=2):
        seen += [row.blanks["words"] for row in page]
        after = page[-1].turn

    assert seen == ["group 1", "group 2", "leader 1", "leader 2", "reply"]


def test_a_row_that_must_wait_lets_the_next_one_pass(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    scene.queue("later", room_id=room, after_s=60)
    scene.queue("now", room_id=room)

    assert scene.step() == 60
    assert scene.texts() == ["now"]
    scene.run()
    assert scene.texts() == ["now", "later"]


def test_a_notice_that_thousands_of_rooms_wait_for_holds_up_no_emergency(make_scene: Make):
    scene = make_scene(pace=QUICK)
    rooms = scene.rooms(2 * MOST_ASIDE)
    with scene.engine.begin() as connection:
        connection.execute(update(Room).values(hush_until=scene.now + timedelta(hours=1)))
    scene.broadcast("road closed", rooms)
    chooser = Chooser(scene.delivery.outbox, LINES, scene.pace)

    def turn() -> Chosen | Rest:
        who, able = Speakers("a1", "simulator", ("a1",)), scene.channels["a1"].capabilities
        return chooser.next_word(who, able, None, scene.now)

    assert turn() == Rest(scene.now)
    fire = scene.queue("fire", room_id=rooms[-1], rank=Rank.EMERGENCY)
    found = turn()
    assert isinstance(found, Chosen)
    assert found.row.id == fire
    while (rest := turn()) == Rest(scene.now):
        pass
    assert rest == Rest(None)
    assert all(row == "hush" for row in scene.whys() if row)
    assert len([row for row in scene.whys() if row]) == len(rooms)


def test_one_undeliverable_row_never_silences_its_room(make_scene: Make):
    scene = make_scene(pace=QUICK)
    room = scene.room("r1")
    scene.wechat.faults("a1").mishaps.extend([Mishap.REFUSED])
    broken = scene.queue("never", room_id=room, blanks={})
    refused = scene.queue("refused", room_id=room)
    scene.queue("heard", room_id=room)

    scene.run()

    assert scene.texts() == ["heard"]
    assert scene.row(broken).state == scene.row(refused).state == "dead"
    assert scene.row(broken).why.startswith("no sentence: LINE")
    assert scene.row(refused).why.startswith("refused")


def test_a_row_that_fails_again_and_again_is_buried_while_others_pass(make_scene: Make):
    scene = make_scene(pace=QUICK)
    poison = scene.queue("poison", room_id=scene.room("r1"))
    other = scene.room("r2")
    for turn in range(QUICK.tries):
        scene.wechat.faults("a1").mishaps.append(Mishap.DOWN)
        scene.step()
        scene.queue(f"fine {turn}", room_id=other)
        scene.run(until=scene.row(poison).not_before - timedelta(seconds=1))
        scene.now += timedelta(seconds=1)

    scene.run()

    assert scene.row(poison).state == "dead"
    assert scene.row(poison).attempts == QUICK.tries
    assert scene.row(poison).why.startswith("tries")
    assert scene.texts() == [f"fine {turn}" for turn in range(QUICK.tries)]


def test_an_account_that_is_offline_burns_no_tries_and_speaks_when_it_is_back(make_scene: Make):
    scene = make_scene(pace=QUICK)
    row = scene.queue("hello", room_id=scene.room("r1"))
    scene.wechat.faults("a1").state = LinkState.OFFLINE
    scene.delivery.note_link("a1", LinkState.OFFLINE)

    scene.run(until=scene.now + timedelta(hours=5))
    assert (scene.row(row).state, scene.row(row).attempts) == ("queued", 0)

    scene.wechat.faults("a1").state = LinkState.ONLINE
    scene.delivery.note_link("a1", LinkState.ONLINE)
    scene.step()
    assert scene.row(row).state == "sent"


def test_private_words_to_a_stranger_are_not_tried(make_scene: Make):
    scene = make_scene()
    stranger = scene.queue("psst", identity_id=scene.person("x", friend=False))
    friend = scene.queue("hi", identity_id=scene.person("y"))

    scene.run()

    assert (scene.row(stranger).state, scene.row(stranger).why, scene.row(stranger).attempts) == (
        "dead", "not_a_friend", 0,
    )  # fmt: skip
    assert scene.row(friend).state == "sent"
    assert scene.texts("y") == ["hi"]


def test_a_call_rings_through_the_alarm_path(make_scene: Make):
    scene = make_scene()
    leader = scene.person("leader", friend=False)
    call = scene.queue("come", identity_id=leader, medium="call", rank=Rank.EMERGENCY)

    scene.run()

    assert scene.rung == [(leader, "come")]
    assert scene.row(call).state == "sent"
    assert scene.texts() == []


def test_where_no_account_lives_at_all_people_are_asked_to_say_it(make_scene: Make):
    scene = make_scene(accounts=())
    group = scene.queue("hello", room_id=scene.room("r1", listener="gone"))
    private = scene.queue("hello", identity_id=scene.person("y"))

    scene.step()

    assert {(scene.row(row).state, scene.row(row).why) for row in (group, private)} == {
        ("relay", "no_account")
    }
