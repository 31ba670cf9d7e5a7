"""What the reporter thinks of how it was done: three dimensions, in numbers or free words, never repeated in a group."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.asking_again import handled_by
from handlers.case_steps.clocks import firing
from handlers.case_steps.hands import thank_hands
from handlers.case_steps.meaning import ended_case
from handlers.case_steps.reopening import comes_back, reopen, tell_above
from handlers.case_steps.steps import numbered_case, quoted_case, record
from handlers.case_steps.words import heard_at
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import HANDLED_STATES, State, Step
from models.rules.following_up import LAPSES_AFTER, RATING_ASKED_AFTER
from models.rules.ids import CaseNo
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.rating_words import BAD_EFFECT, Scores
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.tables import Case, ChatIdentity, Rating

ANSWERED_WITHIN = timedelta(hours=2)
"""How long after our result line the reporter's next words in the group ("挺好的") are still an answer to it."""
BAD_ANSWERED_WITHIN = timedelta(minutes=5)
"""The same for words that would open the case again ("不怎么样"), which may answer a neighbour."""
CHANGED_WITHIN = timedelta(days=7)
MOST_TIMES = 2
"""A rating may be changed once (state_machine.toml [rating] who)."""


@dataclass(frozen=True, slots=True)
class RateCase(Intent):
    """The reporter rates, 1-5 each. ``loose``: in free words, which count only where something waits to be rated."""

    no: CaseNo | None = None
    effect: str = ""
    duration: str = ""
    attitude: str = ""
    words: str = ""
    loose: str = ""
    outright: str = ""
    """The words say 满意, 评 or a dimension by name."""


@dataclass(frozen=True, slots=True)
class RemindRating(Intent):
    """Three days without a rating (seed D26)."""

    no: CaseNo


@handles(RateCase, may=Permission.CASE_RATE)
def rate_case(ask: RateCase, work: Work) -> Reply | None:
    """Numbers are never repeated in the group; a poor effect reopens, any 1 goes one level above the handler."""
    case = ended_case(work, ask.no)
    if ask.loose and ask.no is None:
        _check_meant(ask, work, case)
    if case.state not in HANDLED_STATES:
        raise Refusal(RefusalKind.NOT_NOW, "RATE_EARLY_DM", no=case.no)
    if work.actor.person in handled_by(work, case):
        raise Refusal(RefusalKind.NOT_ALLOWED, "RATE_OWN_DM", no=case.no)
    scores = Scores(int(ask.effect), int(ask.duration), int(ask.attitude))
    _keep_rating(work, case, scores, ask.words)
    too_late = scores.effect <= BAD_EFFECT and not comes_back(work, case)
    if scores.effect <= BAD_EFFECT and not too_late:
        reopen(work, case, ask.words)
        return None
    record(work, case, Step.RATE, closed_at=work.now, closed_reason="rated")
    _write_scores(work, scores)
    work.store.unplan(case.id or 0, "LapseCase")
    thank_hands(work, case)
    if scores.is_bad:
        tell_above(work, case, "BAD_RATING_DM")
    if too_late:
        return Reply("REOPEN_LATE_DM", no=case.no)
    return Reply("RATED_DM", no=case.no) if work.actor.is_friend and work.origin.room is None else None


def _check_meant(ask: RateCase, work: Work, case: Case) -> None:
    """Free words rate what we just said is done, or what they quote.

    Raises:
        NotMeant: they speak of something else.
    """
    message = work.origin.message
    if message is not None and message.quote:
        if quoted_case(work, [case]) is None:
            raise NotMeant
        return
    if case.state != State.RESOLVED:
        raise NotMeant
    said_at = case.resolved_at or work.now
    in_passing = work.origin.room is not None and not ask.outright
    # Of something bad nobody can tell whom it answers once others may have spoken: it would open the case again.
    bad = ask.effect.isdecimal() and int(ask.effect) <= BAD_EFFECT
    if in_passing and work.now - said_at > (BAD_ANSWERED_WITHIN if bad else ANSWERED_WITHIN):
        raise NotMeant


def _write_scores(work: Work, scores: Scores) -> None:
    """The outcome's last step tells the scores (they are kept in the rating, not in the event)."""
    last = work.steps.pop()
    work.steps.append(
        type(last)(last.case_id, last.no, last.step, last.state, {**last.changes, "scores": list(scores.all)})
    )


def _keep_rating(work: Work, case: Case, scores: Scores, words: str) -> None:
    """One rating per closure and person; within seven days it may be changed once.

    Raises:
        Refusal: it was changed before, or is too old to be changed.
    """
    identity, cycle = work.actor.identity or 0, case.reopen_count
    row = work.store.rating_of(case.id or 0, identity, cycle)
    if row is None:
        row = Rating(
            case_id=case.id or 0, identity_id=identity, cycle=cycle, effect=scores.effect,
            duration=scores.duration, attitude=scores.attitude, words=words[:200], at=work.now,
        )  # fmt: skip
        work.store.session.add(row)
        return
    if work.now - row.at > CHANGED_WITHIN:
        raise Refusal(RefusalKind.NOT_NOW, "RATED_LONG_AGO_DM", no=case.no)
    if work.store.times_rated(case.id or 0, identity, case.resolved_at or row.at) >= MOST_TIMES:
        raise Refusal(RefusalKind.NOT_NOW, "RATED_TWICE_DM", no=case.no)
    row.effect, row.duration, row.attitude = scores.all
    row.words = words[:200]


@handles(RemindRating, may=Permission.CLOCK_TICK)
def remind_rating(ask: RemindRating, work: Work) -> None:
    """Once, only where we may write to the reporter, never in the group; silence after that leads to a follow-up."""
    case = numbered_case(work, ask.no)
    if case.state != State.RESOLVED or case.reporter_id is None:
        return
    if work.store.rating_of(case.id or 0, case.reporter_id, case.reopen_count) is not None:
        return
    if not _may_be_written_to(work.store.identity(case.reporter_id)):
        return
    work.tell(
        case.reporter_id,
        "RATE_REMINDER_DM",
        rank=Rank.ROUTINE,
        not_before=heard_at(work),
        case=case,
        no=case.no,
    )
    rest = LAPSES_AFTER - RATING_ASKED_AFTER
    work.store.plan([firing(case, "FollowUpUnrated", work.now + rest)])


def _may_be_written_to(reporter: ChatIdentity) -> bool:
    return reporter.is_friend and reporter.opted_out_at is None and reporter.gone_at is None
