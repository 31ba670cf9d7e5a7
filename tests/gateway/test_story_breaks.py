"""The story goes on when the gateway dies or freezes, the program is killed, or the account is logged out."""

import pytest

from tests.gateway.running import Operator
from tests.gateway.village import FIVE, FOUR, HU, LIU, SIX, Village, number_in

pytestmark = pytest.mark.gateway

OUTAGE = ("掉线", "请翻看群聊")


def told_of_the_gap(village: Village) -> None:
    """The first responder of every group was asked to look through it."""
    for leader in (LIU, HU):
        village.hears(leader, *OUTAGE)


def finish(village: Village, no: str, asker: str, room: str) -> None:
    """The head of the piece takes the case and ends it; the resident rates it."""
    village.say(HU, f"接单 {no}", room)
    village.hears(room, f"#{no}", "已接单")
    village.say(HU, f"办结 {no} 都弄好了", room)
    village.hears(room, f"#{no} 办好了")
    village.say(asker, f"{no} 评 5 4 5", room)


def test_a_gateway_that_is_killed_and_started_again_loses_no_story(operator: Operator, village: Village):
    asker, gaps = village.neighbour(), len(operator.gaps())
    village.say(asker, "五组路口路灯不亮", FIVE)
    no = number_in(village.hears(FIVE, "记下了", "路灯"))
    village.hears(HU, f"#{no}", "接单")

    # A message the gateway dies with would be a gap of its own.
    operator.wait_for(village.everything_fetched, "all messages are fetched")
    village.gateway.kill()
    operator.sees("offline")
    village.gateway.start()
    village.settle()
    operator.sees("online")

    told_of_the_gap(village)
    [gap, *_] = operator.gaps()
    assert len(operator.gaps()) == gaps + 1
    assert gap.ended_at is not None
    assert "已恢复" in operator.page("/status")
    assert "main: heard nothing for" in operator.command("doctor")
    finish(village, no, asker, FIVE)
    operator.wait_for(lambda: f'/cases/{no}"' not in operator.page("/console"), "the case is closed")
    assert village.said_twice() == []


def test_what_the_gateway_takes_down_with_it_is_no_second_outage(operator: Operator, village: Village):
    gaps = len(operator.gaps())
    village.gateway.do("spoil", method="messagePayload", count=100, hang=True)
    village.say(village.neighbour(), "五组路口又黑了", FIVE)
    operator.wait_for(lambda: not village.everything_fetched(), "the message is announced")

    village.gateway.kill()
    operator.sees("offline")
    village.gateway.start()
    village.settle()
    operator.sees("online")
    operator.wait_for(lambda: "message lost" in operator.log, "the message is given up")

    told_of_the_gap(village)
    assert len(operator.gaps()) == gaps + 1
    assert [text for leader in (LIU, HU) for text in village.unread(leader) if OUTAGE[0] in text] == []


def test_a_frozen_gateway_is_known_to_be_deaf_and_the_gap_is_recorded(operator: Operator, village: Village):
    gaps = len(operator.gaps())

    village.gateway.freeze()
    operator.sees("deaf")
    village.gateway.thaw()
    operator.sees("online")

    told_of_the_gap(village)
    assert len(operator.gaps()) == gaps + 1
    village.say(village.neighbour(), "五组祠堂门口下水道堵了", FIVE)
    village.hears(FIVE, "记下了", "祠堂门口")


def test_a_killed_program_records_the_gap_and_repeats_no_receipt(operator: Operator, village: Village):
    asker, gaps = village.neighbour(), len(operator.gaps())
    said = village.say(asker, "六组池塘边护栏坏了", SIX)
    no = number_in(village.hears(SIX, "记下了", "池塘边"))
    village.hears(HU, f"#{no}")

    operator.kill()
    operator.start()
    village.gateway.do("again", id=said)

    told_of_the_gap(village)
    assert len(operator.gaps()) == gaps + 1
    finish(village, no, asker, SIX)
    operator.wait_for(lambda: f'/cases/{no}"' not in operator.page("/console"), "the case is closed")
    assert village.said_twice() == []


def test_what_was_recorded_before_the_kill_gets_its_receipt_after_the_start(
    operator: Operator, village: Village
):
    asker = village.neighbour()
    village.say(asker, "六组水塘边垃圾好多天没人收", SIX)
    operator.wait_for(lambda: "水塘边" in operator.page("/console"), "the case is recorded")
    operator.kill()
    operator.start()

    village.hears(SIX, "记下了", "水塘边")
    village.hears(HU, "水塘边", "接单")
    village.say(asker, "进度", SIX)
    village.hears(SIX, "垃圾")
    assert village.said_twice() == []


def test_a_logged_out_account_shows_its_code_on_the_page_and_in_the_terminal(
    operator: Operator, village: Village
):
    gaps = len(operator.gaps())

    village.gateway.do("logout")
    operator.sees("logged_out")
    village.gateway.do("scan", qrcode="https://login.example/abc")
    operator.sees("scan")
    page = operator.page("/status")
    village.gateway.do("login", id="wxid_bot")
    operator.sees("online")

    assert "<svg" in page
    assert "▀" in operator.log or "█" in operator.log
    assert "login.example" not in page + operator.log
    assert "<svg" not in operator.page("/status")
    told_of_the_gap(village)
    assert len(operator.gaps()) == gaps + 1
    village.say(village.neighbour(), "四组学校后面围墙要倒了", FOUR)
    village.hears(FOUR, "记下了", "学校后面")
    assert [text for text in village.unread(HU) if "听不到" in text] == []
