"""Fit the numbers of ``lexicon/weights.tsv``: how much each word and mark of a message speaks for a request.

``python -m benchmarks.fit_evidence [--dev FOLDER]`` writes the file anew; nothing else does. The words are those of
``lexicon/evidence.toml`` and the ones met often enough in real text; names of places and persons are left out, so that
the language is weighed and not the town it was collected in. Sentences of the sets are never kept, only numbers.
"""

import argparse
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from math import sqrt
from pathlib import Path
from types import MappingProxyType

import jieba
import jieba.posseg

from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_sets import Row, read_sets
from benchmarks.understanding_stream import DEV, table
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from handlers.understanding.evidence import UNSAID
from handlers.understanding.turns import mark_of
from models.evidence import write_weights
from models.lexicon import Lexicon, load_lexicon
from models.rules.lexicon import Side, Turn, Weights

LEAST = 6
"""In so many rows a word must stand to be weighed."""
LEAST_ALONE = 0.00262
"""In such a share of all rows a single character must stand."""
ALONE = 0.3
"""In such a share of its rows a single character must be a word by itself: 请, 何, 您, not the 市 of a name."""
KEPT = 4000
"""So many words are weighed in the end, those that told most in a first fit: rare words know the rows, not the language."""
MARK_SHARE = 0.2
"""How much a mark weighs beside a word before the fit: smaller keeps the sum with the words."""
COST = 0.45
"""The C of the support vector machine: smaller is more cautious, and knows less of these rows by heart."""
WARY = {Side.SELLS: 0.6, Side.REPORTS: 1.1}
"""What a turn of trade, or of reports, says against a request beyond what the rows show: the next source is none of these."""
REQUESTS_COUNT = 0.62
"""All requests together count so much of all chatter, however few or many rows of either a source has."""
LEVELS = {
    "trusts": -0.5, "believes": -0.25, "holds": 0.1, "presses": -0.5, "opens": -0.2, "alone": 0.32, "asked": -0.65,
    "doubts": -0.5, "wonders": -0.08,
}  # fmt: skip
OWN_COUNTS = 0.5
"""Our own sentences keep a source from being known by its rows alone; more of them would outweigh what people really say."""
OWN_REQUESTS_COUNT = 0.75
"""The same of those that are requests: there are half as many of them."""
POLITE = ("thanks", "greet", "ack", "fillers")
"""Words that stand around a request as often as around anything else: they must not change what it is."""
NAMES = frozenset({"ns", "nr", "nt", "nrt", "nz", "nrfg"})
THINGS = NAMES | {"n", "m", "q", "f", "s", "t", "ng", "j", "b", "g"}
"""Flags of single characters that are no word of how something is said: things, numbers, places, parts of names."""
OWN = "own"
OWN_REQUESTS = ("everyday_requests.tsv", "spoken.tsv", "petitions.tsv")
OWN_CHATTER = (
    "everyday_chatter.tsv", "estate_talk.tsv", "public_posts.tsv", "adverts.tsv", "news_lines.tsv",
)  # fmt: skip
_HAN = re.compile("[\u4e00-\u9fff]{2,6}")
_ONE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Sign:
    """A row as it is weighed."""

    words: tuple[str, ...]
    marks: tuple[str, ...]
    wanted: bool
    counts: float = 1.0
    """As many times as it counts in the fit."""


def own_rows(folder: Path = ROOT / "tests" / "understanding") -> list[Row]:
    """Sentences written for this product, less those that are kept apart to judge by."""
    rows = []
    for wanted, names in ((True, OWN_REQUESTS), (False, OWN_CHATTER)):
        for name in names:
            path = folder / name
            for number, each in enumerate(table(path) if path.exists() else ()):
                if each.get("half", "tune") != "tune":
                    continue
                asked = wanted and each.get("meant", "") not in {"chat", "NEG"}
                rows.append(Row(f"{name}{number}", OWN, each["text"], wanted=asked))
    return rows


