"""The end of a case: result, rating in three dimensions, reopening, silent archiving."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.case_steps.hands import thank_hands
from handlers.case_steps.ladder import climb_from, rung_over
from handlers.case_steps.meaning import acting_seat, case_in_hand
from handlers.case_steps.receipts import CARDS, RECEIPTS
from handlers.case_steps.steps import (
    STATUS_LINES,
    called,
    firing,
    hand_over,
    handler_of,
    is_private,
    numbered_case,
    parts_of,
    record,
    reporters_except,
    room_hears,
    rung_of,
    tell_case_room,
    write_event,
)
from handlers.case_steps.words import sayable
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import State, Step, Who
from models.rules.ids import CaseNo
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Found
from models.rules.urgency import Privacy, Urgency
from models.tables import Case, Rating

LEAST_RESULT = 4
"""Characters of a result that says something."""
REOPEN_WITHIN = timedelta(days=30)
MOST_REOPENS = 3
LAPSE_AFTER = timedelta(days=7)
BAD_EFFECT = 2
ENDED = (State.RESOLVED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class ResolveCase(Intent):
    """A leader reports the result."""

    no: CaseNo | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class RateCase(Intent):
    """The reporter rates: three numbers, or one word for all (``mood`` 1-5)."""

    no: CaseNo | None = None
    effect: str = ""
    duration: str = ""
    attitude: str = ""
    words: str = ""
    mood: str = ""


@dataclass(frozen=True, slots=True)
class ReopenCase(Intent):
    """It is not solved."""

    no: CaseNo | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class LapseCase(Intent):
    """Seven days without a rating."""

    no: CaseNo


@handles(ResolveCase, may=Permission.CASE_RESOLVE)
def resolve_case(ask: ResolveCase, work: Work) -> Reply | None:
    """A result of at least four characters; urgent cases need a contact with the reporter first."""
    act = work.standing.texts.render("ACT_RESOLVE", {})
    case = case_in_hand(work, ask.no, act=act)
    seat = acting_seat(work, case)
    words = ask.words.strip()
    if len(words) < LEAST_RESULT:
        raise Refusal(RefusalKind.NOT_CLEAR, "NEED_RESULT_DM", no=case.no)
    if case.urgency in {Urgency.U0, Urgency.U1} and case.first_contact_at is None:
        raise Refusal(RefusalKind.NOT_NOW, "NEED_CONTACT_DM", no=case.no)
    record(
        work, case, Step.RESOLVE, resolved_at=work.now, result=words[:300],
        claimed_by=case.claimed_by or seat.id, claimed_at=case.claimed_at or work.now,
    )  # fmt: skip
    work.store.unplan(case.id or 0, "ClimbCase")
    work.store.cancel_held(case.id or 0, (*RECEIPTS, *CARDS, *STATUS_LINES), "resolved")
    work.store.plan([firing(case, "LapseCase", work.now + LAPSE_AFTER)])
    _say_result(work, case, words)
    return None if room_hears(work, case) else Reply("DONE_DM", no=case.no)


def _say_result(work: Work, case: Case, words: str) -> None:
    """The room hears one line; illness and private matters are not repeated."""
    result = sayable(work, words[:60]) if case.privacy == Privacy.P1 else ""
    if case.urgency == Urgency.U0 and case.room_id is not None and not is_private(case):
        if result:
            work.tell_room(
                case.room_id, "EMERG_OVER", rank=Rank.EMERGENCY, case=case, no=case.no, brief=result[:40]
            )
        else:
            work.tell_room(case.room_id, "EMERG_OVER_PLAIN", rank=Rank.EMERGENCY, case=case, no=case.no)
        return
    if is_private(case) or case.room_id is None:
        for identity in reporters_except(work, case, None):
            work.tell(identity, "RESOLVED_DM", case=case, no=case.no, result=words[:60])
        return
    mentions = [case.reporter_id] if case.reporter_id is not None else []
    key = "RESOLVED" if result else "RESOLVED_PLAIN"
    blanks: dict[str, Any] = {"result": result} if result else {}
    work.tell_room(case.room_id, key, case=case, mentions=mentions, no=case.no, **blanks)


def _ended_case(work: Work, no: CaseNo | None) -> Case:
    """The ended case a reporter speaks of.

    Raises:
        NotMeant: no number was said and nothing of theirs waits for a rating.
        Refusal: somebody else's case.
    """
    if no is not None:
        case = numbered_case(work, no)
        if not parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER):
            raise Refusal(RefusalKind.NOT_ALLOWED, "RATE_DENY_DM", no=case.no)
        return case
    if work.actor.identity is None:
        raise NotMeant
    mine = work.store.reported_by(work.actor.identity, ENDED, work.origin.room)
    waiting = [c for c in mine if c.state == State.RESOLVED] or mine[:1]
    if not waiting:
        raise NotMeant
    return waiting[0]


@handles(RateCase, may=Permission.CASE_RATE)
def rate_case(ask: RateCase, work: Work) -> Reply | None:
    """Numbers are never repeated in the group; a poor effect reopens, any 1 goes one level above the handler."""
    case = _ended_case(work, ask.no)
    if ask.mood and case.state != State.RESOLVED and ask.no is None:
        raise NotMeant
    scores = [int(x or ask.mood or 0) for x in (ask.effect, ask.duration, ask.attitude)]
    if case.state not in ENDED:
        raise Refusal(RefusalKind.NOT_NOW, "RATE_EARLY_DM", no=case.no)
    _keep_rating(work, case, scores, ask.words)
    if scores[0] <= BAD_EFFECT:
        return reopen(work, case, ask.words)
    record(work, case, Step.RATE, closed_at=work.now, closed_reason="rated")
    write_scores(work, scores)
    work.store.unplan(case.id or 0, "LapseCase")
    thank_hands(work, case)
    if min(scores) == 1:
        _tell_above(work, case, "BAD_RATING_DM")
    return Reply("RATED_DM", no=case.no) if work.actor.is_friend and work.origin.room is None else None


def write_scores(work: Work, scores: list[int]) -> None:
    """The outcome's last step tells the scores (they are kept in the rating, not in the event)."""
    last = work.steps.pop()
    work.steps.append(
        type(last)(last.case_id, last.no, last.step, last.state, {**last.changes, "scores": scores})
    )


