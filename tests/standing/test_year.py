"""A year of standing reminders under the virtual clock: each said once, none in the quiet hours, none on a stopped series."""

from datetime import date, datetime, timedelta

from models.rules.pacing import is_quiet
from tests.standing.conftest import ANXIANG, WANGDIAN, MakeDays, at

QUIET = "21:30-07:00"
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
THURSDAY = 4


def test_a_year_of_volunteer_days_one_village_moved_into_the_night_and_stopped_in_autumn(make_days: MakeDays):
    days = make_days(ANXIANG, "2025-12-31 22:00")
    days.run("2026-06-30 12:00")
    days.town.say("改提醒 1 每周五22:30", by="duty", private=True)
    days.town.say("确认", by="duty", private=True)
    days.run("2026-09-30 12:00")
    days.town.say("停提醒 1", by="duty", private=True)
    days.run("2027-01-01 00:00")

    thursdays = [day for day in YEAR if day.isoweekday() == THURSDAY]
    assert days.moments("peace") == [f"{day} 18:00" for day in thursdays]
    ours = [f"{day} 18:00" for day in thursdays if day < date(2026, 6, 30)]
    ours += [
        f"{day + timedelta(days=1)} 07:00" for day in thursdays if date(2026, 6, 30) < day < date(2026, 9, 30)
    ]
    assert days.moments("safe") == ours
    assert not [when for when in days.moments("safe") if is_quiet(at(when), QUIET)]


def test_a_year_of_talk_days_with_restarts_in_between_says_each_line_once(make_days: MakeDays):
    days = make_days(WANGDIAN, "2025-12-31 22:00")
    for month in range(1, 13):
        days.run(f"2026-{month:02}-09 17:59")
        days.done.clear()  # the process forgets what it did: the database does not
        days.run(f"2026-{month:02}-10 08:00")
        days.done.clear()
    days.run("2027-01-01 00:00")

    expected = sorted(
        f"2026-{month:02}-{moment}"
        for month in range(1, 13)
        for moment in ("05 09:00", "09 18:00", "10 08:00", "11 09:00")
    )
    for room in ("li1", "li2", "zhao"):
        assert days.moments(room) == expected
    assert days.moments("host") == [f"2026-{month:02}-09 18:00" for month in range(1, 13)]
    assert all(datetime.fromisoformat(when).hour in range(7, 22) for when in days.moments("li1"))
