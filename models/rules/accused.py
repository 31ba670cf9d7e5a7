"""Whom a complaint names among those who hold posts: they never handle it (Beijing 接诉即办 art. 8).

By name, by post, or by surname and post (王组长, 老王组长, 网格员小王); never by what a contact calls itself in a chat.
"""

import re
from collections.abc import Iterable

from models.rules.preset import Preset
from models.rules.seats import post_names, with_short
from models.rules.told import Accused
from models.rules.town import Seat

ROUTED_AROUND = frozenset({"official", "property"})
"""Parties who would judge in their own cause; a neighbour or a builder holds no post."""
_SHORTEST_NAME = 2
_SAME_POST = (
    frozenset({"书记", "支书"}),
    frozenset({"主任", "村长", "村主任"}),
    frozenset({"物业", "物业公司", "物业经理"}),
)
"""Everyday words for one post."""


def named_seats(seats: Iterable[Seat], preset: Preset, text: str) -> tuple[Seat, ...]:
    """Holders whom a text names anyhow: enough where a complaint is about officials anyway."""
    here = tuple(seats)
    surnames = {seat.surname for seat in here if seat.surname}
    return tuple(seat for seat in here if _full_name(seat, text) or _titled(seat, preset, text, surnames))


def accused_seats(seats: Iterable[Seat], preset: Preset, accused: Iterable[Accused]) -> tuple[Seat, ...]:
    """Holders whom the words of a complaint speak of (Told.accused)."""
    words = " ".join(each.words for each in _routed_around(accused))
    return named_seats(seats, preset, words) if words else ()


def speaks_of_officials(accused: Iterable[Accused]) -> bool:
    """Whether anybody complained of would judge in his own cause."""
    return bool(_routed_around(accused))


def _routed_around(accused: Iterable[Accused]) -> list[Accused]:
    return [each for each in accused if each.party in ROUTED_AROUND]


def with_colleagues(found: Iterable[Seat], here: Iterable[Seat]) -> tuple[Seat, ...]:
    """The holders found, and whoever holds the same post in the same area: they judge nothing about each other."""
    places = {(seat.post, seat.area) for seat in found}
    return tuple(seat for seat in here if (seat.post, seat.area) in places)


def called_for_short(seat: Seat, preset: Preset) -> str:
    """The everyday word for a holder's post: what residents say after a surname."""
    known = [title for title in _titles(seat, preset) if title in _CALLED]
    return min(known, key=lambda title: (len(title), title)) if known else seat.title


def _full_name(seat: Seat, text: str) -> bool:
    return len(seat.name) >= _SHORTEST_NAME and seat.name in text


def _titled(seat: Seat, preset: Preset, text: str, surnames: set[str]) -> bool:
    """Whether the post is named, and not with the surname of another holder."""
    for title in _titles(seat, preset):
        for found in re.finditer(re.escape(title), text):
            called = _surname_beside(text, found, surnames)
            if called in {"", seat.surname}:
                return True
    return False


def _titles(seat: Seat, preset: Preset) -> frozenset[str]:
    """The post's name, what this holder is called, and the everyday words for them."""
    official = with_short({seat.title}) | post_names(seat.post, preset)
    everyday = {
        said
        for same in _SAME_POST
        if any(word in each for word in same for each in official)
        for said in same
    }
    # 村支书 is called 书记, 片区组长 组长: the end of a post's name carries a title.
    short = {each[-n:] for each in official for n in (2, 3) if each[-n:] in _CALLED}
    return official | everyday | short


_CALLED = frozenset({"书记", "支书", "主任", "村长", "组长", "队长", "片长", "邻长", "会计", "站长", "所长"}) | {
    "栋长", "楼长", "网格长", "网格员", "组织员", "监督员", "调解员", "指导员", "中心户",
}  # fmt: skip


def _surname_beside(text: str, title: re.Match[str], surnames: set[str]) -> str:
    """The surname right before a title (老王组长) or right after it (网格员小王); empty when none of a holder stands there."""
    before, after = text[: title.start()], text[title.end() :]
    for surname in surnames:
        if before.endswith(surname) or after.startswith((f"小{surname}", f"老{surname}")):
            return surname
    return ""
