"""Approved texts out of a sheet, a TOML file or one labelled line: each an entry, or the reason why it cannot be one."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from handlers.papers.areas import areas_called, full_path
from handlers.township.cells import whole_date
from handlers.township.sheets import Findings, Line, Place
from handlers.township.wording import Wording
from models.rules.knowledge import LONGEST, PolicyEntry
from models.rules.outgoing import Blocked, guard
from models.rules.town import AreaNode, Town

KIND = "policies"
"""The kind of sheet, as the locale file names it."""
LEAST_ANSWER = 4
_ASKS = "?？ "
_EDGES = " \t\n,;，；。"


@dataclass(frozen=True)
class PolicyReader:
    """Rows under way. ``reach``: areas below which texts may be set (None: everywhere), the first where none is named."""

    town: Town
    wording: Wording
    today: date
    found: Findings
    reach: tuple[int, ...] | None = None

    def entries(self, lines: list[Line]) -> list[PolicyEntry]:
        """The good rows; everything wrong with the others is in the findings."""
        seen: dict[tuple[int, str], Line] = {}
        good: list[PolicyEntry] = []
        for line in lines:
            entry = self.entry(line)
            if entry is None:
                continue
            first = seen.setdefault((entry.area, entry.title), line)
            if first is line:
                good.append(entry)
            else:
                self.found.error(line.place, "POLICY_TWICE", other=first.place.row)
        return good

    def entry(self, line: Line) -> PolicyEntry | None:
        """One row; None: the findings say why it is none."""
        before = len(self.found.errors)
        dated, until, area = self._dated(line), self._until(line), self._area(line)
        title, answer, source = (line.text(name).strip(_EDGES) for name in ("title", "answer", "source"))
        title = title.rstrip(_ASKS)  # a list of pairs has questions for titles
        self._check_words(line, title, answer, source)
        if dated and until and until < dated:
            self.found.error(line.place, "POLICY_ORDER", value=line.text("until"))
        if len(self.found.errors) > before or not (title and answer and source and dated and until and area):
            return None  # what is empty was told when the row was read
        parts = re.split(self.wording.tables["labels"]["parts"], str(line.cells.get("asked") or ""))
        asked = tuple(part.strip(_EDGES) for part in parts if part.strip(_EDGES))
        return PolicyEntry(title, answer, source, dated, until, area.id, asked)

    def _check_words(self, line: Line, title: str, answer: str, source: str) -> None:
        if answer and len(answer) < LEAST_ANSWER:
            self.found.error(line.place, "POLICY_SHORT", value=answer)
        if (length := len(title) + len(answer) + len(source)) > LONGEST:
            self.found.error(line.place, "POLICY_LONG", length=length, limit=LONGEST)
        if isinstance(guard(f"{title} {answer} {source}", in_group=True), Blocked):
            self.found.error(line.place, "POLICY_WORDS")

    def _dated(self, line: Line) -> date | None:
        day = self._day(line, "date")
        if day is not None and day > self.today:
            self.found.error(line.place, "POLICY_LATER", value=line.text("date"))
        return day

    def _until(self, line: Line) -> date | None:
        """The last day; a month alone means its end."""
        day = self._day(line, "until")
        if day is not None and self._is_month(line.cells["until"]):
            day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        if day is not None and day < self.today:
            self.found.error(line.place, "POLICY_OVER", value=line.text("until"))
        return day

    def _is_month(self, value: Any) -> bool:
        return isinstance(value, str) and bool(
            re.match(self.wording.format("dates")[-1], value.replace(" ", ""))
        )

    def _day(self, line: Line, column: str) -> date | None:
        value = line.cells.get(column)
        if value is None:
            return None
        day = whole_date(value, self.wording.format("dates"))
        if day is None:
            title = self.wording.sheets[KIND].title(column)
            self.found.error(line.place, "DATE_WRONG", column=title, value=line.text(column))
        return day

    def _area(self, line: Line) -> AreaNode | None:
        text = line.text("area")
        if not text:
            return self._own_area(line)
        found = areas_called(self.town, self.wording.split_path(text))
        within = [
            n for n in found if self.reach is None or any(self.town.is_within(n.id, r) for r in self.reach)
        ]
        if len(within) == 1:
            return within[0]
        paths = [full_path(self.town, node) for node in within]
        if within:
            blanks = {"count": len(within), "paths": self.wording.listed(paths), "example": paths[0]}
            self.found.error(line.place, "AREA_AMBIGUOUS", value=text, **blanks)
        elif found:
            self.found.error(line.place, "POLICY_AREA_OUTSIDE", value=text)
        else:
            self.found.error(line.place, "POLICY_AREA", value=text, example=self._example())
        return None

    def _own_area(self, line: Line) -> AreaNode | None:
        """Where nothing is named: the asker's own area, or the whole place."""
        tops = [node for node in self.town.areas.values() if node.parent is None]
        own = [self.town.areas[area] for area in self.reach[:1]] if self.reach else tops
        if len(own) == 1:
            return own[0]
        self.found.error(line.place, "POLICY_AREA_EMPTY", example=self._example())
        return None

    def _example(self) -> str:
        tops = sorted(self.town.areas.values(), key=lambda node: (-node.rank, node.id))
        return full_path(self.town, tops[0]) if tops else ""


def labelled(words: str, wording: Wording) -> Line:
    """A line like 「标题：… 答复：…」 as a row; what stands before the first label is passed over."""
    marks = list(re.finditer(wording.tables["labels"]["mark"], words))
    cells: dict[str, str] = {}
    for mark, following in zip_longest(marks, marks[1:]):
        column = wording.sheets[KIND].column_named(mark["label"])
        value = words[mark.end() : following.start() if following else len(words)].strip(_EDGES)
        if column and value:
            cells.setdefault(column, value)
    return Line(Place(""), cells)


def missing_in(line: Line, wording: Wording) -> list[str]:
    """Titles of what every text needs and this one lacks."""
    words = wording.sheets[KIND]
    return [words.title(column) for column in words.needed if column not in line.cells]
