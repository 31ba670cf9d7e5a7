"""What a change of an area's words changes: the project's own sentences and kept cases, read before and after."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.learning.comparing import Change, Line, Verdict, changes
from handlers.understanding import Understanding
from models.rules.area_words import in_file_order
from models.rules.lexicon import Lexicon
from models.rules.local_words import IMPORTED, AreaWord, LocalWords, Slip, WordKind, read_local
from models.rules.misreading import KeptCase


@dataclass(frozen=True)
class Effect:
    """Readings that a change would change."""

    changes: tuple[Change, ...]

    @property
    def spoilt(self) -> tuple[Change, ...]:
        """Known sentences that are right now and would be wrong: such a change is not kept."""
        return tuple(c for c in self.changes if isinstance(c.what, Line) and c.verdict is Verdict.WORSE)

    @property
    def cases(self) -> tuple[Change, ...]:
        """Kept cases that would be read otherwise."""
        return tuple(c for c in self.changes if isinstance(c.what, KeptCase))


@dataclass(frozen=True)
class Rereading:
    """``understanding`` without the words of any area; ``lines`` gives the sentences of known meaning."""

    understanding: Understanding
    lines: Callable[[], Sequence[Line]]
    slips: Mapping[str, str]
    """How each mistake in a word is told."""

    @property
    def lexicon(self) -> Lexicon:
        """With the words of the place's own file."""
        return self.understanding.lexicon

    def effect(
        self, before: Iterable[AreaWord], after: Iterable[AreaWord], cases: Iterable[KeptCase]
    ) -> Effect:
        """What becomes of the sentences, and of these cases, when the words of an area change."""
        old, new = self._with(before), self._with(after)
        return Effect(tuple(changes((*cases, *self.lines()), old, new)))

    def checked(self, entry: Mapping[str, Any]) -> tuple[LocalWords, tuple[Slip, ...]]:
        """One entry by the rules of the place's own file, and what is wrong with it."""
        return read_local({IMPORTED: [entry]}, self.lexicon, self.understanding.plain)

    def _with(self, words: Iterable[AreaWord]) -> Understanding:
        held = in_file_order(words)
        return self.understanding.with_local(held) if held is not None else self.understanding


def placed(area: int, words: LocalWords) -> AreaWord | None:
    """The one entry that was checked, as it would hold in an area; None: there is none."""
    for each in words.words:
        return AreaWord(area, WordKind.WORD, each.word, each.category, each.factor)
    for kind, said in ((WordKind.PLACE, words.places), (WordKind.NOT_REQUEST, words.not_requests)):
        for word in said:
            return AreaWord(area, kind, word)
    return None
