"""Fit the numbers of ``lexicon/leanings.toml``: how much an everyday word leans towards an area of work.

``python -m benchmarks.fit_leanings [--dev FOLDER] [--maps FILE]``          measure on the half not fitted on
``python -m benchmarks.fit_leanings --write``                             fit on everything and write the file

A category's sum is the rank its own words give it, plus the leanings of its areas. The numbers are those under which
the labels of real complaints are likeliest, small ones preferred: a label says only that one of its categories is
meant, so what the keywords say decides which, and the words around them learn from it. Only numbers beside words are
kept, never a sentence.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from benchmarks.leaning_rows import HOTLINE, PETITION, Complaints, Piece, Sorter, vocabulary
from benchmarks.understanding_counts import Labels, mark, read_labels
from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_stream import DEV
from models.leanings import written
from models.lexicon import Lexicon, load_lexicon
from models.rules.lexicon import Area

Floats = NDArray[np.float64]

LEAST = 5
"""In so many complaints a word must stand."""
CAUTION = {HOTLINE: 6.0, PETITION: 3.0}
"""Cost of a squared weight: larger keeps weights small; the fewer rows, the larger."""
FAINT = 0.1
"""A smaller weight, or this one, is not kept."""
ROUNDS = 40
LABELLED_COUNTS = 2.0
"""A piece of the hotline set beside one of the petition set, which is far larger."""
NAMES = {HOTLINE: "热线", PETITION: "信访"}
SHARES = {HOTLINE: 0.8, PETITION: 0.4}
"""What is kept of a fitted weight: keywords lead, leanings help. Hotline talk is nearer to a group's than petitions are."""
USUAL = (
    "B05 B01 B04 B06 B07 A01 A04 C03 B02 B03 A03 A08 A05 A06 A07 C09 C05 F03 C01 C06 C02 C04 C08 A02 H02 C07 F02 D02 E07 "
    "D07 E06 G06 G05 G01 G03 G04 H01 G07 H05 G08 G02 H03 H04 F04 F01 F05 E03 J06 E02 I04 K03 K01 J05 K04 K02 J01 J02 J03 "
    "J04 K05 D06 D10 D05 D03 D01 D08 D09 E05"
)
"""Of the categories of one area the one meant most often stands first."""
TITLE = """# Everyday words that lean towards areas of work, with numbers fitted by `python -m benchmarks.fit_leanings` on public
# complaints. A line is a weight in points and the words it stands for; a weight below 0 speaks against the area. A
# category belongs to the areas that list its code, the usual category of an area first. Made by a program: categories
# are widened in categories.toml (keywords, hints), not here.

"""


@dataclass(frozen=True)
class Division:
    """The categories as both tables divide them."""

    tables: Mapping[str, Labels]
    codes: Sequence[str]

    def label(self, table: str, code: str) -> str | None:
        return self.tables[table].of(code)

    def areas(self) -> list[tuple[str, str]]:
        return [(table, label) for table in NAMES for label in self.tables[table].names]

    def inside(self, area: tuple[str, str]) -> tuple[str, ...]:
        table, label = area
        ordered = sorted(self.codes, key=lambda code: USUAL.find(code) % len(USUAL))
        return tuple(code for code in ordered if self.label(table, code) == label)


