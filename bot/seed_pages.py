"""The page of the seed systems' rows: what is proven, in the sentences of the dialogues that prove it."""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.replay.play import read_dialogues
from models.presets import preset_named

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "seeds"
DIALOGUES, ROWS = FOLDER / "dialogues.jsonl", FOLDER / "rows.toml"
WHERE = {"group": "The group", "dm": "Privately", "group+dm": "The group and privately"}
ANSWERED = {
    "silent": "nothing",
    "deferred": "the receipt follows",
    "group": "an answer in the group",
    "dm": "an answer in private",
    "group+dm": "an answer in the group and in private",
}
NOTHING = "–"
ROOM = "room"
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]


def seed_systems(table: Table) -> str:
    """Every row that is proven with the first of its conversations, and which rows are not."""
    rows = tomllib.loads(ROWS.read_text(encoding="utf-8"))
    proves: dict[str, str] = rows["proves"]
    dialogues = list(read_dialogues(DIALOGUES))
    every = [f"{place}{n:02d}" for place, count in rows["count"].items() for n in range(1, count + 1)]
    missing = [row for row in every if row not in proves]
    told = (
        f"The five seed systems have {len(every)} rows. The {len(proves)} below are proven: their conversations are"
        f" played from beginning to end (`python -m bot replay tests/seeds/{DIALOGUES.name}`). Shown is the first"
        " conversation of each row: what people type, and words of what is heard because of it."
    )
    parts = [told]
    place = ""
    for row in sorted(proves):
        those = [d for d in dialogues if d["seed"] == row]
        if those and those[0]["preset"] != place:
            place = those[0]["preset"]
            parts.append(f"## {preset_named(place).title} (`{place}`)")
        parts += _row(row, proves[row], those, table)
    parts.append(f"## Not proven yet\n\n{len(missing)} of {len(every)} rows: {', '.join(missing)}.")
    return "\n\n".join(parts)


def _row(row: str, proves: str, dialogues: list[dict[str, Any]], table: Table) -> list[str]:
    first = dialogues[0]
    told = [
        (_when(line), _who(first, line["from"]), _said(line), _heard(first, line)) for line in first["lines"]
    ]
    lines = [each for each in told if each[2] != NOTHING or each[3] not in {NOTHING, ANSWERED["silent"]}]
    parts = [f"### {row}\n\n{proves}", table(("When", "Who", "Types", "Heard"), lines)]
    also = [d["title"] for d in dialogues[1:]]
    return [*parts, "Also played: " + "; ".join(also) + "."] if also else parts


def _when(line: dict[str, Any]) -> str:
    return f"day {line['day']}, {line['t']}" if line.get("day") else str(line["t"])


def _who(dialogue: dict[str, Any], contact: str) -> str:
    """The displayed name; the clock is nobody."""
    return str((dialogue["setting"]["members"].get(contact) or {}).get("nick") or NOTHING)


def _said(line: dict[str, Any]) -> str:
    if line.get("type") == "tick":
        return NOTHING
    quoted = f"（引用：{line['quote']}）" if line.get("quote") else ""
    return f"{quoted}{line['text']}{' (privately)' if line.get('channel') == 'dm' else ''}"


def _heard(dialogue: dict[str, Any], line: dict[str, Any]) -> str:
    expect = line["expect"]
    where = WHERE.get(expect.get("reply") or "", "Said")
    heard = [f"{where}: {_words(expect['include'])}"] if expect.get("include") else []
    for whom, words in (expect.get("hears") or {}).items():
        heard.append(f"{_name(dialogue, whom)}: {_words(words)}")
    called = [alert.partition(":")[0] for alert in expect.get("alert") or () if alert.endswith("call")]
    posts = preset_named(dialogue["preset"]).posts
    if called:
        heard.append("Called: " + "、".join(posts[post].name for post in called))
    return "<br>".join(heard) or ANSWERED.get(expect.get("reply") or "", NOTHING)


def _name(dialogue: dict[str, Any], whom: str) -> str:
    if whom == ROOM:
        return "The group"
    rooms = {room["id"]: room["name"] for room in dialogue["setting"].get("rooms") or ()}
    return rooms.get(whom) or _who(dialogue, whom)


def _words(patterns: list[str]) -> str:
    """Of alternatives the first."""
    return " … ".join(f"“{pattern.split('|')[0]}”" for pattern in patterns)
