"""A town of many places: the form stays small, and what lies deeper is drawn when somebody asks for it."""

import re
from collections.abc import Callable, Iterator

import pytest

from bot.machine import ACCOUNT
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from tests.console.site import Site, serve_site
from tests.console.villages import Desk, marks, words_of
from tests.town.town import Town
from web.audience_tree import MOST_ROWS

VILLAGES = [f"{a}{b}村" for a in "东南西北" for b in "上中下前后"]
GROUPS = [f"{village[:2]}{number}组" for village in VILLAGES for number in range(1, 21)]
STAGE = Stage(
    preset="anxiang", channel="simulator", contact="村两委值班", quiet="21:30-07:00", vacant=("supervision",),
    paths=tuple(f"大乡/{name[:2]}村/{name[:2]}片/{name}" for name in GROUPS),
    people=(StagedPerson("town", "丁勇", "丁", post="town_station", area="大乡", verified=True, friend=True),),
    rooms=tuple(StagedRoom(name, f"{name}群", name, account=ACCOUNT) for name in GROUPS),
)  # fmt: skip


@pytest.fixture
def desk(make_town: Callable[..., Town]) -> Iterator[Desk]:
    with serve_site(make_town(stage=STAGE)) as site:
        yield _desk(site)


def _desk(site: Site) -> Desk:
    return Desk(site, "town")


def drawn(page: str) -> list[str]:
    return re.findall(r'name="area" value="\d+"[^>]*> ([^<]+)</label>', page)


def test_only_so_many_places_are_drawn_and_the_others_when_asked_for(desk: Desk):
    page = desk.visit.get("/notices/new").text
    assert (len(drawn(page)) <= MOST_ROWS, set(VILLAGES) <= set(drawn(page))) == (True, True)
    assert len(page.encode()) < 150_000
    closed = re.search(r'value="(open:\d+)"[^>]*>看(\S\S)片下面 20 处', page)
    assert closed
    assert f"{closed[2]}7组" not in drawn(page)

    asked = desk.send(closed[1], moment="明早8点")
    assert f"{closed[2]}7组" in drawn(asked.text)
    assert 'value="明早8点"' in asked.text
    number = re.search(rf'name="area" value="(\d+)"> {closed[2]}7组</label>', asked.text)
    assert number
    seen = desk.send("look", area=[number[1]])
    assert ">发往 1 个群</button>" in seen.text
    assert f'name="area" value="{number[1]}" checked' in seen.text  # whatever is ticked is drawn, unasked
    sent = desk.send("send", area=[number[1]], **marks(seen))
    assert sent.url.path == "/notices/1"


def test_all_of_it_is_looked_at_in_one_page(desk: Desk):
    seen = desk.look("大乡")

    assert "400个群：东上1组群、东上2组群" in words_of(seen)
    assert "看全部400个群" in words_of(seen)
    assert len(seen.content) < 150_000


def test_the_tree_of_areas_stays_small_and_what_lies_deeper_is_behind_links(desk: Desk):
    page = desk.visit.get("/areas").text
    assert len(page.encode()) < 150_000
    shown = re.search(r'<a class="row-link [a-z-]+" href="(/areas/\d+)">看(\S\S)片下面 20 处', page)
    assert shown
    assert f"{shown[2]}7组" not in page
    assert f"{shown[2]}7组" in desk.visit.get(shown[1]).text
    for address in ("/areas?show=empty", "/areas?words=7组", "/people", shown[1]):
        assert len(desk.visit.get(address).content) < 150_000, address
    assert f"{shown[2]}7组" in desk.visit.get(f"/areas?words={shown[2]}7组").text
