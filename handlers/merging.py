"""One matter that was reported twice, and two that were reported as one: merge, take back, split (domain [merge])."""

from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.case_steps.alarm import alarm_for
from handlers.case_steps.joining import (
    head_of,
    may_undo,
    merge_into,
    part_in_undoing,
    unmerge,
)
from handlers.case_steps.looking_back import ACCUSED
from handlers.case_steps.meaning import acting_seat
from handlers.case_steps.opening import open_case
from handlers.case_steps.receipts import hand_card, tell_cards
from handlers.case_steps.reviewing import must_not_undo_review
from handlers.case_steps.steps import (
    asker,
    called,
    handler_of,
    is_private,
    item_of,
    numbered_case,
    parts_of,
    quoted_case,
    record,
    room_hears,
    seat_of,
    tell_case_room,
)
from handlers.case_steps.whom import ANONYMOUS, is_dispute
from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import ANY_LEADER, OPEN_STATES, State, Step, Who
from models.rules.decision import Decision, Kind
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.merging import NEVER, UNDO_WITHIN
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Urgency
from models.tables import Case

HANDS = Who.ASSIGNEE | Who.DISPATCHER
SAID_SOON = timedelta(days=1)
"""So long after a merge "不是一回事" means it in a group without a quote."""
LEAST_WORDS = 2
"""Characters of another matter that say what it is."""


@dataclass(frozen=True, slots=True)
class MergeCase(Intent):
    """A leader says that two cases are one."""

    no: CaseNo | None = None
    into: CaseNo | None = None


@dataclass(frozen=True, slots=True)
class SplitCase(Intent):
    """A leader takes a merge back, or gives another matter in a case a case of its own."""

    no: CaseNo | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class NotTheSame(Intent):
    """A resident whose case was merged says that it is another matter."""

    no: CaseNo | None = None
    soft: str = ""


@handles(MergeCase, may=Permission.CASE_RESOLVE)
def merge_cases(ask: MergeCase, work: Work) -> Reply:
    """By whoever handles both, or the dispatcher: its reporters go on with the other case and hear of it once."""
    if ask.no is None or ask.into is None:
        raise NotMeant
    case, named = _both(work, ask.no, ask.into)
    head = head_of(work, named)
    for each in (case, named):
        acting_seat(work, each)
    if not (parts_of(case, work) & HANDS and parts_of(head, work) & HANDS):
        raise Refusal(RefusalKind.NOT_ALLOWED, "MERGE_HANDS_DM", no=case.no, into=head.no)
    must_not_undo_review(work, case)
    _must_be_mergeable(work, case, head)
    merge_into(work, case, head, parts_of(case, work))
    return Reply("MERGE_OK_DM", no=case.no, into=head.no, k=head.co_reporters + 1)


def _both(work: Work, no: CaseNo, into: CaseNo) -> tuple[Case, Case]:
    """Both cases, locked in the order of their numbers, so that two merges at once do not wait for each other."""
    wanted = {no, into, CaseNo(work.store.head_no(into) or into)}
    locked = {each: numbered_case(work, each) for each in sorted(wanted)}
    return locked[no], locked[into]


def _must_be_mergeable(work: Work, case: Case, head: Case) -> None:
    """Same matter, same neighbourhood, nothing private, neither of them ended (domain [merge]).

    Raises:
        Refusal: with the sentence that says which of these fails.
    """
    if case.state == State.MERGED:
        raise Refusal(RefusalKind.NOT_NOW, "MERGED_NOW_DM", no=case.no, into=head_of(work, case).no)
    if case.id == head.id:
        raise Refusal(RefusalKind.NOT_CLEAR, "MERGE_SELF_DM", no=case.no)
    if {case.category, head.category} & NEVER or any(_stands_alone(each) for each in (case, head)):
        raise Refusal(RefusalKind.NOT_ALLOWED, "MERGE_NEVER_DM", no=case.no)
    if case.category != head.category or _protects(case) != _protects(head):
        raise Refusal(RefusalKind.NOT_ALLOWED, "MERGE_UNLIKE_DM", no=case.no, into=head.no)
    near = work.town.related(case.area_id, head.area_id)
    if not near and head.area_id not in work.town.served_with(case.area_id):
        raise Refusal(RefusalKind.NOT_ALLOWED, "MERGE_FAR_DM", no=case.no, into=head.no)
    if head.state not in OPEN_STATES:
        raise Refusal(RefusalKind.NOT_NOW, "MERGE_ENDED_DM", no=case.no, into=head.no)
    if case.state not in {State.NEW, State.DRAFT}:
        raise Refusal(RefusalKind.NOT_NOW, "MERGE_LATE_DM", no=case.no)
    if case.flags.get("apart"):
        raise Refusal(RefusalKind.NOT_NOW, "MERGE_APART_DM", no=case.no)


def _stands_alone(case: Case) -> bool:
    """What is private, and what one side of a quarrel says, is joined with nothing."""
    return is_private(case) or is_dispute(case)


def _protects(case: Case) -> tuple[frozenset[int], bool]:
    """Against whom it speaks, and whether its reporter is named to nobody: joined with another it would lose both."""
    return frozenset(case.flags.get(ACCUSED, ())), bool(case.flags.get(ANONYMOUS))


