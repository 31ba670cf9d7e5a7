"""Trained peers: what a bag of words learns from the same rows, always judged on the half it has not seen.

scikit-learn is needed for this alone; without it the report is printed without peers.
"""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from benchmarks.understanding_counts import Marks, Told, mark, tell
from benchmarks.understanding_reference import whole_tokenizer
from benchmarks.understanding_sets import CHAT, REQUESTS, Row

INSTALL = ".venv/bin/uv pip install --python .venv -r pyproject.toml --extra benchmarks"
MISSING = f"scikit-learn is not there: trained peers and the guard are left out; `{INSTALL}` brings it"


def available() -> bool:
    """Whether peers can be trained here."""
    return importlib.util.find_spec("sklearn") is not None


def _jieba() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - an optional package

    return TfidfVectorizer(analyzer=lambda text: whole_tokenizer().lcut(text), sublinear_tf=True)


def _characters() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - an optional package

    return TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)


PEERS: dict[str, Callable[[], Any]] = {"jieba words + SVC": _jieba, "characters 1-3 + SVC": _characters}


def _trained(features: Callable[[], Any], texts: Sequence[str], wanted: Sequence[object]) -> Any:
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - an optional package
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - an optional package

    return make_pipeline(features(), LinearSVC()).fit(texts, wanted)


def detection(rows: Sequence[Row], features: Callable[[], Any], our_false: float) -> Told:
    """A peer trained on each half in turn and asked about the other."""
    scores: dict[int, float] = {}
    for half in (0, 1):
        learnt = [row for row in rows if row.half != half]
        asked = [(n, row) for n, row in enumerate(rows) if row.half == half]
        peer = _trained(features, [row.text for row in learnt], [row.wanted for row in learnt])
        found = peer.decision_function([row.text for _, row in asked])
        scores |= {n: float(score) for (n, _), score in zip(asked, found, strict=True)}
    plain = tell(rows, [scores[n] > 0 for n in range(len(rows))])
    chat = sorted((scores[n] for n, row in enumerate(rows) if not row.wanted), reverse=True)
    limit = chat[min(len(chat) - 1, round(our_false * len(chat)))]
    beside = tell(rows, [scores[n] > limit for n in range(len(rows))])
    return replace(plain, recall_beside=beside.recall)


def labelling(rows: Sequence[Row], features: Callable[[], Any]) -> Marks:
    """A peer that learns labels on each half in turn."""
    guessed: dict[int, str] = {}
    for half in (0, 1):
        learnt = [row for row in rows if row.half != half]
        asked = [(n, row) for n, row in enumerate(rows) if row.half == half]
        peer = _trained(features, [row.text for row in learnt], [row.label for row in learnt])
        found = peer.predict([row.text for _, row in asked])
        guessed |= {n: str(label) for (n, _), label in zip(asked, found, strict=True)}
    return mark([row.label for row in rows], [guessed[n] for n in range(len(rows))], len(rows))


def left_out(rows: Sequence[Row], features: Callable[[], Any]) -> dict[str, float]:
    """By source: recall (of requests) or false cases (of chat) on it when the peer never saw the source."""
    found: dict[str, float] = {}
    for source in (*REQUESTS, *CHAT):
        learnt = [row for row in rows if row.source != source]
        asked = [row.text for row in rows if row.source == source]
        if asked and {row.wanted for row in learnt} == {True, False}:
            peer = _trained(features, [row.text for row in learnt], [row.wanted for row in learnt])
            found[source] = sum(map(bool, peer.predict(asked))) / len(asked)
    return found
