"""What was heard away from the chat and is written down by a post holder: where, from whom, what (seed A14, B06, E05)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ONLINE = frozenset({"group", "dm", "bot_flag", "web"})
"""Sources of cases that residents brought in themselves; any other source is the name of an offline channel."""
SUGGESTED, ERRAND = "service_mode", "errand"
"""Flags: the kind of help that the words ask for, and the one that whoever handles it has taken up (seed A13)."""
SURE_CHANNEL = 4
"""Characters from which a listed channel needs no mark after it."""
_MARKS = str.maketrans({"\uff1a": ":", "\uff0c": ",", "\u3000": " ", "\uff01": "!", "\uff1f": "?"})
_BETWEEN = " :,\u3001\u3002"
_NUMBER = re.compile(r"[\s(]*\d{3,4}\*{4}\d{2,4}[\s)]*(?=:)")
"""A covered telephone number between a name and its colon: it is kept elsewhere."""
_CLAUSES = re.compile(r"[\s,;!?\u3001\u3002\uff0c\uff1b\uff01\uff1f]+")


def is_offline(source: str) -> bool:
    """Whether a case was brought in by somebody who wrote down what others said."""
    return source not in ONLINE


@dataclass(frozen=True, slots=True)
class IntakeWords:
    """The words of ``locale/*/intake.toml`` by which offline entries and visits are read."""

    channels: Mapping[str, tuple[str, ...]]
    unnamed: str
    free_channel: re.Pattern[str]
    no_channel: re.Pattern[str]
    named: tuple[re.Pattern[str], ...]
    no_name: re.Pattern[str]
    household: re.Pattern[str]
    asks: re.Pattern[str]
    done: re.Pattern[str]
    sensitive: re.Pattern[str]


def intake_words(tables: Mapping[str, Any]) -> IntakeWords:
    """The tables of the locale file, ready for use."""
    said, visits = tables["intake"], tables["visits"]
    return IntakeWords(
        channels={code: tuple(names) for code, names in said["channels"].items()},
        unnamed=said["unnamed_channel"],
        free_channel=re.compile(said["free_channel"]),
        no_channel=re.compile(said["no_channel"]),
        named=(re.compile(said["named"]), re.compile(said["named_loosely"])),
        no_name=re.compile(said["no_name"]),
        **{name: re.compile(visits[name]) for name in ("household", "asks", "done", "sensitive")},
    )


@dataclass(frozen=True, slots=True)
class Offline:
    """An entry: the channel's name, who said it (empty: nobody was named), and the words."""

    channel: str
    name: str
    words: str


def read_offline(said: str, known: IntakeWords) -> Offline:
    """Channel first, then a name before a colon, then the words; both may be missing."""
    text = _NUMBER.sub("", said.translate(_MARKS).strip(_BETWEEN))
    channel, rest = _listed(text, known) or _free(text, known) or (known.unnamed, text)
    name, words = read_name(rest, known)
    return Offline(channel, name, words)


def channel_named(word: str, known: IntakeWords) -> str:
    """The channel as it is kept: its listed name, or the word itself."""
    return next((names[0] for names in known.channels.values() if word in names), word)


def _listed(text: str, known: IntakeWords) -> tuple[str, str] | None:
    aliases = sorted((a for names in known.channels.values() for a in names), key=len, reverse=True)
    for alias in aliases:
        rest = text[len(alias) :]
        if text == alias:
            return channel_named(alias, known), ""
        if text.startswith(alias) and (rest[:1] in set(_BETWEEN) or len(alias) >= SURE_CHANNEL) and rest:
            return channel_named(alias, known), rest.strip(_BETWEEN)
    return None


def _free(text: str, known: IntakeWords) -> tuple[str, str] | None:
    """A channel nobody listed: a word of its own before a name and a colon, or before what is asked for."""
    found = known.free_channel.match(text)
    if found is None or known.no_channel.search(found["channel"]):
        return None
    rest = found["rest"].strip(_BETWEEN)
    if not read_name(rest, known)[0] and not known.asks.match(rest):
        return None
    return found["channel"], rest


def read_name(text: str, known: IntakeWords) -> tuple[str, str]:
    """Who said it, and the words without him; an empty name when nobody is named."""
    for pattern in known.named:
        found = pattern.match(text)
        if found is not None and not known.no_name.search(found["name"]):
            return found["name"], found["rest"].strip(_BETWEEN)
    return "", text


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit's words. Each part is empty when it was not said."""

    label: str
    """The household's code as it was said (王家湾3户)."""
    local: str
    """The code without the area before it (3户)."""
    where: str
    """The area before the code, or said instead of one."""
    name: str
    words: str


def read_visit(token: str, words: str, known: IntakeWords) -> Visited:
    """The word after the kind of visit is a household's code, a place or a person; otherwise it is part of the words."""
    words = words.translate(_MARKS).strip(_BETWEEN)
    code = known.household.match(token)
    if code is not None:
        return Visited(token, code["label"], code["area"], *read_name(words, known))
    if known.no_name.search(token):
        return Visited("", "", token, *read_name(words, known))
    return Visited("", "", "", *read_name(f"{token} {words}".strip(), known))


def parted(words: str, sensitive: re.Pattern[str]) -> tuple[str, str]:
    """(what may be noted openly, what is encrypted), clause by clause."""
    clauses = [each for each in _CLAUSES.split(words) if each]
    sealed = [each for each in clauses if sensitive.search(each)]
    return " ".join(each for each in clauses if each not in sealed), " ".join(sealed)
