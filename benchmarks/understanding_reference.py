"""Slower ways of doing the same, to compare with: every word searched, every expression tried, everything cut."""

import threading
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from handlers.understanding import Understanding
from handlers.understanding.commands import PhraseBook, load_phrases
from handlers.understanding.kinds import weigh_up
from handlers.understanding.normalise import Clean
from handlers.understanding.segment import crosses
from handlers.understanding.terms import Finder, Matched, OnePass, Scan, Vocabulary, WordHit
from models.lexicon import Lexicon, load_lexicon
from models.rules.decision import Decision

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
                words.setdefault(group, []).append((key, word, start, start + len(word)))
                start = text.find(word, start + 1)
        matches = try_all(self._vocabulary, text)
        return Scan(words, matches) if words or matches else None


class EveryExpression:
    """A finder with an automaton for the words; every expression is tried on every message."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = OnePass(Vocabulary(words=vocabulary.words))

    def scan(self, text: str) -> Scan | None:
        found = self._words.scan(text) or Scan()
        matches = try_all(self._vocabulary, text)
        return Scan(found.words, matches) if found.words or matches else None


def try_all(vocabulary: Vocabulary, text: str) -> dict[str, list[Matched]]:
    """What the expressions match, by group."""
    matches: dict[str, list[Matched]] = {}
    for group, expression in vocabulary.expressions:
        if found := expression.regex.search(text):
            matches.setdefault(group, []).append(Matched(expression.key, found))
    return matches


@cache
def whole_tokenizer() -> Any:
    """Jieba's tokenizer with all words of its dictionary, as it comes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42 is older than Python's present warnings
        import jieba  # noqa: PLC0415

        tokenizer = jieba.Tokenizer()
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
    return tokenizer


def cut_positions(text: str) -> frozenset[int]:
    """Where words begin and end, from cutting the whole text."""
    found = {0}
    at = 0
    for word in whole_tokenizer().cut(text, HMM=False):
        at += len(word)
        found.add(at)
    return frozenset(found)


class WholeCutter:
    """Cuts the whole message whenever it is asked."""

    def tears(self, text: str, start: int, end: int) -> bool:
        return crosses(start, end, cut_positions(text))


class JiebaFirst:
    """Finder and cutter of a pipeline whose first step is jieba: each message is cut once, before anything is looked for."""

    def __init__(self, kind: Callable[[Vocabulary], Finder] = OnePass) -> None:
        self._kind = kind
        self._cut = threading.local()

    def finder(self, vocabulary: Vocabulary) -> Finder:
        """The first vocabulary asked for is the one that every message meets; the second one meets hits alone."""
        found = self._kind(vocabulary)
        if hasattr(self, "_first"):
            return found
        self._first = found
        return self

    def scan(self, text: str) -> Scan | None:
        self._cut.positions = cut_positions(text)
        return self._first.scan(text)

    def tears(self, text: str, start: int, end: int) -> bool:
        del text
        return crosses(start, end, self._cut.positions)


class ReadsEverything(Understanding):
    """What the first pass would dismiss is read to the end too; the decisions are the same."""

    def _nothing(self, clean: Clean) -> Decision:
        reading = self._read(clean, Scan(), mentioned=False)
        verdict = weigh_up(reading, self.lexicon, polite=None)
        self._weigher.settle(verdict, reading, self._weigher.weigh(clean.own, Scan()))
        return super()._nothing(clean)


def plain_reference() -> Understanding:
    """The same tables, read in the plainest way: what the fast way must agree with."""
    return Understanding(*_tables(), cutter=WholeCutter(), finder=EveryWord)


def jieba_first() -> Understanding:
    """The same tables and automaton, with jieba on every message."""
    pipeline = JiebaFirst()
    return Understanding(*_tables(), cutter=pipeline, finder=pipeline.finder)


def slow_path() -> Understanding:
    """The same tables without our short cuts: jieba, every expression and the whole reading for every message."""
    return _reads_everything(EveryExpression)


def anchored_slow_path() -> Understanding:
    """The same, but an expression is tried only where its anchors stand, as ours does it."""
    return _reads_everything(OnePass)


def _reads_everything(kind: Callable[[Vocabulary], Finder]) -> Understanding:
    pipeline = JiebaFirst(kind)
    return ReadsEverything(*_tables(), cutter=pipeline, finder=pipeline.finder)


def _tables() -> tuple[Lexicon, PhraseBook]:
    return load_lexicon(ROOT / "lexicon"), load_phrases(ROOT / "locale" / "zh_CN")
