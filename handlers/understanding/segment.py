"""Chinese word boundaries (the only importer of jieba).

jieba splits a text into blocks of Chinese and alphanumeric characters and cuts each block by itself. Only the blocks
that hold a hit are looked at, and of those only the part that can bear on the hit, with exactly the boundaries that
cutting everything would give.
"""

import re
import threading
import warnings
from functools import cache, cached_property
from typing import Any, Protocol

_SAME_FIRST = re.compile(r"^(.).*(?:\n\1.*)*", re.MULTILINE)
"""Lines of the dictionary that begin with the same character."""
_BLOCK = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+")
_LOCK = threading.Lock()


class Cutter(Protocol):
    """Tells whether a hit is made of words."""

    def tears(self, text: str, start: int, end: int) -> bool:
        """Whether the hit is an accident of neighbouring words, by the rule of ``crosses``."""
        ...


class _Dictionary:
    """Jieba's dictionary inside its tokenizer: of hundreds of thousands of words those that could stand in what was said.

    Whatever word stands in a text begins with a character of the text, so words are read by their first character when a
    text has it. What is cut is the same as with all of them; the start takes a tenth of the time and of the memory. No
    cache file is read or written anywhere.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jieba 0.42 is older than Python's present warnings
            import jieba  # noqa: PLC0415 - only for processes that listen

            self.tokenizer = jieba.Tokenizer()
        with self.tokenizer.get_dict_file() as file:
            self._text = file.read().decode("utf-8")
        self._parts: dict[str, list[tuple[int, int]]] = {}
        for found in _SAME_FIRST.finditer(self._text):
            self._parts.setdefault(found[1], []).append(found.span())
        self.tokenizer.FREQ = {}
        # Every second piece between spaces is a frequency: "word frequency kind".
        self.tokenizer.total = sum(map(int, self._text.split(" ")[1::2]))
        self.tokenizer.initialized = True
        self.longest = 0
        self.reach: dict[str, int] = {}
        """Length of the longest word by first character."""
        self._opened: set[str] = set()
        self._lock = threading.Lock()

    def open_for(self, text: str) -> None:
        """Have every word that could stand in ``text``."""
        if not self._opened.issuperset(text):
            with self._lock:
                for first in set(text) - self._opened:
                    self._open(first)
                    self._opened.add(first)

    def _open(self, first: str) -> None:
        """All words of one first character, and every beginning of a word with frequency 0, as jieba keeps them."""
        words = self.tokenizer.FREQ
        reach = 0
        for start, end in self._parts.get(first, ()):
            for line in self._text[start:end].split("\n"):
                word, often, *_ = line.split(" ")
                words[word] = int(often)
                reach = max(reach, len(word))
                for at in range(1, len(word)):
                    words.setdefault(word[:at], 0)
        self.reach[first] = reach
        self.longest = max(self.longest, reach)


@cache
def _load() -> _Dictionary:
    return _Dictionary()


def _dictionary() -> _Dictionary:
    with _LOCK:
        return _load()


def tokenizer(text: str) -> Any:
    """The shared tokenizer, good for cutting ``text``; the first call takes a fifth of a second."""
    dictionary = _dictionary()
    dictionary.open_for(text)
    return dictionary.tokenizer


class BlockCutter:
    """Cuts only as much around each hit as can bear on it.

    A position that no dictionary word reaches across is a boundary in every way of cutting, and what lies left and
    right of it does not influence each other. So it is enough to cut between the nearest such positions.
    """

    def tears(self, text: str, start: int, end: int) -> bool:
        """See Cutter."""
        dictionary = self._dictionary
        first, last = next(each.span() for each in _BLOCK.finditer(text) if each.end() > start)
        dictionary.open_for(text[first:last])
        if not (
            (start > first and _crossed(dictionary, text, start, first, last))
            or (end < last and _crossed(dictionary, text, end, first, last))
        ):
            return False
        return crosses(start, end, _around(dictionary, text, start, end, first, last))

    @cached_property
    def _dictionary(self) -> _Dictionary:
        return _dictionary()


def _around(
    dictionary: _Dictionary, text: str, start: int, end: int, first: int, last: int
) -> frozenset[int]:
    """Word boundaries of the smallest part around a hit that can be cut by itself."""
    while start > first and _crossed(dictionary, text, start, first, last):
        start -= 1
    while end < last and _crossed(dictionary, text, end, first, last):
        end += 1
    found = {start}
    at = start
    for word in dictionary.tokenizer.cut(text[start:end], HMM=False):
        at += len(word)
        found.add(at)
    return frozenset(found)


def _crossed(dictionary: _Dictionary, text: str, at: int, first: int, last: int) -> bool:
    """Whether some word of the dictionary, or a run of letters and digits, lies across a position."""
    if text[at - 1].isascii() and text[at].isascii():
        return True  # jieba joins these to one word
    words, reach = dictionary.tokenizer.FREQ, dictionary.reach
    for start in range(at - 1, max(first, at - dictionary.longest) - 1, -1):
        if reach.get(text[start], 0) <= at - start:
            continue
        end = at + 1
        # The dictionary holds every beginning of a word too, with frequency 0.
        while end <= last and (often := words.get(text[start:end])) is not None:
            if often:
                return True
            end += 1
    return False


def crosses(start: int, end: int, boundaries: frozenset[int]) -> bool:
    """Whether a hit is an accident of two neighbouring words (地下|车库 holds no 下车).

    It must be made of whole words or lie inside one word.
    """
    return (start not in boundaries or end not in boundaries) and not boundaries.isdisjoint(
        range(start + 1, end)
    )
