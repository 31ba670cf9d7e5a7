"""Local working days in config.toml, and what check and doctor say about the calendar."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.settings import CalendarSettings, SettingsError, load_settings
from bot.working_calendar import check_calendar, examine_calendar, place_days
from tests.test_settings import START, written

KNOWN, UNKNOWN = datetime(2025, 7, 1, tzinfo=UTC), datetime(2100, 7, 1, tzinfo=UTC)


def test_days_are_written_with_or_without_quotes(tmp_path: Path):
    text = START + '[calendar]\ndays_off = [2025-07-17, "2025-07-16"]\nworking_days = [2025-07-19]\n'
    calendar = load_settings(written(tmp_path, text)).calendar

    assert calendar.days_off == (date(2025, 7, 16), date(2025, 7, 17))
    assert place_days(calendar).why_off(date(2025, 7, 16)) == "local"
    assert place_days(calendar).why_off(date(2025, 7, 19)) is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("days_off = [2025-02-30]", "not valid TOML"),
        ('days_off = ["10月1日"]', "write each date once, like"),
        ("days_off = 2025-07-16", "write each date once, like"),
        ("days_off = [2025-07-16, 2025-07-16]", "write each date once, like"),
        ("days_off = [2025-07-16]\nworking_days = [2025-07-16]", "keep one"),
        ("day_off = [2025-07-16]", "did you mean days_off?"),
    ],
)
def test_what_is_no_list_of_dates_is_named(tmp_path: Path, line: str, says: str):
    with pytest.raises(SettingsError, match=r"config\.toml") as told:
        load_settings(written(tmp_path, f"{START}[calendar]\n{line}\n"))

    assert says in str(told.value)


@pytest.mark.parametrize("hours", ["20:00-08:00", "8-20", ""])
def test_service_hours_lie_within_a_day(tmp_path: Path, hours: str):
    with pytest.raises(SettingsError, match=r"service_hours"):
        load_settings(written(tmp_path, f'{START}[pacing]\nservice_hours = "{hours}"\n'))


def test_check_names_days_that_change_nothing_and_years_nobody_knows():
    told = [f.line() for f in check_calendar(CalendarSettings((date(2025, 10, 1),), (date(2100, 1, 1),)))]

    assert told[0].startswith("ok   public holidays known 2004-")
    assert "1 days off, 1 working days" in told[0]
    assert any("days_off: 2025-10-01 changes nothing" in line for line in told)
    assert any(
        "working_days: 2100-01-01 lies in a year whose public holidays are not known" in line for line in told
    )


def test_doctor_says_which_year_is_unknown_and_what_to_do():
    (known,) = examine_calendar(CalendarSettings(), KNOWN)
    (unknown,) = examine_calendar(CalendarSettings(), UNKNOWN)
    (own,) = examine_calendar(CalendarSettings((date(2100, 10, 1),)), UNKNOWN)

    assert known.line() == "ok   public holidays of 2025 are known"
    assert unknown.line().startswith(
        "note public holidays of 2100 are not known: only weekends count as days off -> "
    )
    assert "days_off and working_days under [calendar]" in unknown.remedy
    assert (own.grade, own.remedy) == ("note", "")


def test_doctor_looks_at_the_next_year_once_it_must_have_been_announced():
    told = list(examine_calendar(CalendarSettings(), datetime(2100, 12, 1, tzinfo=UTC)))

    assert [word for finding in told for word in finding.what.split() if word.isdigit()] == ["2100", "2101"]
