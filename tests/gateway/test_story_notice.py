"""A notice to twenty real groups: one fails, one is answered without an id, one freezes; the others hear it in time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from models.engine import open_engine
from models.tables import OutboxMessage, Room
from tests.gateway.driver import Gateway
from tests.gateway.running import Operator
from tests.gateway.town import BOT
from tests.gateway.village import CHEN, LIU, Village, code_in
from tests.township.books import AREAS, POSTS, book

pytestmark = pytest.mark.gateway

GROUPS = {f"g{number}@chatroom": f"第{number}组" for number in range(1, 21)}
REFUSING, FROZEN, NAMELESS = "g3@chatroom", "g7@chatroom", "g12@chatroom"
SHEETS = {
    "区域": [AREAS, ("", "安全乡", "乡"), ("安全乡", "安全村", "村"), ("安全村", "一片", "片"),
             *(("一片", area, "组") for area in GROUPS.values())],
    "人员": [("姓名", "电话"), ("刘明", "13800000002"), ("陈大海", "13800000007")],
    "任职": [POSTS, ("刘明", "", "片长", "一片", "", "", ""), ("陈大海", "", "村两委值班", "安全村", "", "", "")],
}  # fmt: skip
DEADLINE_S, REST_S, BUSY_S = 2, 5, 8
"""A send is given up after so long, then the account rests; a busy machine may need a little more."""


@pytest.fixture
def twenty(node: Path, tmp_path: Path) -> Iterator[tuple[Operator, Village]]:
    """Twenty groups of one village are bound, and the program runs."""
    with Gateway(node) as gateway, Operator(tmp_path, gateway) as operator:
        village = Village(gateway)
        for room, area in GROUPS.items():
            gateway.do("room", id=room, topic=f"{area}群", members=[BOT, CHEN, LIU], owner=LIU)
        operator.command("import", book(operator.folder / "village.xlsx", SHEETS))
        code = operator.command("bind-code", "--person", "陈大海")
        operator.start()
        for contact in (CHEN, LIU):
            gateway.do("befriend", id=f"f-{contact}", contact=contact)
            village.sees_bot("friend accepted")
        village.say(CHEN, f"绑定 {code_in(code)}")
        village.hears(CHEN, "已绑定")
        for area in GROUPS.values():
            village.say(CHEN, f"绑定码 {area}群")
        for room, area in GROUPS.items():
            village.say(CHEN, f"绑定本群 {code_in(village.hears(CHEN, area, '群绑定码'))}", room)
        for room in GROUPS:
            village.hears(room, "便民小助手")
        yield operator, village


def shares(operator: Operator) -> dict[str, OutboxMessage]:
    """What stands in the outbox for each group."""
    engine = open_engine(f"sqlite:///{operator.folder / 'var' / 'linli.db'}")
    with Session(engine) as session:
        found = select(Room.platform_id, OutboxMessage).join(
            OutboxMessage, col(OutboxMessage.room_id) == Room.id
        )
        rows = session.exec(found.where(col(OutboxMessage.notice_id).is_not(None))).all()
        told = dict(rows)
        session.expunge_all()
    engine.dispose()
    return told


def test_twenty_groups_of_which_three_misbehave(twenty: tuple[Operator, Village]):
    operator, village = twenty
    gateway = village.gateway
    gateway.do("spoil", method=f"messageSendText {REFUSING}", count=100, message="the room takes nothing")
    gateway.do("spoil", method=f"messageSendText {FROZEN}", count=100, hang=True)
    gateway.do("giveNoIdsIn", conversation=NAMELESS)
    gateway.do("forgetCalls")

    village.say(CHEN, "发通知 全村 明早8点到11点停水检修，请提前存水")
    assert "将发20个群" in village.hears(CHEN, "停水")
    village.say(CHEN, "确认")
    for room in GROUPS.keys() - {REFUSING, FROZEN}:
        assert "停水检修" in village.hears(room, "【通知】")
    operator.wait_for(
        lambda: {row.state for row in shares(operator).values()} <= {"sent", "dead", "unknown"},
        "all of it is settled",
    )
    operator.wait_for(lambda: shares(operator)[NAMELESS].channel_message, "the echo tells the id")

    rows = shares(operator)
    assert {group for group, row in rows.items() if row.state != "sent"} == {REFUSING, FROZEN}
    assert (rows[REFUSING].state, rows[REFUSING].why.split(":")[0]) == ("dead", "refused")
    assert (rows[FROZEN].state, rows[FROZEN].why, rows[FROZEN].attempts) == ("unknown", "answer_lost", 1)
    moments = sorted(row.sent_at for row in rows.values() if row.sent_at)
    assert moments[-1] - moments[0] < timedelta(seconds=DEADLINE_S + REST_S + BUSY_S)
    village.say(CHEN, "通知 1 情况")
    told = village.hears(CHEN, "通知1：20个群，已发18个。")
    assert "没发成1个：第3组群（微信没让发" in told
    assert "说不准1个：第7组群（可能发了，不会重发" in told
    village.say(CHEN, "我的通知")
    assert "已发18，等发0，没发成1，说不准1" in village.hears(CHEN, "最近的通知")

    gateway.do("spoil", method=f"messageSendText {REFUSING}", count=0)
    gateway.do("spoil", method=f"messageSendText {FROZEN}", count=0)
    village.say(CHEN, "补发通知 1")
    assert "1个群没发，接着发；已发的18个不重发。另有1个群说不准" in village.hears(CHEN, "接着发")
    village.say(CHEN, "确认")
    assert "停水检修" in village.hears(REFUSING, "【通知】")
    operator.wait_for(lambda: shares(operator)[REFUSING].state == "sent", "the mended group has it")
    calls = gateway.calls()
    assert {group: calls[f"messageSendText {group}"] for group in GROUPS} == dict.fromkeys(GROUPS, 1) | {
        REFUSING: 2
    }
    assert village.said_twice() == []
