"""Residents are willing to be asked, or are not any more; and they answer, once (seed E19)."""

from dataclasses import dataclass

from handlers.case_steps.steps import asker
from handlers.intents import Intent
from handlers.quiz_words import choices_words, notice_title
from handlers.quizzes import finish, questions_kept
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.permissions import Permission
from models.rules.quizzing import ASKED_EVERY, LETTERS, Question, read_answer, rights
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.store.notices import NoticeStore
from models.store.quizzes import QuizStore
from models.tables import Quiz, QuizVolunteer


@dataclass(frozen=True, slots=True)
class JoinQuiz(Intent):
    """I do not mind being asked."""


@dataclass(frozen=True, slots=True)
class LeaveQuiz(Intent):
    """Do not ask me any more."""


@dataclass(frozen=True, slots=True)
class AnswerQuiz(Intent):
    """Three letters; they stand for the questions only where somebody was asked."""

    letters: str


@handles(JoinQuiz, may=Permission.PRIVACY_ASK)
def join_quiz(ask: JoinQuiz, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Only whom a private word reaches can be asked."""
    if work.origin.late:
        raise NotMeant
    if work.origin.room is not None and not work.actor.is_friend:
        return Reply("QUIZ_JOIN_GROUP")
    who, store = asker(work), QuizStore(work.store.session)
    row = store.volunteer(who.id or 0)
    if row is None:
        store.session.add(QuizVolunteer(identity_id=who.id or 0, agreed_at=work.now))
    elif row.left_at is not None:
        row.agreed_at, row.left_at = work.now, None
    return Reply("QUIZ_JOINED_DM" if who.home_room_id is not None else "QUIZ_JOINED_NO_GROUP_DM")


@handles(LeaveQuiz, may=Permission.PRIVACY_ASK)
def leave_quiz(ask: LeaveQuiz, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """At once; only when he was asked last is kept until a month is over, so that nobody is asked more often."""
    if work.origin.late:
        raise NotMeant
    store = QuizStore(work.store.session)
    row = store.volunteer(work.actor.identity) if work.actor.identity is not None else None
    if row is None and work.origin.room is not None:
        raise NotMeant
    if row is not None:
        row.left_at = row.left_at or work.now
        store.forget_asker(row.identity_id)
    return Reply("QUIZ_LEFT_DM")


@handles(AnswerQuiz, may=Permission.CASE_ADD)
def answer_quiz(ask: AnswerQuiz, work: Work) -> Reply:
    """Count it, tell the right answers and where they stand; what was answered is kept nowhere."""
    if work.origin.room is not None or work.actor.identity is None or work.origin.late:
        raise NotMeant
    store = QuizStore(work.store.session)
    asked = store.asked_of(work.actor.identity)
    if asked is None:
        raise _not_asked(store.volunteer(work.actor.identity), work)
    if asked.answered:
        raise Refusal(RefusalKind.NOT_NOW, "QUIZ_ONCE_DM")
    quiz = store.quiz(asked.quiz_id)
    if quiz is None or quiz.ended_at is not None:
        raise NotMeant
    questions = questions_kept(quiz.questions)
    correct = rights(questions, _letters(ask.letters, questions))
    asked.answered = True
    quiz.answered += 1
    quiz.all_right += all(correct)
    quiz.right = [so_far + one for so_far, one in zip(quiz.right, correct, strict=True)]
    work.store.flush()
    if quiz.answered >= quiz.asked:
        finish(work, quiz)
    return _right_answers(work, quiz, questions)


def _not_asked(row: QuizVolunteer | None, work: Work) -> Exception:
    """Somebody who was asked in the last weeks is late; from anybody else three letters are nothing."""
    lately = row is not None and row.asked_at is not None and row.asked_at > work.now - ASKED_EVERY
    return Refusal(RefusalKind.NOT_NOW, "QUIZ_LATE_DM") if lately else NotMeant()


def _letters(words: str, questions: tuple[Question, ...]) -> tuple[str, ...]:
    answer = read_answer(words)
    if answer is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "QUIZ_ANSWER_DM")
    for at, (letter, question) in enumerate(zip(answer, questions, strict=True), 1):
        if letter not in LETTERS[: len(question.choices)]:
            last = LETTERS[len(question.choices) - 1]
            raise Refusal(RefusalKind.NOT_CLEAR, "QUIZ_NO_CHOICE_DM", at=at, last=last)
    return answer


def _right_answers(work: Work, quiz: Quiz, questions: tuple[Question, ...]) -> Reply:
    notice = NoticeStore(work.store.session).find_notice(row=quiz.notice_id)
    texts = work.standing.texts
    source = texts.render("QUIZ_SRC", {"source": notice.source}) if notice and notice.source else ""
    no, title = (notice.no, notice_title(notice)) if notice else (0, "")
    return Reply("QUIZ_THANKS_DM", list=choices_words(work, questions), no=no, title=title, source=source)
