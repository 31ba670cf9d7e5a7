"""Relay, status and today's page in a real Chromium."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage, offline

pytestmark = pytest.mark.browser


def test_a_person_copies_a_text_and_confirms_that_it_was_sent(desk: Page, stage: Stage):
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stage.address)
    desk.goto("/relay")
    task = desk.locator("#task-out-31")
    task.get_by_role("button", name="复制文字").click()
    expect(task.get_by_role("button", name="已复制，去群里粘贴")).to_be_visible()
    assert desk.evaluate("navigator.clipboard.readText()").startswith("【停水通知】明天上午8点到11点")
    task.get_by_role("button", name="已发出").click()

    expect(task).to_have_count(0)
    expect(desk.get_by_role("heading", level=1)).to_have_text("有 2 条要您转发")
    assert [(one[0], one[1]) for one in stage.relay.settled] == [("out-31", "sent")]


def test_a_text_that_cannot_be_sent_is_given_up_by_hand(phone: Page, stage: Stage):
    phone.goto("/relay")
    phone.locator("#task-out-30").get_by_role("button", name="发不了").click()

    expect(phone.locator("#task-out-30")).to_have_count(0)
    assert [(one[0], one[1]) for one in stage.relay.settled] == [("out-30", "dead")]


def test_a_text_somebody_else_settled_says_so(desk: Page, stage: Stage, complaints: list[str]):
    desk.goto("/relay")
    stage.relay.tasks.clear()
    desk.locator("#task-out-31").get_by_role("button", name="已发出").click()

    expect(desk.get_by_role("alert")).to_have_text("这条已经有人处理过了。")
    complaints.clear()  # the browser notes the 409 itself


def test_the_relay_works_without_javascript(plain_phone: Page):
    plain_phone.goto("/relay")
    expect(plain_phone.get_by_role("button", name="复制文字")).to_have_count(0)
    plain_phone.locator("#task-out-32").get_by_role("button", name="已发出").click()

    expect(plain_phone.get_by_role("heading", level=1)).to_have_text("有 2 条要您转发")


def test_the_status_page_follows_by_itself(desk: Page, stage: Stage):
    desk.clock.install()
    desk.goto("/status")
    expect(desk.get_by_role("heading", level=1)).to_have_text("有 2 处要处理")
    expect(desk.get_by_role("img", name="登录二维码")).to_be_visible()
    stage.status = offline(stage.status)
    desk.clock.run_for(6_000)

    expect(desk.get_by_role("heading", level=1)).to_have_text("收发正常")


def test_the_code_to_scan_is_sharp_and_has_its_quiet_zone(phone: Page):
    phone.goto("/status")
    box = phone.locator(".qr svg").bounding_box()

    assert box
    assert box["width"] == box["height"]
    assert box["width"] >= 240


def test_todays_page_leads_to_what_presses_most(desk: Page):
    desk.goto("/console")
    desk.get_by_role("link", name="1 件已超期，去看 →").click()

    expect(desk.locator("#cases")).to_be_in_viewport()
    expect(desk.locator("#cases li").first).to_contain_text("#3")
