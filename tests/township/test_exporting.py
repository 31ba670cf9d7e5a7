"""What goes out can come in again, holds no phones, and no cell is a formula."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import Session

from handlers.township.exporting import export_all, write_template
from handlers.township.known import read_known
from models.presets import load_presets, preset_named
from models.tables import Area, Case, Notice
from tests.township.books import SAFE_TOWN, SECRETS, WORDING, book, importer, report

NOW = datetime(2025, 7, 12, 2, 0, tzinfo=UTC)
EVIL = '=HYPERLINK("http://x","y")'


def exported(engine: Engine, folder: Path) -> dict[str, Path]:
    files = export_all(engine, folder, WORDING, preset_named("anxiang"), SECRETS)
    return {file.name: file for file in files}


def test_the_exported_township_comes_in_again_and_changes_nothing(engine: Engine, tmp_path: Path):
    importer(engine).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)

    file = exported(engine, tmp_path / "out")["区域与人员.xlsx"]
    again = importer(engine).run([file], NOW + timedelta(days=3))

    assert again.good, report(again)
    assert again.plan.empty, again.plan


def test_no_phone_and_no_address_goes_out(sqlite: Engine, tmp_path: Path):
    importer(sqlite).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)

    for file in exported(sqlite, tmp_path / "out").values():
        parts = (
            [file.read_bytes()]
            if file.suffix == ".jsonl"
            else [ZipFile(file).read(n) for n in ZipFile(file).namelist()]
        )
        for part in parts:
            assert b"13800000002" not in part
            assert "桥头1号".encode() not in part


def test_sensitive_tags_do_not_go_out(sqlite: Engine, tmp_path: Path):
    homes = [("户号", "区域", "标签"), ("四组1户", "三邻", "养殖户、低保户"), ("四组2户", "三邻", "")]
    importer(sqlite).run([book(tmp_path / "town.xlsx", {**SAFE_TOWN, "户": homes})], NOW)

    sheet = load_workbook(exported(sqlite, tmp_path / "out")["区域与人员.xlsx"])["户"]
    told = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "养殖户" in told
    assert not [cell for cell in told if "低保" in str(cell)]


def test_no_cell_is_a_formula(sqlite: Engine, tmp_path: Path):
    importer(sqlite).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)
    with Session(sqlite) as session:
        area = next(iter(read_known(session, SECRETS).areas))
        session.add(Area(level_id=1, parent_id=area, name="=1+1", valid_from=NOW.date()))
        session.add(
            Case(
                no=7, token="t", category="B02", hotline="求助", urgency="U2", privacy="P1", state="new",
                area_id=area, text=EVIL, place="+86", said_at=NOW, created_at=NOW, heard_last_at=NOW,
                phone_box=SECRETS.box("13800000002"),
            )
        )  # fmt: skip
        session.add(Notice(no=1, title="@all", body="-1+2", created_at=NOW))
        session.commit()

    files = exported(sqlite, tmp_path / "out")

    cells = {}
    for name, file in files.items():
        if file.suffix == ".xlsx":
            opened = load_workbook(file)
            for sheet in opened.worksheets:
                cells[name, sheet.title] = [
                    cell for row in sheet.iter_rows() for cell in row if cell.value is not None
                ]
    assert {cell.data_type for found in cells.values() for cell in found} == {"s"}
    assert EVIL in [cell.value for cell in cells["诉求.xlsx", "诉求"]]
    [case] = [json.loads(line) for line in files["诉求.jsonl"].read_text(encoding="utf-8").splitlines()]
    assert (case["no"], case["text"], case["said_at"]) == (7, EVIL, "2025-07-12 10:00")
    assert "phone_box" not in case


def test_the_template_of_every_preset_is_read_by_import(sqlite: Engine, tmp_path: Path):
    for code, preset in load_presets().items():
        write_template(tmp_path / f"{code}.xlsx", WORDING, preset)

        outcome = importer(sqlite, code).run([tmp_path / f"{code}.xlsx"], NOW, dry_run=True)

        assert outcome.findings.errors == []
        assert outcome.findings.warnings == []