@handles(SplitCase, may=Permission.CASE_RESOLVE)
def split_case(ask: SplitCase, work: Work) -> Reply | None:
    """A merged case becomes its own again; of a case with two matters the words said become one of their own."""
    if ask.no is None:
        raise NotMeant
    case = numbered_case(work, ask.no)
    if case.state == State.MERGED:
        return _undo(work, case)
    seat = acting_seat(work, case)
    words = mask(work.standing.plain(ask.words)).strip()
    if len(words) < LEAST_WORDS:
        raise Refusal(RefusalKind.NOT_CLEAR, "SPLIT_WHAT_DM", no=case.no)
    return _split_off(work, case, seat, words)


def _undo(work: Work, case: Case) -> Reply | None:
    part = part_in_undoing(work, case)
    if not part & (HANDS | Who.CO_REPORTER):
        acting_seat(work, case)
        raise Refusal(RefusalKind.NOT_ALLOWED, "UNMERGE_HANDS_DM", no=case.no)
    if not may_undo(case, work.now):
        raise Refusal(RefusalKind.NOT_NOW, "UNMERGE_LATE_DM", no=case.no)
    found = unmerge(work, case, part)
    if found.seat is not None and found.seat.id not in work.actor.seats:
        hand_card(work, case, found.seat)
    tell_case_room(work, case, "UNMERGED", no=case.no, **called(found.seat))
    if room_hears(work, case) or not part & HANDS:
        return None
    return Reply("UNMERGED_DM", no=case.no, due=due_words(work, case.due_claim_at))


def _split_off(work: Work, case: Case, seat: Seat, words: str) -> Reply | None:
    if case.reporter_id is None:
        raise Refusal(RefusalKind.NOT_NOW, "SPLIT_NOBODY_DM", no=case.no)
    decision = _read(work, case, words)
    other = open_case(
        work, work.store.identity(case.reporter_id), decision, area=case.area_id, quietly=True, out_of=case
    )
    record(work, case, Step.SPLIT, reason=f"#{other.no}")
    record(work, other, Step.SPLIT, by=ANY_LEADER, reason=f"#{case.no}")
    if other.urgency == Urgency.U0:
        alarm_for(work, other)
    else:
        tell_cards(work, other, work.now)
    cat = item_of(work, other.category).spoken
    tell_case_room(
        work, other, "SPLIT_OFF", no=case.no, other=other.no, cat=cat, **called(handler_of(work, other))
    )
    if room_hears(work, other):
        return None
    return Reply(
        "SPLIT_OK_DM",
        no=case.no,
        other=other.no,
        cat=cat,
        **called(seat_of(work, other.assignee_id, other) or seat),
    )


def _read(work: Work, case: Case, words: str) -> Decision:
    """The words understood like a message; category and place are the case's where they say none."""
    decision = work.standing.read(words)
    best = decision.category or next((code for code, _ in decision.candidates), None)
    item = item_of(work, best or case.category)
    return replace(
        decision, kind=Kind.REPORT, category=item.code, text=words, urgency=decision.urgency or item.urgency,
        privacy=max(decision.privacy, item.privacy),
    )  # fmt: skip


@handles(NotTheSame, may=Permission.CASE_ADD)
def not_the_same(ask: NotTheSame, work: Work) -> Reply | None:
    """His own case comes back within seven days; nobody else's, and nobody merges it again."""
    if ask.no is not None:
        case = numbered_case(work, ask.no)
        if not parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER):
            raise Refusal(RefusalKind.NOT_ALLOWED, "UNMERGE_DENY_DM", no=case.no)
        if case.state != State.MERGED:
            raise Refusal(RefusalKind.NOT_NOW, "UNMERGE_NONE_DM", no=case.no)
        return _undo(work, case)
    if work.actor.identity is None:
        raise NotMeant
    merged = [c for c in work.store.merged_of(work.actor.identity) if may_undo(c, work.now)]
    quoted = quoted_case(work, merged)
    if quoted is not None or (
        merged and (work.origin.room is None or may_undo(merged[0], work.now, SAID_SOON))
    ):
        return _undo(work, quoted or merged[0])
    return _own_again(work)


def _own_again(work: Work) -> Reply | None:
    """Whoever was counted with a case by us and quotes it gets one of his own, for his own words.

    Raises:
        NotMeant: he quotes no case that he joined.
    """
    who = asker(work)
    joined = [c for c in work.store.reported_by(who.id or 0, OPEN_STATES) if c.reporter_id != who.id]
    case = quoted_case(work, joined)
    row = work.store.co_reporter(case.id or 0, who.id or 0) if case is not None else None
    if case is None or row is None or work.now - row.at > UNDO_WITHIN:
        raise NotMeant
    lines = [line for line in work.store.lines_of([case.id or 0]) if line.identity_id == who.id]
    if not lines:
        raise NotMeant
    record(work, case, Step.LEAVE, by=Who.CO_REPORTER, co_reporters=max(case.co_reporters - 1, 0))
    row.left_at = work.now
    decision = _read(work, case, "\n".join(line.text for line in lines))
    other = open_case(work, who, decision, area=case.area_id, out_of=case)
    record(work, other, Step.SPLIT, by=ANY_LEADER, reason=f"#{case.no}", said_at=lines[0].said_at)
    return None
