"""Numbers that belong to a person: counted, and covered before anything is kept.

People write them in many ways: 138 1234 5678, 138-1234-5678, full-width, 幺三八…, with emoji between. A run is what
reads as one number: groups of digits with at most three spaces, dashes, dots, brackets or emoji between them. Within a
group every place is looked at; over several groups a number must begin and end with a group, so that lists of door
numbers (301 302 303) stay readable. Phone: 1[3-9] and nine more (13 with 86). Landline: area code and 7 or 8 digits.
Identity card: 18 with a real date (GB 11643), or the old 15. Bank card: 16 to 19. Plate: GA 36.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

_SAID = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {
    c: str(n) for n, c in enumerate("〇壹贰叁肆伍陆柒捌玖")
}
_SAID |= {"幺": "1", "两": "2", "洞": "0", "拐": "7", "勾": "9", "陸": "6", "貳": "2", "參": "3"}
_CIRCLED = "\u2460-\u2468\u24ea\u2776-\u277e\u24f5-\u24fd"
_DIGIT = rf"[\d{''.join(_SAID)}{_CIRCLED}\u24ff\u2474-\u247c\u2488-\u2490\u00b9\u00b2\u00b3\u2070-\u2079\u2080-\u2089]"
_GLUE = (
    r"[ \t\r\n\u00a0\u2000-\u200f\u2010-\u2015\u2060-\u2064\u3000\ufe0f\u20e3\ufeff\u00ad\u00b7\u2022"
    r"\-.·_—~()（）\u2190-\u21ff\u2300-\u23ff\u2600-\u2775\u277f-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
)
_DIGITS = re.compile(_DIGIT)
_RUN = re.compile(rf"{_DIGIT}+(?:{_GLUE}{{1,3}}{_DIGIT}+)*(?:{_GLUE}{{0,3}}[XxＸｘ](?![A-Za-z]))?")
_GROUP = re.compile(rf"{_DIGIT}+|[XxＸｘ]")
_MANY_DIGITS = re.compile(rf"{_DIGIT}(?:{_GLUE}{{0,3}}{_DIGIT}){{9}}")
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[A-Za-zＡ-Ｚａ-ｚ])([ ·.\-]{0,2})"
    rf"(?=[A-Za-z0-9]*\d[A-Za-z0-9]*\d)([A-Za-z0-9]{{2}})([A-Za-z0-9]{{2,3}}[A-Za-z0-9挂学警港澳])(?![A-Za-z0-9*])(?!{_DIGIT})"
)

_PHONE = re.compile(r"(?:(?:00)?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")
_DATED = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID = re.compile(rf"[1-9]\d{{5}}(?:18|19|20)\d{{2}}{_DATED}\d{{3}}[\dX]")
_OLD_ID = re.compile(rf"[1-9]\d{{5}}\d{{2}}{_DATED}\d{{3}}")
_CARD_LENGTHS = range(16, 20)
_LONGEST = 22
"""Digits of one number over several groups; also where a single group can be no number anybody needs to read."""
_CARD_GROUP = 4
_PHONE_LENGTH = 11
# How many digits our mask leaves at either side of its stars, and how far it is looked for.
_LEFT_BEFORE = (3, 4)
_LEFT_AFTER = (1, 2, 4)
_FAR = 64
_STARS = 4
_STARS_OF_A_CARD = 12


class Personal(StrEnum):
    """What a covered number is."""

    PHONE = "phone"
    LANDLINE = "landline"
    IDENTITY = "identity"
    CARD = "card"
    LONG = "long"
    """More digits in a row than any of these: covered unread."""
    PLATE = "plate"


SECRET = frozenset({Personal.IDENTITY, Personal.CARD, Personal.LONG})
"""What nobody should show a group."""


class Found(NamedTuple):
    """A number in a text: where, what, and what is written instead."""

    start: int
    end: int
    kind: Personal
    instead: str


class _Group(NamedTuple):
    start: int
    end: int
    digits: str


def holds_digit(text: str) -> bool:
    """Whether there is any digit, written or spoken: without one there is no personal number."""
    return _DIGITS.search(text) is not None


def holds_personal_number(text: str) -> bool:
    """Whether a closer look is worth while: ten digits of one run, or a plate."""
    return _MANY_DIGITS.search(text) is not None or _PLATE.search(text) is not None


def mask(text: str) -> str:
    """The text with phone (138****1234), landline, identity, bank card numbers and plates covered; twice is once."""
    pieces: list[str] = []
    at = 0
    for found in _found(text):
        pieces += [text[at : found.start], found.instead]
        at = found.end
    return "".join([*pieces, text[at:]]) if pieces else text


def secret_numbers(text: str) -> int:
    """How many identity and bank card numbers the text holds: those nobody should show a group."""
    return sum(found.kind in SECRET for found in _found(text))


def personal_numbers(text: str) -> int:
    """How many phone, landline, identity and bank card numbers and plates the text holds."""
    return len(_found(text))


def first_phone(text: str) -> str:
    """The first mobile number of a text, digits only; empty when there is none."""
    for found in _found(text):
        digits = "".join(_plain(each) for each in text[found.start : found.end] if is_digit(each))
        if found.kind is Personal.PHONE and _PHONE.fullmatch(digits):
            return digits[-_PHONE_LENGTH:]
    return ""


def _found(text: str) -> list[Found]:
    """Every number, left to right, none overlapping; a plate gives way to a longer number it begins."""
    if not holds_personal_number(text):
        return []
    numbers = [_with_plus(text, each) for run in _RUN.finditer(text) for each in _in_run(_groups(text, run))]
    covered = [(each.start, each.end) for each in numbers]
    plates = (
        Found(*each.span(), Personal.PLATE, f"{each[1]}{each[3]}{'*' * len(each[4])}")
        for each in _PLATE.finditer(text)
    )
    numbers += [each for each in plates if not any(s < each.end and each.start < e for s, e in covered)]
    return sorted(numbers)


def _with_plus(text: str, found: Found) -> Found:
    """+86 138…: the plus belongs to the number."""
    plus = found.kind is Personal.PHONE and text[found.start - 1 : found.start] == "+"
    plus = plus and _DIGITS.match(text[max(0, found.start - 2) : found.start - 1]) is None
    return found._replace(start=found.start - 1) if plus else found


def _groups(text: str, run: re.Match[str]) -> list[_Group]:
    """The groups of one run, without the digits our own mask has left standing (138****5678)."""
    found = [
        _Group(*each.span(), _plain(each.group())) for each in _GROUP.finditer(text, run.start(), run.end())
    ]
    if found and _left_after_stars(text, found[0]):
        found = found[1:]
    return found[:-1] if found and _left_before_stars(text, found[-1]) else found


def _left_after_stars(text: str, group: _Group) -> bool:
    before = text[max(0, group.start - _FAR) : group.start]
    bare = before.rstrip("*")
    stars = len(before) - len(bare)
    ours = stars >= _STARS_OF_A_CARD or (stars >= _STARS and bare[-1:].isdigit())
    return ours and len(group.digits) in _LEFT_AFTER


def _left_before_stars(text: str, group: _Group) -> bool:
    after = text[group.end : group.end + _FAR]
    bare = after.lstrip("*")
    stars = len(after) - len(bare)
    ours = stars >= _STARS_OF_A_CARD or (stars >= _STARS and bare[:1].isdigit())
    return ours and len(group.digits) in _LEFT_BEFORE


def is_digit(character: str) -> bool:
    """Whether a character can be a digit of a number, however it is written: 8, ８, 八, ⑧."""
    return _DIGITS.fullmatch(character) is not None


def _plain(digits: str) -> str:
    return "".join("X" if each in "XxＸｘ" else _SAID.get(each) or _figure(each) for each in digits)


def _figure(character: str) -> str:
    return str(unicodedata.digit(character, 0))


def _in_run(groups: list[_Group]) -> Iterator[Found]:
    at = 0
    while at < len(groups):
        found, used = _over_groups(groups, at)
        yield from found
        at += used


def _over_groups(groups: list[_Group], at: int) -> tuple[list[Found], int]:
    """Numbers that begin with the group at ``at``, and how many groups they took (at least one)."""
    if len(groups[at].digits) < _CARD_LENGTHS.start:
        digits = ""
        fits: list[tuple[Personal, str, int]] = []
        for used, group in enumerate(groups[at : at + _LONGEST], 1):
            digits += group.digits
            if len(digits) > _LONGEST:
                break
            if kind := _kind_of(digits, [each.digits for each in groups[at : at + used]]):
                fits.append((kind, digits, used))
        if fits:
            kind, digits, used = min(fits, key=lambda fit: (_RANK[fit[0]], -fit[2]))
            return [Found(groups[at].start, groups[at + used - 1].end, kind, _cover(kind, digits))], used
    return _within(groups[at], groups[at + 1] if at + 1 < len(groups) else None)


def _kind_of(digits: str, groups: list[str]) -> Personal | None:
    """What digits of whole groups are, if they are a personal number."""
    for kind, pattern in _WHOLE:
        if pattern.fullmatch(digits):
            return kind
    if (
        len(digits) in _CARD_LENGTHS
        and digits.isdecimal()
        and (len(groups) == 1 or _grouped_like_a_card(groups))
    ):
        return Personal.CARD
    return None


_WHOLE = (
    (Personal.IDENTITY, _ID),
    (Personal.PHONE, _PHONE),
    (Personal.LANDLINE, _LANDLINE),
    (Personal.IDENTITY, _OLD_ID),
)
_RANK = {
    kind: n for n, kind in enumerate((Personal.IDENTITY, Personal.CARD, Personal.PHONE, Personal.LANDLINE))
}


def _grouped_like_a_card(groups: list[str]) -> bool:
    """Fours and a rest, as cards are printed; not the dates and door numbers people list."""
    fours = all(len(each) == _CARD_GROUP for each in groups[:-1]) and len(groups[-1]) <= _CARD_GROUP
    return groups[0][0] in "345689" and (fours or len(groups) == 2)  # noqa: PLR2004 - bank code and the rest


def _within(group: _Group, after: _Group | None) -> tuple[list[Found], int]:
    """Numbers inside one group that is more than one number, or too long for any."""
    digits = group.digits
    if after is not None and after.digits == "X" and _ID.fullmatch(f"{digits}X"):
        return [Found(group.start, after.end, Personal.IDENTITY, _cover(Personal.IDENTITY, f"{digits}X"))], 2
    if len(digits) > _CARD_LENGTHS.stop - 1:
        return [Found(group.start, group.end, Personal.LONG, _cover(Personal.LONG, digits))], 1
    if kind := _kind_of(digits, [digits]):
        return [Found(group.start, group.end, kind, _cover(kind, digits))], 1
    if _PHONE.search(digits):
        # The whole group: digits left beside a cover could read as a number of their own.
        return [Found(group.start, group.end, Personal.PHONE, _cover(Personal.PHONE, digits))], 1
    return [], 1


def _cover(kind: Personal, digits: str) -> str:
    if kind is Personal.PHONE:
        head = digits[-_PHONE_LENGTH:] if _PHONE.fullmatch(digits) else digits
        return f"{head[:3]}****{digits[-4:]}"
    if kind is Personal.LANDLINE:
        code = 3 if digits[1] in "12" else 4
        return f"{digits[:code]}****{digits[-2:]}"
    if kind is Personal.IDENTITY:
        return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:].lower()}"
    if kind is Personal.CARD:
        return f"{'*' * (len(digits) - 4)}{digits[-4:]}"
    return "*" * _LONGEST
