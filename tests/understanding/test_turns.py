"""Turns of phrase: how something is said counts, whatever it is about and whoever is known to say it."""

import re

import pytest

from benchmarks.fit_evidence import WARY, own_rows
from handlers.understanding import Understanding
from handlers.understanding.terms import Finder, OnePass, Scan, Vocabulary
from handlers.understanding.turns import Turns, mark_of
from models.rules.decision import CASES, Kind
from models.rules.lexicon import Side

SAID = {
    "asked_to": "恳请镇政府早日给个准信",
    "opens_asking": "投诉渔具店天天占用盲道",
    "about_a_matter": "关于村口小桥加宽的建议",
    "asks_the_office": "请问老屋翻修补贴怎么申领",
    "when_at_last": "这条断头路何时才能修通",
    "who_cares": "门口这堆东西到底谁来管",
    "is_it_right": "清明进山还要收卡口费合理吗",
    "wished_of_all": "希望在西门增设一个站台",
    "to_who_leads": "尊敬的镇领导,有件事想说说",
    "not_yet": "补偿款至今没有一点动静",
    "why_so": "为什么总要跑三趟",
    "we_who_suffer": "附近居民都睡不好",
    "my_own_case": "我是五组的老住户",
    "not_done": "合同上写的绿地一直不兑现",
    "in_a_bad_state": "楼道卫生太差",
    "harmed": "门口的树被人砍了",
    "accuses": "有人擅自在河边搭棚",
    "over_and_over": "三天两头跳闸",
    "given_way": "门口水沟垮了",
    "as_an_agent": "您大概想要几楼的",
    "praises_a_house": "周边有地铁和两所小学",
    "house_terms": "满五唯一,南北通透",
    "call_us": "订购热线就在单子上",
    "offers": "全场八折,隆重开业",
    "sells": "承接各类喷绘,厂家直销",
    "to_customers": "尊敬的会员,本月账单已出",
    "what_offices_do": "城管中队开展夜间巡查",
    "somebody_else": "一名男子因此被拘留",
    "reported": "记者日前获悉",
    "from_the_web": "网友热议这段视频",
    "piece_of_text": "根据这一条的规定",
    "muses": "哈哈笑死我了",
    "of_all_the_world": "在全国也排得上",
    "to_a_friend": "晚上我去找你",
    "answers": "是的,就那家",
}
GAVE_WAY = [
    ("门口水沟垮了", "C03"),
    ("昨晚下雨 菜场后头那条阴沟塌了好长一截", "C03"),
    ("水渠崩了个口子，水全跑到别人田里", "I01"),
    ("去学校那段路肩垮了", "B01"),
    ("涵洞塌了一半 拖拉机过不得", "B04"),
    ("晒谷场边的围墙塌了", "D05"),
    ("我家偏房的屋顶塌了一角", "D05"),
]
ASKED = [
    "请求关停后山那个石场",
    "呼吁给流浪猫做绝育",
    "咨询本镇今年的用地规划",
    "希望在三岔路口增设直饮水点",
    "关于恢复老码头渡船的建议",
]
TALK = [
    "一名男子因偷电动车被判刑",
    "县城管局对流动菜摊进行集中清理",
    "您想要离小学近的房子吗,这边有两套",
    "暑期书法班火热招生中,欢迎到店试听",
    "路灯厂家直销,量大优惠",
    "跑完十公里腿都垮了",
]


@pytest.fixture(scope="module")
def turns(understanding: Understanding) -> Turns:
    return Turns(understanding.lexicon)


@pytest.fixture(scope="module")
def finder(understanding: Understanding) -> Finder:
    vocabulary = Vocabulary()
    Turns.learn(understanding.lexicon, vocabulary)
    return OnePass(vocabulary)


def met(understanding: Understanding, turns: Turns, finder: Finder, text: str) -> frozenset[str]:
    own = understanding.plain(text)
    return turns.find(own, finder.scan(own) or Scan())


def test_every_turn_has_a_sentence_that_shows_it(understanding: Understanding, turns: Turns, finder: Finder):
    assert SAID.keys() == {turn.name for turn in understanding.lexicon.turns}

    assert [name for name, text in SAID.items() if name not in met(understanding, turns, finder, text)] == []


def test_no_turn_is_lost_for_being_looked_for_late(
    understanding: Understanding, turns: Turns, finder: Finder
):
    every = [(turn.name, re.compile("|".join(turn.patterns))) for turn in understanding.lexicon.turns]
    for row in own_rows()[::5]:
        own = understanding.plain(row.text)
        there = {name for name, regex in every if regex.search(own)}
        assert met(understanding, turns, finder, row.text) == there, row.text


def test_each_turn_stands_on_its_side(understanding: Understanding):
    lexicon = understanding.lexicon
    for turn in lexicon.turns:
        weight = lexicon.weights.marks[mark_of(turn.name)]
        if turn.side in {Side.ASKS, Side.TELLS}:
            assert weight >= 0, turn.name
        else:
            assert weight <= -WARY.get(turn.side, 0.0), turn.name


def test_an_explanation_names_the_turn_and_not_what_somebody_wrote(understanding: Understanding):
    decision = understanding.understand("恳请有关部门早日修好村口的路灯")

    assert decision.kind in CASES
    assert "请谁办事" in dict(decision.because)
    assert not [words for words, _ in decision.because if words in {"恳请有关部门", "恳请有关"}]


@pytest.mark.parametrize(("text", "category"), GAVE_WAY)
def test_what_gave_way_is_reported(understanding: Understanding, text: str, category: str):
    decision = understanding.understand(text)

    assert (decision.kind, decision.category) == (Kind.REPORT, category)


@pytest.mark.parametrize("text", ASKED)
def test_whoever_says_what_he_asks_for_is_taken_at_his_word(understanding: Understanding, text: str):
    assert understanding.understand(text).kind in CASES


@pytest.mark.parametrize("text", TALK)
def test_trade_reports_and_sayings_about_the_same_things_open_nothing(
    understanding: Understanding, text: str
):
    assert understanding.understand(text).kind not in CASES
