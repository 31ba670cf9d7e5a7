"""Follow-up cues: readings that only the room's open cases can settle."""

from handlers.understanding.anchors import compile_all
from handlers.understanding.terms import Scan, Vocabulary
from models.lexicon import Lexicon
from models.rules.decision import Cue

GROUP = "cue"

MODIFIERS = frozenset({Cue.ANGRY, Cue.ANONYMOUS, Cue.THIRD_PARTY})
"""Cues that only colour a request; in chat they mean nothing."""


class CueTable:
    """The cue table, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._unless = {each.cue: compile_all(each.unless) for each in lexicon.cues if each.unless}

    @staticmethod
    def learn(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        """Put the cue words into the one pass."""
        for each in lexicon.cues:
            vocabulary.add_words(GROUP, each.cue, each.words)
            vocabulary.add_patterns(GROUP, each.cue, each.patterns)

    def find(self, text: str, scan: Scan) -> dict[Cue, str]:
        """Cues of the message, each with the words it was seen by."""
        if GROUP not in scan.words and GROUP not in scan.matches:
            return {}
        seen = [(start, word, key) for key, word, start, _ in scan.words.get(GROUP, ())]
        seen += [(each.found.start(), each.found.group(), each.key) for each in scan.matches.get(GROUP, ())]
        found: dict[Cue, str] = {}
        for _, words, key in sorted(seen):
            found.setdefault(Cue(key), words)
        return {cue: words for cue, words in found.items() if not self._taken_back(cue, text)}

    def _taken_back(self, cue: Cue, text: str) -> bool:
        return any(each.search(text) for each in self._unless.get(cue, ()))
