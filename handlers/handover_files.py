"""The files that go to a platform of the county, and the files it answers with."""

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from handlers.township.sheets import Findings, Line, Place, read_files
from handlers.township.wording import Wording
from handlers.word_sheets import write_list
from handlers.work import Standing
from models.handover_desk import GoingCase
from models.rules.audiences import long_path_of
from models.rules.handover import ANSWER_FIELDS, MOST_ROWS, NEEDED, HandoverMap, TheirAnswer, is_private
from models.rules.town import Town
from models.rules.urgency import Urgency

KIND = "answers"
LARGEST = 4 * 1024 * 1024
"""Bytes of a file of answers."""
UNPACKED_MB = 20
"""What it may be when it is unpacked: five hundred rows are never more."""


def package_zip(cases: Sequence[GoingCase], no: int, standing: Standing, town: Town) -> bytes:
    """The package: the same rows as a spreadsheet and as JSON."""
    rows = [row_of(case, standing, town) for case in cases]
    columns = [column for _, column in standing.handover.fields]
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("cases.xlsx", _spreadsheet(rows, columns))
        told = {"package": no, "to": standing.handover.to, "cases": rows}
        into.writestr("cases.json", json.dumps(told, ensure_ascii=False, indent=1))
    return packed.getvalue()


def _spreadsheet(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> bytes:
    """Everything is text, and stands as it is: another program reads it."""
    content = BytesIO()
    write_list(content, columns, ([row.get(column, "") for column in columns] for row in rows), exact=True)
    return content.getvalue()


def row_of(case: GoingCase, standing: Standing, town: Town) -> dict[str, str]:
    """One case by their columns, as far as it may go."""
    told, texts = standing.handover, standing.texts
    urgent = case.urgency in {Urgency.U0, Urgency.U1}
    values = {
        "no": str(case.no), "hotline": case.hotline,
        "category": dict(told.categories).get(case.category) or standing.items[case.category].spoken,
        "urgency": texts.render("HANDOVER_URGENT" if urgent else "HANDOVER_ORDINARY", {}),
        "state": dict(told.states).get(case.state) or texts.render(f"STATE_{case.state}", {}),
        "area": long_path_of(case.area_id, town), "place": case.place, "words": case.text,
        "opened_at": told.moment(case.created_at), "due_at": told.moment(case.due_resolve_at),
        "reports": str(case.co_reporters + 1), "result": case.result,
    }  # fmt: skip
    return {column: values[ours] for ours, column in told.columns(private=is_private(case.privacy))}


def answer_words(told: HandoverMap, township: Mapping[str, Any], ours: Mapping[str, Any]) -> Wording:
    """Columns of their answers by the map; whatever holds for any spreadsheet is told as for a township's."""
    columns = {name: [column] for name, column in told.answers}
    sheet = {"names": ours["sheet_names"], "needed": list(NEEDED), "columns": columns}
    return Wording(
        {**township, "sheets": {KIND: sheet}, "problems": {**township["problems"], **ours["problems"]}}
    )


def read_answers(file: Path, told: HandoverMap, words: Wording, found: Findings) -> list[TheirAnswer]:
    """The rows of a file that can be read, .xlsx or JSON; what cannot is found by its row (None: the whole file)."""
    if file.stat().st_size > LARGEST:
        found.error(Place(file.name), "TOO_BIG", size=file.stat().st_size // 2**20, limit=LARGEST // 2**20)
        return []
    with file.open("rb") as content:
        packed = content.read(2) == b"PK"
    lines = (
        read_files([file], words, found, unpacked_mb=UNPACKED_MB)[KIND]
        if packed
        else _json_lines(file, told, found)
    )
    if len(lines) > MOST_ROWS:
        found.error(Place(file.name), "TOO_MANY", limit=MOST_ROWS)
        return []
    spoilt = {problem.place.row for problem in found.errors}
    return [_answer(line, told) for line in lines if line.place.row not in spoilt]


def _json_lines(file: Path, told: HandoverMap, found: Findings) -> list[Line]:
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        found.error(Place(file.name), "NO_JSON")
        return []
    rows = next((v for v in read.values() if isinstance(v, list)), None) if isinstance(read, dict) else read
    if not isinstance(rows, list):
        found.error(Place(file.name), "NO_JSON")
        return []
    lines = []
    for number, row in enumerate(rows, start=1):
        place = Place(file.name, file.stem, number)
        told_here = row if isinstance(row, dict) else {}
        cells = {ours: told_here.get(column) for ours, column in told.answers}
        plain = {
            ours: value
            for ours, value in cells.items()
            if isinstance(value, str | int | float) and value != ""
        }
        empty = [column for ours, column in told.answers if ours in NEEDED and ours not in plain]
        if empty:
            found.error(place, "EMPTY", column=empty[0])
        else:
            lines.append(Line(place, plain))
    return lines


def _answer(line: Line, told: HandoverMap) -> TheirAnswer:
    cells = {name: line.text(name) for name in ANSWER_FIELDS}
    at = told.read_moment(line.cells["at"]) if cells.pop("at") else None
    return TheirAnswer(line.place.row or 0, at=at, **cells)