def met_often(texts: Iterable[str]) -> list[str]:
    """Words of two to six characters that stand in at least LEAST texts and name no place or person."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update({word for word in jieba.cut(text) if _HAN.fullmatch(word)})
    return [word for word, count in counted.items() if count >= LEAST and not names_somebody(word)]


def met_alone(texts: Sequence[str]) -> list[str]:
    """Single characters that are mostly words by themselves and say how something is said: 请, 何, 被, 您, 吧.

    Any other would tell a county or a street, and so who writes there.
    """
    counted: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    flags: dict[str, Counter[str]] = {}
    for text in texts:
        counted.update({char for char in text if _ONE.fullmatch(char)})
        parts = [part for part in jieba.posseg.cut(text) if _ONE.fullmatch(part.word)]
        alone.update({part.word for part in parts})
        for part in parts:
            flags.setdefault(part.word, Counter())[part.flag] += 1
    return [
        char
        for char, count in alone.items()
        if counted[char] >= LEAST_ALONE * len(texts)
        and count >= ALONE * counted[char]
        and flags[char].most_common(1)[0][0] not in THINGS
    ]


def homely_words() -> set[str]:
    """How a region speaks at home: whoever writes 屋里 complains no more than whoever writes 家里."""
    raw = tomllib.loads((ROOT / "lexicon" / "evidence.toml").read_text(encoding="utf-8"))
    return set(raw["neutral"]["words"].split())


@cache
def names_somebody(word: str) -> bool:
    """Whether a word is, or holds, the name of a place or person."""
    return any(part.flag in NAMES for part in jieba.posseg.cut(word))


class Fit:
    """Refits the weights on rows; what does not depend on the rows is read once."""

    def __init__(self) -> None:
        self.lexicon = load_lexicon(ROOT / "lexicon")
        self._phrases = load_phrases(ROOT / "locale" / "zh_CN")
        self._own = own_rows()

    def __call__(self, rows: Sequence[Row]) -> Understanding:
        """Ours as it would be, had it been tuned on these rows."""
        return Understanding(replace(self.lexicon, weights=self.weights(rows)), self._phrases)

    def weights(self, rows: Sequence[Row]) -> Weights:
        """The numbers these rows and our own sentences give."""
        rows = list({row.text: row for row in [*rows, *self._own]}.values())
        bare = Understanding(self._with_words(()), self._phrases)
        plain = [bare.plain(row.text) for row in rows]
        polite = {word for key in POLITE for word in self.lexicon.words[key]} | homely_words()
        often = [word for word in (*met_often(plain), *met_alone(plain)) if word not in polite]
        knowing = Understanding(self._with_words(often), self._phrases)
        signs = []
        for row in rows:
            found = knowing.signs(row.text)
            if found:
                signs.append(Sign(tuple(found[0]), tuple(found[1]), row.wanted, _counts(row)))
        subjects = {w for item in self.lexicon.items for w in (*item.keywords, *item.dialect, *item.hints)}
        fitted = _fitted(signs, subjects)
        return replace(fitted, marks=MappingProxyType(sided(fitted.marks, self.lexicon.turns)))

    def _with_words(self, words: Iterable[str]) -> Lexicon:
        known = MappingProxyType(dict.fromkeys(words, (1.0, 0.0)))
        return replace(self.lexicon, weights=Weights(known, MappingProxyType({})))


def sided(marks: Mapping[str, float], turns: Iterable[Turn]) -> dict[str, float]:
    """The marks with each turn of phrase on its side: none of them speaks for what it was written to speak against."""
    found = dict(marks)
    for turn in turns:
        weight = found.get(mark_of(turn.name), 0.0)
        if turn.side in {Side.ASKS, Side.TELLS}:
            found[mark_of(turn.name)] = max(weight, 0.0)
        else:
            found[mark_of(turn.name)] = round(min(weight, 0.0) - WARY.get(turn.side, 0.0), 2)
    return found


def _counts(row: Row) -> float:
    if row.source != OWN:
        return 1.0
    return OWN_REQUESTS_COUNT if row.wanted else OWN_COUNTS


def _fitted(signs: Sequence[Sign], subjects: AbstractSet[str]) -> Weights:
    """Fitted twice: on every word, and on the KEPT words that told most."""
    first = _machine(signs, sorted({word for sign in signs for word in sign.words}), subjects)
    met = Counter(word for sign in signs for word in sign.words)
    told = {w: abs(rarity * weight) * sqrt(met[w]) for w, (rarity, weight) in first.words.items()}
    kept = sorted(told, key=lambda word: (-told[word], word))[:KEPT]
    return _machine(signs, sorted(word for word in kept if told[word]), subjects)


def _machine(signs: Sequence[Sign], known: Sequence[str], subjects: AbstractSet[str]) -> Weights:
    """The numbers of these words and of all marks.

    A category's own words (``subjects``) never speak against a request: people chat about lamps, but whoever reports
    one names it too.
    """
    import numpy as np  # noqa: PLC0415 - only where weights are fitted
    from scipy.sparse import diags, hstack  # noqa: PLC0415
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    words, marks = CountVectorizer(analyzer=tuple, vocabulary=known), CountVectorizer(analyzer=tuple)
    rarity = TfidfTransformer(norm=None)
    rare = rarity.fit_transform(words.fit_transform([sign.words for sign in signs]))
    sizes = np.asarray(rare.multiply(rare).sum(axis=1)).ravel()
    said = diags(1 / np.sqrt(sizes + UNSAID)) @ rare
    seen = marks.fit_transform([sign.marks for sign in signs]) * MARK_SHARE
    wanted = np.array([sign.wanted for sign in signs])
    counts = np.array([sign.counts for sign in signs])
    counts[wanted] *= REQUESTS_COUNT * counts[~wanted].sum() / counts[wanted].sum()
    machine = LinearSVC(C=COST, random_state=1)
    machine.fit(hstack([said, seen]).tocsr(), wanted, sample_weight=counts)
    told, of_marks = machine.coef_[0][: len(known)], machine.coef_[0][len(known) :] * MARK_SHARE
    weights = {
        word: (round(float(rarity.idf_[n]), 1), round(max(told[n], 0.0) if word in subjects else told[n], 2))
        for n, word in enumerate(known)
    }
    names = marks.get_feature_names_out()
    marked = {name: round(float(weight), 2) for name, weight in zip(names, of_marks, strict=True)}
    bias = round(float(machine.intercept_[0]), 2)
    return Weights(MappingProxyType(weights), MappingProxyType(marked), bias, **LEVELS)


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.fit_evidence")
    asked.add_argument("--dev", type=Path, default=DEV)
    options = asked.parse_args()
    if not options.dev.is_dir():
        sys.exit(f"{options.dev} is not there: name the development sets with --dev")
    weights = Fit().weights(tuned_on(options.dev))
    write_weights(ROOT / "lexicon" / "weights.tsv", weights)
    print(f"{len(weights.words)} words and {len(weights.marks)} marks weighed")


def tuned_on(folder: Path) -> list[Row]:
    """All rows of the development sets that are known to be a request or chatter."""
    sets = read_sets(folder)
    more = (*sets["dongguan_complaints"], *sets["taidi_unlabelled_titles"], *sets["short_replies"])
    return [*sets.pool, *more]


if __name__ == "__main__":
    main()
