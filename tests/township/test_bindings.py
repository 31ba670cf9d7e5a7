"""People and groups are bound by one-time codes, said in chat, and by nothing else."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.channels.simulator import SimulatedWeChat
from bot.machine import ACCOUNT, HandClock, Machine
from bot.parts import load_parts
from handlers.actors import CLOCK, OPERATOR
from handlers.bindings import TRIES, DoubtAccount, DoubtRoom
from handlers.dispatch import Outcome
from handlers.intents import Intent
from handlers.rooms import MeetFriend
from handlers.vouching import IssuePersonCode, IssueRoomCode
from models.rules.actor import Actor, Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.pacing import Pace
from models.tables import BindingCode, Case, Room
from tests.township.books import POSTS, SAFE_TOWN, book, importer, town_of

NOW = datetime(2025, 7, 12, 2, 0, tzinfo=UTC)
SECRET = "a secret of the test towns, long enough"
TOWN = {
    **SAFE_TOWN,
    "任职": [
        *SAFE_TOWN["任职"],
        ("陈大海", "13800000007", "村两委值班", "安全村", "2024-01-01", "", ""),
    ],
    "群": [("群名", "区域"), ("四组交流群", "四组")],
}


class Village:
    """An imported town, a simulated WeChat, and the whole program between them."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        importer(engine).run([book(folder / "town.xlsx", TOWN)], NOW)
        self.clock = HandClock(NOW)
        self.wechat = SimulatedWeChat(self.clock)
        self.us = us = self.wechat.add_account(ACCOUNT, "便民小助手")
        for contact, nick in (("zhang", "老张"), ("liu", "刘明"), ("chen", "陈大海"), ("fang", "邻长张建国")):
            self.wechat.add_contact(contact, nick, friend=True)
        self.wechat.add_room("g4", "四组交流群", [us.id, "zhang", "liu", "chen", "fang"])
        self.machine = Machine(engine, load_parts(Pace(), SECRET), self.clock, self.wechat)
        self._keys = count(1)

    def close(self) -> None:
        self.machine.close()

    def ask(self, intent: Intent, actor: Actor = OPERATOR, door: Door = Door.SHELL) -> Outcome:
        key = IdempotencyKey(f"test:{next(self._keys)}")
        return self.machine.dispatch(intent, actor, Origin(door, key, self.clock()))

    def code(self, intent: Intent) -> str:
        reply = self.ask(intent).reply
        assert reply is not None
        return str(reply.blanks["code"])

    def say(self, who: str, text: str, room: str | None = None) -> list[str]:
        """Say something; what the assistant says within two minutes, as (to whom, words)."""
        before = len(self.wechat.said)
        self.machine.hear(self.wechat.say(who, text, room=room))
        self.machine.advance(self.clock() + timedelta(minutes=2))
        return [f"{said.conversation}: {said.text}" for said in self.wechat.said[before:]]

    def bind(self, who: str, name: str) -> list[str]:
        return self.say(who, f"绑定 {self.code(IssuePersonCode(name))}")


@pytest.fixture
def village(engine: Engine, tmp_path: Path) -> Iterator[Village]:
    made = Village(engine, tmp_path)
    yield made
    made.close()


def test_a_leader_is_bound_by_the_code_said_privately(village: Village):
    [told] = village.bind("zhang", "张建国")

    assert told == "zhang: 已绑定：张建国，邻长。手上的事回“我的单”，用法回“帮助”。"
    seats = town_of(village.engine).seats.values()
    assert [len(s.identities) for s in seats if s.name == "张建国"] == [1]


def test_a_code_works_once_and_for_a_day(village: Village):
    code = village.code(IssuePersonCode("张建国"))
    late = village.code(IssuePersonCode("刘明"))

    assert "已绑定" in village.say("zhang", f"绑定{code}")[0]
    assert "不对，或已用过、过期" in village.say("fang", f"绑定 {code}")[0]
    village.clock.at += timedelta(hours=24)
    assert "不对，或已用过、过期" in village.say("liu", f"绑定 {late}")[0]


def test_no_code_is_kept_readable(village: Village):
    code = village.code(IssuePersonCode("张建国"))

    with Session(village.engine) as session:
        [row] = session.exec(select(BindingCode)).all()
    assert code not in repr(row)
    assert re.fullmatch(r"\d{8}", code)


