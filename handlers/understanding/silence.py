"""What is not a request: thanks, greetings, relays, adverts, notices."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.understanding.terms import Scan, Vocabulary
from models.lexicon import Lexicon
from models.rules.decision import Kind

GROUP = "silence"
_ADS = "ads"
_ADS_STRONG = "ads_strong"
_MARKS = re.compile(r"[^\w+]+|_")
_POLITE = (
    ("thanks", Kind.THANKS),
    ("greet", Kind.CHAT),
    ("praise", Kind.THANKS),
    ("chat", Kind.CHAT),
    ("ack", Kind.ACK),
)
_KINDS = (*(kind for _, kind in _POLITE), Kind.CHAT)
_LONGEST_WHOLE = 16
_LONGEST_POLITE = 40
_MANY_ADS = 3
_NONE = ()


class Frame(NamedTuple):
    """What kind of writing a message is, beside its subject."""

    advert: bool = False
    notice: bool = False
    scam: str | None = None
    fake_notice: str | None = None


_PLAIN = Frame()


class Silences:
    """The tables of what is not a request, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.words
        self._whole = {word: kind for key, kind in reversed(_POLITE) for word in words[key]}
        longest_first = sorted({*self._whole, *words["fillers"]}, key=len, reverse=True)
        lengths: dict[str, list[int]] = {}
        for word in longest_first:
            known = lengths.setdefault(word[0], [])
            known += [len(word)] if len(word) not in known else []
        self._lengths = {first: tuple(known) for first, known in lengths.items()}
        self._rank = {word: self._rank_of(word, words) for word in longest_first}
        self._relay = re.compile("|".join(lexicon.patterns["relay"]))

    @staticmethod
    def learn(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        """Put the frames' words into the one pass."""
        vocabulary.add_words(GROUP, _ADS, lexicon.words["ads"])
        for key in ("ads_strong", "notice", "scam", "fake_notice"):
            vocabulary.add_patterns(GROUP, key, lexicon.patterns[key])

    def whole(self, text: str) -> Kind | None:
        """The kind of a message that is nothing but one polite word."""
        if len(text) > _LONGEST_WHOLE or not self._may_begin(text):
            return None
        return self._whole.get(bare(text))

    def polite(self, text: str) -> Kind | None:
        """The kind of a message of which nothing is left once polite words and names are taken away."""
        if len(text) > _LONGEST_POLITE or not self._may_begin(text):
            return None
        said = self._polite_words(text)
        return None if said is None else _KINDS[min([self._rank[word] for word in said], default=-1)]

    def _polite_words(self, text: str) -> list[str] | None:
        """The polite words that follow one another with marks alone between them; None when there is anything else."""
        said: list[str] = []
        at = 0
        while at < len(text):
            if not text[at].isalnum() and text[at] != "+":
                at += 1
                continue
            word = self._polite_at(text, at)
            if not word:
                return None
            said.append(word)
            at += len(word)
        return said

    @staticmethod
    def _rank_of(word: str, words: Mapping[str, Sequence[str]]) -> int:
        """The first kind of the table of which some word stands in this one; the last for mere fillers."""
        said = (rank for rank, (key, _) in enumerate(_POLITE) if any(each in word for each in words[key]))
        return next(said, -1) % len(_KINDS)

    def _may_begin(self, text: str) -> bool:
        """Whether a message could begin politely: most do not, and need not be taken apart."""
        if text[0] not in self._lengths:
            return not text[0].isalnum()
        length = len(self._polite_at(text, 0))
        after = text[length : length + 1]
        return length > 0 and (after in self._lengths or not after.isalnum())

    def _polite_at(self, text: str, at: int) -> str:
        """The longest polite word that begins there."""
        for length in self._lengths.get(text[at], _NONE):
            if (word := text[at : at + length]) in self._rank:
                return word
        return ""

    def is_relay(self, text: str) -> bool:
        """A sign-up chain; looks at the lines of the message."""
        look = self._relay.search if "\n" in text else self._relay.match
        return look(text) is not None

    @staticmethod
    def frame(scan: Scan) -> Frame:
        """Advert, notice, fraud: by words and expressions of the pass."""
        if GROUP not in scan.words and GROUP not in scan.matches:
            return _PLAIN
        matched: dict[str, str] = {}
        for each in scan.matches.get(GROUP, ()):
            matched.setdefault(each.key, each.found.group())
        ads = len({word for _, word, _, _ in scan.words.get(GROUP, ())})
        return Frame(
            advert=ads >= _MANY_ADS or (ads >= 1 and _ADS_STRONG in matched),
            notice="notice" in matched,
            scam=matched.get("scam"),
            fake_notice=matched.get("fake_notice"),
        )


def bare(text: str) -> str:
    """Without marks, spaces and emoji."""
    return _MARKS.sub("", text)
