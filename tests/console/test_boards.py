"""Boards in the console: found, made, printed and stopped by those whose areas they are, and by nobody else."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.parts import Parts
from models.tables import Area, BoardLink, Consent
from tests.console.site import Site, serve_site
from tests.town.town import DUTY, LEADER, OUTSIDER, Town
from web.status import qr_svg

HERE = "https://linli.example.cn"
ADDRESS = re.compile(rf'href="({HERE}/b/[\w-]{{22}})"')
ACTS = ("make", "stop", "name-on", "name-off", "phone-on", "phone-off")


@pytest.fixture
def site(make_town: Callable[..., Town], parts: Parts) -> Iterator[Site]:
    """The village's pages, with an address for residents."""
    with serve_site(
        make_town(parts=replace(parts, standing=replace(parts.standing, public_url=HERE)))
    ) as site:
        yield site


def area(site: Site, name: str) -> int:
    with site.town.session() as session:
        return (
            session.execute(select(Area.id).where(Area.name == name).order_by(Area.id)).scalars().first() or 0
        )


def links(site: Site) -> list[BoardLink]:
    with site.town.session() as session:
        return list(session.execute(select(BoardLink).order_by(BoardLink.id)).scalars())


def test_a_cadre_finds_an_area_makes_its_board_and_sees_the_poster(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "三邻")
    listed = visit.get("/boards").text
    assert (f'href="/boards/{here}"' in listed, "还没有" in listed, "邻长张" in listed) == (True, True, True)
    assert 'href="/boards"' in visit.get("/console").text
    found = visit.get("/boards?words=三邻").text
    assert (f'href="/boards/{here}"' in found, f'href="/boards/{area(site, "一片")}"' in found) == (
        True,
        False,
    )

    page = visit.post(f"/boards/{here}", f"/boards/{here}/make")
    address = ADDRESS.search(page.text)
    assert address
    assert address[1] == f"{HERE}/b/{links(site)[0].token}"
    assert str(qr_svg(address[1])) in page.text
    for words in ("有事找谁", "邻长 张", "组长 刘", "片长 胡", "8:00 到 20:00", "打印亮牌", "2025年7月15日"):
        assert words in page.text
    assert "有亮牌" in visit.get("/boards").text


def test_a_form_that_is_sent_twice_makes_one_board(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "三邻")
    form = visit.token(f"/boards/{here}")
    answers = [visit.client.post(f"/boards/{here}/make", data={"csrf": form}).status_code for _ in range(2)]

    assert answers == [200, 409]
    assert len(links(site)) == 1


def test_a_form_without_a_token_changes_nothing(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "三邻")
    codes = {
        visit.client.post(f"/boards/{here}/{act}", data={"csrf": csrf}).status_code
        for act in ACTS
        for csrf in ("", "x.y")
    }

    assert codes <= {403, 422}
    assert links(site) == []


def test_a_stopped_board_can_be_made_anew_with_another_address(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "三邻")
    visit.post(f"/boards/{here}", f"/boards/{here}/make")
    stopped = visit.post(f"/boards/{here}", f"/boards/{here}/stop")
    assert ("做亮牌" in stopped.text, ADDRESS.search(stopped.text)) == (True, None)
    again = visit.post(f"/boards/{here}", f"/boards/{here}/stop")
    assert (again.status_code, "没有在用的亮牌" in again.text) == (409, True)
    visit.post(f"/boards/{here}", f"/boards/{here}/make")

    assert [link.stopped_at is None for link in links(site)] == [False, True]
    assert len({link.token for link in links(site)}) == 2


def test_a_leader_prints_the_own_board_and_neither_makes_nor_stops_one(site: Site):
    here = area(site, "三邻")
    visit = site.signed_in(LEADER)
    page = visit.get(f"/boards/{here}").text
    assert ("做亮牌" in page, "请有发通知权限的人来做" in page) == (False, True)
    for act in ("make", "stop"):
        refused = visit.post(f"/boards/{here}", f"/boards/{here}/{act}")
        assert refused.status_code == 403
        assert 'role="alert"' in refused.text
    assert links(site) == []

    cadre = site.signed_in(DUTY)
    cadre.post(f"/boards/{here}", f"/boards/{here}/make")
    page = visit.get(f"/boards/{here}").text
    assert ("打印亮牌" in page, "停用" in page) == (True, False)
    assert visit.get(f"/boards/{area(site, '四组')}").status_code == 404


