"""The console in a real Chromium: at both widths, in large type, by keyboard, without JavaScript, and by axe-core."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.parts import Parts
from tests.browser.conftest import DESK, EVERY_VIEW, PHONE, SIZES, open_context
from tests.browser.eyes import Traffic, look
from tests.console.site import Site, serve_site
from tests.town.town import DUTY, RESIDENT, Town

PAGES = (
    "/console",
    "/cases",
    "/cases?group=overdue&area=1",
    "/cases?group=all&words=下水道 单元",
    "/cases?words=水井",
    "/cases?words=一二三四五六七八九十一二三四五六七八九十一",
    "/cases/1",
    "/me",
    "/relay",
    "/status",
    "/more",
    "/nowhere",
)


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """A village with three cases, three days later."""
    town = Town(village_url, parts)
    for words in ("3栋2单元楼道灯坏了好几天了", "5栋1单元下水道堵了，污水都漫出来了", "村口垃圾没人清"):
        town.say(words, by=RESIDENT)
        town.wait(minutes=11)
    town.wait(days=3)
    with serve_site(town) as site:
        yield site
    town.close()


def sign_in(page: Page, site: Site, who: str = DUTY) -> None:
    page.goto("/login")
    page.get_by_label("登录码").fill(site.code(who))
    page.get_by_role("button", name="用登录码登录").click()
    expect(page).to_have_url(f"{site.address}/console")


@EVERY_VIEW
def test_every_page_fits_is_named_and_has_no_barrier(browser: Browser, site: Site, width: str, big: bool):
    context = open_context(browser, SIZES[width], site.address)
    page = context.new_page()
    kind = "big" if big else "normal"
    page.goto("/login")
    look(page, f"login-{width}-{kind}")
    sign_in(page, site)
    if big:
        context.add_cookies([{"name": "linli_big", "value": "1", "url": site.address}])
    for path in PAGES:
        page.goto(path)
        look(page, f"{path.strip('/').replace('/', '-').replace('?', '-')}-{width}-{kind}")
    context.close()


def test_every_first_view_is_light_and_asks_nobody_else(browser: Browser, site: Site):
    context = open_context(browser, PHONE, site.address)
    page = context.new_page()
    sign_in(page, site)
    state = context.storage_state()
    context.close()
    for path in PAGES:
        fresh = browser.new_context(storage_state=state, base_url=site.address)
        page = fresh.new_page()
        traffic = Traffic(page)
        page.goto(path, wait_until="load")
        assert traffic.is_light(site.address), (path, traffic.bytes, traffic.requests)
        fresh.close()


def test_a_stranger_finds_what_is_overdue_and_resolves_it_by_the_words_of_the_page(
    browser: Browser, site: Site
):
    context = open_context(browser, DESK, site.address)
    page = context.new_page()
    sign_in(page, site)
    page.get_by_role("link", name="件已超期，去").click()
    page.get_by_role("link", name="诉求", exact=True).click()
    page.get_by_role("link", name="件已超期，去处理").click()
    page.get_by_role("link", name="垃圾，村口").click()
    page.get_by_text("办好了", exact=True).first.click()
    page.get_by_label("怎么办好的").fill("清走了")
    page.get_by_role("button", name="办好了").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("怎么办好的")).to_have_value("清走了")
    page.get_by_label("怎么办好的").fill("请保洁员清走了，加了一个桶")
    page.get_by_role("button", name="办好了").click()
    expect(page.get_by_text("请保洁员清走了，加了一个桶")).to_be_visible()
    expect(page.get_by_text("已办好，等您评价").first).to_be_visible()
    context.close()


def test_by_keyboard_alone_and_without_javascript(browser: Browser, site: Site):
    context = open_context(browser, PHONE, site.address, script=False)
    page = context.new_page()
    page.goto("/login")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.get_by_label("登录码").evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.type(site.code(DUTY))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.address}/console")
    page.goto("/cases/2")
    expect(page.get_by_role("heading", name="#2")).to_be_visible()
    expect(page.get_by_role("button", name="我来接")).to_be_visible()
    context.close()


def test_a_stranger_finds_the_overdue_case_of_an_area_and_hands_it_to_another_leader(
    browser: Browser, site: Site
):
    for size in (PHONE, DESK):
        context = open_context(browser, size, site.address)
        page = context.new_page()
        page.goto("/")
        page.get_by_label("登录码").fill(site.code(DUTY))
        page.get_by_role("button", name="用登录码登录").click()
        page.get_by_role("link", name="诉求", exact=True).click()
        page.get_by_role("link", name="超期", exact=False).first.click()
        page.get_by_text("只看一处、一类").click()
        page.get_by_label("哪里").select_option(label=next(
            text for text in page.get_by_label("哪里").locator("option").all_inner_texts() if text.endswith("四组")
        ))  # fmt: skip
        page.get_by_role("button", name="筛一下").click()
        page.get_by_role("link", name="3栋2单元").click()
        page.get_by_text("转给别人", exact=True).first.click()
        whom = page.get_by_label("转给谁")
        names = [name.strip() for name in whom.locator("option").all_inner_texts()]
        chosen = names[-1] if size is PHONE else names[0]
        whom.select_option(label=chosen)
        page.get_by_role("button", name="转给别人").click()
        expect(page.locator("#facts").get_by_text(chosen.split(" ")[-1])).to_be_visible()
        context.close()