def _keep_rating(work: Work, case: Case, scores: list[int], words: str) -> None:
    effect, duration, attitude = scores
    identity, cycle = work.actor.identity or 0, case.reopen_count
    row = work.store.rating_of(case.id or 0, identity, cycle)
    if row is None:
        row = Rating(
            case_id=case.id or 0, identity_id=identity, cycle=cycle,
            effect=effect, duration=duration, attitude=attitude, at=work.now,
        )  # fmt: skip
        work.store.session.add(row)
    row.effect, row.duration, row.attitude, row.words, row.at = (
        effect,
        duration,
        attitude,
        words[:200],
        work.now,
    )


def _tell_above(work: Work, case: Case, key: str) -> None:
    """One level above the handler, never the handler himself."""
    handler = handler_of(work, case)
    above = climb_from(work, case, rung_over(work, case, handler), handler)
    work.tell_seat(above.seat, key, case=case, no=case.no)


@handles(ReopenCase, may=Permission.CASE_RATE)
def reopen_case(ask: ReopenCase, work: Work) -> Reply | None:
    """「没解决」 within thirty days, three times at most."""
    return reopen(work, _ended_case(work, ask.no), ask.words)


def reopen(work: Work, case: Case, words: str) -> Reply | None:
    """First time back to the same person, then one level up and another person, then to the meeting's agenda."""
    if case.state not in ENDED:
        raise NotMeant
    ended = case.resolved_at or work.now
    if work.now - ended > REOPEN_WITHIN or case.reopen_count >= MOST_REOPENS:
        raise Refusal(RefusalKind.NOT_NOW, "REOPEN_LATE_DM", no=case.no)
    handler = handler_of(work, case)
    rung = rung_of(work, handler, case.rung)
    if case.reopen_count == 0 and handler is not None:
        found = Found(handler, (), rung)
    else:
        found = climb_from(work, case, rung_over(work, case, handler), handler)
        if found.seat is None:
            found = Found(handler, (), rung)
    count = case.reopen_count + 1
    flags = {**case.flags, "agenda": True} if count >= MOST_REOPENS else case.flags
    work.store.unplan(case.id or 0, "LapseCase")
    hand_over(
        work,
        case,
        found,
        Step.REOPEN,
        reason=words[:200],
        reopen_count=count,
        flags=flags,
        first_contact_at=None,
    )
    work.tell_seat(found.seat, "REOPENED_LEADER_DM", rank=Rank.URGENT, case=case, no=case.no)
    above = climb_from(work, case, found.step + 1, handler, found.seat)
    work.tell_seat(above.seat, "REOPENED_CC_DM", case=case, no=case.no, **called(found.seat))
    tell_case_room(work, case, "REOPENED", no=case.no, **called(found.seat))
    return None


@handles(LapseCase, may=Permission.CLOCK_TICK)
def lapse_case(ask: LapseCase, work: Work) -> Reply | None:
    """Silence archives the case and counts neither way."""
    case = numbered_case(work, ask.no)
    if case.state == State.RESOLVED:
        record(work, case, Step.LAPSE, closed_at=work.now, closed_reason="unrated")
        thank_hands(work, case)
    else:
        write_event(work, case, Step.HINT, case.state, "lapse came late", {})
    return None
