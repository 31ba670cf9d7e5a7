"""How a place does, as pure functions over what happened (domain metrics.toml; Beijing 接诉即办 art. 15 and 32).

Every figure keeps its numerator and denominator; below ten cases there is no percentage. Nothing here knows a person:
figures are of areas, never of who handled or reported. Merged cases, misreadings, drafts and what was outside the area are
in no denominator; what was withdrawn or lawfully rejected before a deadline is not measured by that deadline.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from models.rules.case_life import State, Step
from models.rules.following_up import REACHED, Outcome
from models.rules.happened import HANDED_UP, CaseFacts, Happened
from models.rules.offline import is_offline
from models.rules.periods import Span
from models.rules.sla import Clock, Timetable, due_claim, left
from models.rules.urgency import Urgency

SMALL = 10
"""Below this denominator only counts are told (metrics.toml small_n)."""
SUSPICIOUS_GAP = 15
"""Percentage points by which reported and confirmed solutions may differ (metrics.toml self_close_rate)."""
RECURS_WITHIN = timedelta(days=30)
CONTACT_HOURS = {"U0": 1 / 6, "U1": 2, "U2": 24, "U3": 24, "Q": 8, "S": 24}
"""Hours until the first contact, by urgency (state_machine.toml [sla] first_contact)."""
SATISFIED = 3


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; ``halves`` of the numerator count half and are told apart."""

    numerator: float
    denominator: int
    halves: int = 0
    over: tuple[int, ...] = field(default=(), compare=False, repr=False)
    """Numbers of the cases that the numerator counts, once for each time; those that count half too."""
    under: tuple[int, ...] = field(default=(), compare=False, repr=False)
    """The same of the denominator."""

    @property
    def percent(self) -> float | None:
        """To one decimal; None where the denominator is too small to say."""
        return round(100 * self.numerator / self.denominator, 1) if self.denominator >= SMALL else None


def share_of(cases: Iterable[CaseFacts], holds: Callable[[CaseFacts], bool]) -> Share:
    """How many of these cases it holds for."""
    those = list(cases)
    held = [c.no for c in those if holds(c)]
    return Share(len(held), len(those), over=tuple(held), under=tuple(c.no for c in those))


def all_of(numbers: Iterable[int]) -> Share:
    """A plain count of cases."""
    counted = tuple(numbers)
    return Share(len(counted), len(counted), over=counted, under=counted)


def received(happened: Happened, span: Span) -> list[CaseFacts]:
    """本期收到: everything that came in within the span and counts at all, also what was taken back."""
    return [c for c in happened.counted if span.holds(c.created_at)]


def valid(happened: Happened, span: Span) -> list[CaseFacts]:
    """有效受理件: came in within the span, and not withdrawn before anybody had to be in touch."""
    return [
        c
        for c in happened.counted
        if span.holds(c.created_at)
        and not (_withdrawn(c) and c.left_by(due_first_contact(c, happened.timetable)))
    ]


def offline_sources(happened: Happened, span: Span) -> dict[str, int]:
    """线下来源: how many of the valid ones were written down elsewhere, by channel, most first (seed A14)."""
    counted = Counter(c.source for c in valid(happened, span) if c.source and is_offline(c.source))
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def withdrawn(happened: Happened, span: Span) -> int:
    """撤回: told apart, in no denominator."""
    return len(taken_back(happened, span))


def taken_back(happened: Happened, span: Span) -> list[CaseFacts]:
    """Those cases."""
    return [c for c in received(happened, span) if _withdrawn(c)]


def still_open(happened: Happened, span: Span) -> list[CaseFacts]:
    """期末未办结: somebody had to act when the span ended, whenever it came in."""
    return [c for c in happened.counted if c.was_open(span.end)]


def overdue(happened: Happened, span: Span) -> list[CaseFacts]:
    """超期: still open when the span ended, and promised for before."""
    return [c for c in still_open(happened, span) if _by(c.due_resolve_at, span.end)]


def stuck(happened: Happened, span: Span) -> list[CaseFacts]:
    """卡点: still open when the span ended though it was handed up."""
    return [c for c in still_open(happened, span) if c.first(*HANDED_UP) is not None]


def due_first_contact(case: CaseFacts, table: Timetable) -> datetime:
    """Until when somebody should have been in touch with the reporter; short promises rest at night, U0 never."""
    urgency = Urgency(case.urgency)
    return due_claim(case.created_at, CONTACT_HOURS[urgency], urgency, table).at


def response_rate(happened: Happened, span: Span) -> Share:
    """响应率: reached in time; claiming a case is no contact."""

    def due(case: CaseFacts) -> datetime:
        return due_first_contact(case, happened.timetable)

    those = (c for c in happened.counted if c.reachable and span.holds(due(c)) and not c.left_by(due(c)))
    return share_of(those, lambda c: _by(c.first(Step.CONTACTED), due(c)))


def claim_on_time(happened: Happened, span: Span) -> Share:
    """接单及时率."""
    those = [
        c
        for c in happened.counted
        if c.due_claim_at and span.holds(c.due_claim_at) and not c.left_by(c.due_claim_at)
    ]
    return share_of(those, lambda c: _by(c.first(Step.CLAIM, Step.RESOLVE), c.due_claim_at))


def resolve_rate(happened: Happened, span: Span) -> Share:
    """解决率: of the cases with a result in the span and an answer from the residents; partly solved counts half."""
    said = [(c.no, happened.verdict(c, cycle)) for c, cycle in _closed_in(happened, span)]
    solved, partly = (
        tuple(no for no, verdict in said if verdict is outcome)
        for outcome in (Outcome.SOLVED, Outcome.PARTLY)
    )
    answered = tuple(no for no, verdict in said if verdict in REACHED)
    return Share(len(solved) + len(partly) / 2, len(answered), len(partly), solved + partly, answered)


