"""One case speaks for several: who is attached to it, who hears of its end, and how a case becomes its own again."""

from datetime import datetime, timedelta
from typing import Any

from handlers.case_steps.clocks import resolve_due
from handlers.case_steps.opening import route
from handlers.case_steps.receipts import KNOWN, fall_silent
from handlers.case_steps.reporters import came_with, people_of
from handlers.case_steps.rising import heed_urgency, raised_to
from handlers.case_steps.steps import (
    called,
    hand_over,
    is_private,
    item_of,
    numbered_case,
    parts_of,
    record,
    rung_of,
    seat_of,
    write_event,
)
from handlers.case_steps.whom import ANONYMOUS
from handlers.work import Work
from models.rules.case_life import OPEN_STATES, State, Step, Who
from models.rules.ids import CaseNo
from models.rules.merging import UNDO_WITHIN
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Found
from models.tables import Case, CoReporter

GATHERED_IN = timedelta(seconds=60)
"""So long a group's line about a merge waits for the next merge (conversation §4.2)."""


def head_of(work: Work, case: Case) -> Case:
    """The case that speaks for this one: itself, unless it was merged."""
    while case.merged_into_id is not None:
        case = work.store.case(case.merged_into_id)
    return case


def live_case(work: Work, no: CaseNo) -> Case:
    """The case that speaks for that number: reporters go on using the number they were given.

    Raises:
        Refusal: there is no such case.
    """
    return head_of(work, numbered_case(work, no))


def unmerged_case(work: Work, no: CaseNo) -> Case:
    """The case with that number, to be worked on.

    Raises:
        Refusal: there is none, or another case speaks for it: the asker hears which.
    """
    case = numbered_case(work, no)
    if case.state == State.MERGED:
        raise Refusal(RefusalKind.NOT_NOW, "MERGED_NOW_DM", no=case.no, into=head_of(work, case).no)
    return case


def merge_into(work: Work, case: Case, head: Case, part: Who) -> None:
    """The reporters of ``case`` go with ``head``; its clocks stop and nothing of it is said any more."""
    people = people_of(work, case)
    attached = set(people_of(work, head))
    brought = [p for p in people if p not in attached]
    for person in brought:
        row = CoReporter(case_id=head.id or 0, identity_id=person, at=work.now)
        work.store.session.merge(row)
    case.flags = {**case.flags, "brought": brought, "merged_at": work.now.isoformat()}
    record(work, case, Step.MERGE, by=part, reason=f"#{head.no}", merged_into_id=head.id, due_claim_at=None)
    fall_silent(work, case, "merged")
    before = head.urgency
    changes: dict[str, Any] = {
        "co_reporters": head.co_reporters + len(brought), **raised_to(work, head, case.urgency)
    }  # fmt: skip
    if case.place and not head.place:
        changes["place"] = case.place
    record(work, head, Step.JOIN, by=Who.SYSTEM, reason=f"#{case.no}", **changes)
    heed_urgency(work, head, before)
    _tell_of_merge(work, case, head, people)


def _tell_of_merge(work: Work, case: Case, head: Case, people: list[int]) -> None:
    """Each reporter hears it once: privately where that reaches him, else by the group's one line in half an hour."""
    in_room = False
    for person in people:
        if work.store.identity(person).is_friend or case.room_id is None:
            work.tell(person, "MERGED_DM", case=head, no=case.no, into=head.no)
        else:
            in_room = True
    if not in_room or case.room_id is None or is_private(head):
        return
    if [row for row in _held_known(work, head) if row.room_id == case.room_id]:
        refresh_known(work, head)
        return
    pause = timedelta(minutes=work.pace.duplicate_summary_min)
    said = work.store.said_since(case.room_id, (KNOWN,), head.id or 0, work.now - pause)
    item = item_of(work, head.category)
    state = work.standing.texts.render(
        f"STATE_LINE_{head.state}", called(seat_of(work, head.claimed_by, head))
    )
    work.tell_room(
        case.room_id, "RCPT_DUP", not_before=work.now + (pause if said else GATHERED_IN), case=head,
        cat=item.spoken, no=head.no, k=head.co_reporters + 1, state=state,
    )  # fmt: skip


def _held_known(work: Work, head: Case) -> list[Any]:
    return list(work.store.held_rows(head.id or 0, (KNOWN,)))


def refresh_known(work: Work, head: Case) -> None:
    """A line about how many report a case that was not said yet counts them as they are now; one is none."""
    for row in _held_known(work, head):
        row.blanks = {**row.blanks, "k": head.co_reporters + 1}
        if not head.co_reporters:
            row.state, row.why = "cancelled", "unmerged"


