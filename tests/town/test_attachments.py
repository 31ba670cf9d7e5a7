"""Pictures and voices of a case are copied from their channel, kept for half a year, and never cost a case."""

from datetime import timedelta

import pytest

from bot.channels import ChannelDown
from bot.machine import ACCOUNT
from handlers.housekeeping import SweepExpired
from models.rules.message import LinkState
from tests.town.album import PHOTO, Album
from tests.town.town import FRIEND, LEADER, NEIGHBOUR, RESIDENT


def test_a_picture_of_a_case_is_copied_under_a_random_name(album: Album):
    album.town.say("四组桥头路灯不亮", by=RESIDENT)
    album.show()
    album.fetch()

    (row,) = album.rows()
    assert album.copies() == [PHOTO]
    assert (row.size, row.fetch_attempts) == (len(PHOTO), 1)
    assert len(row.stored) == 32
    assert (album.shelf.folder / row.stored).stat().st_mode & 0o077 == 0
    album.fetch()
    assert album.copies() == [PHOTO]


def test_a_picture_that_belongs_to_nothing_is_not_copied(album: Album):
    album.show(by=NEIGHBOUR)
    album.fetch()

    assert (album.rows(), album.copies()) == ([], [])


def test_a_voice_of_an_open_case_is_kept_and_its_handler_listens(album: Album):
    album.town.say("四组桥头路灯不亮", by=RESIDENT)
    album.show(b"silk", voice=7)
    album.fetch()

    assert album.copies() == [b"silk"]
    assert any(
        "#1 报事人发了7秒语音" in line for line in album.town.heard(str(album.town.case().assignee_contact))
    )


def test_a_picture_before_the_cry_for_help_belongs_to_it(album: Album):
    album.show()
    album.town.say("厨房着火了 快来人", by=RESIDENT)
    album.fetch()

    assert album.town.case().attachments == 1
    assert album.copies() == [PHOTO]


def test_an_account_that_is_offline_is_asked_again_and_the_case_goes_on(album: Album):
    album.town.say("四组桥头路灯不亮", by=RESIDENT)
    album.show()
    album.town.wechat.faults(ACCOUNT).state = LinkState.OFFLINE
    for _ in range(12):
        album.fetch()
        album.town.wait(minutes=11)
    assert album.errand().state == "waiting"
    assert album.rows()[0].fetch_attempts == 12

    album.town.wechat.faults(ACCOUNT).state = LinkState.ONLINE
    album.fetch()
    assert album.copies() == [PHOTO]
    assert album.errand().state == "done"
    assert album.town.case().state == "new"


def test_what_the_channel_will_never_give_is_given_up_and_the_case_stays(album: Album):
    album.town.say("四组桥头路灯不亮", by=RESIDENT)
    album.show(None)
    for _ in range(5):
        album.fetch()
        album.town.wait(minutes=11)
    album.town.say("接单 1", by=LEADER)

    assert album.errand().state == "failed"
    assert album.rows()[0].fetch_attempts == 3
    assert album.town.case().state == "claimed"


def test_a_channel_that_hangs_or_breaks_costs_only_a_try(album: Album, monkeypatch: pytest.MonkeyPatch):
    async def broken(key: str) -> bytes:
        raise ChannelDown(key)

    album.town.say("四组桥头路灯不亮", by=RESIDENT)
    album.show()
    monkeypatch.setattr(album.town.machine.channel, "fetch", broken)
    album.fetch()
    monkeypatch.undo()
    album.town.wait(minutes=1)
    album.fetch()

    assert album.copies() == [PHOTO]


def test_neither_one_picture_nor_all_of_them_take_more_room_than_they_may(album: Album):
    album.town.say("四组桥头路灯不亮", by=RESIDENT)
    album.show(b"x" * 101)
    for _ in range(2):
        album.show(b"y" * 80)
    album.fetch()

    assert [row.size for row in album.rows()] == [0, 80, 0]
    assert album.copies() == [b"y" * 80]


def test_pictures_of_what_is_private_stay_with_wechat(album: Album):
    album.town.say("我不想活了 真的撑不下去了", by=FRIEND)
    album.show(by=FRIEND)
    album.fetch()

    assert album.town.case().privacy == "P3"
    assert album.copies() == []


def test_after_half_a_year_only_that_there_was_a_picture_is_known(album: Album):
    album.town.say("四组桥头路灯不亮", by=RESIDENT)
    album.show()
    album.fetch()
    name = album.rows()[0].stored
    moment = album.town.clock() + timedelta(days=179)
    album.town.ask(SweepExpired(since=moment.isoformat()), "night 1")
    album.fetcher.sweep()
    assert (album.shelf.folder / name).exists()

    moment += timedelta(days=2)
    album.town.ask(SweepExpired(since=moment.isoformat()), "night 2")
    (row,) = album.rows()
    assert (row.stored, row.size, row.key, row.caption) == ("", 0, "", "")
    album.town.clock.at = max(at for _, at in album.shelf.lying()) + timedelta(hours=2)
    album.fetcher.sweep()
    assert album.copies() == []
    assert album.town.case().attachments == 1


def test_a_picture_that_is_taken_back_is_gone(album: Album):
    album.town.say("四组桥头路灯不亮", by=RESIDENT)
    heard = album.show()
    album.town.recall(heard)
    album.fetch()

    assert album.copies() == []
    assert album.rows()[0].key == ""
