"""From what was typed to the one form the lexicon is written in. Small pure steps, in a fixed order."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import opencc

from models.lexicon import Folding
from models.rules.masking import holds_digit, is_digit

_UNSEEN = "\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u202a-\u202e\x00-\x08\x0b-\x1f\x7f\ufe0f\ud800-\udfff"
_ODD_SPACES = "\t\u00a0\u2000-\u200a\u3000"
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_SPACES = re.compile(f"[ {_ODD_SPACES}]+")
_OTHERS = "\\[@\u300c"
"""Where an emoji code, a name or a quote begins."""
# Most messages are tidy; these two looks are cheaper than the three foldings they save.
_ODD = re.compile(f"[{_ODD_SPACES}\\[]|  ")
_BEYOND = "\U00010000"
_TRIPLE = re.compile(r"(.)\1\1")
_REPEATED_MARK = re.compile(r"([^\w\s])\1{2,}")
_EVERYDAY_MARKS = re.compile(r"([.。!?,~])\1{2,}")
_REPEATED_CHAR = re.compile(r"([^\W\d])\1{3,}")


class Clean(NamedTuple):
    """A message made ready. ``own`` without mentions, ``spoken`` with all but the leading ones (a command's argument)."""

    own: str
    spoken: str
    quote: str | None
    numbers: bool = True
    """Whether there may be numbers in it: where there is no digit, nobody looks for phones."""


@cache
def traditional_only() -> frozenset[str]:
    """Characters that only traditional writing has (OpenCC's own table)."""
    table = Path(opencc.__file__).with_name("dictionary") / "TSCharacters.txt"
    pairs = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return frozenset(pair[0] for pair in pairs if pair[0] not in pair[1].split(" "))


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{_traditional_here()}]")


@cache
def _traditional_here() -> str:
    # Characters beyond the basic plane would slow the look down fivefold; nobody types them.
    return "".join(sorted(each for each in traditional_only() if each < _BEYOND))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def cut_to(text: str, longest: int) -> str:
    """The head of a very long text: what somebody wants stands early; pasted articles end somewhere."""
    return text if len(text) <= longest else text[:longest]


def fold_width(text: str) -> str:
    """NFKC: full-width letters, digits and punctuation become half-width."""
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def simplify(text: str) -> str:
    """Traditional to simplified; the converter runs only when a traditional character is there."""
    return str(_converter().convert(text)) if _traditional().search(text) else text


def drop_invisible(text: str) -> str:
    """No zero-width, direction or control characters (newline and tab stay)."""
    return _INVISIBLE.sub("", text)


def fold_repeats(text: str) -> str:
    """Three or more equal marks become two, four or more equal letters become three. Digits stay, spoken ones too."""
    return _REPEATED_CHAR.sub(_folded_letters, _REPEATED_MARK.sub(r"\1\1", text))


def _folded_letters(found: re.Match[str]) -> str:
    return found.group() if is_digit(found.group(1)) else found.group(1) * 3


def fold_spaces(text: str) -> str:
    """Runs of spaces become one; none at either end."""
    return _SPACES.sub(" ", text).strip()


