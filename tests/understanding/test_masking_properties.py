"""However somebody writes a number that belongs to a person: it is covered, and covering never goes wrong."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.understanding import Understanding
from models.rules.masking import mask, personal_numbers, secret_numbers

ASCII = st.characters(codec="ascii")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SAID = str.maketrans("0123456789", "零幺二三四五六七八九")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
KEYCAP = "\ufe0f\u20e3"
SCRIPTS = (str, lambda d: d.translate(WIDE), lambda d: d.translate(SAID), lambda d: d.translate(CIRCLED))
GLUE = ("", " ", "-", ".", "  ", " - ", "——", "😀", "📞 ", "\u200b", "\u3000", "·", "(", ")", "\n")
SPOKEN = "零〇一二三四五六七八九幺两洞拐勾壹贰叁肆伍陆柒捌玖陸貳參"
REQUESTS = ("四组桥头路灯不亮 电话{} 快来修", "{}\n三组停水了", "三组停水了，打这个{}", "三组停水了{}[流泪]")
OTHERS = st.text(
    st.characters(exclude_categories=("Nd", "No", "Cs"), exclude_characters=f"{SPOKEN}+*xXＸｘ"), max_size=20
)

phones = st.from_regex(r"1[3-9]\d{9}", fullmatch=True, alphabet=ASCII)
landlines = st.from_regex(r"0(10|2[1-9]|[3-9]\d{2})[2-8]\d{6}", fullmatch=True, alphabet=ASCII)
cards = st.from_regex(r"[3-6]\d{15,18}", fullmatch=True, alphabet=ASCII)
identities = st.from_regex(
    r"[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|30)\d{3}[\dXx]", fullmatch=True, alphabet=ASCII
)


@st.composite
def written(draw: st.DrawFn, digits: st.SearchStrategy[str]) -> tuple[str, str]:
    """(the number, one way of writing it): a script for each digit or for all, and what stands between groups."""
    number = draw(digits)
    write = draw(st.sampled_from(SCRIPTS))
    cuts = sorted(draw(st.sets(st.integers(1, len(number) - 1), max_size=4)))
    parts = [number[a:b] for a, b in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    glue = draw(st.sampled_from(GLUE))
    return number, glue.join(write(part) for part in parts)


def digits_of(text: str) -> str:
    """Every digit of a text in one row, whatever it is written with; a cover breaks the row."""
    said = dict(zip("零幺二三四五六七八九一", "01234567891", strict=True))
    plain = "".join(said.get(each) or str(unicodedata.digit(each, each)) for each in text)
    return re.sub(r"[^0-9X*]", "", plain.upper())


@settings(max_examples=400, deadline=None)
@given(OTHERS, written(st.one_of(phones, identities, landlines)), OTHERS)
def test_no_number_gets_through_however_it_is_written(before: str, number: tuple[str, str], after: str):
    plain, as_written = number
    covered = mask(f"{before} {as_written} {after}")

    assert as_written not in covered
    assert plain.upper() not in digits_of(covered)


@settings(max_examples=200, deadline=None)
@given(number=written(st.one_of(phones, identities, landlines)), around=st.sampled_from(REQUESTS))
def test_what_is_kept_of_a_request_holds_no_number(
    understanding: Understanding, number: tuple[str, str], around: str
):
    plain, as_written = number
    decision = understanding.understand(around.format(as_written))

    assert decision.phones == 1
    assert plain.upper() not in digits_of(decision.text)


@settings(max_examples=200, deadline=None)
@given(OTHERS, cards, st.sampled_from((4, 30)), OTHERS)
def test_no_card_number_gets_through(before: str, card: str, size: int, after: str):
    grouped = " ".join(card[at : at + size] for at in range(0, len(card), size))

    assert secret_numbers(f"{before},{grouped},{after}") >= 1
    assert card not in digits_of(mask(f"{before},{grouped},{after}"))


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from("0123456789 -*xX+一二零幺湘京aAJ13568😀年()（）①０９")))
def test_covering_twice_is_covering_once_and_never_fails(text: str):
    once = mask(text)

    assert mask(once) == once
    assert 0 <= secret_numbers(text) <= personal_numbers(text)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_can_be_covered(text: str):
    assert mask(mask(text)) == mask(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(phones, min_size=2, max_size=6))
def test_numbers_without_anything_between_are_all_covered(numbers: list[str]):
    covered = mask("".join(numbers))

    assert not any(number in covered for number in numbers)


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "13 8 ", "*1", "138****5678 ", "13812345678 ", "湘J", "一二", "1x", "①-"]
)
def test_work_grows_with_the_length_only(unit: str):
    """Counted, not timed: how many steps a longer text costs beside a shorter one."""
    short, long = steps(unit * 400), steps(unit * 4000)

    assert long <= 12 * max(short, 50)


def steps(text: str) -> int:
    """How many lines of the covering run for a text."""
    counted = 0

    def count(frame, event, arg):  # noqa: ANN001, ANN202, ARG001
        nonlocal counted
        if frame.f_code.co_filename.endswith("masking.py"):
            counted += 1
            return count
        return None

    old = sys.gettrace()
    sys.settrace(count)
    try:
        mask(text)
    finally:
        sys.settrace(old)
    return counted
