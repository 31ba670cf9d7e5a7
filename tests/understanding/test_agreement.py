"""The fast way and the plain way say the same, word for word."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.understanding_reference import jieba_first, plain_reference
from handlers.understanding import Understanding
from handlers.understanding.anchors import work_out
from handlers.understanding.segment import BlockCutter
from tests.understanding.test_decisions import CUES, REQUESTS, SILENT
from tests.understanding.test_emergencies import HARMLESS, REAL

SAID = [
    *(text for text, _, _ in REQUESTS),
    *(text for text, _ in SILENT),
    *(text for text, _ in CUES),
    *(text for _, text in REAL),
    *HARMLESS,
]


@pytest.fixture(scope="module")
def plain() -> Understanding:
    return plain_reference()


def test_one_pass_and_plain_search_agree(understanding: Understanding, plain: Understanding):
    assert [text for text in SAID if understanding.understand(text) != plain.understand(text)] == []


def test_they_agree_on_torn_and_mixed_sentences(understanding: Understanding, plain: Understanding):
    dice = random.Random(7)  # noqa: S311 - the same mixture each time
    mixed = []
    for _ in range(400):
        one, other = dice.choice(SAID), dice.choice(SAID)
        mixed.append(one[: dice.randrange(len(one) + 1)] + other[dice.randrange(len(other)) :])

    assert [text for text in mixed if understanding.understand(text) != plain.understand(text)] == []


def test_jieba_on_every_message_changes_nothing(understanding: Understanding):
    everywhere = jieba_first()

    assert [text for text in SAID if understanding.understand(text) != everywhere.understand(text)] == []


@pytest.mark.parametrize(
    ("text", "word", "torn"),
    [
        ("地下车库进水", "下车", True),
        ("公路坏了", "公路", False),
        ("自来水管爆了", "水管", False),
        ("路灯不亮了", "灯不亮", False),
    ],
)
def test_a_hit_must_not_tear_two_words(text: str, word: str, torn: bool):
    start = text.index(word)

    assert BlockCutter().tears(text, start, start + len(word)) is torn


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("路(灯|由器)坏", {"路灯坏", "路由器坏"}),
        (r"\d+号(修好|办好)", {"号修好", "号办好"}),
        ("(停|断)?电.{0,3}了", {"电"}),
        ("(?<!没)水.*(漏了|漏水)", {"漏了", "漏水"}),
        (r"[a-z]+|\d", None),
    ],
)
def test_anchors_are_words_that_must_be_there(pattern: str, needed: set[str] | None):
    assert work_out(pattern).anchors == (None if needed is None else frozenset(needed))


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"(路|路灯|道)[坏断]?.{0,3}(没|冇得)(水|电)?了", fullmatch=True))
def test_whatever_matches_holds_an_anchor(text: str):
    needed = work_out(r"(路|路灯|道)[坏断]?.{0,3}(没|冇得)(水|电)?了")

    assert any(word in text for word in needed.anchors or ())
    assert all(not beside.isdisjoint(text) for beside in needed.companions)


def test_a_command_is_only_tried_where_its_first_word_stands_first():
    assert work_out(r"^(?P<soft>)(?:接单?|我来接)\s*(\d+)?$").heads == ("我来接", "接")
    assert work_out(r"^(?:请)?\d+号").heads is None
