"""Cases go to a platform of the county, and its answers come back: each is done once, however often a file is read."""

from dataclasses import dataclass
from typing import Any

from handlers.answers import tell_answer
from handlers.case_steps.steps import handler_of, is_private, record
from handlers.case_steps.whom import is_whispered
from handlers.intents import Intent
from handlers.registry import handles
from handlers.results import LEAST_RESULT, end_with
from handlers.work import Reply, Work
from models.handover_desk import that_may_go
from models.handover_rows import HandoverStore
from models.rules.case_life import OPEN_STATES, Step, Who
from models.rules.handover import (
    LONGEST_ANSWER,
    LONGEST_THEIR_NO,
    MOST_CASES,
    Effect,
    TheirAnswer,
    TheirState,
    effect_of,
)
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.scope import Scope, scope_of
from models.rules.urgency import Urgency
from models.tables import Case, HandedOver

LEAST_REASON = 4
MOST_DIGITS = 10
KEPT_MARKS = 50
"""Answers of one case that are known again."""


@dataclass(frozen=True, slots=True)
class HandOverCases(Intent):
    """These cases go to the platform, as one package. ``reason``: why private ones may."""

    numbers: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakePackage(Intent):
    """Somebody takes the files of a package away: that is written down each time."""

    package: int


@dataclass(frozen=True, slots=True)
class TakeTheirAnswer(Intent):
    """The platform has answered about a case; ``row`` is where it stands in their file, ``at`` an ISO moment or empty."""

    answer: TheirAnswer


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of a row, the sentence that says so, and what it is about."""

    effect: Effect
    key: str
    blanks: dict[str, Any]
    handed: HandedOver | None = None
    case: Case | None = None


@handles(HandOverCases, may=Permission.CASE_HAND_OVER)
def hand_over_cases(ask: HandOverCases, work: Work) -> Reply:
    """All of them or none: who does not see one is told that it is not there."""
    numbers = tuple(dict.fromkeys(ask.numbers))
    if not numbers or len(numbers) > MOST_CASES:
        raise Refusal(RefusalKind.NOT_CLEAR, "HANDOVER_NONE_DM", most=MOST_CASES)
    cases = that_may_go(work.store.session, _scope(work), numbers)
    missing = sorted({*numbers} - {case.no for case in cases})
    if missing:
        listed = ", ".join(f"#{no}" for no in missing[:10])
        raise Refusal(RefusalKind.NOT_FOUND, "HANDOVER_MISSING_DM", list=listed)
    private = [case for case in cases if is_private(case)]
    if private and len(ask.reason.strip()) < LEAST_REASON:
        raise Refusal(
            RefusalKind.NOT_CLEAR, "HANDOVER_REASON_DM", list=", ".join(f"#{c.no}" for c in private)
        )
    reason = ask.reason.strip()[:200] if private else ""
    receiver = work.standing.handover.to
    package = HandoverStore(work.store.session).make(cases, receiver, reason, work.actor.person, work.now)
    for case in cases:
        record(work, case, Step.UPDATE, by=Who.SYSTEM, reason=f"handover {package}")
    return Reply("HANDOVER_MADE_DM", package=package, count=len(cases), to=receiver)


@handles(TakePackage, may=Permission.CASE_HAND_OVER)
def take_package(ask: TakePackage, work: Work) -> Reply:
    """The files are written from the cases as they stand now; the audit line says who took them when."""
    if not HandoverStore(work.store.session).holds(ask.package, _scope(work)):
        raise Refusal(RefusalKind.NOT_FOUND, "HANDOVER_NO_PACKAGE_DM")
    return Reply("HANDOVER_TAKEN_DM", package=ask.package)


@handles(TakeTheirAnswer, may=Permission.CASE_HAND_OVER)
def take_their_answer(ask: TakeTheirAnswer, work: Work) -> Reply:
    """As somebody of the level above would answer or end it; the same answer again changes nothing."""
    found = verdict_of(ask.answer, work)
    if found.effect is Effect.SKIPPED or found.case is None or found.handed is None:
        raise Refusal(RefusalKind.NOT_CLEAR, found.key, **found.blanks)
    if found.effect is not Effect.KNOWN:
        _note(ask.answer, found.handed, work)
        _EFFECTS[found.effect](work, found.case, ask.answer.words.strip())
    return Reply(found.key, **found.blanks)


def verdict_of(answer: TheirAnswer, work: Work) -> Verdict:
    """What would come of an answer; nothing is written."""
    said, told = answer.no.strip().removeprefix("#"), work.standing.handover
    if not (said.isascii() and said.isdecimal() and len(said) < MOST_DIGITS):
        return Verdict(Effect.SKIPPED, "HANDOVER_BAD_NO_DM", {"value": answer.no[:20]})
    no = int(said)
    found = HandoverStore(work.store.session).last_of(no, _scope(work))
    if found is None:
        return Verdict(Effect.SKIPPED, "HANDOVER_NOT_SENT_DM", {"no": no})
    handed, case = found
    if len(answer.words) > LONGEST_ANSWER or len(answer.their_no) > LONGEST_THEIR_NO:
        blanks = {"no": no, "words": LONGEST_ANSWER, "number": LONGEST_THEIR_NO}
        return Verdict(Effect.SKIPPED, "HANDOVER_LONG_DM", blanks)
    if _mark(answer, work) in handed.answer_marks:
        return Verdict(Effect.KNOWN, "HANDOVER_KNOWN_DM", {"no": no}, handed, case)
    meaning = next((TheirState(ours) for theirs, ours in told.answer_states if theirs == answer.state), None)
    effect = effect_of(
        meaning, words=len(answer.words.strip()) >= LEAST_RESULT, is_open=case.state in OPEN_STATES,
        may_end=_may_end(case),
    )  # fmt: skip
    if effect is Effect.SKIPPED:
        return Verdict(effect, "HANDOVER_STATE_DM", {"no": no, "value": answer.state[:20]})
    return Verdict(effect, f"HANDOVER_{effect.upper()}_DM", {"no": no}, handed, case)


def _may_end(case: Case) -> bool:
    """What is urgent is ended only after somebody of ours spoke with the reporter."""
    urgent = case.urgency in {Urgency.U0, Urgency.U1}
    return not urgent or case.first_contact_at is not None or is_whispered(case)


def _note(answer: TheirAnswer, handed: HandedOver, work: Work) -> None:
    handed.their_no = answer.their_no.strip() or handed.their_no
    handed.their_state = answer.state
    handed.answered_at = answer.at or work.now
    handed.answer_marks = [*handed.answer_marks, _mark(answer, work)][-KEPT_MARKS:]


def _mark(answer: TheirAnswer, work: Work) -> str:
    return work.standing.secrets.digest("handover", *answer.parts)


def _speaker(work: Work) -> dict[str, Any]:
    return {"role": work.standing.handover.to, "surname": ""}


def _resolve(work: Work, case: Case, words: str) -> None:
    end_with(work, case, words, by=Who.HIGHER, claimed_by=case.claimed_by or case.assignee_id)


def _answer(work: Work, case: Case, words: str) -> None:
    facts = {"at": work.now.isoformat(), "words": words[:60], "by": None}
    record(work, case, Step.ANSWER, by=Who.HIGHER, reason=words[:300], flags={**case.flags, "answer": facts})
    tell_answer(work, case, _speaker(work), words)


def _come_back(work: Work, case: Case, words: str) -> None:
    """It stays with whoever has it, who hears why."""
    record(work, case, Step.UPDATE, by=Who.SYSTEM, reason=words[:300])
    why = words[:60] or work.standing.texts.render("HANDOVER_NO_WHY", {})
    to = work.standing.handover.to
    work.tell_seat(handler_of(work, case), "HANDOVER_BACK_DM", case=case, no=case.no, to=to, words=why)


def _only_note(work: Work, case: Case, words: str) -> None:
    """Its number and state over there stand on the page of the case; nobody is told."""


_EFFECTS = {
    Effect.RESOLVES: _resolve, Effect.ANSWERS: _answer, Effect.COMES_BACK: _come_back, Effect.NOTED: _only_note,
}  # fmt: skip


def _scope(work: Work) -> Scope:
    return scope_of(work.actor, work.town)
