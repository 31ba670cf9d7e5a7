"""Groups change under us."""

from collections.abc import Callable

from bot.machine import ACCOUNT
from handlers.dispatch import Status
from handlers.rooms import NameRoom
from handlers.township.staging import StagedRoom
from models.rules.message import RoomChange
from models.tables import RoomSeat
from tests.town.town import CHIEF, DUTY, LEADER, OTHER_LEADER, RESIDENT, ROOM, Town, village


def test_a_renamed_group_is_known_by_its_new_name(town: Town):
    town.happens(RoomChange.RENAMED, title="三邻一家亲")
    town.say("四组桥头路灯不亮", by=RESIDENT)

    assert town.case().room == "三邻一家亲"


def test_when_we_are_removed_its_keepers_hear_how_to_mend_it(town: Town):
    town.happens(RoomChange.WE_LEFT, "us-main")

    for keeper in (LEADER, DUTY):
        assert town.heard(keeper) == [
            "小助手已不在“三邻群”群里，那里说的事听不到了。请让群主重新拉进群，再发绑定码。"
        ]


def test_when_a_group_is_dissolved_its_keepers_hear_of_it_and_nothing_is_said_there(town: Town):
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.happens(RoomChange.DISSOLVED)
    town.wait(minutes=2)

    assert town.heard(LEADER)[0].startswith("“三邻群”群已解散。")
    assert town.room() == []


def test_a_leader_who_leaves_the_group_is_missed_by_the_post_above(town: Town):
    town.happens(RoomChange.LEFT, LEADER)

    assert town.heard(OTHER_LEADER) == ["邻长张退出了“三邻群”群，请核实是不是换人或误退。"]


def test_residents_come_and_go_freely(town: Town):
    town.happens(RoomChange.LEFT, RESIDENT)

    assert [town.heard(who) for who in (LEADER, OTHER_LEADER, CHIEF, DUTY)] == [[], [], [], []]


def test_in_a_group_nobody_bound_nothing_is_heard_and_nothing_kept(town: Town):
    town.wechat.add_room("elsewhere", "别处", ["us-main", RESIDENT])
    before = town.rows()
    for text in ("四组桥头路灯不亮", "着火了 快来人", "@便民小助手 停水了", "接单 1"):
        town.say(text, by=RESIDENT, room="elsewhere")

    assert town.rows() == before
    assert town.room("elsewhere") == []


def test_a_group_we_were_removed_from_is_told_of_once_until_we_are_back(town: Town):
    town.happens(RoomChange.WE_LEFT, "us-main")
    town.wait(minutes=20)
    town.happens(RoomChange.WE_LEFT, "us-main")  # the census finds it missing again
    assert len(town.heard(LEADER)) == 1

    town.happens(RoomChange.JOINED, "us-main")
    town.wait(minutes=20)
    town.happens(RoomChange.WE_LEFT, "us-main")
    assert len(town.heard(LEADER)) == 2


def test_an_account_that_comes_back_to_a_group_sits_there_again(town: Town):
    town.happens(RoomChange.WE_LEFT, "us-main")
    town.wait(minutes=20)
    town.happens(RoomChange.JOINED, "us-main")

    with town.session() as session:
        assert session.get_one(RoomSeat, (1, ACCOUNT)).gone_at is None


def test_a_neighbour_who_joins_changes_nothing_of_the_town(town: Town):
    before = town.machine.dispatch.current_town().version
    town.happens(RoomChange.JOINED, RESIDENT)

    assert town.machine.dispatch.current_town().version == before


def test_a_group_that_goes_by_the_name_of_its_area_takes_its_own_title_and_keeps_it(
    make_town: Callable[..., Town],
):
    town = make_town(stage=village(rooms=(StagedRoom(ROOM, "三邻", "三邻", account=ACCOUNT),)))
    first = town.ask(NameRoom("simulator", ROOM, "三邻一家亲"), "1")
    second = town.ask(NameRoom("simulator", ROOM, "换个名字"), "2")
    town.say("四组桥头路灯不亮", by=RESIDENT)

    assert (first.status, second.status) == (Status.DONE, Status.NOT_MEANT)
    assert town.case().room == "三邻一家亲"


def test_nobody_is_named_who_was_never_bound(town: Town):
    before = town.rows()

    town.ask(NameRoom("simulator", "elsewhere", "别处"))

    assert town.rows() == before
