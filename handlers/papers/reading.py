"""Rows of a paper list: each an entry, or the reason why it cannot be one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.paper_lists import PaperEntry
from handlers.papers.areas import areas_called, full_path
from handlers.township.cells import phone, whole_date
from handlers.township.sheets import Findings, Line
from handlers.township.wording import Wording
from models.rules.offline import IntakeWords, channel_named
from models.rules.pacing import SHANGHAI
from models.rules.town import AreaNode, Town

KIND = "papers"
"""The kind of sheet, as the locale file names it."""
NOON = time(12)
"""Nobody writes the hour on a list."""
LEAST_WORDS, MOST_WORDS = 2, 500


@dataclass(frozen=True)
class PaperReader:
    """One list under way. ``plain`` tells whether two rows say the same."""

    town: Town
    wording: Wording
    known: IntakeWords
    now: datetime
    found: Findings
    plain: Callable[[str], str]

    def entries(self, lines: list[Line]) -> list[PaperEntry]:
        """The good rows; everything wrong with the others is in the findings."""
        seen: dict[tuple[object, ...], Line] = {}
        good: list[PaperEntry] = []
        for line in lines:
            entry = self._entry(line)
            if entry is None:
                continue
            same = (entry.said_at, entry.source, entry.area, entry.name, self.plain(entry.words))
            first = seen.setdefault(same, line)
            if first is line:
                good.append(entry)
            else:
                self.found.error(line.place, "PAPER_TWICE", other=first.place.row)
        return good

    def _entry(self, line: Line) -> PaperEntry | None:
        before = len(self.found.errors)
        said, area, words = self._day(line), self._area(line), self._words(line)
        number = self._phone(line)
        source = line.text("source")
        if len(self.found.errors) > before or said is None or area is None or not (source and words):
            return None  # what is empty was told when the row was read
        noon = datetime.combine(said, NOON, SHANGHAI)
        return PaperEntry(
            said_at=min(noon, self.now.astimezone(SHANGHAI)).astimezone(self.now.tzinfo),
            source=channel_named(source, self.known), area=area.id, name=line.text("name"),
            words=words, phone=number,
        )  # fmt: skip

    def _day(self, line: Line) -> date | None:
        value = line.cells.get("date")
        if value is None:
            return None
        day = whole_date(value, self.wording.format("dates"))
        column = self.wording.sheets[KIND].title("date")
        if day is None:
            self.found.error(line.place, "DATE_WRONG", column=column, value=line.text("date"))
        elif day > self.now.astimezone(SHANGHAI).date():
            self.found.error(line.place, "PAPER_LATER", value=line.text("date"))
        return day

    def _area(self, line: Line) -> AreaNode | None:
        text = line.text("area")
        if not text:
            return None
        found = areas_called(self.town, self.wording.split_path(text))
        if len(found) == 1:
            return found[0]
        if found:
            paths = [full_path(self.town, node) for node in found]
            self.found.error(
                line.place, "AREA_AMBIGUOUS", value=text, count=len(found),
                paths=self.wording.listed(paths), example=paths[0],
            )  # fmt: skip
        else:
            roots = sorted(self.town.areas.values(), key=lambda node: (-node.rank, node.id))
            self.found.error(
                line.place,
                "PAPER_AREA",
                value=text,
                example=full_path(self.town, roots[0]) if roots else text,
            )
        return None

    def _words(self, line: Line) -> str:
        words = line.text("words")
        if words and len(words) < LEAST_WORDS:
            self.found.error(line.place, "PAPER_SHORT", value=words)
        if len(words) > MOST_WORDS:
            column = self.wording.sheets[KIND].title("words")
            self.found.error(line.place, "TOO_LONG", column=column, length=len(words), limit=MOST_WORDS)
        return words

    def _phone(self, line: Line) -> str:
        text = line.text("phone")
        if not text:
            return ""
        number = phone(text, self.wording.format("mobile"), self.wording.format("landline"))
        if number is None:
            self.found.error(line.place, "PHONE_WRONG", value=text)
        return number or ""
