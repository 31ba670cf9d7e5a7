"""Numbers and times of day as people write them: ``18``, ``十八``, ``早8点半``, ``18:30``."""

import re
import unicodedata
from datetime import time


class UnclearMoment(ValueError):  # noqa: N818 - says what is wrong with the words
    """No moment can be read from the words; ``why`` is the end of a sentence's key (``MOMENT_…_DM``).

    ``unclear``, ``past``, ``no_time``, ``no_such_day``, ``skips_months``, ``lunar_or_not``, ``not_announced``,
    ``too_often``, ``which_week``.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_CAPITALS = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾貳參陸兩點鐘週後个個禮節國慶農曆歷臘陰閏號開",
    "一二三四五六七八九十二三六两点钟周后个个礼节国庆农历历腊阴闰号开",
)
NUMBER = r"(?:\d{1,4}|[零〇一二两三四五六七八九十]{1,3})"

_PERIOD = (
    "(?P<period>凌晨|一大早|大清早|清早|清晨|一早|早上|早晨|早|上午|中午|正午"
    "|午后|下午|傍晚|晚上|晚间|半夜|深夜|夜里|夜晚|晚)?"
)
_CLOCK = re.compile(
    rf"(?:的|在|于)?{_PERIOD}(?:(?P<hour>{NUMBER})(?:[:：](?P<colon>\d{{2}})|(?:点钟|点|时)"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{NUMBER})分?)?(?:整|正)?))?(?:发|发送|提醒|通知)?$"
)
_AFTERNOON = frozenset({"午后", "下午", "傍晚", "晚", "晚上", "晚间", "夜里", "夜晚", "半夜", "深夜"})
_LATE = frozenset({"晚", "晚上", "晚间", "夜里", "夜晚", "半夜", "深夜"})
_LATE_BEGINS = 5
_NOON = 12
_AFTER_NOON_UNTIL = 3
_BETWEEN = re.compile("[、,和及与]")
USUAL = (
    (frozenset({"一大早", "大清早", "清早", "清晨", "一早", "早上", "早晨", "早"}), time(8)),
    (frozenset({"上午"}), time(9)),
    (frozenset({"中午", "正午"}), time(12)),
    (frozenset({"午后", "下午"}), time(15)),
    (frozenset({"傍晚"}), time(18)),
    (frozenset({"晚", "晚上", "晚间"}), time(19)),
)
"""The hour that a part of the day means where somebody is asked whether it is right."""


def packed(words: str) -> str:
    """The words without spaces, with ordinary digits and characters: full-width and capital ones, traditional ones.

    >>> packed("每月 拾日 １８：００")
    '每月十日18:00'
    """
    plain = unicodedata.normalize("NFKC", words.strip()).translate(_CAPITALS)
    return re.sub(r"\s+", "", plain).strip("。.!~")


def number_said(words: str) -> int:
    """``18``, ``十八``, ``初八`` apart from its 初, ``廿三``."""
    if words.isdigit() and words.isdecimal():
        return int(words)
    words = words.replace("廿", "二十").replace("卅", "三十").replace("二十十", "二十")
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[c]) for c in words))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def read_clock(words: str) -> time | None:
    """The time of day; None when the words name none.

    Raises:
        UnclearMoment: no time of day, or one at night of which nobody knows to which day it belongs.
    """
    found = _CLOCK.match(words)
    if found is None:
        raise UnclearMoment("unclear")
    if found["hour"] is None:
        return None
    hour, minute = number_said(found["hour"]), 0
    if found["colon"] or found["minute"]:
        minute = number_said(found["colon"] or found["minute"])
    elif found["half"]:
        minute = 30
    elif found["quarter"]:
        minute = 15 * _DIGITS[found["quarter"]]
    if found["period"] in _LATE and (hour < _LATE_BEGINS or hour == _NOON):
        raise UnclearMoment("unclear")
    noon = found["period"] in {"中午", "正午"} and hour <= _AFTER_NOON_UNTIL
    if hour < _NOON and (found["period"] in _AFTERNOON or noon):
        hour += _NOON
    if hour > 23 or minute > 59:  # noqa: PLR2004 - a clock's face
        raise UnclearMoment("unclear")
    return time(hour, minute)


def read_clocks(words: str) -> tuple[time, ...]:
    """One time of day or several ("早8点和晚6点"), in order; empty when the words name none.

    Raises:
        UnclearMoment: something else is said.
    """
    if not _CLOCK.match(words):
        words = words.strip("、,和及与的")
    each = [read_clock(part) for part in _BETWEEN.split(words)] if words else []
    found = [at for at in each if at is not None]
    if len(found) != len(each) and len(each) > 1:
        raise UnclearMoment("unclear")
    return tuple(sorted(set(found)))


def is_clock(words: str) -> bool:
    """Whether these words are a time of day, several, or nothing at all."""
    return all(_CLOCK.match(part) for part in _BETWEEN.split(words))


def usual_clock(words: str, otherwise: time) -> time:
    """What a part of the day without an hour means ("早上"); without either ``otherwise``."""
    found = _CLOCK.match(words)
    period = found["period"] if found is not None else None
    return next((at for periods, at in USUAL if period in periods), otherwise)
