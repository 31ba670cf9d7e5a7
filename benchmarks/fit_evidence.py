"""Fit the numbers of ``lexicon/weights.tsv``: how much each word and mark of a message speaks for a request.

``python -m benchmarks.fit_evidence [--dev FOLDER]`` writes the file anew; nothing else does. The words are those of
``lexicon/evidence.toml`` and the ones met often enough in real text; names of places and persons are left out, so that
the language is weighed and not the town it was collected in. Sentences of the sets are never kept, only numbers.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
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
from models.evidence import write_weights
from models.lexicon import Lexicon, load_lexicon
from models.rules.lexicon import Weights

LEAST = 4
"""In so many rows a word must stand to be weighed."""
MARK_SHARE = 0.2
"""How much a mark weighs beside a word before the fit: smaller keeps the sum with the words."""
COST = 0.5
"""The C of the support vector machine: smaller is more cautious."""
LEVELS = {"trusts": -3.0, "holds": 0.0, "opens": 0.12, "alone": 0.5, "doubts": 0.12, "wonders": 0.7}
OWN_COUNTS = 1.5
"""Our own everyday sentences are few and nearest to what a group hears."""
POLITE = ("thanks", "greet", "ack", "fillers")
"""Words that stand around a request as often as around anything else: they must not change what it is."""
NAMES = frozenset({"ns", "nr", "nt", "nrt", "nz", "nrfg"})
OWN = "own"
OWN_REQUESTS = ("everyday_requests.tsv", "spoken.tsv")
OWN_CHATTER = ("everyday_chatter.tsv",)
_HAN = re.compile("[\u4e00-\u9fff]{2,6}")


@dataclass(frozen=True, slots=True)
class Sign:
    """A row as it is weighed."""

    words: tuple[str, ...]
    marks: tuple[str, ...]
    wanted: bool
    counts: float = 1.0
    """As many times as it counts in the fit."""


def own_rows(folder: Path = ROOT / "tests" / "understanding") -> list[Row]:
    """Sentences written for this product: everyday requests and chatter."""
    rows = []
    for wanted, names in ((True, OWN_REQUESTS), (False, OWN_CHATTER)):
        for name in names:
            path = folder / name
            for number, each in enumerate(table(path) if path.exists() else ()):
                asked = wanted and each.get("meant", "") not in {"chat", "NEG"}
                rows.append(Row(f"{name}{number}", OWN, each["text"], wanted=asked))
    return rows


def met_often(texts: Iterable[str]) -> list[str]:
    """Words of two to six characters that stand in at least LEAST texts and name no place or person.

    Single characters would say more on the rows, but about who writes there: in a short line one would decide alone.
    """
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update({word for word in jieba.cut(text) if _HAN.fullmatch(word)})
    return [word for word, count in counted.items() if count >= LEAST and not names_somebody(word)]


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
        polite = {word for key in POLITE for word in self.lexicon.words[key]}
        often = [word for word in met_often(plain) if word not in polite]
        knowing = Understanding(self._with_words(often), self._phrases)
        signs = []
        for row in rows:
            found = knowing.signs(row.text)
            if found:
                counts = OWN_COUNTS if row.source == OWN else 1.0
                signs.append(Sign(tuple(found[0]), tuple(found[1]), row.wanted, counts))
        return _subjects_say_nothing_against(_fitted(signs), self.lexicon)

    def _with_words(self, words: Iterable[str]) -> Lexicon:
        known = MappingProxyType(dict.fromkeys(words, (1.0, 0.0)))
        return replace(self.lexicon, weights=Weights(known, MappingProxyType({})))


def _subjects_say_nothing_against(weights: Weights, lexicon: Lexicon) -> Weights:
    """A category's own words never speak against a request: people chat about lamps, but whoever reports one names it too."""
    own = {word for item in lexicon.items for word in (*item.keywords, *item.dialect, *item.hints)}
    words = {
        w: (rare, max(weight, 0.0) if w in own else weight) for w, (rare, weight) in weights.words.items()
    }
    return replace(weights, words=MappingProxyType(words))


def _fitted(signs: Sequence[Sign]) -> Weights:
    import numpy as np  # noqa: PLC0415 - only where weights are fitted
    from scipy.sparse import diags, hstack  # noqa: PLC0415
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    def listed(each: Sequence[str]) -> Sequence[str]:
        return each

    words, marks = CountVectorizer(analyzer=listed), CountVectorizer(analyzer=listed)
    counted = words.fit_transform([sign.words for sign in signs])
    rarity = TfidfTransformer(norm=None)
    rare = rarity.fit_transform(counted)
    sizes = np.asarray(rare.multiply(rare).sum(axis=1)).ravel()
    said = diags(1 / np.sqrt(sizes + UNSAID)) @ rare
    seen = marks.fit_transform([sign.marks for sign in signs]) * MARK_SHARE
    machine = LinearSVC(C=COST, random_state=1)
    machine.fit(
        hstack([said, seen]).tocsr(),
        np.array([sign.wanted for sign in signs]),
        sample_weight=np.array([sign.counts for sign in signs]),
    )
    numbers = machine.coef_[0]
    known = words.get_feature_names_out()
    return Weights(
        MappingProxyType(
            {
                word: (round(float(rarity.idf_[n]), 1), round(float(numbers[n]), 2))
                for n, word in enumerate(known)
            }
        ),
        MappingProxyType(
            {
                mark: round(float(numbers[len(known) + n] * MARK_SHARE), 2)
                for n, mark in enumerate(marks.get_feature_names_out())
            }
        ),
        round(float(machine.intercept_[0]), 2),
        **LEVELS,
    )


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
