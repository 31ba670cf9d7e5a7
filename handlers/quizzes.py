"""Three questions after a notice, to people who said that they are willing: asked once, answered or not (seed E19).

Of an answer only numbers are kept; nobody, the cadre neither, can say who answered what.
"""

from dataclasses import asdict, dataclass
from typing import Any

from handlers.case_steps.asking_again import seed_of
from handlers.case_steps.desk import later
from handlers.case_steps.words import due_words, sayable
from handlers.confirming import ask_first, on_confirmed
from handlers.intents import Intent
from handlers.notice_steps import entitled, in_reach
from handlers.quiz_words import asked_words, notice_title
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.metrics import Share
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.quizzing import (
    ASKED_EVERY,
    OPEN_FOR,
    QUESTIONS,
    Question,
    QuizUnclear,
    draw,
    read_questions,
)
from models.rules.refusals import Refusal, RefusalKind
from models.rules.whom import is_personal
from models.store.notice_receipts import ReceiptStore
from models.store.notices import NoticeStore
from models.store.quizzes import QuizStore
from models.tables import Notice, Quiz

TOPIC = "quiz"


NOT_TOLD = frozenset({"cancelled", "asked"})
"""Nobody heard it, so nobody is asked about it."""


@dataclass(frozen=True, slots=True)
class StartQuiz(Intent):
    """A cadre writes three questions about a notice; they go after 确认. No ``words``: how that is written."""

    no: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class ShowQuiz(Intent):
    """What came of the questions about a notice."""

    no: int


@dataclass(frozen=True, slots=True)
class EndQuiz(Intent):
    """The days for answering are over."""

    quiz_id: int


@handles(StartQuiz, may=Permission.CASE_OPEN)  # who may is checked inside: residents' groups hear no refusal
def start_quiz(ask: StartQuiz, work: Work) -> Reply:
    """The questions as they will be asked, with the right letters, and how many people would be asked."""
    notice = _notice(ask.no, work)
    if not ask.words:
        return Reply("QUIZ_HOW_DM", no=notice.no)
    questions = _questions(ask.words, notice.no, work)
    people, willing = _sample(work, notice)
    if not people:
        key = "QUIZ_NOBODY_NOW_DM" if willing else "QUIZ_NOBODY_DM"
        raise Refusal(RefusalKind.NOT_NOW, key)
    ask_first(work, TOPIC, {"notice": notice.id, "questions": [asdict(each) for each in questions]})
    return Reply(
        "QUIZ_PREVIEW_DM", no=notice.no, n=len(people), willing=willing,
        list=asked_words(work, questions, told=True),
    )  # fmt: skip


def _notice(no: int, work: Work) -> Notice:
    """A notice that was sent, within the asker's areas, of which nobody is being asked already.

    Raises:
        NotMeant: said in a residents' group.
        Refusal: no permission; no such notice; questions about it are out.
    """
    entitled(work)
    notice = NoticeStore(work.store.session).find_notice(no=no)
    if (
        notice is None
        or notice.state in NOT_TOLD
        or is_personal(notice.audience)
        or not in_reach(work, notice.audience["areas"])
    ):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=no)
    running = QuizStore(work.store.session).latest_of(notice.id or 0)
    if running is not None and running.ended_at is None:
        raise Refusal(RefusalKind.NOT_NOW, "QUIZ_RUNS_DM", no=no, when=due_words(work, running.ends_at))
    return notice


def _questions(words: str, no: int, work: Work) -> tuple[Question, ...]:
    try:
        questions = read_questions(words)
    except QuizUnclear as unclear:
        if unclear.why == "count":
            raise Refusal(RefusalKind.NOT_CLEAR, "QUIZ_COUNT_DM", no=no) from unclear
        key = {"choices": "QUIZ_CHOICES_DM", "right": "QUIZ_RIGHT_DM", "long": "QUIZ_LONG_DM"}[unclear.why]
        raise Refusal(RefusalKind.NOT_CLEAR, key, at=unclear.at) from unclear
    if not all(sayable(work, part) for each in questions for part in (each.ask, *each.choices)):
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_WORDS_DM")
    return questions


