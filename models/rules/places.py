"""Places as a group may hear them: no door numbers, nobody's house (conversation §1.1)."""

import re

_SPOKEN = "零〇一二三四五六七八九"
_DOOR = re.compile(
    rf"(?<=单元)\s*(?:\d{{3,4}}|[{_SPOKEN}]{{3,4}})(?:室|号|房)?"
    rf"|(?<=[栋幢座#楼])(?:\d{{3,4}}|[{_SPOKEN}]{{3,4}})(?:室|号|房)?(?!\d|米|弄)"
    rf"|(?:\d{{3,4}}|[{_SPOKEN}]{{3,4}})(?:室|房)"
    r"|\d{1,2}-\d{1,2}-\d{3,4}|\d{1,4}户"
)
_SIDES = (
    "门口|门前|门外|斜对面|正对面|对面|对过|旁边|边上|附近|后面|后头|前面|前头"
    "|屋后头|屋后|房后|背后|楼下|楼上|底下|下面|跟前|隔壁"
)
_HOUSE = re.compile(rf"[\u4e00-\u9fa5]{{1,4}}?家(?:的)?(?:老屋|院子|房子)?(?={_SIDES}|$)")
_TAIL = re.compile(rf"^(?:{_SIDES})+$")
_LONGEST = 20


def public_place(place: str) -> str:
    """The place without what leads to one household; empty when nothing else is left. At most 20 characters."""
    if house := _HOUSE.search(place):
        return place[: house.start()][:_LONGEST]
    left = _DOOR.sub("", place).strip()
    return "" if _TAIL.match(left) else left[:_LONGEST]


def without_homes(words: str) -> str:
    """Any words without door numbers and without whose house it is."""
    return _HOUSE.sub("某家", _DOOR.sub("", words))
