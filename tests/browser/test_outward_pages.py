"""Cases for the county, and what other programs were told, in a real Chromium: at both widths, in large type, by click."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.parts import Parts
from handlers.actors import OPERATOR
from handlers.web_access import IssueLoginCode
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.webhooks import Webhook
from models.webhooks import Answer, WebhookQueue
from tests.browser.conftest import EVERY_VIEW, PHONE, SIZES, open_context
from tests.browser.eyes import PICTURES, Traffic, look
from tests.browser.test_console_pages import sign_in
from tests.console.site import Site, serve_site
from tests.console.villages import STAGE, TOWN
from tests.outward.conftest import SECRET
from tests.outward.desk import answered, broken_pipe, made, sheet
from tests.town.town import Town

pytestmark = pytest.mark.browser
GRID = Webhook("grid", "https://grid.example.cn/linli", (SECRET,))
STATES = (Answer(200), Answer(410), Answer(503), Answer(0, "timeout"))


@pytest.fixture(scope="module")
def site(village_url: str, parts: Parts) -> Iterator[Site]:
    """Villages with a case that went to the county, one that lies with the township, and pushes of every kind."""
    telling = replace(parts, standing=replace(parts.standing, webhooks=(GRID,)))
    town = Town(village_url, telling, stage=STAGE)
    with serve_site(town) as site:
        broken_pipe(site)
        made(site)
        town.say("三组后山的水渠堵死了，田里进不了水", by="resident", room="三组")
        town.wait(minutes=2)
        town.say("请乡里支持 2 要挖机清淤", by="head", private=True)
        town.wait(minutes=2)
        queue = WebhookQueue(town.engine)
        for answer in STATES:
            push = queue.claim(GRID.name, town.clock())
            assert push is not None
            queue.settle(push, answer, town.clock())
        yield site
    town.close()


def sign_in_operator(page: Page, site: Site) -> None:
    origin = Origin(Door.SHELL, IdempotencyKey(f"test:{site.town.clock()}:{id(page)}"), site.town.clock())
    issued = site.town.machine.dispatch(IssueLoginCode(), OPERATOR, origin).reply
    assert issued is not None
    page.goto("/login")
    page.get_by_label("登录码").fill(issued.blanks["code"])
    page.get_by_role("button", name="用登录码登录").click()
    expect(page).to_have_url(f"{site.address}/console")


@EVERY_VIEW
def test_both_pages_fit_are_named_and_have_no_barrier(browser: Browser, site: Site, width: str, big: bool):
    kind = "big" if big else "normal"
    for path, enter in (("/handover", None), ("/cases/1", None), ("/webhooks", sign_in_operator)):
        context = open_context(browser, SIZES[width], site.address)
        page = context.new_page()
        if enter is None:
            sign_in(page, site, TOWN)
        else:
            enter(page, site)
        if big:
            context.add_cookies([{"name": "linli_big", "value": "1", "url": site.address}])
        page.close()  # what it still asks for is none of the next one's
        page = context.new_page()
        traffic = Traffic(page)
        page.goto(path, wait_until="load")
        assert traffic.is_light(site.address), (path, traffic.bytes, traffic.requests)
        look(page, f"outward{path.replace('/', '-')}-{width}-{kind}")
        context.close()


def test_a_township_hands_over_and_takes_the_answer_by_the_words_of_the_page_without_javascript(
    browser: Browser, site: Site, tmp_path: Path
):
    context = open_context(browser, PHONE, site.address, script=False)
    page = context.new_page()
    sign_in(page, site, TOWN)
    page.get_by_role("link", name="更多").click()
    page.get_by_role("main").get_by_role("link", name="转县里").click()
    page.get_by_role("link", name="件到了最上一级").click()
    page.get_by_role("button", name="做成一包").click()
    expect(page.get_by_text("第 2 包做好了")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载第 2 包").click()
    assert download.value.suggested_filename == "linli-handover-2.zip"

    file = tmp_path / "答复.xlsx"
    file.write_bytes(sheet(answered(1, "办理中", "水务公司明早八点到场"), answered(9, "办理中", "没有这件")))
    page.get_by_label("对方给的表").set_input_files(file)
    page.get_by_role("button", name="先看看").click()
    expect(page.get_by_text("还没有写")).to_be_visible()
    page.screenshot(path=PICTURES / "outward-answers-390.png", full_page=True)
    page.get_by_role("button", name="收下这 1 条").click()
    expect(page.get_by_role("heading", name="收下了")).to_be_visible()
    page.goto("/cases/1")
    expect(page.get_by_text("那边编号 GD-77")).to_be_visible()
    context.close()
