"""From a dialogue's ``preset`` and ``setting`` to a staged town."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from handlers.township.staging import Stage, StagedCase, StagedPerson, StagedRoom
from models.lexicon import Item
from models.presets import names_of, preset_named
from models.rules.knowledge import PolicyEntry
from models.rules.pacing import SHANGHAI
from models.rules.preset import Preset

CHANNEL = "simulator"
ROOM_ID = "room"
TWO_CHARACTER_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "令狐")
POST_WORDS = frozenset(
    {
        "邻长", "组长", "片长", "网格员", "网格长", "中心户", "组织员", "监督员", "调解员", "村委",
        "村站", "支书", "书记", "主任", "五老", "妇女主任", "乡办", "镇办", "社区", "楼长",
        "楼栋长", "值班", "村两委", "老师", "师傅",
    }
)  # fmt: skip
"""What stands beside a name in a displayed name."""


def moment(date: str, clock: str, day: int = 0) -> datetime:
    """A dialogue's clock time as an aware UTC moment."""
    local = datetime.fromisoformat(f"{date}T{clock}").replace(tzinfo=SHANGHAI) + timedelta(days=day)
    return local.astimezone(UTC)


def stage_of(dialogue: dict[str, Any], items: dict[str, Item], account: str) -> Stage:
    """The town of one dialogue."""
    setting, preset = dialogue["setting"], preset_named(dialogue["preset"])
    path, _, tail = setting["area"].partition(" ")
    areas = path.split("/")
    rooms = _rooms(setting, areas, account)
    return Stage(
        preset=preset.code,
        channel=CHANNEL,
        paths=(path, *setting.get("more_areas", ())),
        people=tuple(_person(preset, k, m, areas, tail) for k, m in setting["members"].items()),
        rooms=rooms,
        cases=tuple(_case(c, items, rooms[0].platform_id) for c in setting.get("prior_cases") or ()),
        covers=_covers(setting),
        contact=preset.posts[preset.dispatcher_post].name,
        quiet=setting.get("quiet"),
        policies=tuple(_policy(told, setting["date"]) for told in setting.get("kb") or ()),
        homes=tuple(
            (label, area) for area, labels in (setting.get("homes") or {}).items() for label in labels
        ),
    )


def _policy(told: dict[str, Any], day: str) -> PolicyEntry:
    """An approved text of the whole place; its paper is of the dialogue's day where it says nothing else."""
    return PolicyEntry(
        told.get("title") or told["q"][0], told["answer"], told["src"],
        date.fromisoformat(told.get("date") or day), date.fromisoformat(told["valid_to"]), 0, tuple(told["q"]),
    )  # fmt: skip


def _rooms(setting: dict[str, Any], areas: list[str], account: str) -> tuple[StagedRoom, ...]:
    owner = next((k for k, m in setting["members"].items() if m.get("owner")), None)
    main = StagedRoom(
        ROOM_ID,
        setting["area"],
        areas[-1],
        setting.get("room_kind") or "resident",
        owner=owner,
        account=account,
    )
    more = [
        StagedRoom(
            r.get("id") or r.get("name"), r.get("name") or r.get("id"), (r.get("area") or areas[-1]).split("/")[-1],
            r.get("kind") or "resident", account=account,
        )
        for r in setting.get("rooms") or ()
    ]  # fmt: skip
    return (main, *more)


def _covers(setting: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    found = []
    for cover in setting.get("area_cover") or ():
        if isinstance(cover, dict):
            names = cover.get("areas") or [cover.get("a"), cover.get("b")]
            found += [(names[0], other, cover.get("kind") or "utility") for other in names[1:]]
        else:
            found += [(cover[0], other, "utility") for other in cover[1:]]
    return tuple((str(a), str(b), str(k)) for a, b, k in found)


def _person(preset: Preset, key: str, member: dict[str, Any], areas: list[str], _tail: str) -> StagedPerson:
    name = person_name(preset, member.get("nick") or "", areas)
    return StagedPerson(
        contact=key,
        name=name,
        surname=surname_of(name),
        post=member.get("post"),
        area=(member.get("area") or "").split("/")[-1] or None,
        verified=bool(member.get("verified")),
        friend=bool(member.get("friend")),
    )


def person_name(preset: Preset, nick: str, areas: list[str]) -> str:
    """The name in a displayed name like "四组刘明", "网格员小何", "村委 陈主任": posts, areas, 小 and 老 taken off."""
    words = {w for p in preset.extras["posts"].values() for w in names_of(p)[:-1]} | {*areas} | POST_WORDS
    parts = nick.split() or [nick]
    for part in reversed(parts):
        bare = re.sub(r"^\d+(?=\D)", "", part)
        for word in sorted(words, key=len, reverse=True):
            if bare.startswith(word):
                bare = bare[len(word) :]
            elif bare.endswith(word):
                bare = bare[: -len(word)]
        bare = re.sub(r"^[小老](?=[\u4e00-\u9fff])", "", bare)
        if bare:
            return bare
    return ""


def surname_of(name: str) -> str:
    """The first character, or two for the known two-character surnames."""
    return name[:2] if name[:2] in TWO_CHARACTER_SURNAMES else name[:1]


def _case(case: dict[str, Any], items: dict[str, Item], room: str) -> StagedCase:
    item = items[case["l2"]]
    resolved = case.get("resolved")
    return StagedCase(
        no=case["no"], category=item.code, reporter=case["reporter"], room=case.get("room") or room,
        state=case["state"], urgency=case.get("urgency") or item.urgency, privacy=item.privacy,
        hotline=item.hotline_type, assignee_post=case["assignee"], created_at=_aware(case["created"]),
        due_at=_aware(case["due"]) if case.get("due") else None,
        resolved_at=_aware(resolved) if isinstance(resolved, str) else None,
    )  # fmt: skip


def _aware(text: str) -> datetime:
    date, _, clock = text.partition("T")
    return moment(date, clock or "00:00")
