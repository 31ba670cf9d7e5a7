"""A frozen monthly edition: numbers, the cases behind them, rows, sentences and definitions, as they stood that day.

It holds no more of a person than a township's report shows, whoever froze it. For everybody whom a case in it complains
about it holds a second reckoning, of all but those cases (decision 0065).
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.rules.reckoning import Figure, Reckoning, plain
from models.rules.report_figures import GROUP_RULE, Kind
from models.rules.report_rows import ReportRow, row_kept
from models.rules.report_sections import Section, text_of

FORM = 1
"""Form of the JSON; a later one is read by its own reader."""
PERSONAL = ("place", "reporter", "summary", "result", "needs")
"""Of a row of the register what may tell of a person."""


@dataclass(frozen=True, slots=True)
class FrozenFigure:
    """A figure as it was told, with its definition and the cases on both sides."""

    key: str
    name: str
    unit: str
    over_means: str
    under_means: str
    leaves_out: str
    numerator: str
    denominator: str
    percent: str
    note: str
    over: tuple[int, ...]
    under: tuple[int, ...]

    @property
    def told(self) -> str:
        """``18/20（90%）``, ``12``, or nothing."""
        of_many = f"{self.numerator}/{self.denominator}" if self.denominator else self.numerator
        return f"{of_many}（{self.percent}）" if self.percent else of_many


@dataclass(frozen=True, slots=True)
class Edition:
    """What was frozen. ``until``: up to when it was counted."""

    until: datetime
    figures: tuple[FrozenFigure, ...]
    groups: tuple[tuple[str, str, tuple[int, ...]], ...]
    """(kind, value, cases)."""
    sections: tuple[Mapping[str, Any], ...]
    """Title, lines, head and rows, without links."""
    register: tuple[ReportRow, ...]
    still_open: tuple[int, ...]

    @property
    def cases(self) -> frozenset[int]:
        """Numbers of all cases that any of its figures counts, or that it lists."""
        figures = (number for figure in self.figures for number in (*figure.over, *figure.under))
        groups = (number for _, _, numbers in self.groups for number in numbers)
        return frozenset((*figures, *groups, *(row.no for row in self.register), *self.still_open))

    def numbers(self, key: str, side: str) -> list[int] | None:
        """Cases behind a frozen number, newest first; None: there is no such number."""
        if side not in {"over", "under"}:
            return None
        for figure in self.figures:
            if figure.key == key:
                return sorted(figure.over if side == "over" else figure.under, reverse=True)
        return next(
            (sorted(nos, reverse=True) for kind, value, nos in self.groups if f"{kind}:{value}" == key), None
        )


def figure_frozen(figure: Figure) -> FrozenFigure:
    """One figure for keeping."""
    definition, share = figure.definition, figure.share
    counted = definition.count is not None
    return FrozenFigure(
        figure.key, definition.name, definition.unit, definition.over, definition.under, definition.leaves_out,
        plain(share.numerator) if counted else "", str(share.denominator) if definition.kind is Kind.SHARE else "",
        figure.percent, figure.note, share.over, share.under,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """One reckoning of a month with everything that is told of it."""

    reckoning: Reckoning
    sections: tuple[Section, ...]
    register: tuple[ReportRow, ...]
    still_open: tuple[int, ...]

    def edition(self) -> Edition:
        """As it is read again after it was frozen."""
        return _read(json.loads(json.dumps(_kept(self))))


def packed(everybody: Counted, without: Mapping[int, Counted]) -> bytes:
    """An edition as compressed JSON. ``without``: person → the same counted without complaints about that person."""
    content = {
        "form": FORM,
        **_kept(everybody),
        "without": {who: _kept(each) for who, each in without.items()},
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def unpacked(content: bytes, person: int | None = None) -> Edition:
    """The edition of what ``packed`` made, as it was counted for a person."""
    kept = json.loads(zlib.decompress(content))
    return _read(kept.get("without", {}).get(str(person), kept))


def _kept(counted: Counted) -> dict[str, Any]:
    reckoning = counted.reckoning
    figures = [figure_frozen(figure) for figure in reckoning.figures()]
    return {
        "until": reckoning.span.end.isoformat(), "rule_of_groups": GROUP_RULE.leaves_out,
        "figures": [{name: getattr(figure, name) for name in FrozenFigure.__slots__} for figure in figures],
        "groups": [[kind, value, tally.over] for (kind, value), tally in sorted(reckoning.groups.items())],
        "sections": [
            {
                "title": each.title, "lines": [text_of(line) for line in each.lines], "head": each.head,
                "rows": [[text_of(cell) for cell in row] for row in each.rows],
            }
            for each in counted.sections
        ],
        "register": [row.kept() for row in counted.register], "open": list(counted.still_open),
    }  # fmt: skip


def _read(kept: Mapping[str, Any]) -> Edition:
    figures = (
        FrozenFigure(**{**each, "over": tuple(each["over"]), "under": tuple(each["under"])})
        for each in kept["figures"]
    )
    return Edition(
        datetime.fromisoformat(kept["until"]), tuple(figures),
        tuple((kind, value, tuple(numbers)) for kind, value, numbers in kept["groups"]), tuple(kept["sections"]),
        tuple(row_kept(row) for row in kept["register"]), tuple(kept["open"]),
    )  # fmt: skip


def without_persons(content: bytes) -> bytes:
    """The same edition with its numbers, and without what people said, where it was, and who reported it."""
    kept = json.loads(zlib.decompress(content))
    for counted in (kept, *kept.get("without", {}).values()):
        for row in counted["register"]:
            row.update(dict.fromkeys(PERSONAL, ""))
        for section in counted["sections"]:
            # A case named in a sentence, or somebody quoted: the words are people's, all others are ours.
            section["lines"] = [line for line in section["lines"] if not line.startswith(("#", "“"))]
    return zlib.compress(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode(), 9)
