"""Single cells: phones, dates, whole numbers. Each function returns None for what it cannot read."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from itertools import zip_longest

from openpyxl.utils.datetime import from_excel

from handlers.township.sheets import Cell

SERIAL_DAYS = range(20_000, 80_000)
"""Days since 1900 of 1954 to 2119: a date whose cell lost its format."""


def phone(text: str, mobile: str, landline: str) -> str | None:
    """A mobile or fixed number (``13800000000``, ``0564-1234567``); the patterns come from the locale."""
    tight = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", text))
    if found := re.match(mobile, tight.replace("-", "")):
        return found[1]
    if found := re.match(landline, tight):
        return f"{found[1]}-{found[2]}"
    return None


def whole_date(value: Cell, patterns: Sequence[str]) -> date | None:
    """A calendar day from a date cell, a serial number or text; a month alone means its first day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and int(value) in SERIAL_DAYS and not isinstance(value, bool):
        serial = from_excel(int(value))
        return serial.date() if isinstance(serial, datetime) else None
    text = unicodedata.normalize("NFKC", str(value)).replace(" ", "")
    for pattern in patterns:
        if found := re.match(pattern, text):
            year, month, day = (int(a or b) for a, b in zip_longest(found.groups(), ("1", "1", "1")))
            try:
                return date(year, month, day)
            except ValueError:
                return None
    return None


def whole_number(text: str, allowed: range) -> int | None:
    """A whole number within a range."""
    tight = unicodedata.normalize("NFKC", text).strip()
    return int(tight) if tight.isdecimal() and int(tight) in allowed else None


def surname(name: str, of_two: Sequence[str]) -> str:
    """The family name of a full name; ``of_two`` are the family names of two characters."""
    return name[:2] if name[:2] in of_two and len(name) > len(name[:2]) else name[:1]
