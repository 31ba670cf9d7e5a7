"""What ``python -m bot lexicon`` does: propose from corrections, show what would change, write what was reviewed."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.known_sentences import OWN, NoMeaning, sentences
from bot.local_words import checked, with_local, wording, write_whole
from bot.parts import LEXICON, LOCALE
from handlers.learning.comparing import Change, Line, Verdict, changes
from handlers.learning.patches import TABLE, joined, read, written
from handlers.learning.proposing import LEAST_CORRECTIONS, LEAST_PEOPLE, Material, entry_of, propose
from handlers.understanding import Understanding
from handlers.understanding.commands import PhraseBook, load_phrases
from models.lexicon import Lexicon, load_lexicon
from models.misreadings import Misreadings
from models.rules.decision import Decision
from models.rules.local_words import LocalWords, merge_local
from models.rules.misreading import KeptCase
from models.rules.pacing import SHANGHAI


class PatchError(ValueError):
    """A patch, a file of sentences or the local file cannot be used; the message says what to do."""


class LexiconDesk:
    """One command's work. ``local`` is the place's own file, None where the settings name none."""

    def __init__(self, engine: Engine, local: Path | None, now: datetime) -> None:
        self._misreadings = Misreadings(engine)
        self._local = local
        self._day = now.astimezone(SHANGHAI).date().isoformat()
        self._say = wording()["learning"]

    @cached_property
    def _shipped(self) -> Lexicon:
        return load_lexicon(LEXICON)

    @cached_property
    def _lexicon(self) -> Lexicon:
        """As the program has it now."""
        there = self._local if self._local is not None and self._local.exists() else None
        return with_local(self._shipped, there)

    @cached_property
    def _phrases(self) -> PhraseBook:
        return load_phrases(LOCALE)

    # -- suggest

    def suggest(self, patch: Path, rows: Sequence[Path]) -> Iterator[str]:
        """Write a patch of everything the corrections speak for; yields what to print."""
        corrections, cases = self._misreadings.corrections(), tuple(self._misreadings.cases())
        lines = tuple((line.meant, line.text) for line in self._lines(rows or OWN))
        material = Material(corrections, cases, lines, self._misreadings.names())
        found = propose(material, self._lexicon, self._say["loose"])
        yield self._told(
            "more_corrections", count=len(corrections), people=len({c.person for c in corrections}),
            texts=len(material.texts()), others=len(cases) + len(lines),
        )  # fmt: skip
        if not found:
            yield self._told("nothing", least=LEAST_CORRECTIONS, people=LEAST_PEOPLE, count=len(corrections))
            return
        items = {item.code: item for item in self._lexicon.items}
        entries = [entry_of(each, items[each.category], self._say) for each in found]
        head = [self._told("head", day=self._day), self._say["how"], self._say["odds"]]
        patch.write_text(written(entries, head=head), encoding="utf-8")
        yield self._told("written", count=len(entries), file=patch)

    # -- diff

    def diff(self, patch: Path, rows: Sequence[Path]) -> Iterator[str]:
        """Every kept case and every sentence that would be read otherwise; cases by number alone."""
        found = list(self._changes(self._entries(patch), rows or OWN))
        for each in found:
            yield self._line(each)
        yield self._sum_up(found) if found else self._say["no_change"]

    def _changes(self, entries: list[dict[str, Any]], rows: Sequence[Path]) -> Iterator[Change]:
        before = Understanding(self._lexicon, self._phrases)
        after = Understanding(merge_local(self._lexicon, self._words(entries)), self._phrases)
        yield from changes((*self._misreadings.cases(), *self._lines(rows)), before, after)

    def _line(self, change: Change) -> str:
        blanks: dict[str, Any] = {
            "before": self._reading(change.before), "after": self._reading(change.after),
            "verdict": self._say[change.verdict],
        }  # fmt: skip
        if isinstance(change.what, KeptCase):
            return self._told(
                "case_changes", no=change.what.no, meant=self._name(change.what.category), **blanks
            )
        line = change.what
        return self._told(
            "row_changes", source=line.source, meant=self._name(line.meant), text=line.text, **blanks
        )

    def _name(self, code: str) -> str:
        """A category as people call it, any other mark as it is."""
        return next((f"{code} {item.name}" for item in self._lexicon.items if item.code == code), code)

    def _reading(self, decision: Decision) -> str:
        return f"{decision.kind} {self._name(decision.category)}" if decision.category else decision.kind

    def _sum_up(self, found: list[Change]) -> str:
        counts = {
            f"{kind}_{word}": sum(isinstance(c.what, shape) and c.verdict is verdict for c in found)
            for kind, shape in (("case", KeptCase), ("row", Line))
            for word, verdict in (
                ("better", Verdict.BETTER),
                ("worse", Verdict.WORSE),
                ("other", Verdict.SAME),
            )
        }
        return self._told("sum_up", **counts)

    # -- apply

    def apply(self, patch: Path, rows: Sequence[Path]) -> tuple[bool, list[str]]:
        """Append the patch to the local file; False when a known sentence that is right, ours or of ``rows``, would be wrong."""
        if self._local is None:
            raise PatchError(self._say["no_local"])
        entries = self._entries(patch)
        worse = [
            c
            for c in self._changes(entries, (*OWN, *rows))
            if isinstance(c.what, Line) and c.verdict is Verdict.WORSE
        ]
        if worse:
            return False, [*(self._line(c) for c in worse), self._told("refused", count=len(worse))]
        before = self._local.read_text(encoding="utf-8-sig") if self._local.exists() else ""
        stand = tomllib.loads(before).get(TABLE, [])
        fresh = [entry for entry in entries if entry not in stand]
        if not fresh:
            return True, [self._told("already", file=self._local.name)]
        write_whole(self._local, joined(before, fresh, head=[f"# {self._day} {patch.name}"]))
        return True, [self._told("applied", count=len(fresh), file=self._local.name)]

    # -- reading

    def _entries(self, patch: Path) -> list[dict[str, Any]]:
        try:
            entries = read(patch.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as fault:
            raise PatchError(f"{patch.name}: {fault}") from fault
        if not entries:
            raise PatchError(self._told("empty_patch", file=patch.name))
        return entries

    def _words(self, entries: list[dict[str, Any]]) -> LocalWords:
        return checked({TABLE: entries}, self._shipped)

    def _lines(self, rows: Sequence[Path]) -> Iterator[Line]:
        for path in rows:
            try:
                yield from sentences(path)
            except OSError as gone:
                raise PatchError(self._told("no_rows", file=path)) from gone
            except (NoMeaning, UnicodeDecodeError) as other:
                raise PatchError(self._told("bad_rows", file=path)) from other

    def _told(self, key: str, **blanks: Any) -> str:
        return self._say[key].format(**blanks)
