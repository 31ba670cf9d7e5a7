"""Cases as rows of reports: so many at a time, with a handful of statements for each batch."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.complaints import Complains
from models.rules.case_life import Step
from models.rules.periods import Span
from models.rules.public_case import tells_more
from models.rules.quarrels import is_quarrel
from models.rules.report_rows import SUMMARY_LETTERS, ReportRow, is_withheld, place_for, words_for
from models.rules.reporting import Tier
from models.rules.scope import Scope
from models.rules.seats import without_full_names
from models.rules.town import Town
from models.tables import Case, CaseEvent, ChatIdentity, FollowUp, Person, Rating

MOST_STEPS = 12
BATCH = 500
"""Numbers looked for in one statement."""
ANONYMOUS = "anonymous"
_TOLD = frozenset(
    {
        Step.CREATE, Step.CLAIM, Step.CONTACTED, Step.TRANSFER, Step.ESCALATE, Step.AUTO_ESCALATE, Step.RETURN,
        Step.ANSWER, Step.EXTEND, Step.SUSPEND, Step.RESUME, Step.RESOLVE, Step.REOPEN, Step.WITHDRAW, Step.REJECT,
    }
)  # fmt: skip
"""Steps that a register tells of."""


class _Beside(NamedTuple):
    """What other tables hold of a batch, by row id of the case."""

    steps: Mapping[int, Sequence[Any]]
    rated: Mapping[int, Any]
    asked: Mapping[int, Any]
    surnames: Mapping[int, str]


def report_rows(
    session: Session, scope: Scope, town: Town, tier: Tier, numbers: Iterable[int]
) -> dict[int, ReportRow]:
    """The cases of these numbers by number, as far as they lie in the scope's areas and complain not about its person."""
    wanted = sorted(set(numbers))
    here = [col(Case.no).in_(wanted)]
    if not scope.whole:
        here.append(col(Case.area_id).in_(sorted(scope.areas)))
    cases = [
        case
        for case in session.execute(select(Case).where(*here)).scalars()
        if scope.person is None or scope.person not in case.flags.get("accused", ())
    ]
    withheld = {case.no for case in cases if is_withheld(case.privacy, case.flags, tier)}
    beside = _beside(session, [case for case in cases if case.no not in withheld])
    return {
        case.no: ReportRow(case.no, withheld=True)
        if case.no in withheld
        else _row(case, beside, town, tier, scope.person)
        for case in cases
    }


def accusing(session: Session, person: int | None, numbers: Iterable[int]) -> frozenset[int]:
    """Those of these cases that complain about a person."""
    complaints = complaints_among(session, numbers) if person is not None else {}
    return frozenset(no for no, people in complaints.items() if person in people)


def complaints_among(session: Session, numbers: Iterable[int]) -> dict[int, frozenset[int]]:
    """Those of these cases that complain about people who hold posts, with the people."""
    found: dict[int, frozenset[int]] = {}
    wanted = sorted(set(numbers))
    for first in range(0, len(wanted), BATCH):
        some = col(Case.no).in_(wanted[first : first + BATCH])
        rows = session.execute(select(col(Case.no), col(Case.flags)).where(some, Complains(col(Case.flags))))
        found.update({no: frozenset(flags["accused"]) for no, flags in rows})
    return found


def cases_between(session: Session, areas: Iterable[int], span: Span) -> int:
    """How many cases of these areas came in within the span, whatever became of them."""
    within = (col(Case.created_at) >= span.start, col(Case.created_at) < span.end)
    found = select(func.count()).select_from(Case).where(col(Case.area_id).in_(sorted(areas)), *within)
    return int(session.execute(found).scalar_one())


