"""Chinese word boundaries (the only importer of jieba).

jieba splits a text into blocks of Chinese and alphanumeric characters and cuts each block by itself. Only the blocks
that hold a hit are looked at, and of those only the part that can bear on the hit, with exactly the boundaries that
cutting everything would give.
"""

import re
import threading
import warnings
from functools import cache
from typing import Any, Protocol

_BLOCK = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+")
_LOCK = threading.Lock()
_WITHIN_TWO = 2


class Cutter(Protocol):
    """Tells whether a hit is made of words."""

    def tears(self, text: str, start: int, end: int) -> bool:
        """Whether the hit is an accident of neighbouring words, by the rule of ``crosses``."""
        ...


@cache
def _load() -> Any:
    """Jieba's tokenizer with its own dictionary, built in memory: no cache file is read or written anywhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42 is older than Python's present warnings
        import jieba  # noqa: PLC0415 - half a second and 100 MB: only for processes that listen

        tokenizer = jieba.Tokenizer()
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
    return tokenizer


def tokenizer() -> Any:
    """The shared tokenizer; the first call takes about a second."""
    with _LOCK:
        return _load()


@cache
def _longest_word() -> int:
    return max(map(len, tokenizer().FREQ))


class BlockCutter:
    """Cuts only as much around each hit as can bear on it.

    A position that no dictionary word reaches across is a boundary in every way of cutting, and what lies left and
    right of it does not influence each other. So it is enough to cut between the nearest such positions.
    """

    def tears(self, text: str, start: int, end: int) -> bool:
        """See Cutter."""
        words = tokenizer().FREQ
        first, last = next(each.span() for each in _BLOCK.finditer(text) if each.end() > start)
        left = start == first or not _crossed(words, text, start, first, last)
        right = end == last or not _crossed(words, text, end, first, last)
        if (left and right) or (end - start > _WITHIN_TWO and (left or right)):
            return False
        return crosses(start, end, self._around(text, start, end, first, last))

    @staticmethod
    def _around(text: str, start: int, end: int, first: int, last: int) -> frozenset[int]:
        shared = tokenizer()
        while start > first and _crossed(shared.FREQ, text, start, first, last):
            start -= 1
        while end < last and _crossed(shared.FREQ, text, end, first, last):
            end += 1
        found = {start}
        at = start
        for word in shared.cut(text[start:end], HMM=False):
            at += len(word)
            found.add(at)
        return frozenset(found)


def _crossed(words: dict[str, int], text: str, at: int, first: int, last: int) -> bool:
    """Whether some word of the dictionary, or a run of letters and digits, lies across a position."""
    if text[at - 1].isascii() and text[at].isascii():
        return True  # jieba joins these to one word
    for start in range(at - 1, max(first, at - _longest_word()) - 1, -1):
        end = at + 1
        # The dictionary holds every beginning of a word too, with frequency 0.
        while end <= last and (often := words.get(text[start:end])) is not None:
            if often:
                return True
            end += 1
    return False


def crosses(start: int, end: int, boundaries: frozenset[int]) -> bool:
    """Whether a hit is an accident of two neighbouring words (地下|车库 holds no 下车).

    A two-character hit must be made of whole words or lie inside one word; a longer hit is dropped only when it is
    torn at both ends.
    """
    torn = (start not in boundaries) + (end not in boundaries)
    if not torn:
        return False
    if end - start > _WITHIN_TWO:
        return torn == _WITHIN_TWO
    return start + 1 in boundaries
