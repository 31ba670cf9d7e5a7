"""How three questions and their answers read."""

from collections.abc import Sequence

from handlers.work import Work
from models.rules.quizzing import LETTERS, Question
from models.tables import Notice


def notice_title(notice: Notice) -> str:
    """What a notice is called in a sentence."""
    return notice.title or notice.body[:20]


def asked_words(work: Work, questions: Sequence[Question], *, told: bool = False) -> str:
    """Each on a line with its choices; ``told``: with the right letter."""
    lines = []
    for at, each in enumerate(questions, 1):
        choices = " ".join(
            f"{letter}.{choice}" for letter, choice in zip(LETTERS, each.choices, strict=False)
        )
        right = work.standing.texts.render("QUIZ_TOLD", {"right": each.right}) if told else ""
        lines.append(f"{at}. {each.ask} {choices}{right}")
    return "\n".join(lines)


def choices_words(work: Work, questions: Sequence[Question]) -> str:
    """``1A 12月31日；2B 400元``: the right answers."""
    said = [f"{at}{q.right} {q.choices[LETTERS.index(q.right)]}" for at, q in enumerate(questions, 1)]
    return work.standing.texts.render("LIST_COMMA", {}).join(said)