def test_after_five_wrong_codes_none_is_looked_at_for_an_hour(village: Village):
    code = village.code(IssuePersonCode("张建国"))

    for guess in range(TRIES):
        assert "不对" in village.say("fang", f"绑定 1234567{guess}")[0]
    assert "一小时后再试" in village.say("fang", f"绑定 {code}")[0]
    assert "已绑定" in village.say("zhang", f"绑定 {code}")[0]

    village.clock.at += timedelta(hours=1)
    assert "已用过" in village.say("fang", f"绑定 {code}")[0]


def test_a_persons_code_said_in_a_group_is_spoilt(village: Village):
    village.bind("chen", "陈大海")
    village.say("chen", f"绑定本群 {village.code(IssueRoomCode('四组'))}", room="g4")
    village.ask(MeetFriend("simulator", "zhang"), CLOCK, Door.CLOCK)
    village.machine.advance(NOW + timedelta(hours=1))
    code = village.code(IssuePersonCode("张建国"))

    [told] = village.say("zhang", f"绑定 {code}", room="g4")

    assert told.startswith("zhang: 绑定码发到群里别人也看得见，已作废")
    assert "已用过" in village.say("zhang", f"绑定 {code}")[0]


def test_the_first_line_said_in_a_group_after_it_was_bound_is_heard(village: Village):
    village.bind("chen", "陈大海")
    code = village.code(IssueRoomCode("四组"))
    village.machine.hear(village.wechat.say("chen", f"绑定本群 {code}", room="g4"))

    told = village.say("fang", "四组桥头路灯不亮", room="g4")

    assert [line for line in told if line.startswith("g4: 记下了 #1 路灯")]


def test_a_second_contact_of_a_person_is_told_to_the_first(village: Village):
    village.bind("zhang", "张建国")

    told = village.bind("fang", "张建国")

    assert any(line.startswith("zhang: 张建国刚在另一个微信号上绑定") for line in told)
    assert any(line.startswith("fang: 已绑定") for line in told)


def test_a_group_is_bound_by_a_code_a_leader_says_in_it(village: Village):
    village.bind("liu", "刘明")

    told = village.say("liu", f"绑定本群 {village.code(IssueRoomCode('四组'))}", room="g4")

    [intro] = told
    assert intro.startswith("g4: 我是四组便民小助手（机器人）。有事直接说事情和地点，我转给邻长。")
    [room] = town_of(village.engine).rooms.values()
    assert (room.channel, room.platform_id, room.account) == ("simulator", "g4", ACCOUNT)


def test_a_resident_cannot_bind_a_group(village: Village):
    told = village.say("fang", f"绑定本群 {village.code(IssueRoomCode('四组'))}", room="g4")

    assert all(line.startswith("fang:") for line in told)
    assert [r.channel for r in town_of(village.engine).rooms.values()] == ["relay"]


def test_wrong_codes_in_a_group_are_answered_privately(village: Village):
    village.bind("liu", "刘明")

    [told] = village.say("liu", "绑定本群 12345678", room="g4")

    assert told.startswith("liu: 这个绑定码不对")


def test_a_room_whose_id_changed_is_silent_until_bound_again_and_keeps_its_row(village: Village):
    village.bind("liu", "刘明")
    village.bind("chen", "陈大海")
    village.say("liu", f"绑定本群 {village.code(IssueRoomCode('四组'))}", room="g4")
    [before] = town_of(village.engine).rooms.values()

    village.ask(DoubtRoom(before.id), CLOCK, Door.CLOCK)
    village.machine.dispatch.current_town()
    assert village.say("fang", "四组桥头路灯不亮好几天了", room="g4")[0].startswith(
        "chen: “四组交流群”群的身份变了"
    )
    village.wechat.add_room("g4-new", "四组交流群（新）", [village.us.id, "liu"])
    told = village.say("liu", f"绑定本群 {village.code(IssueRoomCode('四组'))}", room="g4-new")

    assert told[0].startswith("g4-new: 我是四组便民小助手")
    [after] = town_of(village.engine).rooms.values()
    assert (after.id, after.platform_id, after.read_only) == (before.id, "g4-new", False)
    with Session(village.engine) as session:
        parked = session.exec(select(Room).where(Room.id != before.id)).all()
    assert [r.dissolved_at is not None for r in parked] == [True, True]


