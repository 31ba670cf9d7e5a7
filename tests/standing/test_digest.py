"""The morning's digest is a standing reminder: listed, stopped and moved like the others, and never more than one message."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.township.staging import StagedPerson
from models.rules.pacing import is_quiet
from tests.standing.conftest import ANXIANG, Days, MakeDays, at

QUIET = "21:30-07:00"
MORNING = "早上好"
LIN = StagedPerson("lin", "张建国", "张", post="lin_head", area="三邻", verified=True, friend=True)
FAR = StagedPerson("far", "赵敏", "赵", post="lin_head", area="一邻", verified=True, friend=True)
STAGE = replace(ANXIANG, people=(*ANXIANG.people, LIN, FAR))
BY_NIGHT = "我家门口路灯不亮了"


@pytest.fixture
def days(make_days: MakeDays) -> Days:
    """Two villages, each with a request that nobody has finished."""
    return begun(make_days, "2025-12-01 09:00")


def begun(make_days: MakeDays, when: str) -> Days:
    found = make_days(STAGE, when, jobs=("standing", "digests"))
    for room, who in (("safe", "lin"), ("peace", "far")):
        found.town.say("桥头垃圾桶满了好几天没人收", by="resident", room=room)
        found.town.wait(minutes=1)
        found.town.say(f"接单 {len(found.town.cases())}", by=who, private=True)
    return found


def digests(days: Days, who: str) -> list[str]:
    """When somebody heard one."""
    return [when for when, words in days.said(who) if words.startswith(MORNING)]


def ask(days: Days, *lines: str, who: str = "duty") -> str:
    """Somebody says something privately; the last answer."""
    for line in lines:
        days.town.say(line, by=who, private=True)
    return days.town.heard(who)[-1]


def test_it_stands_in_the_list_and_is_stopped_and_started_in_ones_own_village_alone(days: Days):
    assert "2 早上小结：下次" in ask(days, "提醒 列表")
    days.run("2025-12-05 12:00")
    ask(days, "停提醒 早上小结")
    days.run("2025-12-10 12:00")
    ask(days, "开提醒 2")
    days.run("2025-12-12 12:00")

    assert [d for d in digests(days, "lin") if "12-06" <= d[5:10] <= "12-10"] == []
    assert "2025-12-11 07:30" in digests(days, "lin")
    assert "2025-12-07 07:30" in digests(days, "far")


def test_where_it_is_stopped_the_night_is_told_all_the_same_and_nothing_else(days: Days):
    ask(days, "停提醒 2")
    days.run("2025-12-05 23:00")
    before = len(days.said("lin"))
    for _ in range(2):
        days.town.say(BY_NIGHT, by="resident", room="safe")
        days.town.wait(minutes=1)
    days.town.say("四组桥头路灯不亮", by="resident", room="safe")
    days.run("2025-12-06 12:00")

    told = [(when, words) for when, words in days.said("lin")[before:] if when >= "2025-12-06 07:00"]
    assert [when for when, _ in told] == ["2025-12-06 07:30"]
    assert "手上" not in told[0][1]


def test_another_moment_takes_along_what_came_at_night(days: Days):
    assert "12月2日周二08:30" in ask(days, "改提醒 2 每天8点半")
    ask(days, "确认")
    days.run("2025-12-03 23:00")
    days.town.say(BY_NIGHT, by="resident", room="safe")
    days.town.wait(minutes=2)
    days.run("2025-12-04 12:00")

    assert {when for when, _ in days.said("lin") if when.startswith("2025-12-04")} == {"2025-12-04 08:30"}
    assert "2025-12-04 07:30" in digests(days, "far")


def test_it_stays_a_message_of_the_morning(days: Days):
    for moment in ("每天18点", "每天6点", "每周五22点"):
        assert ask(days, f"改提醒 2 {moment}").startswith("这个只能放在早上（07:30到12:00）")
    assert "权限" in ask(days, "停提醒 2", who="lin")


def test_a_year_of_mornings_has_one_message_each_and_none_where_it_is_stopped(make_days: MakeDays):
    days = begun(make_days, "2026-01-01 09:00")
    days.run("2026-06-30 12:00")
    ask(days, "改提醒 2 每天8点半", "确认")
    days.run("2026-09-30 12:00")
    ask(days, "停提醒 2")
    days.run("2027-01-01 00:00")

    mine, theirs = digests(days, "lin"), digests(days, "far")
    every = [date(2026, 1, 2) + timedelta(days=n) for n in range(364)]
    assert max(Counter(when[:10] for when in [*theirs]).values()) == 1
    assert max(Counter(when[:10] for when in [*mine]).values()) == 1
    assert {when[11:] for when in theirs} == {"07:30"}
    assert {when[11:] for when in mine if when < "2026-07"} == {"07:30"}
    assert {when[11:] for when in mine if when > "2026-07-01"} == {"08:30"}
    assert [when for when in mine if when > "2026-10"] == []
    assert [str(day) for day in every if str(day) not in {when[:10] for when in theirs}] == []
    assert not [when for when in (*mine, *theirs) if is_quiet(at(when), QUIET)]
