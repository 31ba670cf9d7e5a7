"""A year of standing reminders under the virtual clock: each said once, none in the quiet hours, none on a stopped series."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from models.presets import load_presets
from models.rules.pacing import is_quiet
from models.rules.standing import DIGEST, KINDS
from models.tables import Area, Household, HouseholdArea
from tests.standing.conftest import ANXIANG, LUOSHUI, WANGDIAN, MakeDays, at

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


def test_a_year_of_meetings_and_quarters_one_series_stopped_in_autumn(make_days: MakeDays):
    days = make_days(LUOSHUI, "2025-12-31 22:00")
    days.run("2026-09-30 12:00")
    days.town.say("停提醒 民情分析会", by="town", private=True)
    days.run("2027-01-01 00:00")

    meetings = [when for when, words in days.said("head") if "民情分析会" in words]
    quarters = [when for when, words in days.said("town") if "季度评比" in words]
    assert [when[:7] for when in meetings] == [f"2026-{month:02}" for month in range(1, 10)]
    assert [when[:7] for when in quarters] == ["2026-01", "2026-04", "2026-07", "2026-10"]
    assert {when[11:] for when in (*meetings, *quarters)} == {"09:00"}
    assert days.moments("one") == []


def test_a_year_with_three_kinds_of_weather_each_said_once_and_asked_about_privately(make_days: MakeDays):
    days = make_days(WANGDIAN, "2026-01-01 09:00")
    with days.town.session() as session:
        area = session.execute(select(Area.id).where(Area.name == "一网格")).scalar_one()
        home = Household(label="李庄1户")
        session.add(home)
        session.flush()
        session.add(HouseholdArea(household_id=home.id or 0, area_id=area or 0, valid_from=date(2025, 1, 1)))
        session.commit()
    days.town.say("照看 李庄1户", by="grid", private=True)
    for when, words in (
        ("2026-01-20 22:10", "预警 霜冻 今晚零下5度"),
        ("2026-06-20 23:00", "预警 暴雨 今晚有大暴雨"),
        ("2026-07-20 22:00", "预警 高温 明天39度"),
    ):
        days.run(when)
        days.town.say(words, by="host", private=True)
        days.town.say("确认", by="host", private=True)
    days.run("2027-01-01 00:00")

    said = [(when, words) for when, words in days.said("li1") if "预警" in words]
    asked = [when for when, words in days.said("grid") if "请看一看" in words]
    # Frost and heat wait for the morning; a flood wakes.
    assert [when[:16] for when, _ in said] == ["2026-01-21 07:30", "2026-06-20 23:00", "2026-07-21 07:30"]
    assert [when[:10] for when in asked] == ["2026-01-21", "2026-06-20", "2026-07-21"]
    assert not [words for _, words in said if "户" in words.replace("门户", "")]
    assert [when for when, words in days.said("zhao") if "预警" in words] == []


def test_every_kind_of_standing_reminder_stands_in_some_preset():
    kinds = {reminder.kind for preset in load_presets().values() for reminder in preset.reminders}

    assert set(KINDS) - kinds == {"words"}
    assert all(DIGEST in {each.kind for each in preset.reminders} for preset in load_presets().values())
