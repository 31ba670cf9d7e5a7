"""Every figure counted by hand on small tables: what is in, what is out, and what is too few to say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.rules import metrics
from models.rules.following_up import Outcome
from models.rules.happened import CaseFacts, FollowUpFacts, Happened, RatingFacts
from models.rules.metrics import Share
from models.rules.pacing import SHANGHAI
from models.rules.periods import Span, span_named
from models.rules.sla import Timetable


def at(said: str) -> datetime:
    """``"07-15 09:00"`` in Shanghai."""
    return datetime.fromisoformat(f"2025-{said.replace(' ', 'T')}").replace(tzinfo=SHANGHAI).astimezone(UTC)


PLACE = Timetable(quiet="21:30-07:00")
JULY = Span(at("07-01 00:00"), at("08-01 00:00"))


def case(no: int, created: str = "07-10 09:00", *steps: tuple[str, str], **more: Any) -> CaseFacts:
    """An ordinary U2 case whose claim is due after a day and whose result is due after seven."""
    born = at(created)
    stands = {
        "category": "A06", "urgency": "U2", "state": "new", "area": 1, "place": "", "created_at": born,
        "due_claim_at": born + timedelta(days=1), "due_resolve_at": born + timedelta(days=7), **more,
    }  # fmt: skip
    return CaseFacts(no=no, steps=tuple((step, at(when)) for step, when in steps), **stands)


def of(
    *cases: CaseFacts, ratings: tuple[RatingFacts, ...] = (), asked: tuple[FollowUpFacts, ...] = ()
) -> Happened:
    return Happened(cases, ratings, asked, PLACE)


def rated(
    no: int, effect: int, duration: int, attitude: int, when: str = "07-20 09:00", cycle: int = 0
) -> RatingFacts:
    return RatingFacts(no, cycle, effect, duration, attitude, at(when))


def counts(share: Share) -> tuple[float, int]:
    return share.numerator, share.denominator


MERGED = case(90, state="merged")
MISREAD = case(
    91, "07-10 09:00", ("not_a_case", "07-10 10:00"), state="withdrawn", closed_reason="not_a_case"
)
ELSEWHERE = case(92, "07-10 09:00", ("reject", "07-10 10:00"), state="rejected", closed_reason="out_of_area")
DRAFT = case(93, state="draft")
NEVER = (MERGED, MISREAD, ELSEWHERE, DRAFT)
"""In no denominator of any figure."""
TAKEN_BACK = case(94, "07-10 09:00", ("withdraw", "07-10 12:00"), state="withdrawn")
TAKEN_BACK_LATE = case(95, "07-10 09:00", ("withdraw", "07-12 12:00"), state="withdrawn")


def test_valid_cases_leave_out_what_never_counts_and_what_was_taken_back_in_time():
    happened = of(
        case(1), case(2, "06-30 23:59"), case(3, "08-01 00:00"), *NEVER, TAKEN_BACK, TAKEN_BACK_LATE
    )

    assert [c.no for c in metrics.valid(happened, JULY)] == [1, 95]
    assert metrics.withdrawn(happened, JULY) == 2


@pytest.mark.parametrize(
    ("contact", "more", "counted"),
    [
        ("07-11 08:59", {}, (1, 1)),
        ("07-11 09:00", {}, (1, 1)),  # to the minute is in time
        ("07-11 09:01", {}, (0, 1)),
        (None, {}, (0, 1)),
        ("07-10 10:00", {"urgency": "U1"}, (1, 1)),  # two hours
        ("07-10 11:01", {"urgency": "U1"}, (0, 1)),
        ("07-10 09:10", {"urgency": "U0"}, (1, 1)),  # ten minutes
        ("07-10 09:11", {"urgency": "U0"}, (0, 1)),
        ("07-10 17:00", {"urgency": "Q"}, (1, 1)),  # eight hours
        ("07-10 17:01", {"urgency": "Q"}, (0, 1)),
        ("07-10 10:00", {"reachable": False}, (0, 0)),  # nobody to contact
    ],
)
def test_response_rate_counts_who_was_reached_in_time(
    contact: str | None, more: dict[str, Any], counted: tuple[int, int]
):
    steps = (("contacted", contact),) if contact else ()

    assert counts(metrics.response_rate(of(case(1, "07-10 09:00", *steps, **more)), JULY)) == counted


@pytest.mark.parametrize(
    ("created", "urgency", "contact", "in_time"),
    [
        (
            "07-10 21:00",
            "U1",
            "07-11 08:30",
            True,
        ),  # half an hour before the night, an hour and a half after it
        ("07-10 21:00", "U1", "07-11 08:31", False),
        ("07-10 23:00", "U1", "07-11 09:00", True),
        ("07-10 23:00", "U1", "07-11 09:01", False),
        ("07-10 23:00", "U0", "07-10 23:10", True),  # emergencies know no night
        ("07-10 23:00", "U0", "07-11 07:05", False),
        ("07-10 23:00", "U2", "07-12 07:00", True),  # a day later would be at night: it ends in the morning
        ("07-10 23:00", "U2", "07-12 07:01", False),
    ],
)
def test_promises_of_the_night(created: str, urgency: str, contact: str, in_time: bool):
    happened = of(case(1, created, ("contacted", contact), urgency=urgency))

    assert counts(metrics.response_rate(happened, JULY)) == (int(in_time), 1)


def test_response_is_counted_in_the_month_in_which_it_was_due():
    late_june, late_july = case(1, "06-30 12:00", ("contacted", "06-30 13:00")), case(2, "07-31 12:00")

    assert counts(metrics.response_rate(of(late_june, late_july), JULY)) == (1, 1)


def test_what_is_due_later_is_not_counted_yet():
    span = JULY.until(at("07-10 20:00"))

    assert counts(metrics.response_rate(of(case(1, "07-09 09:00"), case(2, "07-10 09:00")), span)) == (0, 1)


def test_who_took_a_case_back_in_time_is_measured_by_no_deadline():
    happened = of(TAKEN_BACK, TAKEN_BACK_LATE, *NEVER)

    assert counts(metrics.response_rate(happened, JULY)) == (0, 1)
    assert counts(metrics.claim_on_time(happened, JULY)) == (0, 1)
    assert counts(metrics.closed_on_time(happened, JULY)) == (0, 0)


def test_claims_on_time_are_told_apart_from_contacts():
    happened = of(
        case(1, "07-10 09:00", ("claim", "07-11 09:00")),
        case(2, "07-10 09:00", ("claim", "07-11 09:01")),
        case(3, "07-10 09:00", ("resolve", "07-10 10:00"), state="resolved"),
        case(4, "07-10 09:00", ("contacted", "07-10 10:00")),
        case(5, "07-31 09:00", ("claim", "07-31 10:00")),
        *NEVER,
    )

    assert counts(metrics.claim_on_time(happened, JULY)) == (2, 4)
    assert counts(metrics.response_rate(happened, JULY)) == (1, 4)


def closed(no: int, when: str = "07-12 09:00", *after: tuple[str, str], **more: Any) -> CaseFacts:
    return case(no, "07-10 09:00", ("resolve", when), *after, state="closed", **more)


def test_resolve_rate_asks_the_residents_and_counts_part_as_half():
    happened = of(
        closed(1), closed(2), closed(3), closed(4), closed(5), closed(6), closed(7),
        closed(8, "07-12 09:00", ("reopen", "07-13 09:00")), closed(9, "06-30 09:00"),
        ratings=(rated(1, 5, 5, 5), rated(2, 3, 1, 1), rated(3, 2, 5, 5), rated(9, 1, 1, 1)),
        asked=(
            FollowUpFacts(4, 0, "solved"), FollowUpFacts(5, 0, "partly"), FollowUpFacts(6, 0, "unreachable"),
            FollowUpFacts(7, 0, "refused"),
        ),
    )  # fmt: skip
    share = metrics.resolve_rate(happened, JULY)

    assert counts(share) == (3.5, 6)  # 1, 2, 4 and half of 5, of 1-5 and the reopened 8
    assert share.halves == 1
    assert counts(metrics.coverage(happened, JULY)) == (6, 8)


@pytest.mark.parametrize(
    ("ratings", "asked", "verdict"),
    [
        ((), (), None),
        (((1, 3, 3, 3),), (), "solved"),
        (((1, 2, 5, 5),), (), "unsolved"),
        (((1, 5, 5, 5),), ("unsolved",), "unsolved"),  # one no outweighs
        (((1, 2, 5, 5),), ("solved",), "unsolved"),
        (((1, 5, 5, 5),), ("partly",), "partly"),
        ((), ("refused",), None),
        ((), ("moot",), None),
    ],
)
def test_what_a_closure_came_to(
    ratings: tuple[tuple[int, ...], ...], asked: tuple[str, ...], verdict: str | None
):
    happened = of(
        closed(1),
        ratings=tuple(rated(*r) for r in ratings),
        asked=tuple(FollowUpFacts(1, 0, o) for o in asked),
    )

    assert happened.verdict(happened.cases[0], 0) == (Outcome(verdict) if verdict else None)


def test_the_last_closure_of_the_span_is_the_one_that_counts():
    again = case(
        1, "07-10 09:00", ("resolve", "07-11 09:00"), ("reopen", "07-12 09:00"), ("resolve", "07-13 09:00"),
        state="closed",
    )  # fmt: skip
    happened = of(again, ratings=(rated(1, 1, 3, 3, cycle=0), rated(1, 5, 5, 5, cycle=1)))

    assert counts(metrics.resolve_rate(happened, JULY)) == (1, 1)
    assert counts(metrics.resolve_rate(happened, Span(JULY.start, at("07-12 12:00")))) == (0, 1)
    assert counts(metrics.reopen_rate(happened, JULY)) == (1, 2)


def test_reported_as_done_is_measured_by_the_work_at_hand():
    happened = of(
        closed(1),  # came and was finished in July
        case(2, "07-10 09:00"),  # due in July, not finished
        case(3, "06-10 09:00", due_resolve_at=at("06-20 09:00")),  # carried over
        case(4, "06-10 09:00", ("resolve", "07-02 09:00"), state="resolved"),  # carried over and finished
        case(5, "06-10 09:00", ("resolve", "06-12 09:00"), state="closed", due_resolve_at=at("07-05 09:00")),
        case(6, "07-30 09:00", due_resolve_at=at("08-06 09:00")),  # due in August
        case(7, "07-30 09:00", ("resolve", "07-31 09:00"), due_resolve_at=at("08-06 09:00"), state="resolved"),
        case(8, "06-10 09:00", ("resolve", "08-02 09:00"), state="resolved"),  # still open at the end of July
        TAKEN_BACK_LATE, *NEVER,
    )  # fmt: skip

    assert counts(metrics.self_close_rate(happened, JULY)) == (3, 6)  # 1, 4, 7 of 1, 2, 3, 4, 7, 8


def test_the_gap_between_reported_and_confirmed():
    assert metrics.gap(Share(19, 20), Share(15, 20)) == 20.0
    assert metrics.gap(Share(19, 20), Share(9, 9)) is None


def test_satisfaction_needs_three_in_all_dimensions_and_is_told_by_dimension():
    happened = of(
        closed(1), closed(2), closed(3), MERGED,
        ratings=(
            rated(1, 5, 5, 5), rated(2, 3, 2, 5), rated(3, 2, 3, 1), rated(3, 5, 5, 5, "06-30 09:00"), rated(90, 1, 1, 1),
        ),
    )  # fmt: skip

    assert counts(metrics.satisfaction(happened, JULY)) == (1, 3)
    assert counts(metrics.satisfaction(happened, JULY, "effect")) == (2, 3)
    assert counts(metrics.satisfaction(happened, JULY, "duration")) == (2, 3)
    assert counts(metrics.satisfaction(happened, JULY, "attitude")) == (2, 3)


def test_results_on_time_take_extensions_into_account():
    happened = of(
        closed(1, "07-17 09:00"),
        closed(2, "07-17 09:01"),
        case(
            3,
            "07-10 09:00",
            ("extend", "07-16 09:00"),
            ("resolve", "07-19 09:00"),
            state="closed",
            due_resolve_at=at("07-20 09:00"),
        ),
        case(4, "07-10 09:00"),
        case(5, "07-28 09:00", ("resolve", "07-29 09:00"), state="closed"),  # due in August
        *NEVER,
    )

    assert counts(metrics.closed_on_time(happened, JULY)) == (2, 4)
    assert counts(metrics.extension_rate(happened, JULY)) == (1, 4)
    assert metrics.extension_rate(happened, JULY).over == (3,)


def test_handed_up_and_kept():
    happened = of(
        case(1, "07-10 09:00", ("escalate", "07-10 10:00"), ("resolve", "07-11 09:00"), state="closed"),
        case(2, "07-10 09:00", ("auto_escalate", "07-11 09:00")),
        closed(3),
        case(4, "07-10 09:00"),
        TAKEN_BACK,
        *NEVER,
    )

    assert counts(metrics.escalation_rate(happened, JULY)) == (2, 4)
    assert counts(metrics.kept_rate(happened, JULY)) == (1, 4)


def test_repeated_is_what_several_report_or_what_comes_back_within_thirty_days():
    happened = of(
        case(1, "06-05 09:00", place="桥头"),
        case(2, "07-05 09:00", place="桥头"),  # thirty days later
        case(3, "07-20 09:00", place="桥头", category="A01"),
        case(4, "07-20 09:00", co_reporters=2),
        case(5, "07-21 09:00"),  # no place: nobody knows whether it is the same
        case(6, "07-22 09:00", place="桥头", area=2),
        case(7, "07-10 09:00", place="村口", state="merged"),
        case(8, "07-11 09:00", place="村口"),  # the merged one is counted by its co-reporters
    )

    assert counts(metrics.repeat_rate(happened, JULY)) == (2, 6)
    assert counts(
        metrics.repeat_rate(
            of(case(1, "06-05 09:00", place="桥头"), case(2, "07-05 09:01", place="桥头")), JULY
        )
    ) == (0, 1)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("07-10 09:00", "07-10 11:30", 2.5),
        (
            "07-10 19:00",
            "07-11 09:00",
            2.0,
        ),  # one before eight in the evening, one after eight in the morning
        ("07-10 21:00", "07-11 07:00", 0.0),
        ("07-10 06:00", "07-10 23:00", 12.0),
        ("07-10 12:00", "07-12 12:00", 24.0),
    ],
)
def test_the_first_contact_is_counted_in_service_hours(start: str, end: str, hours: float):
    happened = of(case(1, start, ("contacted", end)))
    assert metrics.first_contact_hours(happened, JULY) == [hours]


def test_the_service_hours_are_those_of_the_place():
    happened = of(case(1, "07-10 19:00", ("contacted", "07-11 09:30")))
    early = replace(happened, timetable=Timetable(service="07:00-19:00"))
    assert metrics.first_contact_hours(early, JULY) == [2.5]


def test_first_contact_counts_service_hours_except_where_it_is_urgent():
    night = ("07-10 19:00", ("contacted", "07-11 09:00"))
    happened = of(
        case(1, *night), case(2, *night, urgency="U1"), case(3, "07-10 09:00", ("contacted", "07-10 09:30")),
        case(4, *night, reachable=False), case(5), *NEVER,
    )  # fmt: skip

    assert metrics.first_contact_hours(happened, JULY) == [0.5, 2.0, 14.0]


def test_percentiles_are_nearest_ranks_and_of_few_none():
    ten = [float(n) for n in range(1, 11)]

    assert (metrics.percentile(ten, 0.5), metrics.percentile(ten, 0.9)) == (5.0, 9.0)
    assert metrics.percentile(ten[:9], 0.5) is None


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        (Share(9, 9), None),
        (Share(0, 0), None),
        (Share(9, 10), 90.0),
        (Share(1, 12), 8.3),
        (Share(10.5, 12), 87.5),
    ],
)
def test_below_ten_there_is_no_percentage(share: Share, percent: float | None):
    assert share.percent == percent


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("今天", "07-15 00:00", "07-16 00:00"), ("昨天", "07-14 00:00", "07-15 00:00"),
        ("本周", "07-14 00:00", "07-21 00:00"), ("上周", "07-07 00:00", "07-14 00:00"),
        ("本月", "07-01 00:00", "08-01 00:00"), ("上月", "06-01 00:00", "07-01 00:00"),
        ("本季", "07-01 00:00", "10-01 00:00"), ("上季", "04-01 00:00", "07-01 00:00"), ("", "07-01 00:00", "08-01 00:00"),
    ],
)  # fmt: skip
def test_spans_people_ask_for(words: str, start: str, end: str):
    assert span_named(words, at("07-15 09:00")) == Span(at(start), at(end))


@pytest.mark.parametrize(
    ("words", "start", "end"), [("本年", 2025, 2026), ("全年", 2025, 2026), ("去年", 2024, 2025)]
)
def test_years(words: str, start: int, end: int):
    span = span_named(words, at("07-15 09:00"))

    assert (span.start.year, span.end.year, span.start.month, span.end.month) == (start, end, 1, 1)


def test_the_first_minute_of_a_month_belongs_to_it_and_the_last_before_it_does_not():
    assert metrics.valid(of(case(1, "07-01 00:00")), JULY)
    assert span_named("本月", at("07-01 00:00")) == JULY
    assert span_named("上月", at("07-01 00:00")).end == JULY.start


def test_what_was_written_down_elsewhere_is_counted_by_channel():
    cases = (
        case(1, source="group"),
        case(2, source="屋场夜话"),
        case(3, source="电话"),
        case(4, source="电话"),
    )
    sooner = case(5, "06-10 09:00", source="电话")
    gone = case(6, "07-10 09:00", ("withdraw", "07-10 09:05"), state="withdrawn", source="电话")

    found = metrics.offline_sources(of(*cases, sooner, gone, case(7)), JULY)
    assert list(found.items()) == [("电话", 2), ("屋场夜话", 1)]
