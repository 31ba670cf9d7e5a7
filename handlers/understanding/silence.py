"""What is not a request: thanks, greetings, relays, adverts, notices."""

import re
from dataclasses import dataclass

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
_LONGEST_WHOLE = 16
_LONGEST_POLITE = 40
_MANY_ADS = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """What kind of writing a message is, beside its subject."""

    advert: bool = False
    notice: bool = False
    scam: str | None = None
    fake_notice: str | None = None


class Silences:
    """The tables of what is not a request, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.words
        self._whole = {word: kind for key, kind in reversed(_POLITE) for word in words[key]}
        longest_first = sorted({*self._whole, *words["fillers"]}, key=len, reverse=True)
        self._polite = re.compile("|".join(map(re.escape, longest_first)))
        self._firsts = frozenset(word[0] for word in longest_first)
        self._head = re.compile(rf"[^\w+]*(?:$|{self._polite.pattern})")
        self._kinds = [
            (kind, re.compile("|".join(map(re.escape, sorted(words[key], key=len, reverse=True)))))
            for key, kind in _POLITE
        ]
        self._relay = re.compile("|".join(lexicon.patterns["relay"]))

    @staticmethod
    def learn(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        """Put the frames' words into the one pass."""
        vocabulary.add_words(GROUP, _ADS, lexicon.words["ads"])
        for key in ("ads_strong", "notice", "scam", "fake_notice"):
            vocabulary.add_patterns(GROUP, key, lexicon.patterns[key])

    def whole(self, text: str) -> Kind | None:
        """The kind of a message that is nothing but one polite word."""
        return self._whole.get(bare(text)) if len(text) <= _LONGEST_WHOLE else None

    def polite(self, text: str) -> Kind | None:
        """The kind of a message of which nothing is left once polite words and names are taken away."""
        if len(text) > _LONGEST_POLITE:
            return None
        # Most messages do not even begin politely: one look instead of taking the whole line apart.
        if text[0] not in self._firsts and text[0].isalnum():
            return None
        if self._head.match(text) is None or self._polite.sub("", bare(text)):
            return None
        return next((kind for kind, words in self._kinds if words.search(text)), Kind.CHAT)

    def is_relay(self, text: str) -> bool:
        """A sign-up chain; looks at the lines of the message."""
        look = self._relay.search if "\n" in text else self._relay.match
        return look(text) is not None

    @staticmethod
    def frame(scan: Scan) -> Frame:
        """Advert, notice, fraud: by words and expressions of the pass."""
        matched: dict[str, str] = {}
        for each in scan.matches.get(GROUP, ()):
            matched.setdefault(str(each.key), each.found.group())
        ads = len({hit.word for hit in scan.words.get(GROUP, ())})
        return Frame(
            advert=ads >= _MANY_ADS or (ads >= 1 and _ADS_STRONG in matched),
            notice="notice" in matched,
            scam=matched.get("scam"),
            fake_notice=matched.get("fake_notice"),
        )


def bare(text: str) -> str:
    """Without marks, spaces and emoji."""
    return _MARKS.sub("", text)
