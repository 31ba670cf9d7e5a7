"""A leader puts our reading right: another category or kind, a request after all, or none (taxonomy §3.5).

The case changes at once; the lexicon learns nothing from it until somebody has reviewed what is proposed
(``python -m bot lexicon suggest``).
"""

from dataclasses import dataclass

from handlers.case_steps.alarm import alarm_for
from handlers.case_steps.drafts import unbox
from handlers.case_steps.ladder import climb_from, next_rung
from handlers.case_steps.meaning import acting_seat
from handlers.case_steps.misread import (
    case_meant,
    category_meant,
    category_words,
    doubt_meant,
    keep_correction,
    kind_of,
    seat_here,
    unclear,
)
from handlers.case_steps.opening import open_case, spoken_against
from handlers.case_steps.recategorise import corrected_fields, recategorise
from handlers.case_steps.receipts import RECEIPTS, drop_pictures, fall_silent
from handlers.case_steps.reviewing import must_not_undo_review
from handlers.case_steps.steps import called, item_of, record, room_hears, tell_case_room
from handlers.case_steps.whom import NAMED
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import ANY_LEADER, Step
from models.rules.decision import Decision, Kind, KnownDetails
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.urgency import Urgency
from models.tables import Draft


@dataclass(frozen=True, slots=True)
class CorrectCase(Intent):
    """A leader says what a case really is: its category, or its kind."""

    no: CaseNo | None = None
    to: str = ""
    kind: str = ""
    soft: str = ""


@dataclass(frozen=True, slots=True)
class KeepAsRequest(Intent):
    """A leader says of a doubtful line that it is a request."""

    to: str = ""
    soft: str = ""


@dataclass(frozen=True, slots=True)
class NotARequest(Intent):
    """A leader says that what was taken for a request is none."""

    no: CaseNo | None = None
    words: str = ""
    soft: str = ""


@handles(CorrectCase, may=Permission.CASE_RESOLVE)
def correct_case(ask: CorrectCase, work: Work) -> Reply | None:
    """The case takes its new category with all that follows from it; a doubtful line becomes a case."""
    case = case_meant(ask.no, work)
    if case is None:
        return _keep_doubt(work, ask.to, soft=bool(ask.soft))
    seat = acting_seat(work, case)
    before = item_of(work, case.category)
    after = before if ask.kind else category_meant(work, ask.to, case.no, soft=bool(ask.soft))
    changes = corrected_fields(work, case, after, ask.kind)
    if all(getattr(case, name) == value for name, value in changes.items()):
        return Reply("CORRECT_SAME_DM", no=case.no, cat=after.spoken)
    keep_correction(
        work, seat, case, case.because, (kind_of(work, case.hotline), case.category),
        (kind_of(work, changes["hotline"]), after.code),
    )  # fmt: skip
    recategorise(work, case, changes)
    return None if room_hears(work, case) else Reply("CORRECTED_DM", no=case.no, cat=after.spoken)


@handles(KeepAsRequest, may=Permission.CASE_RESOLVE)
def keep_as_request(ask: KeepAsRequest, work: Work) -> Reply | None:
    """The doubtful line becomes a case of its sender."""
    return _keep_doubt(work, ask.to, soft=bool(ask.soft))


def _keep_doubt(work: Work, words: str, *, soft: bool) -> Reply | None:
    draft = doubt_meant(work)
    if draft is None:
        raise unclear(work)
    seat = seat_here(work)
    if not words and draft.category is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "DOUBT_WHAT_DM")
    item = category_meant(work, words, 0, soft=soft) if words else item_of(work, draft.category or "")
    text, details = unbox(work, draft)
    _not_against(work, draft, text, details)
    decision = Decision(
        Kind.REPORT, category=item.code, text=text, urgency=item.urgency, privacy=item.privacy,
        details=details,
    )  # fmt: skip
    case = open_case(work, work.store.identity(draft.identity_id or 0), decision)
    for line in work.store.lines_of([case.id or 0]):
        line.message_key, line.said_at = draft.cause, draft.at
    record(work, case, Step.CORRECT, by=ANY_LEADER, said_at=draft.at)
    if case.urgency == Urgency.U0:
        alarm_for(work, case)
    keep_correction(
        work, seat, case, details.because, (Kind.SUSPECTED, draft.category), (Kind.REPORT, item.code)
    )
    work.store.session.delete(draft)
    return None if room_hears(work, case) else Reply("CORRECTED_DM", no=case.no, cat=item.spoken)


@handles(NotARequest, may=Permission.CASE_RESOLVE)
def not_a_request(ask: NotARequest, work: Work) -> Reply | None:
    """What was said is forgotten like other chat; the words that misled us stay, and the rung above hears of it."""
    case = case_meant(ask.no, work)
    if case is None:
        return _drop_doubt(work)
    seat = acting_seat(work, case)
    must_not_undo_review(work, case)
    if case.co_reporters:
        raise Refusal(RefusalKind.NOT_NOW, "NOT_A_CASE_OTHERS_DM", no=case.no, k=case.co_reporters)
    kind = kind_of(work, case.hotline)
    record(work, case, Step.NOT_A_CASE, closed_at=work.now, closed_reason="not_a_case", place="")
    case.because = category_words(work, case.because)
    keep_correction(work, seat, case, case.because, (kind, case.category), (Kind.CHAT, None))
    case.text, case.phone_box = "", None
    case.flags = {name: fact for name, fact in case.flags.items() if name != NAMED}
    unsaid = bool(work.store.held_rows(case.id or 0, RECEIPTS))
    fall_silent(work, case, "not a case")
    drop_pictures(work, case)
    work.store.forget_words(case.id or 0)
    if not unsaid:
        tell_case_room(work, case, "NOT_A_CASE", no=case.no)
    above = climb_from(work, case, next_rung(work, case), seat)
    cat = item_of(work, case.category).spoken
    work.tell_seat(above.seat, "NOT_A_CASE_CC_DM", case=case, no=case.no, cat=cat, **called(seat))
    return Reply("NOT_A_CASE_DM", no=case.no)


def _not_against(work: Work, draft: Draft, text: str, details: KnownDetails) -> None:
    """Whoever a doubtful line speaks against settles nothing about it. Raises Refusal, silent as for a case."""
    item = work.standing.items.get(draft.category or "")
    said = Decision(Kind.SUSPECTED, text=text, details=details)
    areas = work.room.areas[:1] if work.room else ()
    if any(
        work.actor.person in spoken_against(work, area, said, item.role if item else "") for area in areas
    ):
        raise Refusal(RefusalKind.NOT_ALLOWED, None)


def _drop_doubt(work: Work) -> Reply:
    draft = doubt_meant(work)
    if draft is None:
        raise unclear(work)
    seat = seat_here(work)
    text, details = unbox(work, draft)
    _not_against(work, draft, text, details)
    because = category_words(work, details.because)
    keep_correction(work, seat, None, because, (Kind.SUSPECTED, draft.category), (Kind.CHAT, None))
    work.store.session.delete(draft)
    return Reply("DOUBT_DROPPED_DM")
