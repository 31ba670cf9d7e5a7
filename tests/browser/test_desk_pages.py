"""Knowledge, words, running and settings in a real Chromium: at all widths, in large type, by touch and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update
from sqlmodel import col

from bot.parts import Parts
from models.tables import OutageWindow, OutboxMessage
from tests.browser.conftest import EVERY_VIEW, PHONE, SIZES, open_context
from tests.browser.eyes import Traffic, look
from tests.console.site import Site, serve_site
from tests.town.town import DUTY, RESIDENT, Town

pytestmark = pytest.mark.browser
PAGES = (
    "/lexicon", "/lexicon/words", "/lexicon/words/1", "/lexicon/suggested", "/knowledge", "/knowledge/new", "/knowledge/1",
    "/running", "/running?group=failed", "/running?group=waiting", "/running/outages", "/settings",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """A village with a case, a doubt, something given up, an outage, a word and a text."""
    town = Town(village_url, parts)
    town.say("3栋2单元楼道灯坏了好几天了", by=RESIDENT)
    town.wait(minutes=40)
    for private, state, why in (
        (False, "unknown", "answer_lost"),
        (True, "dead", "tries: the account is mute"),
    ):
        here = col(OutboxMessage.room_id).is_(None) if private else col(OutboxMessage.room_id).is_not(None)
        with town.engine.begin() as connection:
            stands = update(OutboxMessage).where(here, col(OutboxMessage.state) == "sent")
            connection.execute(stands.values(state=state, why=why, sent_at=None))
    with town.session() as session:
        now = town.clock()
        began = now.replace(minute=1)
        session.add(
            OutageWindow(
                channel="simulator", account="main", began_at=began, ended_at=now, why="round trips fail"
            )
        )
        session.commit()
    with serve_site(town) as site:
        yield site
    town.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: Site) -> Iterator[dict[str, object]]:
    """The cookies of somebody who signed in once, added a word and wrote a text by the words of the pages."""
    context = open_context(browser, PHONE, site.address)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("登录码").fill(site.code(DUTY))
    page.get_by_role("button", name="用登录码登录").click()
    add_a_word(page)
    write_a_text(page)
    yield dict(context.storage_state())
    context.close()


def add_a_word(page: Page) -> None:
    page.goto("/knowledge")
    page.get_by_role("link", name="本地词", exact=True).click()
    page.get_by_label("怎么说").fill("亮疙瘩瞎了")
    page.get_by_label("算哪一类").select_option(label="B02 路灯照明")
    page.get_by_role("button", name="先看会变什么").click()
    page.get_by_role("button", name="存下“亮疙瘩瞎了”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 个本地词在用")


def write_a_text(page: Page) -> None:
    page.get_by_role("link", name="能答的政策").click()
    page.get_by_role("link", name="录一条").click()
    for label, words in (
        ("标题", "高龄补贴"), ("答复", "满80岁每月50元，带身份证到村部申请"), ("来源", "镇民政办"),
        ("文件日期", "2025-03"), ("答到哪天", "2025-12-31"), ("居民怎么问", "高龄补贴怎么领、老人补贴"),
    ):  # fmt: skip
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="先看居民会听到什么").click()
    page.get_by_role("button", name="从现在起这样答").click()
    expect(page.get_by_role("link", name="1 高龄补贴")).to_be_visible()


def come(
    browser: Browser, site: Site, state: dict[str, object], width: str, *, script: bool = True
) -> BrowserContext:
    context = browser.new_context(
        viewport=SIZES[width], base_url=site.address, storage_state=state, java_script_enabled=script, locale="zh-CN"
    )  # fmt: skip
    context.set_default_timeout(30_000)
    return context


@EVERY_VIEW
def test_every_desk_fits_is_named_and_has_no_barrier(
    browser: Browser, site: Site, signed_in: dict[str, object], width: str, big: bool
):
    context = come(browser, site, signed_in, width)
    if big:
        context.add_cookies([{"name": "linli_big", "value": "1", "url": site.address}])
    page, kind = context.new_page(), "big" if big else "normal"
    for path in PAGES:
        page.goto(path)
        look(page, f"desk-{path.strip('/').replace('/', '-').replace('?', '-')}-{width}-{kind}")
    page.goto("/lexicon")
    page.get_by_label("一句话").fill("我家门口亮疙瘩瞎了好几天")
    page.get_by_role("button", name="试一试").click()
    expect(page.locator("#seen")).to_contain_text("会立案", timeout=30_000)
    look(page, f"desk-lexicon-tried-{width}-{kind}")
    page.goto("/lexicon/words")
    page.get_by_label("怎么说").fill("垃圾")
    page.get_by_label("分量").fill("3")
    page.get_by_label("算哪一类").select_option(label="B02 路灯照明")
    page.get_by_role("button", name="先看会变什么").click()
    expect(page.locator("#effect")).to_contain_text("变错", timeout=30_000)
    look(page, f"desk-words-looked-{width}-{kind}")
    context.close()


def test_every_desk_is_light_and_asks_nobody_else(browser: Browser, site: Site, signed_in: dict[str, object]):
    for path in PAGES:
        context = come(browser, site, signed_in, "390")
        page = context.new_page()
        traffic = Traffic(page)
        page.goto(path, wait_until="load")
        assert traffic.is_light(site.address), (path, traffic.bytes, traffic.requests)
        context.close()


def test_a_doubt_is_settled_without_javascript(browser: Browser, site: Site, signed_in: dict[str, object]):
    context = come(browser, site, signed_in, "390", script=False)
    page = context.new_page()
    page.goto("/console")
    page.get_by_role("link", name="更多", exact=True).click()
    page.locator("main").get_by_role("link", name="运行").click()
    page.get_by_role("link", name="条说不准发没发到，去看").click()
    page.locator("#unsaid").get_by_role("button", name="群里听到了").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("说不准")
    context.close()
