"""Emergencies: none missed, and nobody sent running by a figure of speech."""

import csv
from pathlib import Path

import pytest

from handlers.understanding import Understanding
from models.rules.decision import Cue, Kind
from models.rules.urgency import Urgency

_SAID = Path(__file__).with_name("dangers.tsv")
"""Sentences written for this project: ``ring`` with the types that fit, ``calm`` with the words they borrow."""


def _said(heard: str) -> list[tuple[frozenset[str], str]]:
    with _SAID.open(encoding="utf-8") as rows:
        table = list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(frozenset(row["types"].split(",")), row["text"]) for row in table if row["heard"] == heard]


REAL = [
    ("FIRE", "快快快 老李家柴垛着火了！！风大往房子烧起来了"),
    ("FIRE", "快来人 三组山上冒烟起火了"),
    ("FIRE", "楼道冒浓烟 有人在家吗"),
    ("FIRE", "灶屋起火哒 快点"),
    ("GAS", "屋里好大一股煤气味"),
    ("GAS", "楼道里有每气味 头晕"),
    ("ELEC", "高压线掉路上了 还在冒火花"),
    ("ELEC", "有人被电到了"),
    ("MED", "俺娘在菜园子绊倒哒 起不来了"),
    ("MED", "我爹晕过去了叫不醒 快来人"),
    ("MED", "我奶奶在地里晕倒了 叫不应"),
    ("MED", "隔壁刘爹从楼梯上摔下来了，满头是血"),
    ("POISON", "他媳妇喝农药了"),
    ("WATER", "有小孩掉到塘里了！！"),
    ("WATER", "我伢落水哒 救命"),
    ("CRIME", "有人拿刀在砍人"),
    ("TRAFFIC", "路口面包车撞到人了"),
    ("DISASTER", "后山滑坡了 有人埋在里面"),
    ("DISASTER", "洪水冲进屋里了"),
    ("LIFT", "3栋电梯困人了 出不来"),
    ("SELF", "我弟最近老说活着没意思，我怕他出事"),
    ("SELF", "我真的不想活了"),
    ("MISSING", "我妈早上出去到现在没回家，她有点糊涂"),
    ("MISSING", "孩子不见了 穿红衣服"),
]

HARMLESS = [
    "昨晚那场球看得气死我了",
    "中午热得要命 大家注意防暑",
    "热死人 空调带不动就算了",
    "电影里着火那场拍得真吓人",
    "他家生意火了",
    "笑得我要晕倒了",
    "我手机掉水里了",
    "我家狗走丢了",
    "电脑中毒了怎么弄",
    "明天消防演练，模拟着火疏散",
    "去年三组也着火过一次",
    "小孩差点掉下去",
    "老人走路看不见 摔了咋办",
    "电动车进楼充电容易着火",
    "早上起不来了哈哈",
    "120块钱一斤",
]


@pytest.mark.parametrize(("code", "text"), REAL)
def test_a_real_emergency_is_heard_at_once(understanding: Understanding, code: str, text: str):
    decision = understanding.understand(text)

    assert (decision.kind, decision.emergency, decision.urgency) == (Kind.EMERGENCY, code, Urgency.U0)
    assert decision.category == understanding.lexicon.emergency(code).category
    assert decision.because


@pytest.mark.parametrize("text", HARMLESS)
def test_a_figure_of_speech_is_no_emergency(understanding: Understanding, text: str):
    assert understanding.understand(text).kind is not Kind.EMERGENCY


def test_a_near_miss_is_a_hazard_and_a_request(understanding: Understanding):
    decision = understanding.understand("三邻门口井盖没了 小孩差点掉下去")

    assert (decision.kind, decision.category, decision.urgency) == (Kind.REPORT, "B03", Urgency.U1)
    assert Cue.ASKS_EMERGENCY not in decision.cues


def test_hearsay_with_a_place_is_asked_about(understanding: Understanding):
    decision = understanding.understand("听说四组桥头着火了")

    assert decision.kind is not Kind.EMERGENCY
    assert Cue.ASKS_EMERGENCY in decision.cues


def test_news_is_not_even_asked_about(understanding: Understanding):
    assert not understanding.understand("新闻里说广场那边着火了").cues


def test_words_of_the_moment_lift_a_guard(understanding: Understanding):
    assert understanding.understand("听说不如看见 四组真着火了 快来人").kind is Kind.EMERGENCY


def test_an_emergency_beats_every_other_reading(understanding: Understanding):
    assert understanding.understand("谢谢大家 我爹晕过去了叫不醒").kind is Kind.EMERGENCY
    assert understanding.understand("@小助手 报事 3栋着火了").kind is Kind.EMERGENCY


def test_nearly_every_cry_for_help_rings_and_names_its_kind(understanding: Understanding):
    cries = _said("ring")
    heard = [(understanding.understand(text), types, text) for types, text in cries]
    missed = [text for decision, _, text in heard if decision.kind is not Kind.EMERGENCY]
    misread = [
        text for decision, types, text in heard if decision.emergency and decision.emergency not in types
    ]

    assert {code for types, _ in cries for code in types} == {
        e.code for e in understanding.lexicon.emergencies
    }
    assert len(missed) <= 0.03 * len(cries), missed
    assert len(misread) <= 0.03 * len(cries), misread


def test_no_borrowed_word_of_danger_rings(understanding: Understanding):
    assert [text for _, text in _said("calm") if understanding.understand(text).kind is Kind.EMERGENCY] == []


def test_borrowed_words_of_danger_are_hardly_ever_asked_about(understanding: Understanding):
    calm = _said("calm")
    asked = [text for _, text in calm if Cue.ASKS_EMERGENCY in understanding.understand(text).cues]

    assert len(asked) <= 0.01 * len(calm), asked