@pytest.mark.parametrize("page", ["", "?words=三邻", "/{here}"])
def test_another_village_sees_nothing_of_it(site: Site, page: str):
    here = area(site, "三邻")
    site.signed_in(DUTY).post(f"/boards/{here}", f"/boards/{here}/make")
    answer = site.signed_in(OUTSIDER).get("/boards" + page.format(here=here))

    assert answer.status_code == (404 if "here" in page else 200)
    for words in (f'href="/boards/{here}"', "邻长张", "邻长 张", links(site)[0].token):
        assert words not in answer.text


@pytest.mark.parametrize("act", ACTS)
def test_another_village_changes_nothing(site: Site, act: str):
    here = area(site, "三邻")
    site.signed_in(DUTY).post(f"/boards/{here}", f"/boards/{here}/make")
    visit = site.signed_in(OUTSIDER)
    answer = visit.client.post(f"/boards/{here}/{act}", data={"csrf": visit.token("/me")})

    assert answer.status_code == 404
    assert [link.stopped_at for link in links(site)] == [None]
    with site.town.session() as session:
        assert session.execute(select(Consent)).all() == []


@pytest.mark.parametrize("page", ["/boards", "/boards/1"])
def test_nobody_sees_it_without_signing_in(site: Site, page: str):
    assert site.browser().get(page).url.path == "/login"


@pytest.mark.parametrize("odd", ["0", "x", "99999999", "9" * 40, "-1", "1e3"])
def test_nonsense_in_the_address_is_no_fault(site: Site, odd: str):
    visit = site.signed_in(DUTY)

    assert visit.get(f"/boards/{odd}").status_code == 404
    assert visit.get(f"/boards?words={odd}").status_code == 200
    here = area(site, "三邻")
    assert visit.post(f"/boards/{here}", f"/boards/{here}/{odd}").status_code == 404


def test_an_area_that_is_not_found_says_what_to_do(site: Site):
    assert "没有叫“月球”的" in site.signed_in(DUTY).get("/boards?words=月球").text


def test_whoever_stands_on_a_board_decides_about_the_own_name_alone(site: Site):
    here = area(site, "三邻")
    visit = site.signed_in(LEADER)
    page = visit.post(f"/boards/{here}", f"/boards/{here}/name-on")
    assert ("邻长 张建国" in page.text, "去掉我的全名" in page.text) == (True, True)
    refused = visit.post(f"/boards/{here}", f"/boards/{here}/phone-on")
    assert (refused.status_code, "名册里没有您的电话" in refused.text) == (409, True)

    cadre = site.signed_in(DUTY)  # stands on the board as well, and decides about nobody else's
    cadre.post(f"/boards/{here}", f"/boards/{here}/name-off")
    assert "邻长 张建国" in cadre.get(f"/boards/{here}").text
    visit.post(f"/boards/{here}", f"/boards/{here}/name-off")
    assert "张建国" not in visit.get(f"/boards/{here}").text


def test_without_an_address_for_residents_the_poster_has_no_code_and_says_why(town: Town):
    with serve_site(town) as site:
        page = site.signed_in(DUTY).get(f"/boards/{area(site, '三邻')}").text

    assert ("public_url" in page, "打印亮牌" in page, "做亮牌" in page, 'class="qr"' in page) == (
        True, True, False, False,
    )  # fmt: skip


def test_the_pages_of_residents_are_not_served_to_the_console(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "三邻")
    visit.post(f"/boards/{here}", f"/boards/{here}/make")

    for page in (f"/b/{links(site)[0].token}", "/privacy", "/c/AAAAAAAAAAAAAAAAAAAAAA"):
        assert visit.get(page).status_code == 404
