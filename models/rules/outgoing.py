"""The last look at a sentence before it leaves: what a group may not hear, and how a long text is cut.

Source: conversation §5 (output filter), platform facts §4 (texts are split at 2,000 UTF-8 bytes).
"""

import re
from dataclasses import dataclass

OPEN_NUMBERS = frozenset({"110", "119", "120", "122", "12345", "12338", "12356", "96110", "12388", "95598"})
"""Numbers everybody should call; they are never masked, whatever a pattern thinks."""

_PERSONAL = (
    # Identity cards first: their digits would also look like a bank card.
    re.compile(r"(?<!\d)\d{6}(?:19|20)\d{9}[\dXx](?!\d)"),
    re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"),
    re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
)
_BANNED = {
    "banned_word": re.compile("黑榜|红黑榜|曝光|扣分|通报批评"),
    "rating_echo": re.compile(
        "(?:评|打|给)了\\s*[1-5]|(?:效果|时长|态度|满意度|打分|评分)\\s*[:：为是]?\\s*[1-5](?!\\d)"
    ),
}
_ENDS = "\n。！？；"
_NUMBERING = 12
"""Bytes kept free for ``(12/34)`` in front of a part."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """This may not be said here at all; ``why`` names the rule, never the words."""

    why: str


def guard(text: str, in_group: bool) -> str | Blocked:
    """The text as a group may hear it: personal numbers masked; blocked when it shames or tells a rating.

    Private messages pass as they are: the person entitled to them needs the number.
    """
    if not in_group:
        return text
    for why, pattern in _BANNED.items():
        if pattern.search(text):
            return Blocked(why)
    for pattern in _PERSONAL:
        text = pattern.sub(_masked, text)
    return text


def _masked(found: re.Match[str]) -> str:
    number = found.group()
    return number if number in OPEN_NUMBERS else f"{number[:3]}****{number[-2:]}"


def parts_of(text: str, max_bytes: int) -> tuple[str, ...]:
    """The text in parts of at most ``max_bytes`` UTF-8 bytes, numbered ``(1/3)`` when there are several.

    A part ends at the end of a sentence where one lies in its second half, and never inside a character.
    """
    if len(text.encode()) <= max_bytes:
        return (text,)
    parts: list[str] = []
    rest = text
    while rest:
        head = _fitting(rest, max_bytes - _NUMBERING)
        parts.append(head.strip("\n"))
        rest = rest[len(head) :]
    return tuple(f"({at}/{len(parts)}){part}" for at, part in enumerate(parts, 1))


def _fitting(text: str, most: int) -> str:
    head = text.encode()[:most].decode(errors="ignore")
    if len(head) == len(text):
        return head
    end = max(head.rfind(mark) for mark in _ENDS) + 1
    return head[:end] if end > len(head) // 2 else head
