"""On a wide screen a case opens beside its list, is worked on there, and a link stays a link everywhere else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bot.parts import Parts
from tests.browser.conftest import DESK, PHONE, open_context
from tests.browser.eyes import look
from tests.browser.test_console_pages import sign_in
from tests.console.site import Site, serve_site
from tests.town.town import NEIGHBOUR, RESIDENT, Town

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """A village with two cases."""
    town = Town(village_url, parts)
    for said, by in (("四组桥头路灯不亮好几天了", RESIDENT), ("村口垃圾没人清", NEIGHBOUR)):
        town.say(said, by=by)
        town.wait(minutes=11)
    with serve_site(town) as site:
        yield site
    town.close()


def test_a_case_is_worked_on_beside_its_list(browser: Browser, site: Site):
    context = open_context(browser, DESK, site.address)
    page = context.new_page()
    sign_in(page, site)
    page.goto("/cases")
    page.get_by_role("link", name="垃圾，村口").click()
    pane, listed = page.get_by_role("region", name="打开的一件"), page.locator("#cases")
    expect(pane.get_by_role("heading", level=1)).to_have_text("#2 垃圾，村口")
    expect(pane).to_be_focused()
    expect(listed.get_by_role("link", name="垃圾，村口")).to_have_attribute("aria-current", "true")
    pane.get_by_role("button", name="我来接").click()
    expect(listed.get_by_text("有人接了")).to_be_visible()
    expect(pane.get_by_role("button", name="联系过居民了")).to_be_visible()
    pane.get_by_text("办好了", exact=True).first.click()
    pane.get_by_label("怎么办好的").fill("清了")
    pane.get_by_role("button", name="办好了").click()
    expect(pane.get_by_role("alert")).to_contain_text("办结要写结果")
    expect(pane.get_by_label("怎么办好的")).to_have_value("清了")
    look(page, "cases-beside-1440")
    page.reload()
    expect(pane.get_by_role("heading", level=1)).to_have_text("#2 垃圾，村口")
    pane.get_by_role("button", name="关上").click()
    expect(pane).to_be_hidden()
    expect(listed.get_by_role("link", name="垃圾，村口")).to_be_focused()
    context.clear_cookies()
    listed.get_by_role("link", name="路灯").click()
    expect(page.get_by_label("登录码")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("size", "script"), [(PHONE, True), (DESK, False)], ids=["telephone", "no script"])
def test_elsewhere_a_link_is_a_link(browser: Browser, site: Site, size: dict[str, int], script: bool):
    context = open_context(browser, size, site.address, script=script)
    page = context.new_page()
    sign_in(page, site)
    page.goto("/cases")
    page.get_by_role("link", name="路灯").click()
    expect(page).to_have_url(f"{site.address}/cases/1")
    context.close()