def part_in_undoing(work: Work, case: Case) -> Who:
    """In which part the actor may take a merge back: whoever reported the case is the head's co-reporter now."""
    part = parts_of(case, work)
    part |= parts_of(head_of(work, case), work) & (Who.ASSIGNEE | Who.DISPATCHER)
    return part | Who.CO_REPORTER if part & Who.REPORTER else part


def may_undo(case: Case, now: datetime, within: timedelta = UNDO_WITHIN) -> bool:
    """Whether the merge is not too long ago to be taken back."""
    return now - datetime.fromisoformat(case.flags["merged_at"]) <= within


def unmerge(work: Work, case: Case, part: Who) -> Found:
    """The case is its own again with its reporters; the claim clock starts anew, the time of saying stays.

    Raises:
        Refusal: nobody is left who wants it, or nobody would be left with the case that spoke for it.
    """
    head = head_of(work, case)
    attached, people = set(people_of(work, head)), people_of(work, case)
    staying = [p for p in people if p in attached]
    if people and not staying:
        raise Refusal(RefusalKind.NOT_NOW, "UNMERGE_GONE_DM", no=case.no)
    _leave_those_above(work, case)
    for gone in set(people) - set(staying):
        _mark_left(work, case, gone)
    case.flags = {k: v for k, v in case.flags.items() if k not in {"brought", "merged_at"}}
    if part & Who.CO_REPORTER:
        case.flags = {**case.flags, "apart": True}  # nobody merges it again over its reporter's word
    reporter = staying[0] if staying else case.reporter_id
    if reporter is not None and reporter != case.reporter_id:
        _mark_left(work, case, reporter)
    holder = seat_of(work, case.assignee_id, case)
    stands = holder is not None and holder.in_force(work.today)
    found = Found(holder, (), rung_of(work, holder, case.rung)) if stands else route(work, case)
    hand_over(
        work, case, found, Step.UNMERGE, by=part, reason=f"#{head.no}", merged_into_id=None, reporter_id=reporter,
        co_reporters=max(len(staying) - 1, 0), due_resolve_at=resolve_due(work, case),
    )  # fmt: skip
    refresh_known(work, head)
    return found


def _leave_those_above(work: Work, case: Case) -> None:
    """Whoever came with the case leaves every case above it that he did not join by himself."""
    leaving = set(case.flags.get("brought", ()))
    below = case
    while below.merged_into_id is not None and leaving:
        above = work.store.case(below.merged_into_id)
        _take_out(work, case, above, leaving)
        if above.merged_into_id is None:
            return
        brought = list(above.flags.get("brought", ()))
        above.flags = {**above.flags, "brought": [p for p in brought if p not in leaving]}
        leaving &= set(brought)
        below = above


def _take_out(work: Work, case: Case, above: Case, leaving: set[int]) -> None:
    others = [p for p in work.store.co_reporters(above.id or 0) if p not in leaving]
    changes: dict[str, Any] = {}
    if above.reporter_id in leaving and above.state in OPEN_STATES | {State.MERGED}:
        if not others:
            raise Refusal(RefusalKind.NOT_NOW, "UNMERGE_LAST_DM", no=case.no, into=above.no)
        _mark_left(work, above, others[0])
        changes["reporter_id"] = others.pop(0)
    for person in leaving:
        _mark_left(work, above, person)
    changes["co_reporters"] = len(others)
    for name, value in changes.items():
        setattr(above, name, value)
    write_event(work, above, Step.LEAVE, above.state, f"#{case.no}", changes)


def _mark_left(work: Work, case: Case, person: int) -> None:
    row = work.store.co_reporter(case.id or 0, person)
    if row is not None:
        row.left_at = row.left_at or work.now


def tell_apart(work: Work, case: Case, person: int, key: str, **blanks: Any) -> bool:
    """Tell a reporter alone; whom nothing private reaches hears one neutral line where he reported. Whether it reached him.

    Who asked not to be named is not called on there.
    """
    own = case if person == case.reporter_id else came_with(work, case).get(person, case)
    if work.store.identity(person).is_friend or own.room_id is None or person == _speaks_privately(work):
        work.tell(person, key, case=case, **blanks)
        return True
    if not own.flags.get(ANONYMOUS):
        work.tell_room(own.room_id, "RCPT_NEUTRAL", case=case, mentions=[person])
    return False


def _speaks_privately(work: Work) -> int | None:
    return work.actor.identity if work.actor.is_friend else None
