"""When a running clock is heard of: in order, at hours when people may be reminded, each mark once."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.holidays import public_working_days
from models.rules.reminding import END, LEAST_WARNED, Pressing, coming, hearing, marks
from models.rules.sla import Clock, Timetable, later
from models.rules.urgency import Urgency

PLACE = Timetable(public_working_days(), "21:30-07:00")
MOMENTS = st.datetimes(datetime(2023, 12, 1), datetime(2026, 9, 30)).map(  # noqa: DTZ001 - the zone comes next
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
RUNNING = st.builds(
    lambda start, hours, clock, urgency, levels: Pressing(
        later(start, hours, clock, PLACE), hours, clock, urgency, levels=levels
    ),
    MOMENTS,
    st.sampled_from([2, 8, 12, 24, 72, 120, 240, 360]),
    st.sampled_from([Clock.CALENDAR, Clock.WORKDAY]),
    st.sampled_from(Urgency),
    st.integers(1, 5),
)


@settings(deadline=None)
@given(RUNNING)
def test_marks_come_in_order_and_when_people_may_be_reminded(running: Pressing):
    found = list(marks(running, PLACE))

    assert [mark for mark, _ in found] == sorted({mark for mark, _ in found})
    assert [at for _, at in found] == sorted(at for _, at in found)
    assert [at for _, at in found if later(at, 0, hearing(running), PLACE) != at] == []


@settings(deadline=None)
@given(RUNNING)
def test_warnings_come_before_the_end_and_only_where_a_promise_is_long(running: Pressing):
    warned = [at for mark, at in marks(running, PLACE) if mark < END]

    assert len(warned) == (2 if running.hours >= LEAST_WARNED else 0)
    assert all(at < running.due for at in warned)
    assert all(at >= running.due for mark, at in marks(running, PLACE) if mark >= END)


@settings(deadline=None)
@given(RUNNING, st.integers(1, 90))
def test_looked_at_again_and_again_every_level_hears_of_lateness_once(running: Pressing, every: int):
    """Planned a first time anywhere, then after each firing: a mark once planned keeps its place."""
    now, planned = running.due - timedelta(hours=every), dict[int, datetime]()
    for _ in range(20):
        for mark, at in coming(running, now, PLACE):
            planned.setdefault(mark, at)
            if at > now:
                break
        ahead = [at for at in planned.values() if at > now]
        if not ahead:
            break
        now = min(ahead)

    assert [mark for mark in sorted(planned) if mark >= END] == list(range(END, END + running.levels))


@settings(deadline=None)
@given(RUNNING, st.integers(1, 400))
def test_what_is_taken_up_late_is_made_up_without_waking_anybody(running: Pressing, hours: int):
    now = running.due + timedelta(hours=hours)

    assert [at for _, at in coming(running, now, PLACE) if later(at, 0, hearing(running), PLACE) != at] == []
    assert all(mark >= END and at >= now for mark, at in coming(running, now, PLACE))
