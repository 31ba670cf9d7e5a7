"""The words of a command as the speaker wrote them: understanding works on normalised text, people read their own."""

from collections.abc import Callable
from dataclasses import replace

from models.rules.decision import CommandMatch, Decision
from models.rules.masking import mask

WORDS = ("words", "to")
OFFICIAL = frozenset({"AddPolicy", "SendNotice", "ScheduleNotice", "StartQuiz"})
"""What is published as it stands; everything else is kept with personal numbers masked."""


def with_raw_words(decision: Decision, raw: str, plain: Callable[[str], str]) -> Decision:
    """The same decision, its captured words in their original punctuation, case and characters where they are found."""
    if not any(name in m.groups for m in decision.commands for name in WORDS):
        return decision
    return replace(decision, commands=tuple(_restored(m, raw, plain) for m in decision.commands))


def _restored(match: CommandMatch, raw: str, plain: Callable[[str], str]) -> CommandMatch:
    groups = dict(match.groups)
    for name in WORDS:
        if groups.get(name):
            found = raw_tail(groups[name], raw, plain)
            if found is not None:
                groups[name] = found if match.intent in OFFICIAL else mask(found)
    return CommandMatch(match.intent, groups)


def raw_tail(words: str, raw: str, plain: Callable[[str], str]) -> str | None:
    """The end of ``raw`` that normalises to ``words``; None when no end does."""
    first = words[:1]
    for start in range(len(raw)):
        if plain(raw[start : start + 1]) == first or raw[start] == first:
            tail = raw[start:]
            line = plain(tail).replace("\n", " ")  # commands are read as one line
            if words in {line, mask(line)}:
                return tail.strip()
    return None
