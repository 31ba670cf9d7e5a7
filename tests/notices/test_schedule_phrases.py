"""What people write for a moment, and when it fires: a table that can be checked by hand with a calendar."""

from datetime import datetime, time
from itertools import islice
from pathlib import Path

import pytest

from models.holidays import public_working_days
from models.rules.moments import Once, UnclearMoment, read_schedule
from models.rules.pacing import SHANGHAI, is_quiet
from models.rules.series import firings, is_cron, series_of
from models.rules.working_days import WorkingDays

TABLE = Path(__file__).with_name("schedule_phrases.tsv")
ROWS = [
    line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]
REPEATED = [row for row in ROWS if "; " in row[2]]
QUIET, OPENS, USUAL = "21:30-07:00", "07:00", time(9)
_KNOWN = public_working_days()
DAYS = WorkingDays(
    {d: w for d, w in _KNOWN.off.items() if d.year < 2027}, _KNOWN.worked, frozenset({2025, 2026})
)


def moment(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


def fires(words: str, now: datetime, count: int = 5) -> list[datetime]:
    read = read_schedule(words, now, DAYS, USUAL)
    if isinstance(read, Once):
        return [read.at]
    return [f.at for f in islice(firings(read.expression, now, DAYS, QUIET, OPENS), count)]


def test_the_table_is_long_and_says_why():
    assert len(ROWS) >= 170
    assert len({(now, words) for now, words, *_ in ROWS}) == len(ROWS)
    assert [words for _, words, _, why in ROWS if not why] == []


@pytest.mark.parametrize(("now", "words", "expected", "why"), ROWS)
def test_what_is_said_fires_when_it_should(now: str, words: str, expected: str, why: str):
    if expected.startswith("!"):
        with pytest.raises(UnclearMoment) as refused:
            fires(words, moment(now))
        assert refused.value.why == expected[1:], why
        return
    assert (
        "; ".join(f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for at in fires(words, moment(now))) == expected
    ), why


@pytest.mark.parametrize(("now", "words"), [row[:2] for row in REPEATED])
def test_asking_again_after_each_firing_loses_none_and_doubles_none(now: str, words: str):
    read = read_schedule(words, moment(now), DAYS, USUAL)
    assert not isinstance(read, Once)
    all_at_once = [f.at for f in islice(firings(read.expression, moment(now), DAYS, QUIET, OPENS), 40)]

    one_by_one, after = [], moment(now)
    for _ in all_at_once:
        after = next(firings(read.expression, after, DAYS, QUIET, OPENS)).at
        one_by_one.append(after)

    assert one_by_one == all_at_once == sorted(set(all_at_once))
    assert not any(is_quiet(at, QUIET) for at in all_at_once)


def test_what_is_kept_of_a_series_is_the_series():
    kept = [read.expression for now, words, *_ in REPEATED
            if not isinstance(read := read_schedule(words, moment(now), DAYS, USUAL), Once)]  # fmt: skip
    own = [expression for expression in kept if not is_cron(expression)]

    assert len(own) > 30
    assert [series_of(expression).expression for expression in own] == own
