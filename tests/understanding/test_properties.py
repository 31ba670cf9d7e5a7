"""What holds for whatever is typed: nothing raises, work is bounded, folding twice is folding once, chatter changes nothing."""

import re
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from benchmarks.understanding_reference import ROOT
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from handlers.understanding.normalise import Normaliser
from handlers.understanding.terms import OnePass, Scan, Vocabulary
from models.lexicon import Lexicon, load_lexicon
from models.rules.decision import Decision, Kind
from tests.understanding.test_decisions import REQUESTS
from tests.understanding.test_emergencies import REAL

LONG = 100_000
PIECES = (
    "@小王 ", "@所有人\u2005", "[流泪]", "[", "]", "「", "」", "：", "- - -\n", "\n", "井号", "#", "一零二三", "二十三",
    "十", "号", "单号 ", "\u3000", " ", "！！！！", "哈哈哈哈", "１２３", "這裡", "\u200b", "路灯", "不亮", "着火了", "没水",
    "谢谢", "接单 ", "评 5 4 5", "13812345678", "430726199003074512", "\ud800", "İ", "ﷺ", "😀",
)  # fmt: skip
anything = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(st.characters(), max_size=3)), max_size=15).map(
        "".join
    ),
)
GREETINGS = (
    "大家好,",
    "各位邻居早上好 ",
    "[抱拳][抱拳]",
    "早上好[太阳]\n",
    "打扰大家了,",
    "邻长好,",
    "🙏",
    "",
)
THANKS = (" 谢谢大家", "[流泪][流泪]", "，辛苦了", "🙏🙏", "\n谢谢各位[玫瑰]", "，麻烦了", " 谢谢[抱拳]", "")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(ROOT / "lexicon")


@pytest.fixture(scope="module")
def normaliser(lexicon: Lexicon) -> Normaliser:
    return Normaliser(lexicon.folding)


@settings(max_examples=400, deadline=None)
@given(anything, st.none() | anything, st.sampled_from(["resident", "leader", "cadre"]), st.booleans())
def test_nothing_that_can_be_typed_raises(
    understanding: Understanding, text: str, quote: str | None, role: str, mentioned: bool
):
    for room in ("resident", "private"):
        decision = understanding.understand(
            text, room_kind=room, sender_role=role, quote=quote, mentioned=mentioned
        )
        assert isinstance(decision, Decision)
        understanding.with_words(decision, text)
    understanding.match_commands(text, role, mentioned=mentioned)


@settings(max_examples=400, deadline=None)
@given(anything)
@example("！！！！！！哈哈哈哈哈")
@example("单号 二十三 \u200b號[流泪][流\u200b泪]")
def test_what_was_folded_is_not_folded_further(normaliser: Normaliser, text: str):
    own = normaliser.clean(text).own
    # Names and quotes are the envelope of a message: what stands inside may look like another envelope.
    assume("@" not in own and not own.startswith("「"))

    assert normaliser.clean(own).own == own


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(GREETINGS),
    st.sampled_from([*(text for text, _, _ in REQUESTS), *(text for _, text in REAL)]),
    st.sampled_from(THANKS),
)
def test_greetings_thanks_and_emoji_around_a_request_change_nothing(
    understanding: Understanding, before: str, text: str, after: str
):
    alone = understanding.understand(text)
    among = understanding.understand(before + text + after)

    assert (among.kind, among.category, among.emergency) == (alone.kind, alone.category, alone.emergency)


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=8),
    st.from_regex(
        r"1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}", fullmatch=True, alphabet=st.characters(codec="ascii")
    ),
    st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=8),
)
def test_no_phone_number_stays_in_what_is_kept(
    understanding: Understanding, before: str, phone: str, after: str
):
    decision = understanding.understand(f"四组路灯不亮了 {before} {phone} {after}")

    assert re.sub(r"\D", "", phone) not in re.sub(r"\D", "", decision.text)


class CountingFinder:
    """The finder of production, which also counts the characters it is given."""

    characters = 0

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._finder = OnePass(vocabulary)

    def scan(self, text: str) -> Scan | None:
        CountingFinder.characters += len(text)
        return self._finder.scan(text)


@pytest.fixture(scope="module")
def counted(lexicon: Lexicon) -> Understanding:
    return Understanding(lexicon, load_phrases(ROOT / "locale" / "zh_CN"), finder=CountingFinder)


@pytest.mark.parametrize(
    "piece", ["路灯不亮", "啊", "「", "@", "1", "[", "着火", "没水了！", "#接龙\n", "a b "]
)
def test_a_hundred_thousand_characters_are_no_more_work_than_what_is_read_of_them(
    counted: Understanding, lexicon: Lexicon, piece: str
):
    work = []
    for length in (lexicon.folding.longest, LONG, 2 * LONG):
        CountingFinder.characters = 0
        counted.understand((piece * length)[:length])
        work.append(CountingFinder.characters)

    assert max(work) <= 4 * lexicon.folding.longest
    assert work[1] == work[2]


def test_only_the_head_of_a_very_long_message_is_kept(understanding: Understanding, lexicon: Lexicon):
    decision = understanding.understand("四组桥头路灯不亮了。" + "没水没电" * LONG)

    assert decision.kind is Kind.REPORT
    assert len(decision.text) <= lexicon.folding.longest


def endless_in_endless(nodes: Any, *, inside: bool = False) -> Iterator[str]:
    """Repeats without a limit that hold another one: these can take time that grows like a power of the length."""
    for op, what in nodes:
        name = str(op)
        endless = name in {"MAX_REPEAT", "MIN_REPEAT"} and what[1] == parser.MAXREPEAT
        if endless and inside:
            yield name
        yield from (
            found
            for inner in inner_of(name, what)
            for found in endless_in_endless(inner, inside=inside or endless)
        )


def inner_of(name: str, what: Any) -> list[Any]:
    if name == "BRANCH":
        return list(what[1])
    if name in {"MAX_REPEAT", "MIN_REPEAT"}:
        return [what[2]]
    if name == "SUBPATTERN":
        return [what[3]]
    return [what[1]] if name in {"ASSERT", "ASSERT_NOT"} else []


def every_expression(lexicon: Lexicon) -> Iterator[str]:
    for patterns in lexicon.patterns.values():
        yield from patterns
    for entry in (*lexicon.items, *lexicon.emergencies, *lexicon.guards, *lexicon.cues, *lexicon.turns):
        yield from entry.patterns
    for phrase in load_phrases(ROOT / "locale" / "zh_CN").phrases:
        yield from phrase.patterns


def test_no_expression_repeats_endlessly_within_an_endless_repeat(lexicon: Lexicon):
    assert [each for each in every_expression(lexicon) if any(endless_in_endless(parser.parse(each)))] == []
