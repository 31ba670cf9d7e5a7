"""New cases appear on open pages by themselves, also where streams are blocked; what is typed stays."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.parts import Parts
from tests.browser.conftest import DESK, open_context
from tests.browser.test_console_pages import sign_in
from tests.console.site import Site, serve_site
from tests.town.town import LEADER, RESIDENT, Town

LATER_MS = 35_000


@pytest.fixture
def site(sqlite_url: str, parts: Parts) -> Iterator[Site]:
    """A village with one case."""
    town = Town(sqlite_url, parts)
    town.say("3栋2单元楼道灯坏了好几天了", by=RESIDENT)
    town.wait(minutes=11)
    with serve_site(town) as site:
        yield site
    town.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = open_context(browser, DESK, site.address)
    page = context.new_page()
    yield page
    context.close()


def test_a_new_case_appears_without_reloading(page: Page, site: Site):
    sign_in(page, site)
    with page.expect_response("**/live/cases"):
        page.goto("/cases")
    page.evaluate("window.stillTheSamePage = true")
    expect(page.get_by_role("link", name="下水")).to_have_count(0)
    site.town.say("5栋1单元下水道堵了，污水都漫出来了", by=RESIDENT)
    site.town.wait(minutes=2)
    expect(page.get_by_role("link", name="5栋1单元")).to_be_visible()
    assert page.evaluate("window.stillTheSamePage") is True


def test_what_somebody_types_stays_when_the_case_moves(page: Page, site: Site):
    sign_in(page, site)
    with page.expect_response("**/live/cases"):
        page.goto("/cases/1")
    page.get_by_text("记一笔", exact=True).first.click()
    page.get_by_label("记什么").fill("物业说周五")
    site.town.say("接单 1", by=LEADER, private=True)
    expect(page.locator("#facts").get_by_text("有人接了")).to_be_visible()
    expect(page.get_by_label("记什么")).to_have_value("物业说周五")


def test_where_streams_are_blocked_the_page_asks_by_itself(page: Page, site: Site):
    page.route("**/live/**", lambda route: route.abort())
    page.clock.install()
    sign_in(page, site)
    page.goto("/cases")
    site.town.say("5栋1单元下水道堵了，污水都漫出来了", by=RESIDENT, private=False)
    site.town.wait(minutes=2)
    page.clock.fast_forward(LATER_MS)
    expect(page.get_by_role("link", name="5栋1单元")).to_be_visible()


def test_a_page_that_nobody_looks_at_holds_no_stream(page: Page, site: Site):
    sign_in(page, site)
    with page.expect_response("**/live/cases"):
        page.goto("/cases")
    with page.expect_event("requestfailed", lambda request: "/live/" in request.url):
        page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    with page.expect_response("**/live/cases"):
        page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: false, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
