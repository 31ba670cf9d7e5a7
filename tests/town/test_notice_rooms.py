"""A notice to six groups: what became of it in each, and going on where it was stopped (seed D08)."""

from collections import deque
from collections.abc import Callable

import pytest

from bot.channels.simulator import Mishap
from bot.machine import ACCOUNT
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from models.rules.message import RoomChange
from tests.town.town import Town

CADRE, LEADER, RESIDENT, WORK = "cadre", "leader", "resident", "work"
GROUPS = tuple(f"g{number}" for number in range(1, 7))
STAGE = Stage(
    preset="luoshui", channel="simulator", contact="村值班", quiet="21:30-07:00",
    paths=tuple(f"罗水乡/龙凤村/{number}片区" for number in range(1, 7)),
    people=(
        StagedPerson(RESIDENT, friend=True),
        StagedPerson(LEADER, "覃海", "覃", post="pianqu_head", area="3片区", verified=True, friend=True),
        StagedPerson(CADRE, "彭芳", "彭", post="town_center", area="罗水乡", verified=True, friend=True),
    ),
    rooms=(
        *(StagedRoom(group, f"{group[1]}片区群", f"{group[1]}片区", account=ACCOUNT) for group in GROUPS),
        StagedRoom(WORK, "工作群", "罗水乡", kind="working", account=ACCOUNT),
    ),
)  # fmt: skip
POST = "【通知】明天上午停电检修。请提前备水。"


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """One village of six districts, each with its group."""
    return make_town(stage=STAGE)


def ask(town: Town, words: str, who: str = CADRE, room: str | None = None) -> str:
    """Somebody says something privately, or in a group; the last thing said to them privately because of that."""
    before = len(town.heard(who))
    town.say(words, by=who, room=room, private=room is None)
    heard = town.heard(who)[before:]
    return heard[-1] if heard else ""


def send(town: Town, words: str = "发通知 龙凤村 明天上午停电检修，请提前备水") -> None:
    assert "将发6个群" in ask(town, words)
    ask(town, "确认")


def happens_to(town: Town, group: str, *mishaps: Mishap) -> None:
    town.wechat.faults(ACCOUNT).mishaps_in[group] = deque(mishaps)


def heard_it(town: Town) -> list[str]:
    return [group for group in GROUPS for text in town.room(group) if text.startswith("【通知】")]


def test_one_failing_group_stops_no_other_and_each_is_told_by_its_name(town: Town):
    happens_to(town, "g2", Mishap.REFUSED)
    happens_to(town, "g3", *[Mishap.DOWN] * 3)
    happens_to(town, "g4", Mishap.LOST_BEFORE)
    happens_to(town, "g5", Mishap.NO_ID)
    send(town)
    town.wait(seconds=58)

    assert ask(town, "通知 1 情况") == (
        "通知1：6个群，已发3个。\n"
        "没发成1个：2片区群（微信没让发，看看小助手还在不在群里）\n"
        "说不准1个：4片区群（可能发了，不会重发，请到群里看一眼）\n"
        "待重试1个：3片区群（刚才没发出去，会自动再试）\n"
        "没发成的群修好后，回“补发通知 1”只发这些群。"
    )
    town.wait(minutes=3)
    assert "已发4个。" in ask(town, "通知1到群")
    assert "待重试" not in ask(town, "通知 1 哪些群没发成")
    assert heard_it(town) == ["g1", "g3", "g5", "g6"]


def test_a_group_that_is_mended_gets_it_and_no_other_gets_it_again(town: Town):
    happens_to(town, "g2", Mishap.REFUSED)
    happens_to(town, "g4", Mishap.LOST_BEFORE)
    send(town)
    town.wait(minutes=40)
    assert ask(town, "我的通知").endswith("已发4，等发0，没发成1，说不准1")

    assert ask(town, "补发通知 1") == (
        "通知1“明天上午停电检修”：1个群没发，接着发；已发的4个不重发。另有1个群说不准发没发，不重发。"
        "回“确认”发送，5分钟内有效。"
    )
    ask(town, "确认")
    town.wait(minutes=2)

    assert heard_it(town) == ["g1", "g2", "g3", "g5", "g6"]
    assert ask(town, "我的通知").endswith("已发5，等发0，没发成0，说不准1")


def test_a_stopped_notice_goes_on_where_it_stood(town: Town):
    send(town)
    town.wait(seconds=10)
    ask(town, "取消通知 1")
    before = heard_it(town)
    assert 1 < len(before) < 5
    town.wait(minutes=5)
    assert heard_it(town) == before
    assert f"已停{6 - len(before)}个\n要接着发回“继续通知 1”。" in ask(town, "通知 1 情况")

    assert f"{6 - len(before)}个群没发，接着发；已发的{len(before)}个不重发" in ask(town, "继续通知 1")
    town.wait(minutes=1)
    assert heard_it(town) == before
    ask(town, "确认")
    town.wait(minutes=3)

    assert heard_it(town) == list(GROUPS)
    assert ask(town, "通知 1 情况") == "通知1：6个群，已发6个。"
    town.wait(minutes=60)
    assert ask(town, "继续通知 1") == "通知1没有要接着发的。回“我的通知”看发得怎么样。"


