"""接口 in a real Chromium: a token is made, shown once and stopped by the words of the page alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.parts import Parts
from tests.api.conftest import make_token, program
from tests.browser.conftest import DESK, PHONE, open_context
from tests.browser.eyes import look
from tests.console.site import Site, serve_site
from tests.console.villages import STAGE, TOWN
from tests.town.town import Town


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """Two villages below a town."""
    town = Town(village_url, parts, STAGE)
    with serve_site(town) as site:
        yield site
    town.close()


def signed_in(browser: Browser, site: Site, size: dict[str, int]) -> Page:
    """The page of a township cadre."""
    page = open_context(browser, size, site.address).new_page()
    page.goto("/login")
    page.get_by_label("登录码").fill(site.code(TOWN))
    page.get_by_role("button", name="用登录码登录").click()
    page.goto("/api")
    return page


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_a_cadre_lets_a_program_in_and_stops_it(browser: Browser, site: Site, width: int):
    sizes = {320: {"width": 320, "height": 640}, 390: PHONE, 1440: DESK}
    page, name = signed_in(browser, site, sizes[width]), f"县12345平台{width}"
    look(page, f"api-{width}")
    page.get_by_label("名字").fill(name)
    page.get_by_label("看哪个地方").select_option(index=1)
    page.get_by_label("登记新的诉求").check()
    page.get_by_role("button", name="做令牌").click()
    expect(page.get_by_text("只显示这一次")).to_be_visible()
    look(page, f"api-made-{width}")
    token = page.locator(".token").inner_text().strip()
    asked = program(site, token)
    assert asked.get("/figures").status_code == 200

    page.goto("/api")
    expect(page.get_by_text(token)).to_have_count(0)
    page.get_by_role("button", name=f"停用{name}").click()
    expect(page.get_by_text(f"“{name}”停用了")).to_be_visible()
    look(page, f"api-stopped-{width}")
    assert asked.get("/figures").status_code == 401
    page.context.close()


def test_a_wrong_form_keeps_what_was_typed_also_in_large_type(browser: Browser, site: Site):
    make_token(site.town)
    page = signed_in(browser, site, PHONE)
    page.context.add_cookies([{"name": "linli_big", "value": "1", "url": site.address}])
    page.goto("/api")
    page.get_by_label("名字").fill("县平台")
    page.get_by_label("用多少天").fill("999")
    page.get_by_role("button", name="做令牌").click()
    expect(page.get_by_role("alert").first).to_contain_text("最长用366天")
    expect(page.get_by_label("名字")).to_have_value("县平台")
    look(page, "api-wrong-390-big")
    page.context.close()
