"""Slower ways of doing the same, to compare with: every word searched, every expression tried, everything cut."""

from pathlib import Path

from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from handlers.understanding.segment import tokenizer
from handlers.understanding.terms import Finder, Matched, OnePass, Scan, Vocabulary, WordHit
from models.lexicon import load_lexicon

ROOT = Path(__file__).resolve().parent.parent


class EveryWord:
    """A finder without automaton and anchors: correct by its plainness, and slow."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def scan(self, text: str) -> Scan | None:
        words: dict[str, list[WordHit]] = {}
        for word, group, key in self._vocabulary.words:
            start = text.find(word)
            while start >= 0:
                words.setdefault(group, []).append(WordHit(key, word, start, start + len(word)))
                start = text.find(word, start + 1)
        matches: dict[str, list[Matched]] = {}
        for group, expression in self._vocabulary.expressions:
            if found := expression.regex.search(text):
                matches.setdefault(group, []).append(Matched(expression.key, found))
        return Scan(words, matches) if words or matches else None


class WholeCutter:
    """Cuts the whole message whenever it is asked."""

    def boundaries(self, text: str, spans: list[tuple[int, int]]) -> frozenset[int]:
        del spans
        found = {0}
        at = 0
        for word in tokenizer().cut(text, HMM=False):
            at += len(word)
            found.add(at)
        return frozenset(found)


class JiebaOnEveryMessage:
    """A finder that cuts every message before it looks, as a pipeline does whose first step is jieba."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._finder = OnePass(vocabulary)

    def scan(self, text: str) -> Scan | None:
        list(tokenizer().cut(text, HMM=False))
        return self._finder.scan(text)


def plain_reference() -> Understanding:
    """The same tables, read in the plainest way: what the fast way must agree with."""
    return Understanding(load_lexicon(ROOT / "lexicon"), load_phrases(ROOT / "locale" / "zh_CN"), cutter=WholeCutter(), finder=EveryWord)


def jieba_first() -> Understanding:
    """The same tables and automaton, with jieba on every message."""
    seen: list[Vocabulary] = []

    def finder(vocabulary: Vocabulary) -> Finder:
        # Only the first pass sees every message; the second one runs on hits alone.
        seen.append(vocabulary)
        return JiebaOnEveryMessage(vocabulary) if len(seen) == 1 else OnePass(vocabulary)

    return Understanding(load_lexicon(ROOT / "lexicon"), load_phrases(ROOT / "locale" / "zh_CN"), cutter=WholeCutter(), finder=finder)
