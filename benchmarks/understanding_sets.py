"""The development sets as rows: where each comes from, whether it asks for something, which label a person gave it.

The sets stay outside the repository; a set that is not there is empty.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.understanding_stream import json_lines, table

CHAT = ("sms", "housing_im", "weibo", "advert", "newslike")
"""Sources of chat, each a set of its own and a share of the mixed sets."""
REQUESTS = ("dongguan", "taidi")
"""Sources of requests."""
MIXED = ("mix_wechat_like", "mix_request_vs_chat")
LABELLED = ("dongguan_labelled", "taidi_complaints7")
TITLES = ("dongguan_complaints", "taidi_unlabelled_titles")
SHORT = "short_replies"
NOTICES = ("notices_official_replies", "notices_notices")

_FAMILY = {"dg": "dongguan", "do": "dongguan", "td": "taidi", "ta": "taidi"}
_COMPLAINT = re.compile(r"(.+)_[tb]")
_TALK = re.compile(r"(im_[a-z]+_\d+|wb[a-z]\d+)_\d+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a set. ``source`` is one of CHAT or REQUESTS, or the name of the set for what is neither."""

    id: str
    source: str
    text: str
    wanted: bool
    label: str | None = None

    @property
    def half(self) -> int:
        """0 or 1; title and body of one complaint and the turns of one talk always stand in the same half."""
        part = _COMPLAINT.fullmatch(self.id) or _TALK.fullmatch(self.id)
        document = part.group(1) if part else self.id
        return hashlib.sha1(document.encode(), usedforsecurity=False).digest()[0] % 2


@dataclass(frozen=True)
class Sets:
    """Every development set by name."""

    by_name: Mapping[str, tuple[Row, ...]]

    def __getitem__(self, name: str) -> tuple[Row, ...]:
        return self.by_name.get(name, ())

    @cached_property
    def pool(self) -> tuple[Row, ...]:
        """Each line that is known to be a request or chatter once, with its label where it has one: what is tuned on."""
        rows: dict[str, Row] = {}
        names = (*LABELLED, *MIXED, *(f"chat_{source}" for source in CHAT), *TITLES, SHORT)
        for row in (row for name in names for row in self[name]):
            rows.setdefault(row.text, row)
        return tuple(rows.values())

    @property
    def chat(self) -> tuple[Row, ...]:
        """All lines of all chat sets."""
        return tuple(row for source in CHAT for row in self[f"chat_{source}"])


def read_sets(folder: Path) -> Sets:
    """Every set of ``folder`` that is there."""
    found: dict[str, tuple[Row, ...]] = {}
    for source in CHAT:
        found[f"chat_{source}"] = _chat(folder / f"chat_{source}_dev.tsv", source)
    for name in MIXED:
        found[name] = _mixed(folder / f"{name}_dev.tsv")
    for name in LABELLED:
        found[name] = _titles(folder / f"{name}_dev.jsonl", _source(name[:2]))
    found["dongguan_complaints"] = _titles(folder / "dongguan_complaints_dev.jsonl", "dongguan")
    found["taidi_unlabelled_titles"] = _plain(
        folder / "taidi_unlabelled_titles_dev.tsv", "taidi", wanted=True
    )
    found[SHORT] = _short(folder / "chat_short_message_frequency.tsv")
    found[NOTICES[0]] = _plain(folder / f"{NOTICES[0]}_dev.tsv", NOTICES[0], wanted=False)
    found[NOTICES[1]] = tuple(
        Row(each["id"], NOTICES[1], each["text"], wanted=False)
        for each in _json(folder / f"{NOTICES[1]}_dev.jsonl")
    )
    return Sets(found)


def _source(src: str) -> str:
    return _FAMILY.get(src[:2], src)


def _chat(path: Path, source: str) -> tuple[Row, ...]:
    return tuple(Row(each["id"], source, each["text"], wanted=False) for each in _table(path))


def _mixed(path: Path) -> tuple[Row, ...]:
    return tuple(
        Row(each["id"], _source(each["src"]), each["text"], wanted=each["y"] == "1") for each in _table(path)
    )


def _titles(path: Path, source: str) -> tuple[Row, ...]:
    return tuple(
        Row(f"{each['id']}_t", source, each["title"], wanted=True, label=each.get("label"))
        for each in _json(path)
    )


def _plain(path: Path, source: str, *, wanted: bool) -> tuple[Row, ...]:
    """A table without a header: id, text, more."""
    if not path.exists():
        return ()
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(Row(each[0], source, each[1], wanted=wanted) for each in lines if len(each) > 1)


def _short(path: Path) -> tuple[Row, ...]:
    return tuple(
        Row(f"short{n}", SHORT, each["text"], wanted=False) for n, each in enumerate(_table(path), start=1)
    )


def _table(path: Path) -> list[dict[str, str]]:
    return table(path) if path.exists() else []


def _json(path: Path) -> list[dict[str, str]]:
    return json_lines(path) if path.exists() else []
