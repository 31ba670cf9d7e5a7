"""Chinese word boundaries (the only importer of jieba).

jieba splits a text into blocks of Chinese and alphanumeric characters and cuts each block by itself, so cutting only
the blocks that hold a hit gives exactly the boundaries of cutting everything.
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
    """Tells where words begin and end."""

    def boundaries(self, text: str, spans: list[tuple[int, int]]) -> frozenset[int]:
        """Positions in ``text`` where a word begins or ends, at least those inside the blocks that hold ``spans``."""
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


class BlockCutter:
    """Cuts only the blocks around hits."""

    def boundaries(self, text: str, spans: list[tuple[int, int]]) -> frozenset[int]:
        """See Cutter."""
        cut = tokenizer().cut
        found: set[int] = set()
        for block in _BLOCK.finditer(text):
            start, end = block.span()
            if any(s < end and e > start for s, e in spans):
                found.add(start)
                at = start
                for word in cut(block.group(), HMM=False):
                    at += len(word)
                    found.add(at)
        return frozenset(found)


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
