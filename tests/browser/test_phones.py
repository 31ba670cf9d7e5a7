"""The simulated phones in a real Chromium: live, side by side or one at a time, and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from models.rules.message import Message, Outgoing
from tests.browser.conftest import DESK, PHONE, open_context
from tests.browser.eyes import look
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 44


def whose(page: Page, person: str) -> Locator:
    return page.locator(f"#phone-{person}")


def write(page: Page, person: str, words: str) -> None:
    whose(page, person).locator("textarea").fill(words)
    whose(page, person).get_by_role("button", name="发送").click()


def heard(stage: Stage) -> list[Message]:
    return [event for event in stage.bot.take() if isinstance(event, Message) and not event.own]


def test_what_one_person_types_appears_on_every_phone_of_the_group(desk: Page, stage: Stage):
    desk.goto("/")
    write(desk, "wang", "四组桥头路灯不亮好几天了")

    for person in ("wang", "chen", "liu"):
        expect(whose(desk, person).get_by_text("四组桥头路灯不亮好几天了")).to_be_visible()
    assert [one.text for one in heard(stage)] == ["四组桥头路灯不亮好几天了"]
    expect(whose(desk, "wang").locator("textarea")).to_have_value("")


def test_what_the_bot_says_appears_without_a_reload(desk: Page, stage: Stage):
    desk.goto("/")
    expect(whose(desk, "wang").get_by_text("群里还没有人说话")).to_be_visible()
    stage.bot.say_now(Outgoing("four", "记下了 #1 路灯不亮。"))
    stage.bot.say_now(Outgoing("liu", "#1 路灯不亮，请接单。", in_room=False))

    expect(whose(desk, "wang").get_by_text("记下了 #1 路灯不亮。")).to_be_visible()
    expect(whose(desk, "liu").locator(".chats .dot")).to_contain_text("1")
    whose(desk, "liu").get_by_role("link", name="小助手").click()
    expect(whose(desk, "liu").get_by_text("请接单")).to_be_visible()
    expect(whose(desk, "liu").locator(".chats .dot")).to_have_count(0)


def test_words_being_typed_survive_what_others_do(desk: Page, stage: Stage):
    desk.goto("/")
    whose(desk, "chen").locator("textarea").fill("我还没写完")
    write(desk, "wang", "路灯不亮")
    stage.bot.say_now(Outgoing("four", "记下了 #1"))

    expect(whose(desk, "chen").get_by_text("记下了 #1")).to_be_visible()
    expect(whose(desk, "chen").locator("textarea")).to_have_value("我还没写完")


def test_enter_sends_and_shift_enter_breaks_the_line(desk: Page):
    desk.goto("/")
    box = whose(desk, "he").locator("textarea")
    box.fill("第一行")
    box.press("Shift+Enter")
    box.type("第二行")
    box.press("Enter")

    expect(whose(desk, "he").locator(".mine .words")).to_have_text("第一行\n第二行")
    expect(box).to_be_focused()


def test_a_tap_on_a_line_quotes_it(desk: Page, stage: Stage):
    stage.wechat.say("wang", "四组桥头路灯不亮", room="four")
    desk.goto("/")
    whose(desk, "liu").locator("textarea").fill("接单")
    whose(desk, "liu").get_by_text("四组桥头路灯不亮").click()
    expect(whose(desk, "liu").get_by_text("引用 王桂香：四组桥头路灯不亮")).to_be_visible()
    expect(whose(desk, "liu").locator("textarea")).to_have_value("接单")
    whose(desk, "liu").get_by_role("button", name="发送").click()

    expect(whose(desk, "wang").locator(".quoted")).to_have_text("王桂香：四组桥头路灯不亮")
    expect(whose(desk, "liu").locator(".quoting")).to_have_count(0)
    assert (heard(stage)[-1].quote, heard(stage)) == ("四组桥头路灯不亮", [])


def test_a_mention_and_a_photo_go_out_by_hand(desk: Page, stage: Stage):
    desk.goto("/")
    mine = whose(desk, "wang")
    mine.get_by_label("@小助手").check()
    mine.get_by_text("照片", exact=True).click()
    mine.get_by_label("井盖破了").check()
    write(desk, "wang", "路上这个")

    photo = whose(desk, "chen").get_by_alt_text("井盖破了")
    expect(photo).to_be_visible()
    expect(photo).to_have_js_property("naturalWidth", 320)
    assert heard(stage)[-1].mentions_us
    expect(mine.get_by_label("@小助手")).not_to_be_checked()


def test_a_photo_of_ones_own_can_be_sent(desk: Page):
    desk.goto("/")
    whose(desk, "wang").get_by_text("照片", exact=True).click()
    whose(desk, "wang").get_by_label("自己的照片").set_input_files(Path("web/static/scenes/water.png"))
    whose(desk, "wang").get_by_role("button", name="发送").click()

    expect(whose(desk, "chen").get_by_alt_text("照片", exact=True)).to_have_js_property("naturalWidth", 320)


def test_a_line_taken_back_is_gone_from_every_phone(desk: Page):
    desk.goto("/")
    write(desk, "wang", "发错群了")
    whose(desk, "wang").get_by_role("button", name="撤回").click()

    expect(whose(desk, "chen").get_by_text("王桂香撤回了一条消息")).to_be_visible()
    expect(desk.get_by_text("发错群了")).to_have_count(0)


def test_the_clock_is_moved_held_and_let_run(desk: Page):
    desk.goto("/")
    desk.get_by_role("button", name="+25 秒").click()
    expect(desk.locator("#clock-time")).to_have_text("7月12日 周六 12:00:30")
    desk.get_by_role("button", name="到明早 7:30").click()
    expect(desk.locator("#clock-time")).to_have_text("7月13日 周日 07:30:00")
    desk.get_by_role("button", name="走表").click()
    expect(desk.get_by_role("button", name="停表")).to_be_visible()
    expect(desk.locator("#clock-time")).not_to_have_text("7月13日 周日 07:30:00")


def test_an_error_is_said_on_the_page_and_the_words_stay(desk: Page, stage: Stage, complaints: list[str]):
    desk.goto("/")
    stage.wechat.leave("four", "chen")
    stage.wechat.join("six", "chen")
    write(desk, "chen", "我还在吗")

    expect(desk.get_by_role("alert")).to_have_text("要找的人、群或消息不在了，请刷新页面。")
    complaints.clear()  # the browser notes the 404 itself


def test_at_390_pixels_one_phone_is_shown_and_tabs_change_it(phone: Page, stage: Stage):
    stage.bot.say_now(Outgoing("liu", "#1 路灯不亮", in_room=False))
    phone.goto("/")
    expect(whose(phone, "wang")).to_be_visible()
    expect(whose(phone, "liu")).to_be_hidden()
    expect(phone.locator(".people .dot")).to_contain_text("1")
    phone.get_by_role("navigation", name="谁的手机").get_by_text("刘明").click()

    expect(whose(phone, "liu")).to_be_visible()
    expect(whose(phone, "wang")).to_be_hidden()
    write(phone, "liu", "收到")
    phone.get_by_role("navigation", name="谁的手机").get_by_text("王桂香").click()
    expect(whose(phone, "wang").get_by_text("收到")).to_be_visible()


def test_without_javascript_everything_still_works(plain_phone: Page, stage: Stage):
    page = plain_phone
    page.goto("/")
    write(page, "wang", "四组桥头路灯不亮")
    page.get_by_role("button", name="+25 秒").click()
    expect(page.locator("#clock-time")).to_have_text("7月12日 周六 12:00:30")
    page.get_by_role("navigation", name="谁的手机").get_by_text("刘明").click()
    whose(page, "liu").get_by_text("四组桥头路灯不亮").click()
    write(page, "liu", "接单")
    whose(page, "liu").get_by_role("button", name="撤回").click()
    expect(whose(page, "liu").get_by_text("你撤回了一条消息")).to_be_visible()
    page.get_by_role("button", name="大字").click()

    expect(whose(page, "liu")).to_be_visible()
    expect(page.locator("html")).to_have_css("font-size", "21px")
    assert [(one.text, one.quote) for one in heard(stage)] == [
        ("四组桥头路灯不亮", None),
        ("接单", "四组桥头路灯不亮"),
    ]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
@pytest.mark.parametrize("big", [False, True], ids=["normal", "big"])
@pytest.mark.parametrize("path", ["/", "/console", "/relay", "/status", "/nowhere"])
def test_every_page_fits_its_screen_and_every_target_a_finger(
    browser: Browser, stage: Stage, size: dict[str, int], path: str, big: bool
):
    stage.wechat.say("wang", "四组桥头路灯不亮" * 12, room="four")
    context = open_context(browser, size, stage.address)
    if big:
        context.add_cookies([{"name": "linli_big", "value": "1", "url": stage.address}])
    page = context.new_page()
    page.goto(path)
    look(page, f"demo-{path.strip('/') or 'phones'}-{size['width']}-{'big' if big else 'normal'}")
    context.close()