@dataclass(frozen=True)
class Cells:
    """Categories that share both labels: what leanings cannot tell apart."""

    labels: Division

    @property
    def all(self) -> list[tuple[str | None, ...]]:
        return sorted({self.of(code) for code in self.labels.codes}, key=str)

    def of(self, code: str) -> tuple[str | None, ...]:
        return tuple(self.labels.label(table, code) for table in NAMES)

    def in_areas(self) -> Floats:
        """(cells, areas): 1 where a cell belongs to an area."""
        tables = list(NAMES)
        return np.array(
            [[float(cell[tables.index(t)] == label) for t, label in self.labels.areas()] for cell in self.all]
        )

    def ranks(self, pieces: Sequence[Piece], sorter: Sorter) -> Floats:
        """(pieces, cells): the best rank of each cell's categories."""
        cells = {cell: n for n, cell in enumerate(self.all)}
        found = np.zeros((len(pieces), len(cells)))
        for row, piece in enumerate(pieces):
            for code, rank in sorter.ranks(piece.text).items():
                cell = cells[self.of(code)]
                found[row, cell] = max(found[row, cell], rank)
        return found

    def meant(self, pieces: Sequence[Piece]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(pieces, cells) twice: cells of the label, cells of any label of its table."""
        tables = list(NAMES)
        own = [[cell[tables.index(each.table)] == each.label for cell in self.all] for each in pieces]
        some = [[cell[tables.index(each.table)] is not None for cell in self.all] for each in pieces]
        return np.array(own), np.array(some)


def held(texts: Iterable[str], words: Sequence[str]) -> csr_matrix:
    """(texts, words): 1 where a text holds a word."""
    automaton = AhoCorasick(words)
    pairs = [
        (row, word)
        for row, text in enumerate(texts)
        for word in sorted({found[0] for found in automaton.find_matches_as_indexes(text, overlapping=True)})
    ]
    rows, columns = zip(*pairs, strict=True)
    return csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(rows[-1] + 1, len(words)))


def fit(pieces: Sequence[Piece], ranks: Floats, cells: Cells, words: Sequence[str]) -> Floats:
    """(words, areas): the weights under which the labels are likeliest."""
    holds = held((each.words for each in pieces), words)
    holds.resize((len(pieces), len(words)))
    own, some = cells.meant(pieces)
    into = cells.in_areas()
    counts = np.array([each.counts * (LABELLED_COUNTS if each.table == HOTLINE else 1.0) for each in pieces])
    caution = np.array([CAUTION[table] for table, _ in cells.labels.areas()])
    start = np.where(some, ranks, -1e9)
    shape = (len(words), into.shape[1])

    def cost(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        sums = start + (holds @ weights) @ into.T
        likely = np.exp(sums - sums.max(axis=1, keepdims=True))
        right = np.where(own, likely, 0.0) + 1e-30
        whole, part = likely.sum(axis=1), right.sum(axis=1)
        off = (likely / whole[:, None] - right / part[:, None]) * counts[:, None]
        slope = holds.T @ (off @ into) + caution * weights
        loss = (counts * (np.log(whole) - np.log(part))).sum() + (caution * weights**2).sum() / 2
        return float(loss), slope.ravel()

    found = minimize(
        cost, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}
    )
    return np.asarray(found.x).reshape(shape)


def areas(weights: Floats, words: Sequence[str], labels: Division) -> tuple[Area, ...]:
    """The areas as they are kept: shares of the weights, one decimal, none that says nothing."""
    made = []
    for column, (table, label) in enumerate(labels.areas()):
        kept = np.round(weights[:, column] * SHARES[table], 1)
        told = {word: float(weight) for word, weight in zip(words, kept, strict=True) if abs(weight) > FAINT}
        made.append(Area(f"{NAMES[table]} {label}", labels.inside((table, label)), told))
    return tuple(made)


def fitted(pieces: Sequence[Piece], ranks: Floats, labels: Division, without: int | None) -> tuple[Area, ...]:
    """Areas fitted on everything outside one half."""
    chosen = [row for row, each in enumerate(pieces) if each.outside(without)]
    kept = [pieces[row] for row in chosen]
    words = vocabulary(kept, LEAST)
    return areas(fit(kept, ranks[chosen], Cells(labels), words), words, labels)


def told(lexicon: Lexicon, titles: Sequence[Piece], labels: Division) -> list[str]:
    """The label of the first candidate of each title; empty where there is none or it has no label."""
    sorter = Sorter(lexicon)
    first = [next(iter(sorter.codes(each.text)), None) for each in titles]
    return [
        (labels.label(each.table, top[0]) or "") if top else ""
        for each, top in zip(titles, first, strict=True)
    ]


def show(name: str, titles: Sequence[Piece], guesses: Sequence[str]) -> None:
    for table in NAMES:
        rows = [row for row, each in enumerate(titles) if each.table == table]
        found = [guesses[row] for row in rows]
        marks = mark([titles[row].label for row in rows], found, sum(map(bool, found)))
        print(
            f"{name:32s} {table:20s} {marks.rows:4d} titles  accuracy {marks.accuracy:.3f}  "
            f"macro-F1 {marks.macro_f1:.3f}  with a label {marks.answered:.3f}",
            flush=True,
        )


def measure(
    lexicon: Lexicon, complaints: Complaints, pieces: Sequence[Piece], ranks: Floats, labels: Division
) -> None:
    """Keywords alone; leanings on the half they were not fitted on; the file as it is (which saw every row)."""
    titles = complaints.titles
    show("words of the categories alone", titles, told(replace(lexicon, leanings=()), titles, labels))
    guesses = [""] * len(titles)
    for half in (0, 1):
        unseen = replace(lexicon, leanings=fitted(pieces, ranks, labels, half))
        for row, guess in enumerate(told(unseen, titles, labels)):
            if titles[row].half == half:
                guesses[row] = guess
    show("leanings of the other half", titles, guesses)
    show("leanings as they are kept", titles, told(lexicon, titles, labels))


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.fit_leanings")
    asked.add_argument("--dev", type=Path, default=DEV)
    asked.add_argument("--maps", type=Path, default=DEV.parent / "dict" / "coarse_maps.toml")
    asked.add_argument("--write", action="store_true", help="write lexicon/leanings.toml anew")
    chosen = asked.parse_args()
    lexicon = load_lexicon(ROOT / "lexicon")
    labels = Division(read_labels(chosen.maps), [each.code for each in lexicon.items])
    complaints = Complaints(chosen.dev)
    sorter = Sorter(replace(lexicon, leanings=()))
    hotline = {code: label for code in labels.codes if (label := labels.label(HOTLINE, code))}
    pieces = complaints.pieces(sorter, hotline)
    ranks = Cells(labels).ranks(pieces, sorter)
    if not chosen.write:
        measure(lexicon, complaints, pieces, ranks, labels)
        return
    kept = fitted(pieces, ranks, labels, None)
    (ROOT / "lexicon" / "leanings.toml").write_text(TITLE + written(kept), encoding="utf-8")
    print(f"{len({word for area in kept for word in area.words})} words towards {len(kept)} areas")


if __name__ == "__main__":
    main()
