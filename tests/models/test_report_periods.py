"""Periods of reports by hand: codes, titles, the one before and the one a year before."""

from datetime import UTC, date, datetime

import pytest

from models.rules.report_periods import (
    PeriodUnclear,
    period_between,
    period_coded,
    recent_periods,
    usual_period,
)


@pytest.mark.parametrize(
    ("code", "first", "last", "title", "before", "year_before"),
    [
        ("2025-07", "2025-07-01", "2025-07-31", "2025年7月", "2025-06", "2024-07"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024年2月", "2024-01", "2023-02"),
        ("2025-02", "2025-02-01", "2025-02-28", "2025年2月", "2025-01", "2024-02"),
        ("2025-Q1", "2025-01-01", "2025-03-31", "2025年第1季度", "2024-Q4", "2024-Q1"),
        (
            "2025-W01",
            "2024-12-30",
            "2025-01-05",
            "2025年第1周（2024年12月30日至2025年1月5日）",
            "2024-W52",
            "2024-W01",
        ),
        (
            "2025-07-14..2025-07-20",
            "2025-07-14",
            "2025-07-20",
            "2025年7月14日至7月20日",
            "2025-07-07..2025-07-13",
            "2024-07-14..2024-07-20",
        ),
        (
            "2024-02-29..2024-02-29",
            "2024-02-29",
            "2024-02-29",
            "2024年2月29日至2月29日",
            "2024-02-28..2024-02-28",
            "2023-02-28..2023-02-28",
        ),
    ],
)
def test_a_code_says_from_when_to_when(
    code: str, first: str, last: str, title: str, before: str, year_before: str
):
    period = period_coded(code)

    assert (period.first, period.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert (period.code, period.title) == (code, title)
    assert (period.before().code, period.year_before().code) == (before, year_before)
    assert (period.span.end - period.span.start).days == (period.last - period.first).days + 1


@pytest.mark.parametrize(
    "code",
    ["", "2025", "2025-13", "2025-00", "2025-Q5", "2025-W54", "2025-W00", "1025-07", "9999-12", "2025-07-02..2025-07-01",
     "2025-02-30..2025-03-01", "2023-01-01..2025-01-01", "x..y", "2025-07'; --"],
)  # fmt: skip
def test_nonsense_is_no_period(code: str):
    with pytest.raises(PeriodUnclear):
        period_coded(code)


def test_a_year_is_the_longest():
    assert period_between("2024-01-01", "2024-12-31").kind == "range"
    with pytest.raises(PeriodUnclear):
        period_between("2024-01-01", "2025-01-01")


def test_the_usual_one_is_the_month_of_shanghai():
    before_midnight = datetime(2025, 7, 31, 15, 59, tzinfo=UTC)
    after = datetime(2025, 7, 31, 16, 0, tzinfo=UTC)

    assert (usual_period(before_midnight).code, usual_period(after).code) == ("2025-07", "2025-08")
    assert [p.code for p in recent_periods(after) if p.kind == "quarter"][:2] == ["2025-Q3", "2025-Q2"]
