"""Plain words become moments; what is not plain is refused with its reason."""

from datetime import UTC, datetime

import pytest

from models.rules.moments import Cron, Once, UnclearMoment, read_moment
from models.rules.pacing import SHANGHAI
from models.rules.series import firings

NOW = datetime(2025, 12, 1, 22, 30, tzinfo=SHANGHAI)  # a Monday
ONCE = [
    ("明早8点", "2025-12-02 08:00"),
    ("明天8点", "2025-12-02 08:00"),
    ("今晚23点", "2025-12-01 23:00"),
    ("今晚十一点半", "2025-12-01 23:30"),
    ("周五15点", "2025-12-05 15:00"),
    ("周一15点", "2025-12-08 15:00"),
    ("下周一上午9点", "2025-12-08 09:00"),
    ("星期天晚上7点一刻", "2025-12-07 19:15"),
    ("后天下午三点", "2025-12-03 15:00"),
    ("大后天中午12点", "2025-12-04 12:00"),
    ("12月31日9:00", "2025-12-31 09:00"),
    ("12月31日 9:00", "2025-12-31 09:00"),
    ("1月5号 18点", "2026-01-05 18:00"),
    ("2026年1月5日18时20分", "2026-01-05 18:20"),
    ("23:10", "2025-12-01 23:10"),
    ("２３:１０", "2025-12-01 23:10"),
    ("2025-12-09 09:30", "2025-12-09 09:30"),
    ("2025-12-09T09:30", "2025-12-09 09:30"),
    ("2025-12-09T01:30+00:00", "2025-12-09 09:30"),
    ("明天中午1点", "2025-12-02 13:00"),
    ("明天凌晨1点", "2025-12-02 01:00"),
]
AGAIN = [
    ("每周五早8点", "0 8 * * 5"),
    ("每周一、三、五18:30", "30 18 * * 1,3,5"),
    ("每周日9点", "0 9 * * 0"),
    ("每月10日18点", "0 18 10 * *"),
    ("每月9日18点", "0 18 9 * *"),
    ("每月最后一天9点", "0 9 L * *"),
    ("每天晚上七点半", "30 19 * * *"),
    ("每年9月9日8点", "0 8 9 9 *"),
]
REFUSED = [
    ("昨天8点", "unclear"), ("过年那天", "unclear"), ("", "no_time"), ("明天", "no_time"), ("每周五", "no_time"),
    ("八月十五8点", "lunar_or_not"), ("每5分钟", "unclear"), ("今天8点", "past"), ("8点", "past"),
    ("2020-01-01 08:00", "past"), ("2025-13-01 08:00", "unclear"), ("2月30日8点", "no_such_day"),
    ("每月31日8点", "skips_months"), ("明天25点", "unclear"), ("周末8点", "unclear"), ("随便", "unclear"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "moment"), ONCE)
def test_a_moment_is_read(words: str, moment: str):
    expected = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)

    read = read_moment(words, NOW.astimezone(UTC))

    assert read == Once(expected.astimezone(UTC))


@pytest.mark.parametrize(("words", "expression"), AGAIN)
def test_a_repetition_is_read(words: str, expression: str):
    assert read_moment(words, NOW) == Cron(expression)


@pytest.mark.parametrize(("words", "why"), REFUSED)
def test_what_is_not_plain_is_refused_with_its_reason(words: str, why: str):
    with pytest.raises(UnclearMoment) as refused:
        read_moment(words, NOW)

    assert refused.value.why == why


def test_a_repetition_follows_the_clocks_of_shanghai():
    after = datetime(2025, 12, 1, 16, 30, tzinfo=UTC)  # 00:30 on the 2nd in Shanghai

    assert next(firings("0 8 * * *", after)).at == datetime(2025, 12, 2, 0, 0, tzinfo=UTC)
    assert next(firings("0 9 L * *", after)).at == datetime(2025, 12, 31, 1, 0, tzinfo=UTC)
    assert next(firings("0 18 10 * *", datetime(2025, 12, 10, 10, 0, tzinfo=UTC))).at == datetime(
        2026, 1, 10, 10, 0, tzinfo=UTC
    )
