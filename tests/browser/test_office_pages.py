"""The pages that look after the console itself, in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.parts import Parts
from tests.browser.conftest import DESK, EVERY_VIEW, PHONE, SIZES, open_context
from tests.browser.eyes import Traffic, look
from tests.browser.test_console_pages import sign_in
from tests.console.office import CALLED_IN, LAMP, PLEA, TOWN, TOWNSHIP, person, with_password
from tests.console.office import PHONE as NUMBER
from tests.console.site import Site, serve_site
from tests.town.town import CHIEF, DUTY, LEADER, RESIDENT, Town


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """A town with some work done, a private request, and somebody locked out."""
    town = Town(village_url, parts, stage=TOWNSHIP)
    town.say(CALLED_IN, by=DUTY, private=True)
    town.say(LAMP, by=RESIDENT)
    town.wait(minutes=3)
    town.say(PLEA, by=RESIDENT)
    town.wait(minutes=3)
    town.say("接单 2", by=LEADER)
    town.say("发通知 三邻 明早八点停水检修", by=DUTY, private=True)
    town.say("确认", by=DUTY, private=True)
    with serve_site(town) as site:
        with_password(site)
        stranger = site.browser()
        for _ in range(5):
            stranger.post("/login", "/login/password", login="zhangjg", password="not the one", once="000000")
        visit = site.signed_in(TOWN)
        visit.post("/registers/3/words", "/registers/3/words", chosen="超期了，要督办")
        visit.post("/cases", "/views/save", name="急的超期", query="group=overdue&urgent=1")
        yield site
    town.close()


def pages(site: Site) -> tuple[str, ...]:
    return (
        "/audit", "/audit?kind=access", "/audit?day=2024-01-01", "/users", "/users?words=nobody",
        f"/users/{person(site, '张建国')}", "/users/posts", "/registers", "/registers/3/words", "/views", "/me", "/cases",
        "/cases?group=overdue&urgent=1",
    )  # fmt: skip


@EVERY_VIEW
def test_every_page_fits_is_named_and_has_no_barrier(browser: Browser, site: Site, width: str, big: bool):
    context = open_context(browser, SIZES[width], site.address)
    page = context.new_page()
    sign_in(page, site, TOWN)
    if big:
        context.add_cookies([{"name": "linli_big", "value": "1", "url": site.address}])
    kind = "big" if big else "normal"
    for number, path in enumerate(pages(site)):
        page.goto(path)
        look(page, f"office-{number:02d}{path.split('?')[0].replace('/', '-')}-{width}-{kind}")
    context.close()


def test_every_first_view_is_light(browser: Browser, site: Site):
    context = open_context(browser, PHONE, site.address)
    page = context.new_page()
    sign_in(page, site, TOWN)
    state = context.storage_state()
    context.close()
    for path in pages(site):
        fresh = browser.new_context(storage_state=state, base_url=site.address)
        page = fresh.new_page()
        traffic = Traffic(page)
        page.goto(path, wait_until="load")
        assert traffic.is_light(site.address), (path, traffic.bytes, traffic.requests)
        fresh.close()


def open_by_words(page: Page) -> None:
    """From a case to its reporter's number, by what the page says."""
    page.goto("/cases/1")
    page.get_by_role("link", name="看反映人电话").click()
    page.get_by_role("button", name="记下理由，看一次").click()
    expect(page.get_by_role("alert").first).to_contain_text("先选一个理由")
    page.get_by_label("打电话问清情况").check()
    page.get_by_role("button", name="记下理由，看一次").click()
    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()


@pytest.mark.parametrize("width", ["390", "1440"])
def test_a_number_is_opened_by_the_words_of_the_page_without_javascript(
    browser: Browser, site: Site, width: str
):
    context = open_context(browser, SIZES[width], site.address, script=False)
    page = context.new_page()
    sign_in(page, site, CHIEF)
    open_by_words(page)
    page.screenshot(path=f"var/screenshots/office-number-{width}.png")
    page.get_by_role("link", name="看好了").click()
    expect(page.get_by_role("heading", name="#1")).to_be_visible()
    context.close()


def test_a_filter_is_named_and_found_again(browser: Browser, site: Site):
    context = open_context(browser, DESK, site.address)
    page = context.new_page()
    sign_in(page, site, DUTY)
    page.get_by_role("link", name="诉求", exact=True).click()
    page.get_by_text("只看一处、一类").click()
    page.get_by_label("只看急的").check()
    page.get_by_role("button", name="筛一下").click()
    page.get_by_label("把现在这样筛的记成").fill("急的")
    page.get_by_role("button", name="记成常用筛选").click()
    page.goto("/cases")
    page.get_by_role("link", name="急的", exact=True).click()
    expect(page.get_by_label("只看急的")).to_be_checked()
    context.close()
