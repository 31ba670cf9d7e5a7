"""A township that hands cases over, with the county at the other end."""

import io
import json
import re
import zipfile
from html import unescape
from typing import Any

import httpx
import openpyxl

from tests.console.site import Site, Visit
from tests.console.villages import HEAD, TOWN

PIPE = "三组口上主水管断了两天没水"
GROUP = "三组"


def broken_pipe(site: Site) -> None:
    """A case that its leader could not end and the township was called for."""
    site.town.say(PIPE, by="resident", room=GROUP)
    site.town.wait(minutes=2)
    site.town.say("请乡里支持 1 主管断了要挖机", by=HEAD, private=True)
    site.town.wait(minutes=2)


def post(visit: Visit, to: str, **fields: Any) -> httpx.Response:
    """Press a button of the page."""
    return visit.client.post(to, data={"csrf": visit.token("/handover"), **fields})


def made(site: Site, **fields: Any) -> Visit:
    """The township's browser after it made a package of the first case."""
    visit = site.signed_in(TOWN)
    answer = post(visit, "/handover/make", case=["1"], **fields)
    assert "第 1 包做好了" in answer.text, answer.text
    return visit


def package(visit: Visit) -> tuple[list[list[str]], list[dict[str, str]]]:
    """The rows of the spreadsheet with its heads, and the cases of the JSON."""
    answer = post(visit, "/handover/packages/1/file")
    assert answer.headers["content-type"] == "application/zip", answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        book = openpyxl.load_workbook(io.BytesIO(packed.read("cases.xlsx")))
        told = json.loads(packed.read("cases.json"))
    return [[str(cell.value or "") for cell in row] for row in book.active.iter_rows()], told["cases"]


def sheet(*rows: dict[str, Any]) -> bytes:
    """Their file of answers, as a spreadsheet."""
    book, heads = openpyxl.Workbook(), ["来源编号", "工单编号", "办理状态", "答复内容", "答复时间"]
    book.active.append(heads)
    for row in rows:
        book.active.append([row.get(head) for head in heads])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def answered(no: Any, state: str, words: str = "", **more: Any) -> dict[str, Any]:
    """One row of it."""
    return {"来源编号": no, "工单编号": "GD-77", "办理状态": state, "答复内容": words, **more}


def look(visit: Visit, content: bytes, name: str = "答复.xlsx") -> httpx.Response:
    """Choose a file and press the first button."""
    form = {"csrf": visit.token("/handover")}
    return visit.client.post("/handover/answers", data=form, files={"answers": (name, content)})


def take(visit: Visit, content: bytes, name: str = "答复.xlsx") -> httpx.Response:
    """Look, and press the second button."""
    seen = look(visit, content, name)
    rows = re.search(r'name="rows" value="([^"]*)"', seen.text)
    assert rows, seen.text
    return post(visit, "/handover/answers/take", rows=unescape(rows[1]))