def _beside(session: Session, cases: Sequence[Case]) -> _Beside:
    ids = [case.id or 0 for case in cases]
    steps: dict[int, list[Any]] = defaultdict(list)
    columns = (CaseEvent.case_id, CaseEvent.step, CaseEvent.at, CaseEvent.seat_id, CaseEvent.reason)
    found = select(*map(col, columns)).where(col(CaseEvent.case_id).in_(ids), col(CaseEvent.step).in_(_TOLD))
    for event in session.execute(found.order_by(col(CaseEvent.case_id), col(CaseEvent.seq))):
        steps[event.case_id].append(event)
    rated = select(Rating).where(col(Rating.case_id).in_(ids)).order_by(col(Rating.id))
    asked = select(FollowUp).where(col(FollowUp.case_id).in_(ids), col(FollowUp.outcome) != "")
    people = select(col(ChatIdentity.id), col(Person.surname)).join(
        Person, col(Person.id) == col(ChatIdentity.person_id)
    )
    known = people.where(
        col(ChatIdentity.id).in_({case.reporter_id for case in cases} - {None}),
        col(ChatIdentity.verified_at).is_not(None),
    )
    return _Beside(
        steps,
        {rating.case_id: rating for rating in session.execute(rated).scalars()},
        {one.case_id: one for one in session.execute(asked.order_by(col(FollowUp.cycle))).scalars()},
        dict(session.execute(known).all()),
    )


def _row(case: Case, beside: _Beside, town: Town, tier: Tier, person: int | None) -> ReportRow:
    def called(seat: int | None) -> str:
        holder = town.seats.get(seat) if seat is not None else None
        return f"{holder.title}{holder.surname}" if holder is not None else ""

    id_, personal = case.id or 0, tier is not Tier.TOWN
    rating, asked, steps = beside.rated.get(id_), beside.asked.get(id_), beside.steps.get(id_, ())
    calls = [event.reason for event in steps if event.step == Step.ESCALATE and event.reason]
    hands = {
        town.seats[seat].person
        for seat in (case.assignee_id, case.keeper_id, case.claimed_by)
        if seat in town.seats
    }
    mine = person in hands
    judged = personal and not mine
    holder = town.seats.get(case.assignee_id) if case.assignee_id is not None else None
    if is_quarrel(case.category):  # whoever mediates it reads the case itself, not a list
        return ReportRow(
            case.no, state=case.state, created_at=case.created_at, source=case.source, area=case.area_id,
            category=case.category, hotline=case.hotline, urgency=case.urgency, assignee=called(case.assignee_id),
            assignee_post=holder.post if holder is not None else "", contacted_at=case.first_contact_at,
            due_at=case.due_resolve_at, resolved_at=case.resolved_at, mine=mine,
        )  # fmt: skip
    return ReportRow(
        case.no, state=case.state, created_at=case.created_at, source=case.source, area=case.area_id,
        place=place_for(case.place, tier), reporter=_reporter(case, beside.surnames) if personal else "",
        others=case.co_reporters, summary=words_for(case.text, tier, town.seats)[:SUMMARY_LETTERS],
        category=case.category, hotline=case.hotline, urgency=case.urgency, keeper=called(case.keeper_id),
        assignee=called(case.assignee_id), assignee_post=holder.post if holder is not None else "",
        contacted_at=case.first_contact_at, due_at=case.due_resolve_at,
        steps=tuple((e.at.isoformat(), e.step, called(e.seat_id)) for e in steps[-MOST_STEPS:]) if personal else (),
        resolved_at=case.resolved_at, result=words_for(case.result, tier, town.seats),
        rated=f"{rating.effect}/{rating.duration}/{rating.attitude}" if rating and judged else "",
        asked_again=asked.outcome if asked and judged else "", mine=mine,
        asked_by=called(asked.asked_by) if asked and judged else "",
        needs=without_full_names(calls[-1], town.seats.values()) if calls else "",
        public=tells_more(case.privacy, case.category, case.flags, in_room=case.room_id is not None),
    )  # fmt: skip


def _reporter(case: Case, surnames: Mapping[int, str]) -> str:
    if case.flags.get(ANONYMOUS):
        return ANONYMOUS
    return surnames.get(case.reporter_id or 0, "")
