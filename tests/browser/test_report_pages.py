"""Reports in a real Chromium: at every width, in large type, on paper, without JavaScript, and by axe-core."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bot.parts import Parts
from tests.browser.conftest import DESK, EVERY_VIEW, PHONE, SIZES, open_context
from tests.browser.eyes import PICTURES, Traffic, look
from tests.browser.test_console_pages import sign_in
from tests.console.site import Site, serve_site
from tests.console.test_reports import fill
from tests.town.town import Town

PAGES = {
    "figures": "/reports",
    "register": "/reports?tab=register",
    "issues": "/reports?tab=issues",
    "meeting": "/reports?tab=meeting",
    "empty": "/reports?period=2024-12",
    "unclear": "/reports?since=2025-07-20&until=2025-07-01",
    "rows": "/reports/rows?figure=handed_up",
    "edition": "/reports/editions/1",
    "edition-rows": "/reports/editions/1/rows?figure=received",
}


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """The village with its dozen cases."""
    town = Town(village_url, parts)
    with serve_site(town) as site:
        yield site
    town.close()


@pytest.fixture(scope="module")
def busy(site: Site, browser: Browser) -> Site:
    """The same after a month, with a frozen edition."""
    fill(site.town)
    context = open_context(browser, DESK, site.address)
    page = context.new_page()
    sign_in(page, site)
    page.get_by_role("link", name="报表", exact=True).click()
    page.get_by_role("button", name="定稿").click()
    expect(page.get_by_role("link", name="第 1 版")).to_be_visible()
    context.close()
    return site


@EVERY_VIEW
def test_every_report_fits_is_named_and_has_no_barrier(browser: Browser, busy: Site, width: str, big: bool):
    context = open_context(browser, SIZES[width], busy.address)
    page = context.new_page()
    sign_in(page, busy)
    if big:
        context.add_cookies([{"name": "linli_big", "value": "1", "url": busy.address}])
    for name, path in PAGES.items():
        page.goto(path)
        for summary in page.locator("summary").all():
            summary.click()
        look(page, f"report-{name}-{width}-{'big' if big else 'normal'}")
    context.close()


def test_every_report_is_light_and_asks_nobody_else(browser: Browser, busy: Site):
    context = open_context(browser, PHONE, busy.address)
    page = context.new_page()
    sign_in(page, busy)
    state = context.storage_state()
    context.close()
    for path in PAGES.values():
        fresh = browser.new_context(storage_state=state, base_url=busy.address)
        page = fresh.new_page()
        traffic = Traffic(page)
        page.goto(path, wait_until="load")
        assert traffic.is_light(busy.address), (path, traffic.bytes, traffic.requests)
        fresh.close()


@pytest.mark.parametrize("tab", ["register", "meeting"])
def test_on_paper_there_is_the_form_the_watermark_and_nothing_else(browser: Browser, busy: Site, tab: str):
    context = open_context(browser, DESK, busy.address)
    page = context.new_page()
    sign_in(page, busy)
    page.goto(f"/reports?tab={tab}")
    page.get_by_role("button", name="打印").click()
    expect(page.get_by_text("村两委值班谷 2025-07-18")).to_be_visible()
    look(page, f"report-print-{tab}-1440")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="← 回报表")).to_be_hidden()
    PICTURES.mkdir(parents=True, exist_ok=True)
    pdf = page.pdf(path=PICTURES / f"report-print-{tab}.pdf", prefer_css_page_size=True)
    wide, high = size_of(pdf)
    assert (wide > high) == (tab == "register")
    context.close()


def test_a_number_leads_to_its_cases_by_keyboard(browser: Browser, busy: Site):
    context = open_context(browser, PHONE, busy.address, script=False)
    page = context.new_page()
    sign_in(page, busy)
    page.goto("/reports")
    row = page.get_by_role("row", name="撤回 1 件")
    row.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="撤回，1")).to_be_visible()
    page.get_by_role("link", name="#5").click()
    expect(page.get_by_role("heading", name="#5")).to_be_visible()
    context.close()


def test_a_sheet_and_a_picture_are_taken_by_the_words_of_the_page(browser: Browser, busy: Site):
    context = open_context(browser, PHONE, busy.address)
    page = context.new_page()
    sign_in(page, busy)
    page.goto("/reports")
    with page.expect_download() as sheet:
        page.get_by_role("button", name="下载表格（xlsx）").click()
    assert sheet.value.suggested_filename.endswith("-2025-07.xlsx")
    with page.expect_download() as picture:
        page.get_by_role("button", name="下载图片，发群里用").click()
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture.value.save_as(PICTURES / "report-picture.png")
    context.close()


def size_of(pdf: bytes) -> tuple[float, float]:
    """Width and height of the first page, in points."""
    box = pdf.split(b"/MediaBox [", 1)[1].split(b"]", 1)[0].split()
    return float(box[2]), float(box[3])
