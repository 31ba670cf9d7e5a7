"""Areas, people and the roster in a real Chromium: at all widths, in large type, and by the words of the page alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.parts import Parts
from handlers.township.staging import StagedPerson
from models.tables import Household, HouseholdArea
from tests.browser.conftest import DESK, EVERY_VIEW, PHONE, SIZES, open_context
from tests.browser.eyes import Traffic, look
from tests.browser.test_console_pages import sign_in
from tests.console.site import Site, serve_site
from tests.town.town import CAST, DUTY, LEADER, RESIDENT, Town, village
from tests.township.books import AREAS, HOUSEHOLDS, book

TOWN = "town"


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """A village with empty posts, too many households for one head, and one open case."""
    below = (*village().paths, *(f"安全村/一片/四组/{name}邻" for name in "四五六"), "安全村/一片/五组/一邻")
    above = StagedPerson(TOWN, "丁勇", "丁", post="town_station", area="安全乡", verified=True, friend=True)
    stage = village(paths=tuple(f"安全乡/{path}" for path in below), people=(*CAST, above))
    town = Town(village_url, parts, stage)
    here = _area(town, "三邻")
    with town.session() as session:
        for number in range(1, 23):
            home = Household(label=f"桥头{number}户")
            session.add(home)
            session.flush()
            session.add(HouseholdArea(household_id=home.id or 0, area_id=here, valid_from=date(2024, 1, 1)))
        session.commit()
    town.say("3栋2单元楼道灯坏了好几天了", by=RESIDENT)
    town.wait(minutes=2)
    town.say("接单 1", by=LEADER, private=True)
    with serve_site(town) as site:
        yield site
    town.close()


def _area(town: Town, name: str) -> int:
    return next(n.id for n in town.machine.dispatch.current_town().areas.values() if n.name == name)


def _person(town: Town, who: str) -> int:
    return town.machine.dispatch.actor("simulator", who).person or 0


def _pages(site: Site) -> tuple[str, ...]:
    area, one = _area(site.town, "三邻"), _person(site.town, LEADER)
    return (
        "/areas", "/areas?show=empty", "/areas?show=odd", "/areas?words=月球", f"/areas/{area}",
        f"/areas/{_area(site.town, '四组')}", "/people", f"/people/{one}", f"/people/{_person(site.town, DUTY)}",
    )  # fmt: skip


@EVERY_VIEW
def test_every_page_of_people_fits_is_named_and_has_no_barrier(
    browser: Browser, site: Site, width: str, big: bool
):
    context = open_context(browser, SIZES[width], site.address)
    page = context.new_page()
    sign_in(page, site)
    if big:
        context.add_cookies([{"name": "linli_big", "value": "1", "url": site.address}])
    for path in _pages(site):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        name = path.strip("/").translate(str.maketrans("/?=", "---"))
        look(page, f"{name}-{width}-{'big' if big else 'normal'}")
    context.close()


def test_every_first_view_of_people_is_light(browser: Browser, site: Site):
    context = open_context(browser, PHONE, site.address)
    sign_in(context.new_page(), site)
    state = context.storage_state()
    context.close()
    for path in _pages(site):
        fresh = browser.new_context(storage_state=state, base_url=site.address)
        page = fresh.new_page()
        traffic = Traffic(page)
        page.goto(path, wait_until="load")
        assert traffic.is_light(site.address), (path, traffic.bytes, traffic.requests)
        fresh.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_stranger_finds_the_empty_post_and_gives_it_to_somebody(browser: Browser, site: Site, script: bool):
    context = open_context(browser, DESK, site.address, script=script)
    page = context.new_page()
    sign_in(page, site)
    page.get_by_role("link", name="人员与区域", exact=True).first.click()
    page.get_by_role("link", name="个岗位空着，去看").click()
    page.get_by_role("link", name="五邻" if script else "六邻").click()
    page.get_by_text("定人", exact=True).click()
    page.get_by_label("谁来当（全名）").fill("陈")
    page.get_by_role("button", name="定下").click()
    expect(page.get_by_role("alert").first).to_contain_text("请写全名")
    expect(page.get_by_label("谁来当（全名）")).to_have_value("陈")
    page.get_by_label("谁来当（全名）").fill("陈平" if script else "孙梅")
    page.get_by_role("button", name="定下").click()
    page.get_by_role("link", name="邻长陈" if script else "邻长孙").click()
    page.get_by_role("button", name="做一个绑定码").click()
    expect(page.get_by_role("status")).to_contain_text("绑定码：")
    context.close()


@pytest.mark.parametrize("width", ["320", "390", "1440"])
def test_a_roster_is_looked_at_mended_and_written(browser: Browser, site: Site, width: str, tmp_path: Path):
    bad = book(
        tmp_path / "bad.xlsx",
        {"户": [HOUSEHOLDS, ("桥头90户", "三邻", "", "很多"), ("桥头91户", "月球", "", 2)]},
    )
    name = f"邻{width}"
    good = book(
        tmp_path / "good.xlsx",
        {"区域": [AREAS, ("四组", name, "邻")], "户": [HOUSEHOLDS, (f"{name}1户", name, "", 3)]},
    )
    context = open_context(browser, SIZES[width], site.address)
    page = context.new_page()
    sign_in(page, site, TOWN)
    page.goto("/areas")
    page.get_by_role("link", name="名册导入").click()
    look(page, f"roster-{width}")
    page.get_by_label("填好的表格").set_input_files(bad)
    page.get_by_role("button", name="先看一遍，不写入").click()
    expect(page.get_by_text("2 处要改，什么都没有写入")).to_be_visible()
    expect(page.get_by_text("户 第3行：“月球”不在区域表里")).to_be_visible()
    look(page, f"roster-bad-{width}")
    page.get_by_label("填好的表格").set_input_files(good)
    page.get_by_role("button", name="先看一遍，不写入").click()
    expect(page.get_by_text("检查通过，还没有写入")).to_be_visible()
    look(page, f"roster-good-{width}")
    page.get_by_label("再选一次同一个文件").set_input_files(good)
    page.get_by_role("button", name="写入名册").click()
    expect(page.get_by_role("heading", name="写进名册了")).to_be_visible()
    context.close()
