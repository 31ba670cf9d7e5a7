"""Lists kept on paper, brought in by the operator."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
import xlsxwriter
from sqlalchemy import select
from sqlmodel import col

from bot.paper_desk import PaperDesk, write_sheet
from bot.parts import Parts
from models.tables import Case
from tests.town.town import CHIEF, LEADER, OTHER_LEADER, Town

HEAD = ("日期", "来源", "区域", "姓名", "内容", "电话")
GOOD = (
    ("2025-07-10", "屋场夜话", "四组", "张三", "想修水渠", "13812345678"),
    (date(2025, 7, 12), "板凳会议", "安全村/一片", "", "村口路灯不亮", ""),
    ("2025/7/1", "红白喜事", "三邻", "", "村里冷清得很", ""),
)


@pytest.fixture
def desk(town: Town, parts: Parts) -> PaperDesk:
    """The operator's desk over the village."""
    return PaperDesk(town.machine.dispatch, parts.standing, town.clock, lambda: str(uuid4()))


def book(folder: Path, rows: Sequence[Sequence[object]], name: str = "list.xlsx") -> Path:
    """A workbook with these rows."""
    file = folder / name
    with xlsxwriter.Workbook(str(file), {"default_date_format": "yyyy-mm-dd"}) as written:
        sheet = written.add_worksheet("民情登记")
        for number, row in enumerate((HEAD, *rows)):
            for position, cell in enumerate(row):
                sheet.write(number, position, cell)
    return file


def rows(town: Town) -> list[Case]:
    """All cases, by number."""
    with town.session() as session:
        return list(session.execute(select(Case).order_by(col(Case.no))).scalars())


def test_every_row_is_a_case_of_its_day_channel_and_area(town: Town, desk: PaperDesk, tmp_path: Path):
    good, lines = desk.bring_in([book(tmp_path, GOOD)], dry_run=False)

    assert (good, lines) == (True, ["导入完成：", "  民情登记：新增 3，修改 0，不变 0"])
    assert [(c.source, c.said_at.date(), c.category, c.state) for c in rows(town)] == [
        ("屋场夜话", date(2025, 7, 10), "I01", "new"),
        ("板凳会", date(2025, 7, 12), "B02", "new"),
        ("红白喜事", date(2025, 7, 1), "L01", "new"),
    ]
    assert [case.area for case in town.cases()] == ["四组", "一片", "三邻"]
    assert "张三" not in str(town.rows())
    assert "13812345678" not in str(town.rows())
    town.wait(minutes=1)
    town.say("接单 1", by=CHIEF, private=True)
    assert any("反映人：张三 13812345678" in line for line in town.heard(CHIEF))
    assert town.room() == []


def test_the_same_list_again_changes_nothing_and_a_longer_one_adds_its_own(
    town: Town, desk: PaperDesk, tmp_path: Path
):
    desk.bring_in([book(tmp_path, GOOD[:2])], dry_run=False)
    good, lines = desk.bring_in([book(tmp_path, GOOD[:2], "again.xlsx")], dry_run=False)
    assert (good, lines) == (True, ["没有变化：表里的内容系统中都有了。"])

    _, lines = desk.bring_in([book(tmp_path, GOOD)], dry_run=False)
    assert lines[-1] == "  民情登记：新增 1，修改 0，不变 2"
    assert len(rows(town)) == 3


def test_a_dry_run_opens_nothing(town: Town, desk: PaperDesk, tmp_path: Path):
    good, lines = desk.bring_in([book(tmp_path, GOOD)], dry_run=True)

    assert good
    assert lines[0].startswith("检查通过，没有写入")
    assert rows(town) == []
    assert [town.heard(who) for who in (CHIEF, LEADER, OTHER_LEADER)] == [[], [], []]


def test_one_bad_row_keeps_all_out_and_every_bad_row_is_named(town: Town, desk: PaperDesk, tmp_path: Path):
    bad = (
        *GOOD,
        ("明天", "电话", "四组", "", "水渠堵了", ""),
        ("2026-07-10", "电话", "四组", "", "水渠堵了", ""),
        ("2025-07-10", "电话", "八组", "", "水渠堵了", ""),
        ("2025-07-10", "电话", "四组", "", "堵", ""),
        ("2025-07-10", "", "四组", "", "水渠堵了", ""),
        ("2025-07-10", "电话", "四组", "", "水渠堵了", "12"),
        GOOD[0],
    )
    good, lines = desk.bring_in([book(tmp_path, bad)], dry_run=False)

    assert not good
    assert rows(town) == []
    text = "\n".join(lines)
    named = {
        5: "不是日期",
        6: "还没到",
        7: "不是系统里的区域",
        8: "太短",
        9: "是空的",
        10: "电话",
        11: "重复",
    }
    for number, why in named.items():
        assert any(f"第{number}行" in line and why in line for line in lines), (number, text)


def test_danger_of_long_ago_rings_nobody(town: Town, desk: PaperDesk, tmp_path: Path):
    desk.bring_in(
        [book(tmp_path, [("2025-07-01", "电话", "三邻", "", "厨房着火了 快来人", "")])], dry_run=False
    )

    assert rows(town)[0].urgency == "U1"
    assert town.rung() == set()


def test_the_empty_form_is_read_back_as_a_list_without_rows(town: Town, desk: PaperDesk, tmp_path: Path):
    form = tmp_path / "form.xlsx"
    write_sheet(form)
    good, lines = desk.bring_in([form], dry_run=False)

    assert [cell.value for cell in openpyxl.load_workbook(form).worksheets[0][1]] == list(HEAD)
    assert not good
    assert "没有内容" in lines[-1]
    assert rows(town) == []


def test_what_is_no_spreadsheet_is_said(desk: PaperDesk, tmp_path: Path):
    other = tmp_path / "notes.xlsx"
    other.write_text("日期,来源", encoding="utf-8")

    good, lines = desk.bring_in([other, tmp_path / "missing.xlsx"], dry_run=False)
    assert not good
    assert "不是 .xlsx 表格" in "\n".join(lines)
    assert "找不到这个文件" in "\n".join(lines)


def test_a_list_is_the_same_on_both_databases(make_town: Callable[..., Town], parts: Parts, tmp_path: Path):
    town = make_town()
    desk = PaperDesk(town.machine.dispatch, parts.standing, town.clock, lambda: str(uuid4()))
    many = [("2025-07-10", "电话", "四组", "", f"第{n}根电线杆上的路灯不亮", "") for n in range(60)]
    good, _ = desk.bring_in([book(tmp_path, many)], dry_run=False)

    assert good
    assert len(rows(town)) == len(many)