def self_close_rate(happened: Happened, span: Span) -> Share:
    """自报办结率: of the work at hand (carried over, due or finished in the span) what leaders reported as done."""

    def at_hand(case: CaseFacts) -> bool:
        if any(span.holds(at) for at, _ in case.closures()):
            return True
        due = span.holds(case.due_resolve_at) and span.holds(case.created_at)
        return (due or case.was_open(span.start)) and not case.left_by(span.end)

    those = (c for c in happened.counted if at_hand(c))
    return share_of(those, lambda c: any(span.holds(at) for at, _ in c.closures()))


def gap(reported: Share, confirmed: Share) -> float | None:
    """Percentage points by which reported solutions exceed confirmed ones; None where either is too small to say."""
    if reported.percent is None or confirmed.percent is None:
        return None
    return round(reported.percent - confirmed.percent, 1)


def satisfaction(happened: Happened, span: Span, dimension: str | None = None) -> Share:
    """满意率: ratings of the span with 3 or more, in all dimensions or in one."""
    known = {c.no for c in happened.counted}
    rated = [r for r in happened.ratings if span.holds(r.at) and r.no in known]
    names = (dimension,) if dimension else ("effect", "duration", "attitude")
    good = tuple(r.no for r in rated if all(getattr(r, name) >= SATISFIED for name in names))
    return Share(len(good), len(rated), over=good, under=tuple(r.no for r in rated))


def coverage(happened: Happened, span: Span) -> Share:
    """评价覆盖率: of the cases with a result in the span, those about which residents said anything."""
    closed = _closed_in(happened, span)
    heard = tuple(c.no for c, cycle in closed if happened.verdict(c, cycle) is not None)
    return Share(len(heard), len(closed), over=heard, under=tuple(c.no for c, _ in closed))


def closed_on_time(happened: Happened, span: Span) -> Share:
    """按期办结率, extensions that were approved included."""
    return share_of(_promised(happened, span), lambda c: _by(c.first(Step.RESOLVE), c.due_resolve_at))


def extension_rate(happened: Happened, span: Span) -> Share:
    """延期率, beside it: of the same cases those whose promise was put off (reports.md §2)."""
    return share_of(_promised(happened, span), lambda c: c.first(Step.EXTEND) is not None)


def _promised(happened: Happened, span: Span) -> list[CaseFacts]:
    """Promised for a moment in the span, and not gone before it."""
    return [
        c
        for c in happened.counted
        if c.due_resolve_at and span.holds(c.due_resolve_at) and not c.left_by(c.due_resolve_at)
    ]


def reopen_rate(happened: Happened, span: Span) -> Share:
    """重办率: reopenings to results, both in the span."""
    again = tuple(c.no for c in happened.counted for at in c.reopenings if span.holds(at))
    results = tuple(c.no for c in happened.counted for at, _ in c.closures() if span.holds(at))
    return Share(len(again), len(results), over=again, under=results)


def escalation_rate(happened: Happened, span: Span) -> Share:
    """上报率: of the valid cases, those that left the level that first took them."""
    return share_of(valid(happened, span), lambda c: c.first(*HANDED_UP) is not None)


def kept_rate(happened: Happened, span: Span) -> Share:
    """自处理率: finished where they were first taken (小事不出村)."""
    return share_of(
        valid(happened, span), lambda c: c.first(*HANDED_UP) is None and c.first(Step.RESOLVE) is not None
    )


def repeat_rate(happened: Happened, span: Span) -> Share:
    """重复诉求率: reported by several, or the same matter at the same place within thirty days."""
    before = {matter: [at] for matter, at in happened.earlier.items()}
    for case in happened.counted:
        before.setdefault(case.matter, []).append(case.created_at)

    def repeats(case: CaseFacts) -> bool:
        earlier = before[case.matter] if case.place else []
        return case.co_reporters > 0 or any(
            timedelta(0) < case.created_at - at <= RECURS_WITHIN for at in earlier
        )

    return share_of(valid(happened, span), repeats)


def contacted(happened: Happened, span: Span) -> list[CaseFacts]:
    """Valid cases whose reporter somebody was in touch with."""
    return [c for c in valid(happened, span) if c.reachable and c.first(Step.CONTACTED) is not None]


def first_contact_hours(happened: Happened, span: Span) -> list[float]:
    """Hours to the first contact, sorted: by the clock for U0 and U1, in service hours for the rest."""
    found = []
    for case in contacted(happened, span):
        at = case.first(Step.CONTACTED)
        if at is not None:
            clock = Clock.CALENDAR if case.urgency in {Urgency.U0, Urgency.U1} else Clock.DAYTIME
            found.append(left(case.created_at, at, clock, happened.timetable))
    return sorted(found)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile of sorted values; None where there are too few to say."""
    return round(values[ceil(share * len(values)) - 1], 1) if len(values) >= SMALL else None


def _by(at: datetime | None, due: datetime | None) -> bool:
    return at is not None and due is not None and at <= due


def _withdrawn(case: CaseFacts) -> bool:
    return case.state == State.WITHDRAWN


def _closed_in(happened: Happened, span: Span) -> list[tuple[CaseFacts, int]]:
    """Cases with a result in the span, with the cycle of the last one."""
    found = []
    for case in happened.counted:
        cycles = [cycle for at, cycle in case.closures() if span.holds(at)]
        if cycles:
            found.append((case, cycles[-1]))
    return found
