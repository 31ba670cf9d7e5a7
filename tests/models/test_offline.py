"""How what was heard offline is taken apart: channel, name, words; household, place, words."""

import tomllib

import pytest

from bot.parts import LOCALE
from models.rules.offline import Offline, intake_words, is_offline, parted, read_offline, read_visit

KNOWN = intake_words(tomllib.loads((LOCALE / "intake.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("said", "channel", "name", "words"),
    [
        ("屋场夜话 张三：想修水渠", "屋场夜话", "张三", "想修水渠"),
        ("屋场夜谈 张三:想修水渠", "屋场夜话", "张三", "想修水渠"),
        ("屋场夜话张三:想修水渠", "屋场夜话", "张三", "想修水渠"),
        ("村民板凳会议，李四：路灯坏了", "板凳会", "李四", "路灯坏了"),
        ("说事日 想修水渠", "说事日", "", "想修水渠"),
        ("电话 李婶反映：水压低", "电话", "李婶", "水压低"),
        ("信箱 李婶 反映水压低", "信箱", "李婶", "反映水压低"),
        ("12345 三组的路灯不亮", "12345", "", "三组的路灯不亮"),
        ("红白喜事 李四：水渠堵了", "红白喜事", "李四", "水渠堵了"),
        ("赶集 想修桥", "赶集", "", "想修桥"),
        ("电话 张三 138****5678：想修水渠", "电话", "张三", "想修水渠"),
        # No channel: the words begin at once.
        ("想修水渠", "线下", "", "想修水渠"),
        ("张三：想修水渠", "线下", "张三", "想修水渠"),
        ("电话坏了好几天", "线下", "", "电话坏了好几天"),
        ("村头桥 栏杆坏了", "线下", "", "村头桥 栏杆坏了"),
        # What stands before a colon and is nobody's name stays with the words.
        ("三组：路灯坏了", "线下", "", "三组:路灯坏了"),
        ("板凳会 地点：村口 路灯坏了", "板凳会", "", "地点:村口 路灯坏了"),
        ("板凳会 老人：想有食堂", "板凳会", "", "老人:想有食堂"),
    ],
)
def test_an_entry_is_read_in_three_parts(said: str, channel: str, name: str, words: str):
    assert read_offline(said, KNOWN) == Offline(channel, name, words)


@pytest.mark.parametrize("words", ["", " ", "：", "屋场夜话", "屋场夜话 ", "x" * 500])
def test_nothing_said_is_no_fault(words: str):
    assert read_offline(words, KNOWN).name == ""


@pytest.mark.parametrize(
    ("token", "words", "found"),
    [
        ("3户", "反映水压低", ("3户", "3户", "", "", "反映水压低")),
        ("王家湾3户", "老人感冒已送药", ("王家湾3户", "3户", "王家湾", "", "老人感冒已送药")),
        ("3-201", "反映路灯", ("3-201", "3-201", "", "", "反映路灯")),
        ("3组", "发现井盖破损", ("", "", "3组", "", "发现井盖破损")),
        ("李婶", "反映：水压低", ("", "", "", "李婶", "水压低")),
        ("发现井盖破损", "很危险", ("", "", "", "", "发现井盖破损 很危险")),
        ("", "发现井盖破损", ("", "", "", "", "发现井盖破损")),
    ],
)
def test_a_visit_went_to_a_household_a_place_or_a_person(token: str, words: str, found: tuple[str, ...]):
    seen = read_visit(token, words, KNOWN)

    assert (seen.label, seen.local, seen.where, seen.name, seen.words) == found


@pytest.mark.parametrize(
    ("words", "openly", "sealed"),
    [
        ("反映水压低，老人感冒 已送药", "反映水压低", "老人感冒 已送药"),
        ("老人住院了", "", "老人住院了"),
        ("路灯不亮", "路灯不亮", ""),
        ("", "", ""),
    ],
)
def test_what_is_private_is_parted_clause_by_clause(words: str, openly: str, sealed: str):
    assert parted(words, KNOWN.sensitive) == (openly, sealed)


@pytest.mark.parametrize(
    ("source", "offline"), [("group", False), ("dm", False), ("屋场夜话", True), ("代办", True)]
)
def test_statistics_can_tell_online_from_offline(source: str, offline: bool):
    assert is_offline(source) is offline
