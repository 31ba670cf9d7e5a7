"""How right a set of decisions is: shares, accuracy, F1 by label. Pure."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.understanding_sets import CHAT, Row
from handlers.understanding import Understanding
from models.rules.decision import CASES, Cue, Decision, Kind


class Reader:
    """Decisions of one understanding, each text read once."""

    def __init__(self, understanding: Understanding) -> None:
        self.understanding = understanding
        self._read: dict[str, Decision] = {}

    def __call__(self, text: str) -> Decision:
        if text not in self._read:
            self._read[text] = self.understanding.understand(text)
        return self._read[text]


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of the rows of one kind; counts."""

    rows: int
    cases: int
    hints: int
    rings: int
    """Full emergency chain."""
    softer: int
    """One question in the group, the first responder told."""

    @property
    def case_share(self) -> float:
        return self.cases / max(1, self.rows)

    @property
    def hint_share(self) -> float:
        return self.hints / max(1, self.rows)

    @property
    def human_share(self) -> float:
        """Opened or hinted."""
        return (self.cases + self.hints) / max(1, self.rows)


def hear(read: Reader, rows: Iterable[Row]) -> Heard:
    """Read every row."""
    decisions = [read(row.text) for row in rows]
    return Heard(
        rows=len(decisions),
        cases=sum(each.kind in CASES for each in decisions),
        hints=sum(each.kind is Kind.SUSPECTED for each in decisions),
        rings=sum(each.kind is Kind.EMERGENCY for each in decisions),
        softer=sum(Cue.ASKS_EMERGENCY in each.cues for each in decisions),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """How well requests were told from chat; shares."""

    recall: float
    false_cases: float
    by_source: dict[str, float]
    """False cases of each source of chat."""
    recall_beside: float | None = None
    """Recall if the threshold gave as many false cases as ours."""


def tell(rows: Sequence[Row], cases: Sequence[bool]) -> Told:
    """Shares of rows taken for a case."""
    seen = list(zip(rows, cases, strict=True))

    def share(of: list[bool]) -> float:
        return sum(of) / max(1, len(of))

    return Told(
        share([case for row, case in seen if row.wanted]),
        share([case for row, case in seen if not row.wanted]),
        {
            source: share(of)
            for source in CHAT
            if (of := [case for row, case in seen if row.source == source])
        },
    )


class Labels:
    """Which label a category code stands for: the exact code decides wherever it is listed, else its first letter."""

    def __init__(self, codes: Mapping[str, Sequence[str]]) -> None:
        self.names = tuple(codes)
        self._by_code = {code: label for label, listed in codes.items() for code in listed}

    def of(self, code: str | None) -> str | None:
        """None: no category, or one that no label holds."""
        if code is None:
            return None
        return self._by_code.get(code) or self._by_code.get(code[0])


def read_labels(path: Path) -> dict[str, Labels]:
    """Label tables by set."""
    return {name: Labels(codes) for name, codes in tomllib.loads(path.read_text(encoding="utf-8")).items()}


@dataclass(frozen=True, slots=True)
class Marks:
    """How well labels were guessed; shares of all rows."""

    rows: int
    accuracy: float
    macro_f1: float
    answered: float
    by_label: tuple[tuple[str, int, float, float, float], ...]
    """label, rows, precision, recall, F1."""


def mark(wanted: Sequence[str | None], guessed: Sequence[str | None], answered: int) -> Marks:
    """``guessed`` None is wrong. ``answered``: how many had any category at all."""
    pairs = list(zip(wanted, guessed, strict=True))
    rows = []
    for label in sorted({each for each in wanted if each}):
        right = sum(want == label == guess for want, guess in pairs)
        said = sum(guess == label for _, guess in pairs)
        there = sum(want == label for want, _ in pairs)
        rows.append((label, there, right / max(1, said), right / there, 2 * right / max(1, said + there)))
    return Marks(
        rows=len(pairs),
        accuracy=sum(want == guess for want, guess in pairs) / max(1, len(pairs)),
        macro_f1=sum(each[4] for each in rows) / max(1, len(rows)),
        answered=answered / max(1, len(pairs)),
        by_label=tuple(rows),
    )


def mark_ours(read: Reader, rows: Sequence[Row], labels: Labels) -> Marks:
    """Ours on labelled rows."""
    codes = [read(row.text).category for row in rows]
    return mark(
        [row.label for row in rows],
        [labels.of(code) for code in codes],
        sum(code is not None for code in codes),
    )
