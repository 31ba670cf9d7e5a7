"""Since when, how pressing, against whom: each rule by itself."""

from datetime import date, datetime, timedelta

import pytest

from handlers.understanding import Understanding
from models.lexicon_told import ToldError, read_raises
from models.presets import preset_named
from models.rules.accused import accused_seats, named_seats
from models.rules.pacing import SHANGHAI
from models.rules.places import public_place
from models.rules.told import Accused, Moment, SaidTime, how_long
from models.rules.town import Seat
from models.rules.urgency import Urgency

NOW = datetime(2025, 7, 15, 9, 0, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        ("停水三天了", 3 * DAY),
        ("停水3天多了还没来", 3 * DAY),
        ("停水十几天了", 11 * DAY),
        ("停水一个半月了", 45 * DAY),
        ("停水两三天了", 2 * DAY),
        ("停水好几天了", 4 * DAY),
        ("停水半个月了", 15 * DAY),
        ("停水二十五天了", 25 * DAY),
        ("从昨晚停水到现在", timedelta(hours=13)),
        ("前天半夜就停水", timedelta(hours=33)),
        ("上周五停的水", timedelta(days=3, hours=21)),
        ("国庆那天就停水", timedelta(days=286, hours=21)),
        ("10号早上就停水", timedelta(days=5, hours=2)),
        ("端午那天停的水", timedelta(days=44, hours=21)),
        ("三天两头停水", None),
        ("每三天停一次水", None),
        ("停水了", None),
        ("怀孕八个月了停水受不了", None),
        ("今天中午要停水", None),
    ],
)
def test_how_long_it_has_lasted_is_counted_from_the_words(
    understanding: Understanding, text: str, lasting: timedelta | None
):
    assert understanding.with_words(understanding.understand(""), text).told.lasting(NOW) == lasting


def test_a_moment_is_the_last_one_of_its_kind():
    assert how_long(SaidTime("20号", moment=Moment("monthday", day=20)), NOW) == timedelta(days=24, hours=21)
    assert how_long(SaidTime("春节", moment=Moment("lunar", dates=(date(2026, 2, 17),))), NOW) is None
    assert how_long(SaidTime("", moment=None), NOW) is None


@pytest.mark.parametrize(
    ("text", "urgency", "reason"),
    [
        ("三组桥头路灯坏了", Urgency.U2, None),
        ("三组桥头路灯坏了 昨晚老人摔伤了", Urgency.U1, "老人摔伤"),
        ("屋顶漏雨 家里有瘫痪在床的老人", Urgency.U1, "老人"),
        ("屋顶漏雨", Urgency.U2, None),
        ("我家交了钱暖气不热", Urgency.U2, None),
        ("我家交了钱暖气不热 有个刚满月的宝宝", Urgency.U1, "宝宝"),
        ("整个小区暖气不热", Urgency.U1, "整个小区"),
        ("暖气不热五天了", Urgency.U1, "五天"),
    ],
)
def test_haste_has_its_reason_beside_it(
    understanding: Understanding, text: str, urgency: Urgency, reason: str | None
):
    decision = understanding.understand(text)
    reasons = [words for words, points in decision.because if ": " in words and not points]

    assert decision.urgency is urgency
    assert [each for each in reasons if reason and reason in each] == reasons
    assert bool(reasons) == bool(reason)


def test_only_an_emergency_is_an_emergency():
    with pytest.raises(ToldError, match="only an emergency is U0"):
        read_raises([{"name": "x", "to": "U0", "categories": ["A"]}])


def seat(number: int, post: str, surname: str, name: str, title: str) -> Seat:
    return Seat(number, post, 1, number, surname, name, title, date(2024, 1, 1), None)


PRESET = preset_named("anxiang")
SEATS = (
    seat(1, "zu_head", "王", "王建军", "组长"),
    seat(2, "zu_head", "刘", "刘明", "组长"),
    seat(3, "pian_head", "李", "李芳", "村支书"),
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("王组长只顾自己亲戚", {1}),
        ("老王组长不公道", {1}),
        ("组长办事就看是不是他亲戚", {1, 2}),
        ("刘明收了钱", {2}),
        ("李书记优亲厚友", {3}),
        ("片长从来不露面", {3}),
        ("赵组长收了礼", {1, 2}),
        ("低保不公平", set()),
    ],
)
def test_a_complaint_names_holders_by_name_post_or_surname_and_post(text: str, named: set[int]):
    assert {each.id for each in named_seats(SEATS, PRESET, text)} == named


def test_a_neighbour_or_a_builder_holds_no_post():
    assert accused_seats(SEATS, PRESET, [Accused("neighbour", "楼上"), Accused("builder", "王组长")]) == ()
    assert [each.id for each in accused_seats(SEATS, PRESET, [Accused("official", "王组长")])] == [1]


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("王组长，三组路灯不亮", set()),
        ("麻烦李书记看看桥头的路", set()),
        ("王组长家门口的井盖没了", set()),
        ("王组长家把路占了一半", {"official"}),
        ("王组长说了三天还没来修", {"idle"}),
        ("楼上也停水了", set()),
        ("楼上天天半夜拖桌子", {"neighbour"}),
    ],
)
def test_speaking_to_somebody_is_not_complaining_of_him(
    understanding: Understanding, text: str, parties: set[str]
):
    told = understanding.with_words(understanding.understand(""), text).told

    assert {each.party for each in told.accused} == parties


@pytest.mark.parametrize(
    ("place", "public"),
    [
        ("5栋302", "5栋"),
        ("三单元五零二", "三单元"),
        ("3栋2单元501", "3栋2单元"),
        ("老支书家斜对面那口井", ""),
        ("王婶家老屋后面", ""),
        ("刘家屋场路口", "刘家屋场路口"),
        ("四组桥头", "四组桥头"),
    ],
)
def test_a_group_hears_no_door_and_nobodys_house(place: str, public: str):
    assert public_place(place) == public


def test_every_reason_for_haste_speaks_of_categories_that_exist(understanding: Understanding):
    codes = {item.code for item in understanding.lexicon.items}

    for row in understanding.lexicon.raises:
        assert all(any(code.startswith(each) for code in codes) for each in row.categories)
        assert row.words or row.risk or row.whole or row.households or row.hours


def test_the_tables_cannot_be_changed_while_running(understanding: Understanding):
    with pytest.raises(TypeError):
        understanding.lexicon.told.risk["old"] = ()  # type: ignore[index]