def test_it_can_be_stopped_and_taken_up_again_and_again(town: Town):
    send(town)
    for _ in range(3):
        ask(town, "取消通知 1")
        town.wait(minutes=1)
        ask(town, "继续通知")
        ask(town, "确认")
    town.wait(minutes=5)

    assert heard_it(town) == list(GROUPS)
    town.wait(hours=3)
    assert ask(town, "取消通知 1").startswith("没有找到可以停的通知")


def test_what_was_stopped_while_its_group_failed_is_not_said_later(town: Town):
    happens_to(town, "g1", Mishap.DOWN)
    send(town)
    ask(town, "取消通知 1")
    town.wait(minutes=30)

    assert "g1" not in heard_it(town)
    ask(town, "继续通知 1")
    ask(town, "确认")
    town.wait(minutes=5)
    assert heard_it(town) == list(GROUPS)


def test_a_planned_notice_that_was_stopped_goes_at_its_moment_again(town: Town):
    ask(town, "定时通知 明早8点 龙凤村 记得来开会")
    ask(town, "确认")
    ask(town, "取消通知 1")
    assert ask(town, "通知 1 情况") == "通知1还没有开始发。"

    assert ask(town, "恢复通知 1") == "通知1“记得来开会”恢复，明天08:00发6个群。回“确认”恢复，5分钟内有效。"
    assert ask(town, "确认") == "通知1已排好，明天08:00发6个群。要停回“取消通知 1”。"
    town.wait_until("07:59", day=1)
    assert heard_it(town) == []
    town.wait_until("08:05", day=1)
    assert heard_it(town) == list(GROUPS)


def test_a_series_that_was_stopped_goes_on_with_its_next_moment(town: Town):
    ask(town, "定时通知 每天9点 龙凤村 出来做操")
    ask(town, "确认")
    town.wait_until("09:05", day=1)
    ask(town, "取消通知 1")
    town.wait_until("10:00", day=4)
    assert heard_it(town) == list(GROUPS)

    assert "恢复，明天09:00发6个群" in ask(town, "继续通知 1")
    ask(town, "确认")
    town.wait_until("09:05", day=5)
    assert [town.room(group) for group in GROUPS] == [["【通知】出来做操。"] * 2] * 6


def test_what_is_taken_up_at_night_waits_for_the_morning(town: Town):
    town.wait_until("21:29")
    send(town)
    ask(town, "取消通知 1")
    before = heard_it(town)
    town.wait_until("22:00")

    assert "将于07:00发" in ask(town, "继续通知 1")
    assert "07:00发" in ask(town, "确认")
    town.wait_until("06:59", day=1)
    assert heard_it(town) == before
    assert "等发" in ask(town, "通知 1 情况")
    town.wait_until("07:05", day=1)
    assert heard_it(town) == list(GROUPS)


def test_a_group_that_is_gone_is_not_tried_again(town: Town):
    happens_to(town, "g2", Mishap.REFUSED)
    send(town)
    town.wait(minutes=2)
    town.happens(RoomChange.DISSOLVED, room="g2")
    town.wait(minutes=40)

    assert ask(town, "补发通知 1") == "通知1没有要接着发的。回“我的通知”看发得怎么样。"


def test_only_who_may_send_hears_of_it_and_never_in_a_group(town: Town):
    send(town)
    town.wait(minutes=2)
    for words in ("通知 1 到群", "继续通知 1"):
        assert ask(town, words, LEADER).startswith("发通知要有通知权限")
        for who in (CADRE, LEADER, RESIDENT):
            assert ask(town, words, who, room="g1") == ""
        assert town.room("g1") == [POST]
        assert ask(town, words, room=WORK) != ""
    assert town.room(WORK) == []
    assert ask(town, "通知 7 到群") == "没有找到通知7。回“我的通知”看编号。"
    assert ask(town, "继续通知 7") == "没有找到通知7。回“我的通知”看编号。"


def test_the_cadre_who_counts_receipts_hears_that_a_group_was_not_reached(town: Town):
    happens_to(town, "g2", Mishap.REFUSED)
    send(town, "发通知 重要 龙凤村 明天上午停电检修，请提前备水")
    town.wait(minutes=2)

    assert ask(town, "通知 1 情况").endswith("有1个群没发到，回“通知 1 到群”看是哪些。")
