"""``reminders`` of a preset: read into standing reminders, and checked as far as a file can be."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, time
from typing import Any

from models.preset_entries import PresetError, need
from models.rules.clock_said import UnclearMoment, packed
from models.rules.misfires import Missed
from models.rules.outgoing import Blocked, guard
from models.rules.pacing import SHANGHAI
from models.rules.preset import Preset
from models.rules.repeat_words import read_series
from models.rules.standing import KINDS, MOST_DAYS, Standing
from models.rules.working_days import WEEKENDS

READ_AT = datetime(2026, 1, 5, tzinfo=SHANGHAI)
"""What a preset says means the same whenever it is read."""
MOST_WORDS = 80


def reminders_in(file: str, tables: Mapping[str, Any]) -> tuple[Standing, ...]:
    """``[[reminders]]``: what is said again and again."""
    entries = tables.get("reminders", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise PresetError(f"{file} reminders must be a list of tables, [[reminders]]: correct it")
    return tuple(_reminder(f"{file} reminders[{each.get('code')}]", each) for each in entries)


def _reminder(where: str, entry: Mapping[str, Any]) -> Standing:
    known = {field.name for field in fields(Standing)} - {"again"}
    if unknown := sorted(set(entry) - known):
        raise PresetError(f"{where} has {', '.join(unknown)}: choose from {', '.join(sorted(known))}")
    posts, hosts = _posts(where, entry, "posts"), _posts(where, entry, "hosts")
    reminder = Standing(
        code=need(where, entry, "code", str), name=need(where, entry, "name", str), kind=need(where, entry, "kind", str),
        level=need(where, entry, "level", str), when=need(where, entry, "when", str), again=_again(where, entry["when"]),
        days=need(where, {"days": 0, **entry}, "days", int), posts=posts,
        missed=_missed(where, entry.get("missed", Missed.SKIP)), words=need(where, {"words": "", **entry}, "words", str),
        about=need(where, {"about": "", **entry}, "about", str), starts=_starts(where, entry), hosts=hosts,
    )  # fmt: skip
    if reminder.kind not in KINDS:
        raise PresetError(f"{where} kind = {reminder.kind!r}: choose one of {', '.join(KINDS)}")
    if abs(reminder.days) > MOST_DAYS:
        raise PresetError(f"{where} days = {reminder.days}: give a number from -{MOST_DAYS} to {MOST_DAYS}")
    _check_words(where, reminder)
    return reminder


def _posts(where: str, entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    posts = entry.get(key, [])
    if not isinstance(posts, list) or not all(isinstance(post, str) for post in posts):
        raise PresetError(f"{where} {key} must be a list of texts: correct it")
    return tuple(posts)


def _starts(where: str, entry: Mapping[str, Any]) -> str:
    clock = need(where, {"starts": "", **entry}, "starts", str)
    if bool(clock) != bool(entry.get("hosts")):
        raise PresetError(
            f'{where}: starts = "15:00" and hosts = [posts] belong together: give both or neither'
        )
    try:
        return time.fromisoformat(clock).isoformat("minutes") if clock else ""
    except ValueError as wrong:
        raise PresetError(f'{where} starts = {clock!r}: write a clock time, "15:00"') from wrong


def _again(where: str, when: str) -> str:
    try:
        series = read_series(packed(when), READ_AT, WEEKENDS, None)
    except UnclearMoment as unclear:
        raise PresetError(
            f"{where} when = {when!r} is not plain ({unclear.why}): write 每月10日18点"
        ) from unclear
    if series is None or series.kind == "every":
        raise PresetError(
            f"{where} when = {when!r} must say how it repeats, by the calendar: write 每周五18点"
        )
    return series.expression


def _missed(where: str, word: object) -> Missed:
    if word not in set(Missed):
        raise PresetError(f"{where} missed = {word!r}: choose one of {', '.join(Missed)}")
    return Missed(str(word))


def _check_words(where: str, reminder: Standing) -> None:
    if (reminder.kind == "words") != bool(reminder.words):
        raise PresetError(f'{where}: words = "…" belongs to kind = "words", and to no other')
    if len(reminder.words) > MOST_WORDS or isinstance(guard(reminder.words, in_group=True), Blocked):
        raise PresetError(f"{where} words: at most {MOST_WORDS} characters that may be said in a group")


def check_reminders(file: str, preset: Preset) -> None:
    """Posts and levels exist, codes and names stand once, and figures go to posts or to one group, never to a person."""
    codes, names = [x.code for x in preset.reminders], [x.name for x in preset.reminders]
    for known in (codes, names):
        if len(set(known)) != len(known):
            raise PresetError(f"{file} reminders: {', '.join(known)} must differ: rename one")
    levels = {level.code for level in preset.levels}
    for reminder in preset.reminders:
        where = f"{file} reminders[{reminder.code}]"
        if reminder.level not in levels:
            raise PresetError(
                f"{where} level = {reminder.level!r}: choose one of {', '.join(sorted(levels))}"
            )
        for post in (*reminder.posts, *reminder.hosts):
            if post not in preset.posts:
                raise PresetError(f"{where} names the post {post!r}: choose one of {', '.join(preset.posts)}")
