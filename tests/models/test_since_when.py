"""How long a trouble has lasted, as people say it."""

from datetime import date, datetime

import pytest

from models.rules.pacing import SHANGHAI
from models.rules.told import since_when


@pytest.mark.parametrize(
    ("began", "said"),
    [
        ("2025-07-15T08:59", ("SINCE_TODAY", 1)),
        ("2025-07-15T00:00", ("SINCE_TODAY", 1)),
        ("2025-07-14T23:59", ("SINCE_YESTERDAY", 1)),
        ("2025-07-13T20:00", ("SINCE_DAYS", 2)),
        ("2025-06-24T09:00", ("SINCE_DAYS", 21)),
        ("2025-06-15T09:00", ("SINCE_MONTHS", 1)),
        ("2025-01-13T09:00", ("SINCE_MONTHS", 6)),
        ("2024-07-25T09:00", ("SINCE_YEARS", 1)),
        ("2022-07-15T09:00", ("SINCE_YEARS", 3)),
        # A clock that was ahead of ours.
        ("2025-07-16T09:00", ("SINCE_TODAY", 1)),
    ],
)
def test_days_months_and_years_are_counted_as_people_do(began: str, said: tuple[str, int]):
    moment = datetime.fromisoformat(began).replace(tzinfo=SHANGHAI)

    assert since_when(moment, date(2025, 7, 15)) == said
