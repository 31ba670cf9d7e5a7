"""Every bad row is named with its sheet, its number, the reason and what to do; all of them in one report."""

from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import Appointment, Area, TownImport
from tests.township.books import AREAS, HOUSEHOLDS, PEOPLE, POSTS, ROOMS, SAFE_TOWN, book, importer, report

NOW = datetime(2025, 7, 12, 2, 0, tzinfo=UTC)
TREE = SAFE_TOWN["区域"]
HOMES = SAFE_TOWN["户"]

BAD = {
    "unknown level": ({"区域": [*TREE, ("四组", "六邻", "弄堂")]}, ["区域 第8行", "不认识的层级“弄堂”", "邻"]),
    "no parent": ({"区域": [*TREE, ("", "六组", "组")]}, ["区域 第8行", "没有填上级", "请填上级"]),
    "two parents": ({"区域": [*TREE, ("四组、五组", "六邻", "邻")]}, ["区域 第8行", "2 个上级", "只留一个"]),
    "unknown parent": ({"区域": [*TREE, ("九片", "六组", "组")]}, ["区域 第8行", "“九片”不在区域表里"]),
    "own parent": ({"区域": [*TREE, ("六组", "六组", "组")]}, ["区域 第8行", "上级就是自己"]),
    "circle": (
        {"区域": [*TREE, ("乙组", "甲组", "组"), ("甲组", "乙组", "组")]},
        ["区域 第8行", "绕成了圈", "甲组 → 乙组 → 甲组"],
    ),
    "upside down": (
        {"区域": [*TREE, ("三邻", "六组", "组")]},
        ["区域 第8行", "“六组”（组）不能放在“三邻”（邻）下面"],
    ),
    "twice": ({"区域": [*TREE, ("一片", "四 组", "组")]}, ["区域 第8行", "与第 5 行重复"]),
    "code for two": (
        {"区域": [(*AREAS, "编码"), ("", "安全乡", "乡", "1"), ("安全乡", "甲村", "村", "7"), ("安全乡", "乙村", "村", "7")]},
        ["区域 第4行", "编码“7”在第 3 行已用过"],
    ),
    "which one": (
        {"区域": [*TREE, ("安全乡", "太平村", "村"), ("太平村", "一片", "片"), ("一片", "九组", "组")]},
        ["叫“一片”的区域有 2 个", "安全乡/太平村/一片", "请写全"],
    ),
    "name too long": ({"区域": [*TREE, ("四组", "长" * 31, "邻")]}, ["区域 第8行", "31 个字，最多 30"]),
    "empty cell": ({"区域": [*TREE, ("四组", "", "邻")]}, ["区域 第8行", "“名称”是空的"]),
    "area of nobody": ({"户": [HOUSEHOLDS, ("1户", "八邻", "", 3)]}, ["户 第2行", "“八邻”不在区域表里"]),
    "household twice": ({"户": [*HOMES, ("四组1户", "三邻", "", 3)]}, ["户 第4行", "与第 2 行重复"]),
    "household in two areas": (
        {"户": [*HOMES, ("四组1户", "五组", "", 3)]},
        ["户 第4行", "在第 2 行已登记在“三邻”", "一户只能属于一个区域"],
    ),
    "no such size": ({"户": [HOUSEHOLDS, ("四组9户", "三邻", "", "一大家子")]}, ["户 第2行", "人数“一大家子”不对"]),
    "wrong phone": ({"人员": [PEOPLE, ("王芳", "1380000", "")]}, ["人员 第2行", "电话“1380000”不对", "11 位"]),
    "one phone, two people": (
        {"人员": [PEOPLE, ("王芳", "13800000001", ""), ("李芳", "13800000001", "")]},
        ["人员 第3行", "在第 2 行是“王芳”的"],
    ),
    "person twice": (
        {"人员": [PEOPLE, ("王芳", "13800000001", ""), ("王芳", "13800000001", "")]},
        ["人员 第3行", "与第 2 行是同一个人"],
    ),
    "unknown household": ({"人员": [PEOPLE, ("王芳", "", "九组1户")]}, ["人员 第2行", "户号“九组1户”不在“户”表里"]),
    "unknown post": ({"任职": [POSTS, ("王芳", "", "楼长", "四组", "", "", "")]}, ["任职 第2行", "不认识的岗位“楼长”", "邻长"]),
    "post of another level": (
        {"任职": [POSTS, ("王芳", "", "邻长", "四组", "", "", "")]},
        ["任职 第2行", "岗位“邻长”设在“邻”，而“四组”是组"],
    ),
    "wrong date": (
        {"任职": [POSTS, ("王芳", "", "邻长", "三邻", "去年春天", "2025-02-30", "")]},
        ["任职 第2行", "“起”不是日期：去年春天", "“止”不是日期：2025-02-30", "2024-03-01"],
    ),
    "end before start": (
        {"任职": [POSTS, ("王芳", "", "邻长", "三邻", "2025-03-01", "2025-02-01", "")]},
        ["任职 第2行", "早于“起”"],
    ),
    "unknown way": ({"任职": [POSTS, ("王芳", "", "邻长", "三邻", "", "", "抓阄")]}, ["任职 第2行", "产生方式“抓阄”", "自荐"]),
    "two in one seat": (
        {"任职": [POSTS, ("王芳", "", "邻长", "三邻", "", "", ""), ("李芳", "", "邻长", "三邻", "", "", "")]},
        ["任职 第2行", "任职 第3行", "“三邻”的“邻长”只能有 1 人", "王芳", "李芳"],
    ),
    "same term twice": (
        {"任职": [POSTS, ("王芳", "", "村两委值班", "安全村", "", "", ""), ("王芳", "", "村两委值班", "安全村", "", "", "")]},
        ["任职 第3行", "与第 2 行重复", "时间重叠"],
    ),
    "which person": (
        {
            "人员": [PEOPLE, ("王芳", "13800000001", ""), ("王芳", "13800000002", "")],
            "任职": [POSTS, ("王芳", "", "邻长", "三邻", "", "", "")],
        },
        ["任职 第2行", "叫“王芳”的不止一人"],
    ),
    "room twice": ({"群": [ROOMS, ("大群", "", "", "四组"), ("大群", "", "", "五组")]}, ["群 第3行", "与第 2 行重复"]),
    "unknown kind, tier": (
        {"群": [ROOMS, ("大群", "舞蹈群", 9, "四组")]},
        ["群 第2行", "群类型“舞蹈群”", "层“9”不对"],
    ),
    "missing header": ({"区域": [("上级", "名称"), ("", "安全乡")]}, ["区域：缺少“层级”这一列"]),
    "header twice": ({"区域": [(*AREAS, "区域名"), ("", "安全乡", "乡", "安全乡")]}, ["区域：“名称”这一列出现了两次"]),
    "no header": ({"区域": [("a", "b"), ("c", "d")]}, ["没有找到列名", "上级"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_named_with_its_reason(case: str, sqlite: Engine, tmp_path: Path):
    bad, told = BAD[case]
    sheets = {"区域": TREE, "户": HOMES, **bad}

    outcome = importer(sqlite).run([book(tmp_path / "town.xlsx", sheets)], NOW)

    said = report(outcome)
    assert [words for words in told if words not in said] == [], said
    assert not outcome.written
    with Session(sqlite) as session:
        assert session.exec(select(Area)).all() == []
        assert session.exec(select(TownImport)).all() == []


def test_all_bad_rows_stand_in_one_report(sqlite: Engine, tmp_path: Path):
    sheets: dict = {}
    for bad, _ in BAD.values():
        for sheet, rows in bad.items():
            sheets.setdefault(sheet, list(SAFE_TOWN.get(sheet, [rows[0]]))).extend(rows[1:])

    outcome = importer(sqlite).run([book(tmp_path / "town.xlsx", sheets)], NOW)

    assert len({p.key for p in outcome.findings.errors}) >= 20
    assert len(report(outcome).splitlines()) >= 40


def spoil(sheet: str, act: str):
    def change(made: Workbook) -> None:
        if act == "merge":
            made[sheet].merge_cells("A3:A4")
        elif act == "formula":
            made[sheet]["B4"] = "=B3&1"
        else:
            made[sheet]["B4"] = "#REF!"
            made[sheet]["B4"].data_type = "e"

    return change


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("merge", ["区域 第3行", "A3:A4 是合并的", "取消合并"]),
        ("formula", ["区域 第4行", "“名称”是公式", "粘贴为数值"]),
        ("error", ["区域 第4行", "“名称”是错误值 #REF!"]),
    ],
)
def test_cells_that_hide_their_value_are_named(act: str, told: list[str], sqlite: Engine, tmp_path: Path):
    file = book(tmp_path / "town.xlsx", {"区域": TREE}, spoil("区域", act))

    said = report(importer(sqlite).run([file], NOW))

    assert [words for words in told if words not in said] == [], said


def test_a_merged_title_above_the_header_is_fine(sqlite: Engine, tmp_path: Path):
    file = book(
        tmp_path / "town.xlsx",
        {"区域": [("安全乡区域表", "", ""), *TREE]},
        lambda made: made["区域"].merge_cells("A1:C1"),
    )

    assert importer(sqlite).run([file], NOW).written


def test_a_workbook_with_nothing_of_ours_is_named(sqlite: Engine, tmp_path: Path):
    file = book(tmp_path / "weather.xlsx", {"天气": [("日期", "气温"), ("今天", 30)]})

    said = report(importer(sqlite).run([file], NOW))

    assert "weather.xlsx：没有认出任何工作表" in said


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("gone.xlsx", None, "找不到这个文件"),
        ("old.xls", b"\xd0\xcf\x11\xe0" * 100, "另存为 .xlsx"),
        ("text.xlsx", "姓名,电话".encode(), "另存为 .xlsx"),
        ("zip.xlsx", b"PK\x05\x06" + b"\0" * 18, "另存为 .xlsx"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_named(
    name: str, content: bytes | None, told: str, sqlite: Engine, tmp_path: Path
):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    outcome = importer(sqlite).run([file], NOW)

    assert name in report(outcome)
    assert told in report(outcome)


def test_a_broken_spreadsheet_is_named(sqlite: Engine, tmp_path: Path):
    whole = book(tmp_path / "whole.xlsx", {"区域": TREE})
    for broken in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
        file = tmp_path / "broken.xlsx"
        with ZipFile(whole) as parts, ZipFile(file, "w") as spoilt:
            for name in parts.namelist():
                spoilt.writestr(name, b"<a><b></a>" if name == broken else parts.read(name))

        assert "另存为 .xlsx" in report(importer(sqlite).run([file], NOW)), broken


def test_identity_numbers_are_not_read_and_strange_columns_are_mentioned(sqlite: Engine, tmp_path: Path):
    sheets = {**SAFE_TOWN, "人员": [("姓名", "身份证号", "属相"), ("王芳", "430700199001010011", "马")]}

    outcome = importer(sqlite).run([book(tmp_path / "town.xlsx", sheets)], NOW)

    assert outcome.written
    assert "不收集身份证号" in report(outcome)
    assert "没有用到“属相”" in report(outcome)


def test_ranges_only_warn(sqlite: Engine, tmp_path: Path):
    homes = [HOUSEHOLDS, *((f"四组{n}户", "三邻", "", "") for n in range(16))]
    sheets = {**SAFE_TOWN, "户": homes, "人员": [PEOPLE]}

    outcome = importer(sqlite).run([book(tmp_path / "town.xlsx", sheets)], NOW)

    assert outcome.written
    assert "“三邻”的邻长联系 16 户，一般是 5 到 15 户" in report(outcome)


def test_a_seat_that_is_taken_in_the_database_is_taken(sqlite: Engine, tmp_path: Path):
    importer(sqlite).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)
    more = {"任职": [POSTS, ("王芳", "", "邻长", "三邻", "2025-08-01", "", "")]}

    outcome = importer(sqlite).run([book(tmp_path / "more.xlsx", more)], NOW)

    assert "同一时间已有：张建国" in report(outcome)


def test_a_place_keeps_its_preset(sqlite: Engine, tmp_path: Path):
    importer(sqlite).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)

    outcome = importer(sqlite, "wangdian").run([book(tmp_path / "more.xlsx", {"区域": [AREAS]})], NOW)

    assert "系统里已经是“anxiang”的体系" in report(outcome)


def test_dates_are_read_in_every_usual_way(sqlite: Engine, tmp_path: Path):
    naive = datetime(2024, 3, 1, 8)  # noqa: DTZ001 - as spreadsheets hold them
    written = ["2024-3-1", "2024/03/01", "2024.3.1", "2024年3月1日", "2024年3月", "20240301", 45352]
    ways = [date(2024, 3, 1), naive, *written]
    posts = [POSTS, *((f"王{n}", "", "村两委值班", "安全村", way, "", "") for n, way in enumerate(ways))]

    outcome = importer(sqlite).run([book(tmp_path / "t.xlsx", {"区域": TREE, "任职": posts})], NOW)

    assert outcome.written, report(outcome)
    begun = {row.columns["valid_from"] for row in outcome.plan.new if row.table is Appointment}
    assert begun == {date(2024, 3, 1)}
