"""Reports as a spreadsheet, written row by row: memory does not grow with the rows.

Every word is written as text. What begins like a formula also gets a ' before it, so that it stays a text when somebody
saves the file again, or as CSV, with another program.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter

from handlers.word_sheets import ROW_BY_ROW, harmless
from models.rules.reckoning import Figure, Reckoning
from models.rules.report_editions import Edition, FrozenFigure
from models.rules.report_figures import DEFINED, DEFINITIONS, GROUP_RULE, PRIVATE, Kind
from models.rules.report_rows import ReportRow
from models.rules.report_sections import Section, text_of
from web.report_cells import ISSUES, REGISTER, Cell, Wording, issue_cells, register_cells

FIGURES = ("指标", "单位", "分子", "分母", "百分比", "说明")
RULES = ("指标", "分子是什么", "分母是什么", "不算进去的", "出处")
GROUPS = ("分类", "名称", "件数")
EARLIER = "更早报的，定稿里只有编号"
_WIDTHS = {1: 10, 8: 36, 17: 40, 19: 30}


class Book:
    """One workbook with its five sheets; a context manager that finishes the file."""

    def __init__(self, file: Path, title: str, watermark: str, say: Wording) -> None:
        self._book = xlsxwriter.Workbook(str(file), ROW_BY_ROW)
        self._bold = self._book.add_format({"bold": True})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._say, self._watermark = say, watermark
        self.rows = 0
        """Cases written so far."""
        sheets = (
            ("指标", FIGURES),
            ("民情台账", REGISTER),
            ("问题处理清单", ISSUES),
            ("月度民情分析会", ()),
            ("口径", RULES),
        )
        self._next: dict[str, int] = {}
        self._sheets = {name: self._sheet(name, title, head) for name, head in sheets}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def _sheet(self, name: str, title: str, head: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self._watermark.replace('&', '&&')}&R&P/&N")
        sheet.set_column(0, max(len(head) - 1, 0), 16)
        for column, width in _WIDTHS.items() if name == "民情台账" else ():
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, harmless(f"{title} {name}"), self._bold)
        sheet.write_string(1, 0, harmless(self._watermark))
        for column, words in enumerate(head):
            sheet.write_string(2, column, words, self._bold)
        if head:
            sheet.freeze_panes(3, 0)
        self._next[name] = 3
        return sheet

    def _put(self, name: str, cells: Iterable[Cell]) -> None:
        row = self._next[name]
        self._next[name] = row + 1
        sheet = self._sheets[name]
        for column, value in enumerate(cells):
            if isinstance(value, str):
                if value:
                    sheet.write_string(row, column, harmless(value), self._wrapped)
            else:
                sheet.write_number(row, column, value)

    def add_register(self, rows: Iterable[ReportRow]) -> None:
        """More rows of 民情台账."""
        for row in rows:
            self._put("民情台账", register_cells(self._next["民情台账"] - 2, row, self._say))
            self.rows += 1

    def add_issues(self, rows: Iterable[ReportRow], until: datetime) -> None:
        """More rows of 问题处理清单."""
        for row in rows:
            self._put("问题处理清单", issue_cells(self._next["问题处理清单"] - 2, row, self._say, until))
            self.rows += 1

    def add_figures(self, reckoning: Reckoning) -> None:
        """指标, the groups below it, and 口径."""
        for figure in reckoning.figures():
            self._put("指标", figure_cells(figure))
        self._add_groups(
            lambda kind: [(value, int(share.numerator)) for value, share in reckoning.group(kind)]
        )
        for definition in (*DEFINITIONS, GROUP_RULE):
            why = definition.leaves_out if definition.kind is not Kind.NONE else f"暂无数据。{definition.why}"
            self._put("口径", (definition.name, definition.over, definition.under, why, definition.source))

    def _add_groups(self, counted: Callable[[str], Iterable[tuple[str, int]]]) -> None:
        """Below the figures: so many of each kind and in each place."""
        self._put("指标", ())
        self._put("指标", GROUPS)
        names = self._say.names
        for kind, title, called in (
            ("l1", "大类", names.groups), ("l2", "小类", names.kinds), ("focus", "重点工作", {}), ("area", "地方", names.areas),
        ):  # fmt: skip
            for value, number in counted(kind):
                name = "涉及隐私的" if value == PRIVATE else called.get(value, value)
                self._put("指标", (title, name, number))

    def add_frozen(self, edition: Edition) -> None:
        """All of a frozen edition with its own numbers and definitions; as it was counted for whoever asks."""
        for figure in edition.figures:
            self._put("指标", frozen_cells(figure))
        self._add_groups(
            lambda wanted: sorted(
                ((value, len(numbers)) for kind, value, numbers in edition.groups if kind == wanted),
                key=lambda pair: (-pair[1], pair[0]),
            )
        )
        self.add_register(edition.register)
        kept = {row.no: row for row in edition.register}
        for no in edition.still_open:
            if no in kept:
                self.add_issues([kept[no]], edition.until)
            else:
                self._put("问题处理清单", (self._next["问题处理清单"] - 2, f"#{no}", EARLIER))
                self.rows += 1
        for section in edition.sections:
            cells = [
                [section["title"]],
                *([line] for line in section["lines"]),
                section["head"],
                *section["rows"],
            ]
            for row in (row for row in cells if row):
                self._put("月度民情分析会", row)
            self._put("月度民情分析会", ())
        for figure in edition.figures:
            source = DEFINED[figure.key].source if figure.key in DEFINED else ""
            self._put("口径", (figure.name, figure.over_means, figure.under_means, figure.leaves_out, source))
        rule = GROUP_RULE
        self._put("口径", (rule.name, rule.over, rule.under, rule.leaves_out, rule.source))

    def add_meeting(self, sections: Iterable[Section]) -> None:
        """月度民情分析会材料."""
        for section in sections:
            self._put("月度民情分析会", (section.title,))
            for line in section.lines:
                self._put("月度民情分析会", (text_of(line),))
            if section.head:
                self._put("月度民情分析会", section.head)
            for row in section.rows:
                self._put("月度民情分析会", [text_of(cell) for cell in row])
            for _ in range(section.blank + 1):
                self._put("月度民情分析会", ())


def frozen_cells(figure: FrozenFigure) -> list[Cell]:
    """A frozen figure as the sheet has it: numbers are numbers."""
    over, under = (_number(told) for told in (figure.numerator, figure.denominator))
    return [figure.name, figure.unit, over, under, figure.percent, figure.note]


def _number(told: str) -> Cell:
    """``12`` and ``11.5`` as numbers; nothing stays nothing."""
    if not told:
        return ""
    return float(told) if "." in told else int(told)


def figure_cells(figure: Figure) -> list[Cell]:
    """A figure as the sheet has it: numbers are numbers."""
    definition, share = figure.definition, figure.share
    if definition.count is None:
        return [definition.name, definition.unit, "", "", "", figure.note]
    under: Cell = share.denominator if definition.kind is Kind.SHARE else ""
    return [definition.name, definition.unit, share.numerator, under, figure.percent, figure.note]
