"""Looking for a case in a real Chromium, by keyboard and without JavaScript: typed, found, marked, narrowed, opened."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESK, PHONE, open_context
from tests.browser.eyes import look
from tests.browser.test_console_pages import sign_in, site
from tests.console.site import Site

__all__ = ["site"]


@pytest.mark.parametrize(("size", "width"), [(PHONE, 390), (DESK, 1440)])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_somebody_types_two_words_and_opens_what_is_found(
    browser: Browser, site: Site, size: dict[str, int], width: int, script: bool
) -> None:
    context = open_context(browser, size, site.address, script=script)
    page = context.new_page()
    sign_in(page, site)
    page.goto("/cases")
    page.get_by_label("找诉求").focus()
    page.keyboard.type("下水道 单元")
    page.keyboard.press("Enter")
    rows = page.locator("#cases .rows li")
    expect(rows).to_have_count(1)
    expect(rows.locator(".passage mark").first).to_have_text("单元")
    expect(page.get_by_label("找诉求")).to_have_value("下水道 单元")
    page.get_by_label("找诉求").fill("楼道灯")
    page.get_by_role("button", name="找", exact=True).click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="办好", exact=True).click()
    expect(page.get_by_text("没有找到")).to_be_visible()
    if script:
        look(page, f"search-nothing-{width}")
    page.get_by_role("link", name="在全部诉求里找").click()
    rows.get_by_role("link").click()
    expect(page.get_by_role("heading", name="#1")).to_be_visible()
    page.goto("/cases")
    page.get_by_label("找诉求").fill("#2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="#2")).to_be_visible()
    context.close()
