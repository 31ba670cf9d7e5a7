"""Which approved text answers what villagers ask, and what none may answer: own questions over the demo's own texts."""

from datetime import date
from pathlib import Path

import pytest

from bot.demo_town import POLICIES, load_policies
from bot.parts import knowing, understanding_with
from models.rules.knowledge import ENOUGH, LONGEST, Library, Text, may_be_answered

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "policy_questions.tsv").read_text(encoding="utf-8").splitlines()
]
NONE = "-"
POLICY_TEXTS = load_policies(POLICIES)
PLAIN = understanding_with(None).plain


def text(
    no: int, title: str, *asked: str, answer: str = "到村部办", on: date = date(2025, 1, 1), depth: int = 1
) -> Text:
    return Text(no, title, answer, asked, on, depth)


def quoted(texts: list[Text], question: str) -> str:
    said = PLAIN(question)
    if not may_be_answered(said, knowing().known):
        return NONE
    fit = Library(texts, knowing()).answer(said)
    return fit.text.title if fit is not None else NONE


@pytest.fixture(scope="module")
def demo_texts() -> list[Text]:
    return [
        text(no, PLAIN(each.title), *map(PLAIN, each.asked), answer=PLAIN(each.answer), on=each.dated_on)
        for no, each in enumerate(POLICY_TEXTS, 1)
    ]


@pytest.mark.parametrize(("question", "title"), [(question, title) for question, title, _ in ROWS])
def test_a_question_is_answered_from_its_text_or_from_none(question: str, title: str, demo_texts: list[Text]):
    assert quoted(demo_texts, question) == title


def test_the_table_is_large_enough_and_knows_only_texts_of_the_demo():
    answered = [title for _, title, _ in ROWS if title != NONE]

    assert len(ROWS) >= 40
    assert len(ROWS) - len(answered) >= 15
    assert set(answered) == {each.title for each in POLICY_TEXTS}


def test_every_demo_text_fits_in_one_line_of_a_group():
    assert [t.title for t in POLICY_TEXTS if len(t.title) + len(t.answer) + len(t.source) > LONGEST] == []


def test_of_two_texts_that_fit_the_deeper_area_goes_first_then_the_newer_paper():
    county = text(1, "秸秆禁烧", on=date(2025, 6, 1))
    old = text(2, "秸秆禁烧", on=date(2024, 1, 1), depth=2)
    new = text(3, "秸秆禁烧", on=date(2025, 1, 1), depth=2)

    fits = Library([county, old, new], knowing()).fits("秸秆禁烧是什么规定")

    assert [fit.text.no for fit in fits] == [3, 2, 1]


def test_a_better_fit_goes_before_a_deeper_area():
    wide, deep = text(1, "犬证 疫苗"), text(2, "犬证 年检 体检 换证", depth=3)

    assert Library([wide, deep], knowing()).fits("犬证疫苗在哪里打")[0].text.no == 1


def test_a_fit_tells_the_words_that_counted_and_those_nothing_is_said_of():
    fit = Library([text(1, "居住证 申请")], knowing()).fits("居住证申请要照片吗")[0]

    assert [word for word, _ in fit.because] == ["居住证", "申请"]
    assert fit.missed == ("照片",)
    assert all(weight > 0 for _, weight in fit.because)


def test_a_word_that_every_text_has_tells_less_than_one_that_few_have():
    library = Library([text(1, "高龄 补贴"), text(2, "种粮 补贴"), text(3, "危房 补贴")], knowing())

    assert library.weight("补贴") < library.weight("高龄")


def test_nothing_is_quoted_where_there_is_no_text():
    assert Library([], knowing()).answer("低保怎么申请") is None
    assert Library([text(1, "。。。")], knowing()).answer("低保怎么申请") is None
    assert Library([text(1, "低保")], knowing()).answer("") is None


def test_what_is_barely_met_is_not_quoted():
    fit = Library([text(1, "残疾人 证 换证 年审 注销 迁移")], knowing()).fits("残疾人证")[0]

    assert fit.score < ENOUGH