def _sample(work: Work, notice: Notice) -> tuple[list[int], int]:
    """Whom to ask, and how many in these groups are willing at all; post holders are not asked."""
    rooms = ReceiptStore(work.store.wire()).rooms_reached(notice.id or 0)
    holders = {seat.person for seat in work.town.seats.values() if seat.in_force(work.today)}
    free, willing = QuizStore(work.store.session).willing(rooms, work.now - ASKED_EVERY, holders)
    return draw(free, f"{seed_of(work)}:quiz:{notice.no}:{work.today.isoformat()}"), willing


@on_confirmed(TOPIC, explicit=True)
def quiz_confirmed(fields: dict[str, Any], work: Work) -> Reply:
    """The cadre said 确认: one private message to each, and an end in three days."""
    found = NoticeStore(work.store.session).find_notice(row=fields["notice"])
    notice = _notice(found.no if found is not None else 0, work)
    people, _ = _sample(work, notice)
    if not people:
        raise Refusal(RefusalKind.NOT_NOW, "QUIZ_NOBODY_NOW_DM")
    questions = questions_kept(fields["questions"])
    quiz = Quiz(
        notice_id=notice.id or 0, questions=fields["questions"], author_identity_id=work.actor.identity,
        began_at=work.now, ends_at=work.now + OPEN_FOR, asked=len(people), right=[0] * QUESTIONS,
    )  # fmt: skip
    QuizStore(work.store.session).add_quiz(quiz, people, work.now)
    title, listed = notice_title(notice), asked_words(work, questions)
    for identity in people:
        work.tell(identity, "QUIZ_ASK_DM", rank=Rank.ROUTINE, title=title, list=listed)
    work.store.plan([later(f"quiz:{quiz.id}:end", "EndQuiz", {"quiz_id": quiz.id}, quiz.ends_at)])
    return Reply("QUIZ_SENT_DM", no=notice.no, n=len(people), when=due_words(work, quiz.ends_at))


def questions_kept(kept: list[dict[str, Any]]) -> tuple[Question, ...]:
    """The questions as the database keeps them."""
    return tuple(Question(each["ask"], tuple(each["choices"]), each["right"]) for each in kept)


@handles(ShowQuiz, may=Permission.CASE_OPEN)
def show_quiz(ask: ShowQuiz, work: Work) -> Reply:
    """While people answer only how many did; afterwards the numbers."""
    entitled(work)
    notice = NoticeStore(work.store.session).find_notice(no=ask.no)
    if notice is None or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=ask.no)
    quiz = QuizStore(work.store.session).latest_of(notice.id or 0)
    if quiz is None:
        return Reply("QUIZ_HOW_DM", no=notice.no)
    if quiz.ended_at is None:
        when = due_words(work, quiz.ends_at)
        return Reply("QUIZ_RUNNING_DM", no=notice.no, asked=quiz.asked, n=quiz.answered, when=when)
    return _result(work, notice, quiz)


def _result(work: Work, notice: Notice, quiz: Quiz) -> Reply:
    render, n = work.standing.texts.render, quiz.answered
    each = render("LIST_COMMA", {}).join(
        render("QUIZ_EACH", {"at": at, "right": right}) for at, right in enumerate(quiz.right, 1)
    )
    blanks = {"no": notice.no, "asked": quiz.asked, "n": n, "right": quiz.all_right, "each": each}
    percent = Share(quiz.all_right, n).percent
    if percent is None:
        return Reply("QUIZ_FEW_DM", **blanks)
    return Reply("QUIZ_RATE_DM", rate=f"{percent:g}", **blanks)


@handles(EndQuiz, may=Permission.CLOCK_TICK)
def end_quiz(ask: EndQuiz, work: Work) -> None:
    """Who was asked is forgotten; the cadre who wrote it hears the numbers."""
    quiz = QuizStore(work.store.session).quiz(ask.quiz_id)
    if quiz is not None and quiz.ended_at is None:
        finish(work, quiz)


def finish(work: Work, quiz: Quiz) -> None:
    """No more answers are taken."""
    quiz.ended_at = work.now
    QuizStore(work.store.session).forget_asked(quiz.id or 0)
    notice = NoticeStore(work.store.session).find_notice(row=quiz.notice_id)
    if notice is not None:
        result = _result(work, notice, quiz)
        work.tell(quiz.author_identity_id, result.key, rank=Rank.ROUTINE, **result.blanks)
