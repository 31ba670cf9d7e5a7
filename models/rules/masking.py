"""Numbers that belong to a person: counted, and covered before anything is kept."""

import re

_ID = re.compile(
    r"(?<![\dA-Za-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
_CARD = re.compile(r"(?<!\d)(?:\d{4}[ -]?){3,4}\d{1,7}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d)([ -]?)(\d{4})([ -]?)(\d{4})(?!\d)")
_MANY_DIGITS = re.compile(r"\d(?:[ -]?\d){10}")
_CARD_DIGITS = range(16, 20)


def _cover_id(found: re.Match[str]) -> str:
    number = found.group()
    return f"{number[:3]}{'*' * 13}{number[-2:]}"


def _card_digits(found: re.Match[str]) -> str:
    return re.sub(r"\D", "", found.group())


def _cover_card(found: re.Match[str]) -> str:
    digits = _card_digits(found)
    return f"{'*' * (len(digits) - 4)}{digits[-4:]}" if len(digits) in _CARD_DIGITS else found.group()


def _cover_phone(found: re.Match[str]) -> str:
    return f"{found.group(1)}****{found.group(5)}"


def holds_personal_number(text: str) -> bool:
    """Whether a closer look is worth while: eleven digits in a row, spaces and dashes allowed."""
    return _MANY_DIGITS.search(text) is not None


def mask(text: str) -> str:
    """The text with phone numbers (138****1234), identity and bank card numbers covered."""
    if not holds_personal_number(text):
        return text
    return _PHONE.sub(_cover_phone, _CARD.sub(_cover_card, _ID.sub(_cover_id, text)))


def secret_numbers(text: str) -> int:
    """How many identity and bank card numbers the text holds: those nobody should show a group."""
    if not holds_personal_number(text):
        return 0
    ids = len(_ID.findall(text))
    rest = _ID.sub(" ", text)
    return ids + sum(len(_card_digits(each)) in _CARD_DIGITS for each in _CARD.finditer(rest))


def personal_numbers(text: str) -> int:
    """How many phone, identity and bank card numbers the text holds."""
    if not holds_personal_number(text):
        return 0
    rest = _CARD.sub(
        lambda found: " " if len(_card_digits(found)) in _CARD_DIGITS else found.group(), _ID.sub(" ", text)
    )
    return secret_numbers(text) + len(_PHONE.findall(rest))
