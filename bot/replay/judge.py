"""Does what happened keep what a line expects? Lists are lower bounds; templates and intents are advice."""

import re
from dataclasses import dataclass, field
from typing import Any

SILENT, DEFERRED, GROUP, PRIVATE = "silent", "deferred", "group", "dm"


@dataclass
class Happened:
    """What one line brought about."""

    reply: str = SILENT
    said: list[dict[str, Any]] = field(default_factory=list)
    """Said in rooms, and privately to anybody."""
    to_sender: list[str] = field(default_factory=list)
    """Texts in the room and privately to the sender."""
    cases: list[dict[str, Any]] = field(default_factory=list)
    alerts: set[tuple[str, str]] = field(default_factory=set)
    """(post, room owner or member; dm or call) told because of this line."""


def judge_line(expect: dict[str, Any], happened: Happened) -> list[str]:
    """Why the line does not keep its expectations; empty when it does."""
    why = []
    wanted = expect.get("reply")
    if wanted and wanted != happened.reply:
        why.append(f"reply {happened.reply}, expected {wanted}")
    text = "\n".join(happened.to_sender)
    why += [f"nothing said has {p!r}" for p in expect.get("include") or () if not _has(p, text)]
    why += [f"said {p!r}" for p in expect.get("exclude") or () if _has(p, text)]
    for case in expect.get("case") or ():
        why += _judge_case(case, happened.cases)
    for alert in expect.get("alert") or ():
        who, _, ways = alert.partition(":")
        for way in ways.replace("dm_cc", "dm").split("+"):
            if (who, way) not in happened.alerts:
                why.append(f"{who} was not told by {way}")
    return why + _judge_ears(expect, happened)


def _judge_ears(expect: dict[str, Any], happened: Happened) -> list[str]:
    """``hears`` and ``hears_not``: contact or room → patterns of what it must, or must not, hear because of this line."""
    why = []
    for whom, patterns in (expect.get("hears") or {}).items():
        text = "\n".join(s["text"] for s in happened.said if s["where"] == whom)
        why += [f"{whom} did not hear {p!r}" for p in patterns if not _has(p, text)]
    for whom, patterns in (expect.get("hears_not") or {}).items():
        text = "\n".join(s["text"] for s in happened.said if s["where"] == whom)
        why += [f"{whom} heard {p!r}" for p in patterns if _has(p, text)]
    return why


def _has(pattern: str, text: str) -> bool:
    if any(part in text for part in pattern.split("|")):
        return True
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _judge_case(wanted: dict[str, Any], cases: list[dict[str, Any]]) -> list[str]:
    if wanted["op"] == "none":
        return [f"case {c['op']} happened" for c in cases]
    same = [c for c in cases if c["op"] == wanted["op"]]
    if not same:
        return [f"no case {wanted['op']} (but {[c['op'] for c in cases]})"]
    reasons = [_differences(wanted, c) for c in same]
    return min(reasons, key=len)


def _differences(wanted: dict[str, Any], case: dict[str, Any]) -> list[str]:
    why = []
    for name, value in wanted.items():
        if name == "op" or name not in case:
            continue
        got = case[name]
        fits = str(value) in str(got) if name in {"place", "reason"} else got == value
        if not fits:
            why.append(f"case {wanted['op']}: {name} is {got!r}, expected {value!r}")
    missing = [n for n in wanted if n not in case and n not in {"op", "ref", "why"}]
    why += [f"case {wanted['op']}: {n} is not known" for n in missing]
    return why


def judge_end(end: dict[str, Any], totals: dict[str, Any]) -> list[str]:
    """Limits over the whole dialogue."""
    why = []
    for name, value in end.items():
        got = totals.get(name)
        if got is None:
            why.append(f"end: {name} is not measured")
        elif name.endswith("_max"):
            why += [f"end: {name} {got} > {value}"] if got > value else []
        elif name.startswith("group_"):
            why += [f"end: {name} {got}, allowed {value}"] if got > value else []
        elif got != value:
            why.append(f"end: {name} is {got!r}, expected {value!r}")
    return why
