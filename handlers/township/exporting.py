"""Spreadsheets and JSON lines out of the database; no phones, no addresses, no contacts.

Everything is written as text: a cell that begins with ``=`` stays a text and is never a formula.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import Engine, Select, select
from sqlmodel import Session, SQLModel, col

from handlers.township.arrival import plain
from handlers.township.known import Known, read_known
from handlers.township.wording import SheetWords, Wording
from handlers.word_sheets import AS_TEXT, ROW_BY_ROW, WIDE
from models.rules.pacing import SHANGHAI
from models.rules.preset import Preset
from models.secrets import SecretBox, UnreadableBox
from models.tables import Activity, Area, Case, ChatIdentity, Notice, Participant, Person

Row = Mapping[str, Any]


def write_template(file: Path | BytesIO, wording: Wording, preset: Preset) -> None:
    """The empty workbook that ``import`` reads: one sheet of each kind, notes saying what may be written."""
    with xlsxwriter.Workbook(file if isinstance(file, BytesIO) else str(file), AS_TEXT) as book:
        for words in wording.sheets.values():
            sheet = headed(book, words)
            for position, column in enumerate(words.columns):
                known = _choices(words.kind, column, wording, preset)
                if known:
                    sheet.write_comment(0, position, wording.tables["template"]["levels"].format(known=known))


def _choices(kind: str, column: str, wording: Wording, preset: Preset) -> str:
    """What may stand in a column, where that is a closed list."""
    lists = {
        ("areas", "level"): wording.listed(level.name for level in preset.levels),
        ("households", "tags"): wording.listed(tag.name for tag in preset.tags),
        ("posts", "post"): wording.listed(post.name for post in preset.posts.values()),
        ("posts", "way"): wording.known("ways"),
        ("rooms", "kind"): wording.known("room_kinds"),
    }
    return lists.get((kind, column), "")


def headed(book: xlsxwriter.Workbook, words: SheetWords) -> Any:
    """An empty sheet of one kind, with its columns' names."""
    sheet = book.add_worksheet(words.names[0])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(words.columns) - 1, WIDE)
    bold = book.add_format({"bold": True})
    for position, column in enumerate(words.columns):
        sheet.write_string(0, position, words.title(column), bold)
    return sheet


