"""What the leanings are fitted on: short pieces of labelled complaints, with what the keywords already make of them.

A piece is a title, a clause of a body, or a dozen words of a row that came segmented: as short as what is said in a
group. Two labelled sets divide the same categories in two ways, by hotline desks and by petition offices; unlabelled
complaints take part where their title's keywords leave no doubt.
"""

import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jieba
import jieba.posseg

from benchmarks.understanding_stream import json_lines
from handlers.understanding.classify import EXCLUDES, FALLBACK, Classifier, Context
from handlers.understanding.normalise import Normaliser
from handlers.understanding.segment import BlockCutter
from handlers.understanding.terms import OnePass, Scan, Vocabulary
from models.lexicon import Lexicon

HOTLINE = "dongguan_labelled"
PETITION = "taidi_complaints7"
SEGMENTED = "taidi_bow_train_dev.tsv.gz"
UNLABELLED = "dongguan_complaints"
PIECE = 12
HEAD = 10
"""Words of a segmented row that stand for its title."""
CLAUSE = 0.3
"""What a clause of a body counts beside a title: less of it is about the matter."""
CLAUSES = 6
LEAST_CLAUSE = 7
SURE = (2.0, 1.0)
"""(rank, lead over every other label) from which on keywords alone label an unlabelled complaint."""
ALIKE = 0.6
"""Share of a title's words in the head of a segmented row that makes the two the same complaint."""
_CLAUSE_END = re.compile(r"[,，。!！?？;；\n]")
_BEYOND_NAMES = frozenset("nvailjbgszeyko")
_NAMES = ("ns", "nr", "nt", "nz")
_ADDRESS = re.compile("[省市县镇乡]$|街道|^[某此该]|^[东南西北上中下]?[区村路]$")
_LEFTOVERS = frozenset({"西地", "樟木", "五矿"})
"""Pieces of names that the dictionary takes for words."""
_HAN = re.compile("[\u4e00-\u9fff]{2,8}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A labelled piece of text. ``words`` are parted by ``|`` where the row came segmented."""

    text: str
    words: str
    table: str
    label: str
    counts: float
    source: str
    """Which complaint it is of."""
    half: int | None
    """In which half of a labelled set it stands; None: in neither."""
    twins: frozenset[int] = frozenset()
    """Halves that hold a title of the same complaint."""
    title: bool = False

    def outside(self, half: int | None) -> bool:
        """Whether it may be fitted on when ``half`` is measured (None: nothing is)."""
        return half is None or (self.half != half and half not in self.twins)


class Sorter:
    """The categories of a text, whatever kind of message it is."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._normaliser = Normaliser(lexicon.folding)
        self._classifier = Classifier(lexicon, BlockCutter())
        outcome, context = Vocabulary(), Vocabulary()
        Classifier.learn(lexicon, outcome, context)
        self._outcome, self._context = OnePass(outcome), OnePass(context)
        self._fallback = frozenset(lexicon.score.fallback)

    def codes(self, text: str) -> list[tuple[str, float]]:
        """Every category of which anything speaks, with its rank, best first."""
        own = self._normaliser.clean(text).own.replace("\n", " ")
        seen = self._context.scan(own) or Scan()
        scan = self._outcome.scan(own) or Scan()
        return self._classifier.ranks(own, scan, seen, Context(excludes=frozenset(seen.keys(EXCLUDES))))

    def ranks(self, text: str) -> dict[str, float]:
        """Rank by code, a fallback category's at what it is worth beside another's."""
        return {code: rank * (FALLBACK if code in self._fallback else 1.0) for code, rank in self.codes(text)}


def half_of(text: str) -> int:
    return hashlib.sha1(text.encode(), usedforsecurity=False).digest()[0] % 2


@dataclass(frozen=True)
class Complaints:
    """The labelled rows of a folder."""

    folder: Path

    @cached_property
    def titles(self) -> list[Piece]:
        return [
            Piece(
                row["title"],
                row["title"],
                table,
                row["label"],
                1.0,
                row["id"],
                half_of(row["title"]),
                title=True,
            )
            for table in (HOTLINE, PETITION)
            for row in json_lines(self.folder / f"{table}_dev.jsonl")
        ]

    def pieces(self, sorter: Sorter, label_of: Mapping[str, str]) -> list[Piece]:
        """Everything to fit on; ``label_of``: code → hotline label, for what keywords label."""
        return [*self.titles, *self._clauses(), *self._segmented(), *self._told(sorter, label_of)]

    def _clauses(self) -> Iterator[Piece]:
        for table in (HOTLINE, PETITION):
            for row in json_lines(self.folder / f"{table}_dev.jsonl"):
                for clause in clauses(row["body"]):
                    yield Piece(clause, clause, table, row["label"], CLAUSE, row["id"], half_of(row["title"]))

    def _segmented(self) -> Iterator[Piece]:
        with gzip.open(self.folder / SEGMENTED, "rt", encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t", 1) for line in lines]
        split = [(label, words.split()) for label, words in rows]
        twins = _twins(
            [words for _, words in split], [each for each in self.titles if each.table == PETITION]
        )
        for number, (label, words) in enumerate(split):
            for start in range(0, min(len(words), HEAD + 2 * PIECE), PIECE):
                part = words[start : start + (HEAD if start == 0 else PIECE)]
                counts = 1.0 if start == 0 else CLAUSE
                yield Piece(
                    "".join(part), "|".join(part), PETITION, label, counts, str(number), None, twins[number]
                )

    def _told(self, sorter: Sorter, label_of: Mapping[str, str]) -> Iterator[Piece]:
        known = {each.text for each in self.titles}
        for row in json_lines(self.folder / f"{UNLABELLED}_dev.jsonl"):
            label = None if row["title"] in known else _told_by_keywords(sorter.ranks(row["title"]), label_of)
            if label:
                for part in (row["title"], *clauses(row["body"])):
                    yield Piece(part, part, HOTLINE, label, CLAUSE, row["id"], None)


def clauses(body: str) -> list[str]:
    return [part for part in _CLAUSE_END.split(body) if len(part) > LEAST_CLAUSE][:CLAUSES]


def _told_by_keywords(ranks: Mapping[str, float], label_of: Mapping[str, str]) -> str | None:
    best: dict[str | None, float] = {}
    for code, rank in ranks.items():
        label = label_of.get(code)
        best[label] = max(best.get(label, 0.0), rank)
    (label, rank), *others = sorted(best.items(), key=lambda pair: -pair[1]) or [(None, 0.0)]
    lead = rank - (others[0][1] if others else 0.0)
    return label if rank >= SURE[0] and lead >= SURE[1] else None


def _twins(rows: Sequence[Sequence[str]], titles: Sequence[Piece]) -> list[frozenset[int]]:
    """For each segmented row the halves that hold a title of the same complaint."""
    holders: dict[str, list[int]] = {}
    for number, words in enumerate(rows):
        for word in {word for word in words[: 2 * PIECE] if len(word) > 1}:
            holders.setdefault(word, []).append(number)
    found: list[set[int]] = [set() for _ in rows]
    for title in titles:
        words = {word for word in jieba.cut(title.text) if len(word) > 1}
        shared = Counter(number for word in words for number in holders.get(word, ()))
        for number, count in shared.items():
            if count >= max(2, ALIKE * len(words)):
                found[number].add(title.half or 0)
    return [frozenset(halves) for halves in found]


def vocabulary(pieces: Iterable[Piece], least: int) -> list[str]:
    """Words of two or more Chinese characters in ``least`` complaints: nouns, verbs, adjectives; no names, no addresses."""
    held: dict[str, set[str]] = {}
    for piece in pieces:
        parts = piece.words.split("|") if "|" in piece.words else jieba.cut(piece.words, HMM=False)
        for word in parts:
            held.setdefault(word, set()).add(piece.source)
    return sorted(
        word for word, by in held.items() if len(by) >= least and _HAN.fullmatch(word) and _may_lean(word)
    )


def _may_lean(word: str) -> bool:
    kind = _kinds().get(word, "")
    named = kind.startswith(_NAMES) or word in _LEFTOVERS or _ADDRESS.search(word) is not None
    return kind[:1] in _BEYOND_NAMES and kind[:1] != "" and not named


def _kinds() -> Mapping[str, str]:
    """Word → kind, of jieba's dictionary."""
    if not jieba.posseg.dt.word_tag_tab:
        list(jieba.posseg.cut("词"))
    tags: Mapping[str, str] = jieba.posseg.dt.word_tag_tab
    return tags
