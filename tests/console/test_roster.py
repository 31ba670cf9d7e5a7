"""A roster comes in from a page: looked at row by row, then written as it was seen, or not at all."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import httpx
import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from bot.parts import Parts
from handlers.township.staging import StagedPerson
from models.tables import Appointment, AuditLine, Household, Person
from tests.console.site import Site, Visit, serve_site
from tests.console.villages import words_of
from tests.town.town import CAST, DUTY, LEADER, RESIDENT, Town, village
from tests.township.books import AREAS, HOUSEHOLDS, PEOPLE, POSTS, Sheet

TOWN = "town"
PHONE = "13800000009"
BOOK: dict[str, Sheet] = {
    "区域": [AREAS, ("四组", "七邻", "邻")],
    "户": [HOUSEHOLDS, *((f"七邻{n}户", "七邻", "", 3) for n in range(1, 9))],
    "人员": [PEOPLE, ("陈平", PHONE, "七邻1户")],
    "任职": [POSTS, ("陈平", PHONE, "邻长", "七邻", "2025-07-01", "", "自荐")],
}


@pytest.fixture
def site(make_town: object) -> Iterator[Site]:
    """A village below a town, with somebody at the town."""
    above = StagedPerson(TOWN, "丁勇", "丁", post="town_station", area="安全乡", verified=True, friend=True)
    paths = tuple(f"安全乡/{path}" for path in village().paths)
    with serve_site(make_town(stage=village(people=(*CAST, above), paths=paths))) as site:  # type: ignore[operator]
        yield site


def workbook(sheets: dict[str, Sheet]) -> bytes:
    book, file = Workbook(), BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(file)
    return file.getvalue()


def send(visit: Visit, step: str, content: bytes, mark: str = "") -> httpx.Response:
    form = {"csrf": visit.token("/me"), "mark": mark}
    return visit.client.post(f"/roster/{step}", data=form, files={"file": ("名册.xlsx", content)})


def mark_of(page: httpx.Response) -> str:
    found = re.search(r'name="mark" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def count(engine: Engine, table: type) -> int:
    with Session(engine) as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_roster_is_looked_at_and_then_written_as_it_was_seen(site: Site):
    visit, content = site.signed_in(TOWN), workbook(BOOK)
    before = count(site.town.engine, Household)
    seen = send(visit, "look", content)
    words = words_of(seen)
    assert "检查通过，还没有写入" in words
    assert "户新增8，修改0，不变0新增：第2-9行" in words
    assert PHONE not in seen.text
    assert count(site.town.engine, Household) == before

    done = send(visit, "write", content, mark_of(seen))
    assert "写进名册了" in words_of(done)
    assert count(site.town.engine, Household) == before + 8
    assert "七邻8户，邻长陈" in words_of(visit.get("/areas?words=七邻")) + words_of(visit.get("/areas"))
    assert "没有变化" in words_of(send(visit, "look", content))
    with site.town.session() as session:
        line = session.execute(select(AuditLine).where(AuditLine.intent == "BringTown")).scalar_one()
        assert (line.door, line.outcome) == ("web", "done")


def test_another_file_than_the_one_that_was_seen_is_not_written(site: Site):
    visit = site.signed_in(TOWN)
    seen = send(visit, "look", workbook(BOOK))
    more = workbook({**BOOK, "户": [*BOOK["户"], ("七邻9户", "七邻", "", 2)]})
    before = count(site.town.engine, Household)
    done = send(visit, "write", more, mark_of(seen))
    assert (done.status_code, "和刚才看过的不一样" in done.text) == (409, True)
    assert count(site.town.engine, Household) == before
    assert "写进名册了" in words_of(send(visit, "write", more, mark_of(done)))


def test_every_bad_row_is_named_with_what_to_do_and_nothing_is_written(site: Site):
    visit = site.signed_in(TOWN)
    bad = {**BOOK, "人员": [PEOPLE, ("陈平", "12", "七邻1户"), ("孙梅", PHONE, "没有这户")]}
    before = count(site.town.engine, Person)
    seen = send(visit, "look", workbook(bad))
    assert seen.status_code == 422
    assert "人员第2行：电话“12”不对。请填11位手机号" in words_of(seen)
    assert "人员第3行：户号“没有这户”不在“户”表里" in words_of(seen)
    assert 'name="mark"' not in seen.text
    assert send(visit, "write", workbook(bad), "").status_code == 422
    assert count(site.town.engine, Person) == before


def test_a_roster_changes_no_post_of_the_own_level_or_above(site: Site):
    visit = site.signed_in(TOWN)
    own = {"任职": [POSTS, ("孙梅", "", "乡镇站所联系人", "安全乡", "2025-07-01", "", "")]}
    seen = send(visit, "look", workbook(own))
    assert "任职第2行：“乡镇站所联系人”不比您的岗位低，不能由您导入。" in words_of(seen)
    same = {"任职": [POSTS, ("丁勇", "", "乡镇站所联系人", "安全乡", "", "", "")]}
    assert "没有变化" in words_of(send(visit, "look", workbook(same)))
    below = {"任职": [POSTS, ("孙梅", "", "村两委值班", "安全村", "2025-07-01", "", "")]}
    posts = count(site.town.engine, Appointment)
    done = send(visit, "write", workbook(below), mark_of(send(visit, "look", workbook(below))))
    assert "写进名册了" in words_of(done)
    assert count(site.town.engine, Appointment) == posts + 1


def test_only_whoever_has_all_areas_brings_a_roster_in(site: Site):
    for who in (DUTY, LEADER):
        visit = site.signed_in(who)
        assert visit.get("/roster").status_code == 403
        assert visit.get("/roster/template").status_code == 403
        assert send(visit, "look", workbook(BOOK)).status_code == 403
        assert send(visit, "write", workbook(BOOK), "0" * 32).status_code == 403
        assert "名册导入" not in visit.get("/areas").text
    assert "名册导入" in site.signed_in(TOWN).get("/areas").text


def test_whose_areas_are_not_all_there_are_brings_no_roster_in(make_town: object):
    """The station of one town below a county where there are two."""
    above = StagedPerson(TOWN, "丁勇", "丁", post="town_station", area="安全乡", verified=True, friend=True)
    paths = (*(f"安全乡/{path}" for path in village().paths), "平安乡/东村/一片/一组/一邻")
    with serve_site(make_town(stage=village(people=(*CAST, above), paths=paths))) as site:  # type: ignore[operator]
        visit = site.signed_in(TOWN)
        seen = send(visit, "look", workbook(BOOK))
        assert (seen.status_code, "要由管着全部区域的人来导" in seen.text) == (403, True)
        assert send(visit, "write", workbook(BOOK)).status_code == 403


def test_what_is_no_spreadsheet_or_unpacks_to_too_much_is_refused_in_words(site: Site):
    visit = site.signed_in(TOWN)
    assert "这不是 .xlsx 表格" in send(visit, "look", b"%PDF-1.4").text
    assert "还没有选文件" in send(visit, "look", b"").text
    bomb, content = BytesIO(), workbook(BOOK)
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        with zipfile.ZipFile(BytesIO(content)) as whole:
            for part in whole.namelist():
                packed.writestr(part, whole.read(part))
        packed.writestr("xl/media/image1.bin", b"\0" * (61 * 2**20))
    assert len(bomb.getvalue()) < 200_000
    assert "超过 60 MB" in send(visit, "look", bomb.getvalue()).text
    wide = {"户": [HOUSEHOLDS, ("七邻1户", "三邻", "", 3, *[None] * 16_000, "x")]}
    assert "检查通过" in send(visit, "look", workbook(wide)).text


def test_the_empty_workbook_can_be_filled_and_brought_in(site: Site):
    visit = site.signed_in(TOWN)
    answer = visit.get("/roster/template")
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames[:4] == ["区域", "户", "人员", "任职"]
    book["户"].append(["三邻1户", "三邻"])
    filled = BytesIO()
    book.save(filled)
    assert "户新增1" in words_of(send(visit, "look", filled.getvalue()))


def test_a_roster_comes_in_while_people_talk(site: Site, parts: Parts):
    assert parts is not None
    visit, content = site.signed_in(TOWN), workbook(BOOK)
    mark = mark_of(send(visit, "look", content))
    town: Town = site.town
    town.say("3栋2单元楼道灯坏了好几天了", by=RESIDENT)
    assert "写进名册了" in words_of(send(visit, "write", content, mark))
    town.wait(minutes=2)
    assert town.case().no == 1