def export_all(
    engine: Engine, folder: Path, wording: Wording, preset: Preset, secrets: SecretBox
) -> list[Path]:
    """Write the township, the cases and the notices into a folder; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    words = wording.tables["export"]
    with Session(engine) as session:
        known = read_known(session, secrets)
        township = folder / words["township"]["file"]
        write_township(township, known, wording, preset)
        written = [township]
        tables = {
            "cases": _cases(session), "notices": _plain_rows(session, Notice),
            "activities": _plain_rows(session, Activity), "participants": _participants(session, secrets, words),
        }  # fmt: skip
        for name, rows in tables.items():
            written += _write_table(folder, words[name], rows)
    return written


def write_township(file: Path, known: Known, wording: Wording, preset: Preset) -> None:
    """Areas, households, people, appointments and rooms as ``import`` reads them, phones and addresses left out."""
    tables = {
        "areas": _areas(known, preset), "households": _households(known, preset, wording), "people": _people(known),
        "posts": _posts(known, preset, wording), "rooms": _rooms(known, wording),
    }  # fmt: skip
    with xlsxwriter.Workbook(str(file), AS_TEXT) as book:
        for kind, words in wording.sheets.items():
            sheet = headed(book, words)
            for number, row in enumerate(tables[kind], start=1):
                for position, column in enumerate(words.columns):
                    if row.get(column) not in {None, ""}:
                        sheet.write_string(number, position, str(row[column]))


def path_of(area: int | None, known: Known) -> str:
    """An area with all those above it."""
    names: list[str] = []
    while area is not None:
        row = known.areas[area]
        names.append(row["name"])
        area = row["parent_id"]
    return "/".join(reversed(names))


def _areas(known: Known, preset: Preset) -> Iterator[Row]:
    names = {(level.scheme, level.code): level.name for level in preset.levels}
    for row in known.areas.values():
        level = names[known.level_code(row["level_id"])]
        yield {**row, "parent": path_of(row["parent_id"], known), "level": level}


def _households(known: Known, preset: Preset, wording: Wording) -> Iterator[Row]:
    """Sensitive tags are left out, as phones and addresses are."""
    names = {tag.code: tag.name for tag in preset.tags if not tag.sensitive}
    for row in known.households.values():
        tags = wording.listed(names[tag] for tag in row["tags"] if tag in names)
        yield {"label": row["label"], "size": row["size"], "area": path_of(row["area"], known), "tags": tags}


def _people(known: Known) -> Iterator[Row]:
    for row in known.people.values():
        home = known.households.get(row["household_id"] or 0)
        area = row["home_area_id"] or (home["area"] if home else None)
        yield {"name": row["name"], "household": home["label"] if home else "", "area": path_of(area, known)}


def _posts(known: Known, preset: Preset, wording: Wording) -> Iterator[Row]:
    for seat in known.seats:
        yield {
            "name": known.people[seat.person]["name"], "post": preset.posts[seat.post].name,
            "area": path_of(seat.area, known), "since": seat.since, "until": seat.until,
            "way": wording.first_word("ways", seat.columns["method"]) if seat.columns["method"] else "",
            "title": seat.columns["title"],
        }  # fmt: skip


def _rooms(known: Known, wording: Wording) -> Iterator[Row]:
    for row in known.rooms.values():
        areas = wording.listed(path_of(area, known) for area in row["areas"])
        kind = wording.first_word("room_kinds", row["kind"])
        yield {"title": row["title"], "kind": kind, "tier": row["tier"], "areas": areas}


def _cases(session: Session) -> Iterator[Row]:
    found = select(plain(Case), col(Area.name).label("area"))
    return _streamed(
        session, found.join(plain(Area), col(Area.id) == col(Case.area_id)).order_by(col(Case.id))
    )


def _participants(session: Session, secrets: SecretBox, words: Mapping[str, Any]) -> Iterator[Row]:
    """Who comes to what; names as bound, else as the group calls them, as long as that is kept."""
    standings: Mapping[str, str] = words["participants"]["standings"]
    found = (
        select(
            plain(Participant),
            col(Activity.no),
            col(Activity.title),
            col(Activity.starts_at),
            col(Person.name),
        )
        .join(plain(Activity), col(Activity.id) == col(Participant.activity_id))
        .join(plain(ChatIdentity), col(ChatIdentity.id) == col(Participant.identity_id))
        .outerjoin(plain(Person), col(Person.id) == col(ChatIdentity.person_id))
    )
    for row in _streamed(session, found.order_by(col(Activity.no), col(Participant.number))):
        try:
            called = row["name"] or secrets.open(row["name_box"] or b"")
        except UnreadableBox:  # nobody told it, or it was forgotten
            called = ""
        yield {**row, "called": called, "standing": standings[row["standing"]]}


def _plain_rows(session: Session, table: type[SQLModel]) -> Iterator[Row]:
    return _streamed(session, select(plain(table)).order_by(plain(table).c.id))


def _streamed(session: Session, found: Select[Any]) -> Iterator[Row]:
    for row in session.connection().execute(found, execution_options={"yield_per": 500}):
        yield row._asdict()


def _write_table(folder: Path, words: Mapping[str, Any], rows: Iterable[Row]) -> Sequence[Path]:
    """One table as spreadsheet and as JSON lines."""
    columns: Mapping[str, str] = words["columns"]
    sheet_file, lines_file = folder / f"{words['file']}.xlsx", folder / f"{words['file']}.jsonl"
    with (
        xlsxwriter.Workbook(str(sheet_file), ROW_BY_ROW) as book,
        lines_file.open("w", encoding="utf-8") as lines,
    ):
        sheet = book.add_worksheet(words["sheet"])
        sheet.freeze_panes(1, 0)
        for position, title in enumerate(columns.values()):
            sheet.write_string(0, position, title)
        for number, row in enumerate(rows, start=1):
            shown = {column: _shown(row[column]) for column in columns}
            lines.write(json.dumps(shown, ensure_ascii=False) + "\n")
            for position, value in enumerate(shown.values()):
                sheet.write_string(number, position, "" if value is None else str(value))
    return sheet_file, lines_file


def _shown(value: Any) -> str | int | float | None:
    """Moments as Shanghai clocks show them."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(sep=" ", timespec="minutes")[:16]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float) or value is None else str(value)
