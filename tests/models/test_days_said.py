"""The day people name when they put something off, and the reason they give in the same breath."""

from datetime import UTC, datetime

import pytest

from models.rules.days_said import find_day
from models.rules.moments import UnclearMoment
from models.rules.pacing import SHANGHAI

TUESDAY = datetime(2025, 7, 15, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("words", "day", "reason"),
    [
        ("到周五 等配件", "07-18 18:00", "等配件"),
        ("等配件 周五再办", "07-18 18:00", "等配件"),
        ("等配件到12月3号", "12-03 18:00", "等配件"),
        ("预计下个星期三到 等配件", "07-23 18:00", "等配件"),
        ("明天 等师傅", "07-16 18:00", "等师傅"),
        ("后天下午3点半 等师傅", "07-17 15:30", "等师傅"),
        ("周五下午 等师傅", "07-18 18:00", "等师傅"),
        ("等水泥干 大概3天", "07-18 09:00", "等水泥干"),
        ("等三天 水泥干透", "07-18 09:00", "水泥干透"),
        ("等配件 两周", "07-29 09:00", "等配件"),
        ("半个月 等批复", "07-30 09:00", "等批复"),
        ("6小时 等抢修队", "07-15 15:00", "等抢修队"),
        ("月底 等款", "07-31 18:00", "等款"),
        ("等款到下月底", "08-31 18:00", "等款"),
        ("20号再来 等师傅", "07-20 18:00", "等师傅"),
        ("下个月5号 等师傅", "08-05 18:00", "等师傅"),
        ("5号 等师傅", "08-05 18:00", "等师傅"),
        ("7.18 等人", "07-18 18:00", "等人"),
        ("到7/18 等人", "07-18 18:00", "等人"),
        ("下周一 等人", "07-21 18:00", "等人"),
        # Of several days the one they lead up to.
        ("等了3天 周五再办", "07-18 18:00", "等了3天"),
        ("等周五的会 下周二再办", "07-22 18:00", "等周五的会"),
        ("等领导周三批 到周五", "07-18 18:00", "等领导周三批"),
        ("等3号楼配件 周五再办", "07-18 18:00", "等3号楼配件"),
    ],
)
def test_day_and_reason_are_told_apart(words: str, day: str, reason: str):
    said = find_day(words, TUESDAY, "18:00")

    assert said is not None
    assert (f"{said.at.astimezone(SHANGHAI):%m-%d %H:%M}", said.rest) == (day, reason)


@pytest.mark.parametrize(
    "words", ["等批复", "等2.5寸的管子", "3-201反映", "等12月的款", "下周", "等7月18日的会", "已经3天了"]
)
def test_what_names_no_day_is_none(words: str):
    assert find_day(words, TUESDAY, "18:00") is None


@pytest.mark.parametrize(
    ("words", "why"),
    [("2月30日", "no_such_day"), ("32号", "no_such_day"), ("今天8点", "past"), ("2024年7月1日", "past")],
)
def test_a_day_that_is_none_or_past_is_refused(words: str, why: str):
    with pytest.raises(UnclearMoment, match=why):
        find_day(words, TUESDAY, "18:00")


def test_a_span_counts_from_the_date_it_is_added_to():
    due = datetime(2025, 7, 22, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
    said = find_day("3天 等配件", TUESDAY, "18:00", due)

    assert said is not None
    assert (said.at.astimezone(SHANGHAI).day, said.exact) == (25, True)
