"""Ratings as people say them, sentence by sentence; and lines that are none."""

import tomllib
from pathlib import Path

import pytest

from models.rules.rating_words import RatingWords, rating_words

HERE = Path(__file__).parent
LOCALE = HERE.parents[1] / "locale" / "zh_CN" / "feedback.toml"
SAID = [
    line.split("\t")
    for line in (HERE / "rating_words.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def words() -> RatingWords:
    said = tomllib.loads(LOCALE.read_text(encoding="utf-8"))
    return rating_words(said["rating_words"], said["rating_lists"])


def test_there_are_enough_sentences():
    assert len(SAID) >= 200
    assert sum(marks == "-" for _, marks in SAID) >= 30
    assert len({text for text, _ in SAID}) == len(SAID)


@pytest.mark.parametrize(("text", "marks"), SAID)
def test_what_is_said_gives_three_marks(words: RatingWords, text: str, marks: str):
    read = words.read(text)
    got = "-" if read is None else "~" if read.weak else "".join(map(str, read.scores.all))

    assert got == marks
    assert words.may_be(text) or read is None


def test_a_number_before_the_words_is_the_case(words: RatingWords):
    read = words.read("#12 太慢了")

    assert read is not None
    assert (read.no, read.outright) == (12, True)


@pytest.mark.parametrize(
    ("text", "outright"), [("挺好的", False), ("545", False), ("满意", True), ("态度好", True)]
)
def test_words_that_name_what_is_rated_need_no_question(words: RatingWords, text: str, outright: bool):
    read = words.read(text)

    assert read is not None
    assert read.outright is outright


def test_behind_an_announced_rating_anything_may_be_said(words: RatingWords):
    scores = words.among("满意 孩子上学路上不黑了 就是来得慢")

    assert scores is not None
    assert scores.all == (4, 2, 4)


def test_a_complaint_about_speed_or_manner_never_says_that_it_is_unsolved(words: RatingWords):
    for text in ("太慢了", "态度恶劣", "慢死了，态度也差"):
        read = words.read(text)
        assert read is not None
        assert read.scores.effect > 2