def test_after_an_account_changed_its_ids_nobody_keeps_rights(village: Village):
    village.bind("liu", "刘明")
    village.say("liu", f"绑定本群 {village.code(IssueRoomCode('四组'))}", room="g4")

    village.ask(DoubtAccount("simulator", ACCOUNT), CLOCK, Door.CLOCK)

    town = town_of(village.engine)
    assert [r.read_only for r in town.rooms.values()] == [True]
    assert all(not s.identities for s in town.seats.values())
    village.bind("liu", "刘明")
    assert [len(s.identities) for s in town_of(village.engine).seats.values() if s.name == "刘明"] == [1]


def test_the_duty_issues_codes_in_private_chat(village: Village):
    village.bind("chen", "陈大海")

    [person] = village.say("chen", "绑定码 张建国")
    [room] = village.say("chen", "绑定码 四组群")

    assert re.fullmatch(r"chen: 张建国的绑定码：\d{8}，24小时内有效.*", person)
    assert re.fullmatch(r"chen: 四组的群绑定码：\d{8}，24小时内有效.*", room)
    assert village.say("chen", "绑定码 王五")[0].startswith("chen: 您管的区域里没有登记叫“王五”的人")
    assert village.say("chen", "绑定码")[0].startswith("chen: 请写给谁")


def test_a_neighbourhood_head_vouches_for_nobody(village: Village):
    village.bind("zhang", "张建国")

    village.say("zhang", "绑定码 刘明")

    with Session(village.engine) as session:
        assert len(session.exec(select(BindingCode)).all()) == 1


def test_namesakes_are_told_apart(village: Village, tmp_path: Path):
    more = {"任职": [POSTS, ("张建国", "13900000001", "村两委值班", "安全村", "", "", "")]}
    importer(village.engine).run([book(tmp_path / "more.xlsx", more)], NOW)

    refusal = village.ask(IssuePersonCode("张建国")).refusal
    assert refusal is not None
    assert (refusal.key, refusal.blanks["n"]) == ("CODE_NAMESAKES_DM", 2)
    assert village.code(IssuePersonCode("张建国", "三邻"))


def test_nobody_vouches_for_a_post_above_their_own_areas(village: Village, tmp_path: Path):
    more = {
        "人员": [("姓名", "电话", "户"), ("王建民", "13900000009", "四组1户")],
        "任职": [POSTS, ("王建民", "13900000009", "乡镇站所联系人", "安全乡", "", "", "")],
    }
    importer(village.engine).run([book(tmp_path / "more.xlsx", more)], NOW)
    village.bind("chen", "陈大海")

    assert village.say("chen", "绑定码 王建民")[0].startswith("chen: 您管的区域里没有登记叫“王建民”的人")
    assert village.code(IssuePersonCode("王建民"))  # whoever sits at the server reaches everywhere


def test_nobody_vouches_for_a_colleague_or_for_oneself_in_chat_either(village: Village, tmp_path: Path):
    more = {"任职": [POSTS, ("秦兰", "13900000008", "村两委值班", "安全村", "", "", "")]}
    more["人员"] = [("姓名", "电话", "户"), ("秦兰", "13900000008", "四组1户")]
    importer(village.engine).run([book(tmp_path / "more.xlsx", more)], NOW)
    village.bind("chen", "陈大海")

    for name in ("秦兰", "陈大海"):
        assert village.say("chen", f"绑定码 {name}")[0].startswith("chen: 只能给岗位比自己低的人做绑定码")
    assert village.code(IssuePersonCode("秦兰"))


def test_a_leader_bound_a_moment_ago_is_heard_as_one_in_the_group(village: Village):
    village.bind("liu", "刘明")
    village.say("liu", f"绑定本群 {village.code(IssueRoomCode('四组'))}", room="g4")
    code = village.code(IssuePersonCode("张建国"))
    for who, text, room in (
        ("fang", "四组桥头路灯不亮", "g4"), ("zhang", f"绑定 {code}", None), ("zhang", "我去看看", "g4"),
    ):  # fmt: skip
        village.machine.hear(village.wechat.say(who, text, room=room))

    with Session(village.engine) as session:
        assert session.exec(select(Case)).one().state == "claimed"
