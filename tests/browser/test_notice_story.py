"""A cadre who never saw the pages sends a notice to two villages for tomorrow 8:00, following only what they say."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.machine import ACCOUNT
from bot.parts import Parts
from handlers.township.staging import StagedRoom
from tests.browser.conftest import DESK, PHONE, listen, open_context
from tests.console.site import Site, serve_site
from tests.console.villages import STAGE, TOWN, heard
from tests.town.town import Town

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}
EAST = ("三组", "四组", "五组", "六组")
WEST = ("东组", "南组", "西组", "北组", "中组")
PLACES = replace(
    STAGE,
    paths=(
        *(f"安全乡/安全村/一片/{name}" for name in EAST), *(f"安全乡/永和村/二片/{name}" for name in WEST),
        "安全乡/太平村/三片/河边组",
    ),
    rooms=tuple(StagedRoom(name, f"{name}群", name, account=ACCOUNT) for name in (*EAST, *WEST, "河边组")),
)  # fmt: skip
WORDS = "后天停电检修。9点到12点换变压器，请提前充电。"


@pytest.fixture
def site(sqlite_url: str, parts: Parts) -> Iterator[Site]:
    town = Town(sqlite_url, parts, stage=PLACES)
    with serve_site(town) as site:
        yield site
    town.close()


def come_in(context: BrowserContext, site: Site) -> Page:
    """Sign in with the code from the chat, as the page says."""
    page = context.new_page()
    page.goto("/")
    page.get_by_label("登录码").fill(site.code(TOWN))
    page.get_by_role("button", name="登录").first.click()
    expect(page.get_by_role("link", name="通知", exact=True)).to_be_visible()
    return page


def write(page: Page, moment: str = "明早8点") -> None:
    page.get_by_role("link", name="通知", exact=True).click()
    page.get_by_role("link", name="写一条通知").click()
    page.get_by_label("安全村", exact=True).check()
    page.get_by_label("永和村", exact=True).check()
    page.get_by_label("内容").fill(WORDS)
    page.get_by_label("时间").fill(moment)
    page.get_by_role("button", name="先看一看").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_notice_to_two_villages_for_tomorrow_morning(
    browser: Browser, site: Site, size: dict[str, int], complaints: list[str], tmp_path: Path, *, script: bool
):
    context = open_context(browser, size, site.address, script=script)
    page = come_in(context, site)
    listen(page, complaints)
    write(page)
    look = page.get_by_role("region", name="预览")
    expect(look.get_by_text(f"【通知】{WORDS}")).to_be_visible()
    expect(look.get_by_text("9 个群：三组群、四组群、五组群、六组群、东组群")).to_be_visible()
    page.screenshot(path=tmp_path / "look.png", full_page=True)
    assert heard(site) == []
    look.get_by_role("button", name="明天08:00 发往 9 个群").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("后天停电检修")
    expect(page.get_by_text("排好了")).to_be_visible()
    page.screenshot(path=tmp_path / "planned.png", full_page=True)
    site.town.wait_until("07:59", day=1)
    assert heard(site) == []
    site.town.wait_until("08:40", day=1)
    assert sorted(heard(site)) == sorted((*EAST, *WEST))
    context.close()
    assert complaints == []


def test_the_enter_key_only_looks(browser: Browser, site: Site):
    context = open_context(browser, DESK, site.address)
    page = come_in(context, site)
    write(page, moment="")
    for _ in range(2):
        page.get_by_label("时间").press("Enter")
        expect(page.get_by_role("button", name="发往 9 个群")).to_be_visible()
    page.get_by_label("内容").press("Enter")
    expect(page.get_by_label("内容")).to_be_focused()
    site.town.wait(minutes=5)

    assert heard(site) == []
    context.close()


def test_the_page_follows_the_sending_by_itself(browser: Browser, site: Site, complaints: list[str]):
    context = open_context(browser, PHONE, site.address)
    page = come_in(context, site)
    listen(page, complaints).clock.install()
    write(page, moment="")
    page.get_by_role("button", name="发往 9 个群").click()
    progress = page.locator("#progress")
    expect(progress.get_by_text("9 等发")).to_be_visible()
    site.town.wait(minutes=3)
    page.clock.run_for(6_000)

    expect(progress.get_by_text("9 已发")).to_be_visible()
    expect(progress.get_by_text("9 等发")).to_have_count(0)
    context.close()
    assert complaints == []


@pytest.mark.parametrize("size", [SMALL, PHONE, DESK], ids=["small", "phone", "desk"])
@pytest.mark.parametrize("large", [False, True], ids=["", "large"])
def test_the_pages_fit_and_can_be_tapped(browser: Browser, site: Site, size: dict[str, int], *, large: bool):
    context = open_context(browser, size, site.address)
    page = come_in(context, site)
    if large:
        page.get_by_role("button", name="大字").click()
    write(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("看一看，对了再发")
    _fits(page, size["width"])
    page.get_by_role("button", name="明天08:00 发往 9 个群").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("后天停电检修")
    for address in ("/notices", "/notices/new", "/notices/1"):
        page.goto(address)
        _fits(page, size["width"])
    context.close()


def _fits(page: Page, width: int) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """[...document.querySelectorAll('#main button:not(.unseen), #main .button, #main summary, #main .check')]
        .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 43.5)
        .map(one => one.textContent.trim())"""
    )
    assert small == []


def test_each_page_is_light_and_asks_nobody_else(browser: Browser, site: Site):
    context = open_context(browser, PHONE, site.address)
    page = come_in(context, site)
    write(page)
    for address in ("/notices", "/notices/new"):
        answers: list[tuple[str, int]] = []
        page.on("response", lambda got, into=answers: into.append((got.url, len(got.body()))))
        page.goto(address)
        assert len(answers) <= 6
        assert sum(size for _, size in answers) <= 150_000
        assert all(url.startswith(site.address) for url, _ in answers)
    context.close()