class Normaliser:
    """The steps that need the lexicon's own tables. Built once; its methods are pure."""

    def __init__(self, folding: Folding) -> None:
        self.longest = folding.longest
        self._mention = re.compile(folding.mention)
        self._leading_mentions = re.compile(rf"^(?:\s*(?:{folding.mention}))+")
        self._quote = re.compile(folding.quote)
        self._emoji = re.compile(folding.emoji)
        self._value = {digit: str(n) for n, digit in enumerate(folding.digits)}
        self._value |= {twin: self._value[digit] for twin, digit in folding.digit_twins.items()}
        self._ten = folding.tens
        self._number = self._number_pattern(folding)
        digit = "[" + "".join(map(re.escape, self._value)) + "]"
        telling = {each[-1] for each in (*folding.number_marks, *folding.number_ends)}
        self._number_hint = re.compile(f"[{re.escape(''.join(sorted(telling)))}]|{digit}{{3}}")
        marks = re.escape("".join(sorted(telling | {each.upper() for each in telling})))
        self._odd = re.compile(f"[{marks}{_UNSEEN}{_ODD_SPACES}{_OTHERS}{_traditional_here()}]")
        self._spoken = re.compile(f"{digit}{{3}}")

    def _number_pattern(self, folding: Folding) -> re.Pattern[str]:
        digit = "[" + "".join(map(re.escape, self._value)) + "]"
        spoken = f"(?:{digit}?{folding.tens}{digit}?|{digit}{{1,5}})"
        marks = "|".join(map(re.escape, folding.number_marks))
        ends = "|".join(map(re.escape, folding.number_ends))
        return re.compile(
            rf"(?:{marks})\s*(?P<marked>{spoken}|\d{{1,5}})|^(?P<headed>{spoken})(?={ends})|(?P<long>{digit}{{3,5}})(?={ends}|\s|$)"
        )

    def split_quote(self, text: str) -> tuple[str | None, str]:
        """(quoted text, own words) of a reply; None when nothing is quoted. Works on the text as typed."""
        found = self._quote.match(text)
        return (found.group(2), text[found.end() :]) if found else (None, text)

    def drop_mentions(self, text: str) -> str:
        """Without @names."""
        return self._mention.sub(" ", text) if "@" in text else text

    def drop_leading_mentions(self, text: str) -> str:
        """Without the @names a message begins with."""
        return self._leading_mentions.sub("", text) if "@" in text else text

    def drop_emoji_codes(self, text: str) -> str:
        """Without WeChat's bracketed emoji."""
        return self._emoji.sub(" ", text) if "[" in text else text

    def digits(self, text: str) -> str:
        """Spoken case numbers become figures: 井号一零二三 → #1023, 七号 → 7号 at the head, 一零二三号 → 1023号."""
        return self._number.sub(self._figures, text)

    def _figures(self, found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        spoken = found.group(kind)
        if self._ten in spoken:
            tens, _, ones = spoken.partition(self._ten)
            figures = str(int(self._value.get(tens, "1")) * 10 + int(self._value.get(ones, "0")))
        else:
            figures = "".join(self._value.get(each, each) for each in spoken)
        return f"#{figures}" if kind == "marked" else figures

    def clean(self, text: str, quote: str | None = None) -> Clean:
        """All steps. A quote handed in by the channel wins over one found in the text."""
        if quote is None and (tidy := self._tidied(text)) is not None:
            return tidy
        found, words = (None, text)
        if len(text) > self.longest:
            found, words = self.split_quote(text)
            words = cut_to(words, self.longest)
        elif "\u300c" in text[:1]:
            found, words = self.split_quote(text)
        if words.isascii() and words.isalnum():
            folded = words.lower()
            return Clean(folded, folded, quote or found)
        spoken = self._fold(self.drop_leading_mentions(words))
        own = self._fold(self.drop_mentions(words)) if "@" in words else spoken
        quoted = quote if quote is not None else found
        return Clean(own, spoken, self._fold(cut_to(quoted, self.longest)) if quoted else None)

    def _tidied(self, text: str) -> Clean | None:
        """A message of which nothing but runs of one mark, upper case and outer spaces need be folded: most are."""
        if len(text) > self.longest:
            return None
        if self._odd.search(text) or "  " in text:
            return None
        numbers = holds_digit(text)
        if numbers and self._spoken.search(text):
            return None
        if _TRIPLE.search(text):
            text = _EVERYDAY_MARKS.sub(r"\1\1", text)
            if _TRIPLE.search(text):
                return None
        if not unicodedata.is_normalized("NFKC", text):
            return None
        folded = text.lower().strip()
        return Clean(folded, folded, None, numbers)

    def _fold(self, text: str) -> str:
        # Invisible characters go first: what they held apart may only now be one character or one emoji code.
        text = cut_to(simplify(fold_width(drop_invisible(text))), self.longest).lower()
        if _ODD.search(text) or _TRIPLE.search(text):
            text = fold_repeats(self.drop_emoji_codes(text))
            text = _SPACES.sub(" ", text)
        text = text.strip()
        return self.digits(text) if self._number_hint.search(text) else text
