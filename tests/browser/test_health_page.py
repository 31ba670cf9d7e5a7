"""The page that says how the program does, and the task to phone somebody, in a real Chromium."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SIZES, open_context
from tests.browser.eyes import Traffic, look
from tests.browser.stage import NOON, Stage, offline
from web.relay_door import RelayTask

CALL = "打电话给机房小周：【安全村小助手】账号 main 连不上网关。7月12日 11:48 起。看网关开着没有，再运行 python -m bot doctor。"


@pytest.mark.parametrize("width", SIZES)
def test_what_is_dead_stands_first_with_its_next_step(browser: Browser, stage: Stage, width: str):
    context = open_context(browser, SIZES[width], stage.address)
    page = context.new_page()
    traffic = Traffic(page)
    page.goto("/status")

    expect(page.get_by_role("heading", level=1)).to_have_text("有 2 处要处理")
    first = page.locator("#signs li").first
    expect(first).to_contain_text("停了")
    expect(first).to_contain_text("重启网关；这段时间群里的话要人工看一遍。")
    look(page, f"health-ill-{width}")
    assert traffic.is_light(stage.address)
    stage.status = offline(stage.status)
    page.goto("/status")
    expect(page.get_by_role("heading", level=1)).to_have_text("收发正常")
    look(page, f"health-well-{width}")
    context.close()


@pytest.mark.parametrize("width", SIZES)
def test_somebody_to_phone_is_a_task_of_its_own(browser: Browser, stage: Stage, width: str):
    stage.relay.tasks = [
        RelayTask("out-9", "打电话", CALL, NOON - timedelta(minutes=2), urgent=True, call=True)
    ]
    context = open_context(browser, SIZES[width], stage.address)
    page = context.new_page()
    page.goto("/relay")

    expect(page.get_by_role("heading", level=2)).to_have_text("打电话")
    look(page, f"health-call-{width}")
    page.get_by_role("button", name="打过了").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有要转发的")
    context.close()


def test_the_page_reads_without_javascript(plain_phone: Page, stage: Stage):
    stage.status = replace(offline(stage.status), accounts=())
    plain_phone.goto("/status")

    expect(plain_phone.get_by_role("heading", level=1)).to_have_text("还没有接微信账号")
