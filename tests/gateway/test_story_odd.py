"""The same village on odd days: told twice, told late, answers lost, groups that change, events nobody knows."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.gateway.running import Operator
from tests.gateway.town import BOT
from tests.gateway.village import (
    CHEN,
    FIVE,
    HU,
    LIU,
    SIX,
    Village,
    bind_room,
    bind_village,
    code_in,
    first_codes,
    number_in,
)

pytestmark = pytest.mark.gateway


def test_a_message_delivered_three_times_is_answered_once(village: Village):
    asker = village.neighbour()
    said = village.say(asker, "五组河边有人乱倒建筑垃圾", FIVE)
    for _ in range(2):
        village.gateway.do("again", id=said)

    no = number_in(village.hears(FIVE, "记下了", "河边"))
    village.hears(HU, f"#{no}")
    village.gateway.do("again", id=said)
    village.say(asker, "进度", FIVE)

    village.hears(FIVE, f"#{no}")
    assert village.said_twice() == []
    assert village.unread(FIVE) == []


def test_history_replayed_after_a_new_login_is_recorded_without_a_word_in_the_group(village: Village):
    asker = village.neighbour()
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    village.gateway.do("logout")
    village.gateway.do("login", id=BOT)
    village.say(asker, "六组晒谷场自来水管爆了", SIX, timestamp=int(an_hour_ago.timestamp() * 1000))

    no = number_in(village.hears(HU, "晒谷场", "接单"))
    assert village.unread(SIX) == []
    village.say(asker, f"进度 {no}", SIX)
    village.hears(SIX, f"#{no}")
    assert village.unread(SIX) == []


def test_a_send_whose_answer_is_lost_is_known_to_be_said_by_its_echo(operator: Operator, village: Village):
    unknown = operator.health()["outbox"].get("unknown", 0)
    village.gateway.do("spoil", method="messageSendText:answer", hang=True)
    village.say(village.neighbour(), "五组村口井盖破了", FIVE)

    no = number_in(village.hears(FIVE, "记下了", "村口"))
    village.hears(HU, f"#{no}", "接单")
    village.say(HU, f"接单 {no}", FIVE)
    village.hears(FIVE, f"#{no}", "已接单")
    operator.wait_for(lambda: not operator.health()["outbox"].get("queued"), "nothing waits")
    assert operator.health()["outbox"].get("unknown", 0) == unknown
    assert village.said_twice() == []


def test_a_send_that_may_have_failed_is_not_tried_again_but_listed(operator: Operator, village: Village):
    unknown = operator.health()["outbox"].get("unknown", 0)
    village.gateway.do("spoil", method="messageSendText", hang=True)
    village.say(village.neighbour(), "隐私", SIX)
    operator.wait_for(
        lambda: operator.health()["outbox"].get("unknown", 0) == unknown + 1, "the answer is in doubt"
    )

    assert village.unread(SIX) == []
    listed = operator.command("outbox", "--state", "unknown").splitlines()
    assert len(listed) == unknown + 1
    assert "answer_lost" in listed[-1]
    village.say(village.neighbour(), "帮助", SIX)
    village.hears(SIX, "常用")
    assert village.unread(SIX) == []


def test_a_bound_group_is_shown_by_its_own_name(operator: Operator, village: Village):
    village.say(village.neighbour(), "六组井边路灯不亮", SIX)
    village.hears(SIX, "记下了", "路灯")

    [case] = [case for case in operator.cases() if "井边" in case.text]
    assert case.room == "六组群"


def test_a_renamed_group_is_called_by_its_new_name_when_its_leader_leaves(village: Village):
    village.gateway.do("retitle", room=FIVE, topic="五组幸福群", by=LIU)
    village.gateway.do("leave", room=FIVE, contacts=[HU], by=HU)

    assert "五组幸福群" in village.hears(CHEN, "片长胡退出了")


def test_a_group_that_removed_us_is_reported_and_bound_again_when_we_are_back(village: Village):
    village.gateway.do("leave", room=SIX, contacts=[BOT], by=LIU)
    for keeper in (HU, CHEN):
        village.hears(keeper, "小助手已不在", "六组")

    village.gateway.do("join", room=SIX, contacts=[BOT], by=LIU)
    village.say(CHEN, "绑定码 六组群")
    bind_room(village, HU, SIX, code_in(village.hears(CHEN, "六组", "群绑定码")))
    village.say(village.neighbour(), "六组小卖部门口电线掉下来了", SIX)
    village.hears(SIX, "小卖部门口")


def test_events_of_unknown_types_are_noted_and_passed_over(operator: Operator, village: Village):
    village.gateway.do("strange", type=99, payload={"what": "a future event"})
    village.gateway.do("strange", type=99, payload={"what": "another"})
    village.gateway.do("strange", type=2, payload={"messageId": {"not": "an id"}})
    village.gateway.do("emit", event="room-join", payload={"roomId": FIVE, "inviteeIdList": "nobody"})
    village.say(village.neighbour(), "红包来了", FIVE, type=16)
    village.say(village.neighbour(), "五组池塘边护栏坏了", FIVE)

    village.hears(FIVE, "记下了", "池塘边")
    assert operator.log.count("gateway events of an unknown type are passed over") == 1
    assert operator.health()["ok"]


def test_where_ids_change_at_every_login_nobody_is_believed_before_binding_again(
    operator: Operator, village: Village
):
    operator.change("stable_ids = false")  # stays so: this is the last story of the shared village
    codes = first_codes(operator)
    village.gateway.do("logout")
    operator.sees("logged_out")
    village.gateway.do("login", id=BOT)
    operator.sees("online")
    village.say(village.neighbour(), "五组公厕没水", FIVE)
    village.say(CHEN, "绑定码 刘明")

    bind_village(village, *(code() for code in codes))

    assert not [said for said in village.said if "公厕" in said.text]
    village.say(village.neighbour(), "五组公厕没水", FIVE)
    village.hears(HU, "公厕", "接单")
