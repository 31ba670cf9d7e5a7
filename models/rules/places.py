"""Places as a group may hear them: no door numbers, nobody's house (conversation §1.1)."""

import re

_DOOR = re.compile(r"(?<=单元)\s*\d{3,4}(?:室|号|房)?|\d{3,4}(?:室|房)|\d{1,2}-\d{1,2}-\d{3,4}|\d{1,4}户")
_HOUSE = re.compile(
    r"[\u4e00-\u9fa5]{1,4}?家(?:的)?(?=门口|门前|旁边|边上|对面|附近|后面|前面|屋后|背后|楼下|楼上|底下|跟前|隔壁|$)"
)
_TAIL = re.compile(r"^(?:门口|门前|旁边|边上|对面|附近|后面|前面|屋后|背后|楼下|楼上|底下|跟前|隔壁)+$")
_LONGEST = 20


def public_place(place: str) -> str:
    """The place without what leads to one household; empty when nothing else is left. At most 20 characters."""
    if _HOUSE.search(place):
        head = place[: _HOUSE.search(place).start()]  # type: ignore[union-attr]
        return head[:_LONGEST]
    left = _DOOR.sub("", place).strip()
    return "" if _TAIL.match(left) else left[:_LONGEST]
