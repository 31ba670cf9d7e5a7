"""Places, lines and words of an activity: pure rules."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.activity_words import called_so, people_said, read_activity, read_times
from models.rules.attending import Line, ticked
from models.rules.moments import UnclearMoment
from models.rules.pacing import SHANGHAI
from models.rules.signing_up import (
    Party,
    Standing,
    count_due,
    moving_up,
    people_in,
    places_left,
    reminder_of,
    takes_check_in,
)

NOW = datetime(2025, 5, 23, 9, 0, tzinfo=SHANGHAI)
IN, WAITING = Standing.IN, Standing.WAITING
PARTIES = st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=12)


@given(PARTIES, st.integers(1, 12))
def test_nobody_who_fits_is_left_waiting_and_no_place_is_given_twice(rows: list[tuple[int, bool]], most: int):
    before: list[Party] = []
    for key, (people, wants_in) in enumerate(rows):
        fits = wants_in and people <= (places_left(most, before) or 0)
        before.append(Party(key, people, IN if fits else WAITING))
    up = moving_up(most, before)
    after = [Party(p.key, p.people, IN if p.key in up else p.standing) for p in before]

    assert people_in(after) <= most
    assert all(p.people > (places_left(most, after) or 0) for p in after if p.standing == WAITING)
    assert list(up) == sorted(up)


def test_a_lowered_limit_takes_no_place_away_and_gives_none():
    parties = [Party(1, 3, IN), Party(2, 2, IN), Party(3, 1, WAITING)]

    assert places_left(4, parties) == 0
    assert moving_up(4, parties) == ()
    assert moving_up(None, parties) == (3,)


@pytest.mark.parametrize(
    ("words", "title", "starts", "ends", "closes", "most"),
    [
        ("周五15点 村口大扫除 限20人", "村口大扫除", "05-23 15:00", None, "05-23 15:00", 20),
        ("周六清河 09:00", "清河", "05-24 09:00", None, "05-24 09:00", None),
        ("广场舞比赛 今晚7点半", "广场舞比赛", "05-23 19:30", None, "05-23 19:30", None),
        (
            "下周三14:30-16:00 老年人手机课，名额15个",
            "老年人手机课",
            "05-28 14:30",
            "05-28 16:00",
            "05-28 14:30",
            15,
        ),
        ("6月1号9点 亲子活动 最多三十人 5月30日截止", "亲子活动", "06-01 09:00", None, "05-30 20:00", 30),
        (
            "5月30日下午3点到5点 周五志愿日大扫除",
            "周五志愿日大扫除",
            "05-30 15:00",
            "05-30 17:00",
            "05-30 15:00",
            None,
        ),
        ("28号早上八点半 植树", "植树", "05-28 08:30", None, "05-28 08:30", None),
    ],
)
def test_an_activity_is_read_as_it_was_written(
    words: str, title: str, starts: str, ends: str | None, closes: str, most: int | None
):
    read = read_activity(words)
    times = read_times(read, NOW)
    shown = [
        f"{at.astimezone(SHANGHAI):%m-%d %H:%M}" if at else None
        for at in (times.starts, times.ends, times.closes)
    ]

    assert (read.title, read.most) == (title, most)
    assert shown == [starts, ends, closes]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("周五大扫除", "no_time"), ("大扫除", "unclear"), ("今天8点 大扫除", "past"), ("1月2日9点 大扫除", "ok"),
        ("5月1日9点 大扫除", "past"), ("2月30日9点 大扫除", "no_such_day"), ("周五25点 大扫除", "unclear"),
    ],
)  # fmt: skip
def test_an_hour_that_cannot_be_says_why(words: str, why: str):
    try:
        read_times(read_activity(words), NOW)
    except UnclearMoment as unclear:
        assert unclear.why == why  # noqa: PT017 - the reason is the result
    else:
        assert why == "ok"


@pytest.mark.parametrize(
    ("said", "people"), [("", 1), ("2", 2), ("两", 2), ("俩", 2), ("仨", 3), ("十二", 12), ("一", 1)]
)
def test_people_are_counted_as_people_say_it(said: str, people: int):
    assert people_said(said) == people


@pytest.mark.parametrize(
    ("title", "said", "same"),
    [
        ("村口大扫除", "大扫除", True), ("村口大扫除", "周五大扫除", True), ("周五志愿日大扫除", "志愿日", True),
        ("村口大扫除", "义诊", False), ("村口大扫除", "除", False),
    ],
)  # fmt: skip
def test_an_activity_goes_by_parts_of_its_title(title: str, said: str, same: bool):
    assert called_so(title, said) is same


LINES = [Line(1, "老章"), Line(2, "柳姐"), Line(3, "章小丁"), Line(5, "小吴"), Line(6, "老程", waits=True)]


@pytest.mark.parametrize(
    ("words", "numbers", "missed"),
    [
        ("1 2 5", [1, 2, 5], []), ("1,2、5", [1, 2, 5], []), ("1-3", [1, 2, 3], []), ("1号 5号", [1, 5], []),
        ("老章 小吴", [1, 5], []), ("全到", [1, 2, 3, 5], []), ("都来了", [1, 2, 3, 5], []), ("全员", [1, 2, 3, 5], []),
        ("除了2", [1, 3, 5], []), ("除了2号和小吴都到了", [1, 3], []), ("6", [6], []), ("4 9", [], ["4", "9"]),
        ("章", [], ["章"]), ("老王 1", [1], ["老王"]), ("老章老章", [], ["老章老章"]),
    ],
)  # fmt: skip
def test_who_came_is_read_by_numbers_and_by_names(words: str, numbers: list[int], missed: list[str]):
    assert ticked(words, LINES) == (numbers, missed)


def test_a_count_gathers_for_a_minute_and_then_every_ten():
    first = count_due(NOW, None, 60)
    assert (first - NOW).total_seconds() == 60
    assert (count_due(first, first, 60) - first).total_seconds() == 600


def test_the_reminder_is_the_evening_before_and_checking_in_is_for_that_day():
    starts = datetime(2025, 5, 24, 1, 0, tzinfo=UTC)

    assert reminder_of(starts) == datetime(2025, 5, 23, 10, 0, tzinfo=UTC)
    for hour, open_ in ((6, False), (7, True), (9, True), (23, True)):
        assert takes_check_in(starts, None, datetime(2025, 5, 24, hour, 30, tzinfo=SHANGHAI)) is open_
