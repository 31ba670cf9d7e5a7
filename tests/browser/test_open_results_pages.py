"""What is done again, published, put into a notice and moved, in a real Chromium, by the words of the pages alone."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bot.parts import Parts
from bot.public_notices import PublicNotices
from models.tables import OpenResults
from tests.browser.conftest import EVERY_VIEW, PHONE, SIZES, open_context
from tests.browser.eyes import PICTURES, look
from tests.console.site import Site, serve_site
from tests.town.pages import residents_of, served_publicly
from tests.town.town import DUTY, LEADER, NEIGHBOUR, RESIDENT, Town

pytestmark = pytest.mark.browser
HERE = "https://linli.example.cn"


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """A village with two ended cases."""
    town = Town(village_url, replace(parts, standing=replace(parts.standing, public_url=HERE)))
    for no, (said, by) in enumerate(
        (("四组桥头路灯不亮好几天了", RESIDENT), ("村口垃圾没人清", NEIGHBOUR)), 1
    ):
        town.say(said, by=by)
        town.wait(minutes=11)
        town.say(f"办结 {no} 当天办好，去看过了", by=LEADER, private=True)
        town.wait(minutes=2)
    with serve_site(town) as site:
        yield site
    town.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: Site) -> Iterator[dict[str, object]]:
    """The cookies of the duty desk."""
    context = open_context(browser, PHONE, site.address)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("登录码").fill(site.code(DUTY))
    page.get_by_role("button", name="用登录码登录").click()
    yield dict(context.storage_state())
    context.close()


@EVERY_VIEW
def test_each_step_is_found_by_its_words_and_fits(
    browser: Browser, site: Site, signed_in: dict[str, object], width: str, big: bool
):
    name = f"{width}-{'big' if big else 'normal'}"
    context = browser.new_context(storage_state=signed_in, viewport=SIZES[width], base_url=site.address)
    if big:
        context.add_cookies([{"name": "linli_big", "value": "1", "url": site.address}])
    page = context.new_page()
    page.goto("/cases/2")
    page.get_by_text("重新办理").first.click()
    look(page, f"reopen-{name}")
    publish(page, name)
    picture(page, name)
    page.goto("/settings")
    page.get_by_text("改早上小结的时间").click()
    page.get_by_role("group").filter(has_text="改早上小结的时间").get_by_label("什么时候说").fill("每天8点")
    page.get_by_role("button", name="早上小结：先看一看").click()
    expect(page.get_by_role("button", name="早上小结：就改成这个时间")).to_be_visible()
    look(page, f"settings-moved-{name}")
    context.close()
    in_the_open(browser, site, width, big)


def publish(page: Page, name: str) -> None:
    """From the boards to the results of the village, and into the open."""
    page.goto("/boards")
    page.get_by_role("link", name=re.compile("安全村$")).click()
    page.get_by_role("link", name="办理公开").click()
    page.get_by_label("哪个月").select_option(label="2025年7月")
    page.get_by_role("button", name="看这个月").click()
    page.get_by_label("#1").first.check()
    page.get_by_label("#1 怎么写").fill("换了新灯，晚上亮了")
    page.get_by_role("button", name="先看一看").click()
    look(page, f"results-look-{name}")
    page.get_by_role("button", name="就这样公开").click()
    expect(page.get_by_text("正在公开").first).to_be_visible()
    look(page, f"results-{name}")


def picture(page: Page, name: str) -> None:
    """From the report into a notice."""
    page.goto("/reports")
    page.get_by_role("button", name="把图片放进通知里").click()
    expect(page.get_by_text("带上图片")).to_be_visible()
    page.get_by_role("button", name="先看一看").last.click()
    expect(page.get_by_text("一起发：1 张图片")).to_be_visible()
    look(page, f"notice-with-picture-{name}")


def in_the_open(browser: Browser, site: Site, width: str, big: bool) -> None:
    """The page as residents have it, without script."""
    with site.town.session() as session:
        up = select(OpenResults.token).where(OpenResults.withdrawn_at.is_(None))
        token = session.execute(up).scalar_one()
    notices = PublicNotices(site.town.engine, site.town.machine.dispatch, site.town.clock)
    with served_publicly(notices, residents_of(site.town)) as address:
        context = open_context(browser, SIZES[width], address, script=False)
        page = context.new_page()
        page.goto(f"/r/{token}{'?big=1' if big else ''}")
        expect(page.get_by_role("heading", level=1)).to_have_text("安全村，2025年7月办得怎么样")
        page.screenshot(path=f"{PICTURES}/results-open-{width}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        context.close()
