"""Three questions after a notice: how they are written, whom they go to, and the rate that comes of them (pure; seed E19).

Nobody must answer, nobody is asked more often than once a month, and nobody is reminded. Of the answers only numbers
are kept. The rate is that of people: who had all three right, of all who answered (E19: of 10 answers 7 right are
70 %). Who was asked and did not answer stands on neither side; below ten answers there are numbers and no rate
(models.rules.metrics).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from models.rules.following_up import lot

QUESTIONS = 3
MOST_ASKED = 30
"""People of one draw: three times what a rate needs, and a few minutes of sending."""
ASKED_EVERY = timedelta(days=30)
OPEN_FOR = timedelta(days=3)
LONGEST_QUESTION = 60
LONGEST_CHOICE = 30
LONGEST = 300
"""Characters of a question with its choices."""
LETTERS = "ABCD"
_NARROW = {**{wide: wide - 0xFEE0 for wide in range(0xFF10, 0xFF5B)}, 0xFF1F: 0xFF1F}
"""Full-width letters, digits and colons as narrow ones; question marks stay as they are written."""
_MARK = r"(?<![A-Za-z]){}(?![A-Za-z])[.．、:)）]*\s*"
_CHOICES = re.compile(
    rf"^(?P<ask>.+?)\s*{_MARK.format('A')}(?P<A>.+?)\s*{_MARK.format('B')}(?P<B>.+?)"
    rf"(?:\s*{_MARK.format('C')}(?P<C>.+?))?(?:\s*{_MARK.format('D')}(?P<D>.+?))?$",
    re.IGNORECASE | re.DOTALL,
)
_RIGHT = re.compile(
    r"[\s,，;；。(（]*(?:正确答案|正确选项|正确|答案|答)\s*[是选为]?\s*[:]?\s*([A-Da-d])(?![A-Za-z])[)）。;；,，.\s]*"
)
_NUMBER = re.compile(r"^\s*(?:第?[一二三1-3]题?[.．、:)）\s]+|第[一二三1-3]题)")
_EDGES = " \t\n,;，；。"


@dataclass(frozen=True, slots=True)
class Question:
    """One question with two to four choices, the first called A."""

    ask: str
    choices: tuple[str, ...]
    right: str
    """The letter of the right one."""


class QuizUnclear(ValueError):  # noqa: N818 - says what is wrong with the words
    """No three questions can be read: ``why`` is ``count``, ``choices``, ``right`` or ``long``; ``at`` which one (from 1)."""

    def __init__(self, why: str, at: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.at = at


def read_questions(words: str) -> tuple[Question, ...]:
    """Three questions, each up to the words that tell its answer (答A).

    Raises:
        QuizUnclear: there are not three, or one of them cannot be read.
    """
    text = words.translate(_NARROW)
    marks = list(_RIGHT.finditer(text))
    if len(marks) != QUESTIONS or text[marks[-1].end() :].strip(_EDGES):
        raise QuizUnclear("count")
    begins = [0, *(mark.end() for mark in marks)]
    return tuple(
        _question(text[begin : mark.start()], mark[1].upper(), number)
        for number, (begin, mark) in enumerate(zip(begins, marks, strict=False), 1)
    )


def _question(words: str, right: str, at: int) -> Question:
    if len(words) > LONGEST:
        raise QuizUnclear("long", at)
    found = _CHOICES.match(_NUMBER.sub("", words.strip(_EDGES)).strip(_EDGES))
    if found is None:
        raise QuizUnclear("choices", at)
    choices = tuple(found[letter].strip(_EDGES) for letter in LETTERS if found[letter])
    ask = found["ask"].strip(_EDGES)
    if not ask or not all(choices):
        raise QuizUnclear("choices", at)
    if right not in LETTERS[: len(choices)]:
        raise QuizUnclear("right", at)
    if len(ask) > LONGEST_QUESTION or any(len(choice) > LONGEST_CHOICE for choice in choices):
        raise QuizUnclear("long", at)
    return Question(ask, choices, right)


def read_answer(words: str) -> tuple[str, ...] | None:
    """Three letters in the order of the questions; None: there are more or fewer.

    >>> read_answer("3c 1A，2b"), read_answer("abc"), read_answer("AB")
    (('A', 'B', 'C'), ('A', 'B', 'C'), None)
    """
    text = re.sub(r"[^A-D1-3]", "", unicodedata.normalize("NFKC", words).upper())
    pairs = re.findall(r"([1-3]?)([A-D])", text)
    if len(pairs) != QUESTIONS or "".join(number + letter for number, letter in pairs) != text:
        return None
    numbers = [number for number, _ in pairs]
    if not any(numbers):
        return tuple(letter for _, letter in pairs)
    by_number = dict(pairs)
    if sorted(by_number) != ["1", "2", "3"]:
        return None
    return tuple(by_number[number] for number in sorted(by_number))


def draw(people: Iterable[int], seed: str) -> list[int]:
    """Whom to ask, in order: the same people for everybody who draws again from the same ones."""
    by_lot = sorted((lot(seed, person, 0), person) for person in people)
    return sorted(person for _, person in by_lot[:MOST_ASKED])


def rights(questions: Sequence[Question], answer: Sequence[str]) -> list[bool]:
    """Which of the questions were answered right."""
    return [question.right == letter for question, letter in zip(questions, answer, strict=True)]
