"""The main job through `python -m bot demo` in a real browser: a lamp is reported, claimed, mended and rated."""

import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as TooSoon

from tests.browser.conftest import DESK, PHONE, open_context

pytestmark = pytest.mark.browser

START_S = 60
"""Seconds the program may take to start on a busy machine."""
SOON_MS = 4_000
"""Milliseconds in which the pages show what is due by the clock."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    try:
        # Not through a proxy: the demo is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture
def demo() -> Iterator[str]:
    """The address of a running demo, started as a person starts it."""
    port = free_port()
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--no-browser"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    heard: list[str] = []
    listener = threading.Thread(target=lambda: heard.extend(program.stdout or ()), daemon=True)
    listener.start()
    address, waiting = f"http://127.0.0.1:{port}", threading.Event()
    for _ in range(START_S * 5):
        if program.poll() is not None or answers(address):
            break
        waiting.wait(0.2)
    assert program.poll() is None, "".join(heard)
    yield address
    program.terminate()
    program.wait(20)
    listener.join(5)
    if program.stdout:
        program.stdout.close()
    assert not [line for line in heard if "Traceback" in line], "".join(heard)


def whose(page: Page, person: str) -> Locator:
    return page.locator(f"#phone-{person}")


def write(page: Page, person: str, words: str) -> None:
    whose(page, person).locator("textarea").fill(words)
    whose(page, person).get_by_role("button", name="发送").click()
    expect(whose(page, person).locator(".mine .words").last).to_have_text(words)


def open_chat(page: Page, person: str, chat: str) -> None:
    whose(page, person).locator(".chats").get_by_role("link", name=chat).click()
    expect(whose(page, person).locator(".chats [aria-current]")).to_contain_text(chat)


def bot_lines(page: Page, person: str) -> Locator:
    return whose(page, person).locator(".bot .words")


def click_until(page: Page, awaited: Locator, step: str = "+25 秒", clicks: int = 4) -> None:
    """Move the clock on until something is said; each click is one look."""
    for _ in range(clicks):
        try:
            awaited.wait_for(timeout=SOON_MS)
        except TooSoon:
            page.get_by_role("button", name=step).click()
        else:
            return
    expect(awaited).to_be_visible(timeout=SOON_MS)


def to_daytime(page: Page) -> None:
    page.get_by_role("button", name="到明早 7:30").click()
    expect(page.locator("#clock-time")).to_contain_text(" 07:30:")
    page.get_by_role("button", name="+1 小时").click()
    expect(page.locator("#clock-time")).to_contain_text(" 08:3")


def test_a_lamp_is_reported_claimed_mended_and_rated_and_a_notice_reaches_two_of_three_groups(
    browser: Browser, demo: str
):
    context = open_context(browser, DESK, demo)
    page = context.new_page()
    page.goto("/")
    to_daytime(page)

    write(page, "wang", "四组桥头路灯不亮好几天了")
    page.get_by_role("button", name="+25 秒").click()
    receipt = bot_lines(page, "wang").filter(has_text="路灯")
    click_until(page, receipt.first)
    expect(receipt).to_have_count(1)
    expect(receipt).to_contain_text("#")

    # Street lamps are the 片长's by this preset; the 组长 of the same group may take the case all the same.
    open_chat(page, "middle", "小助手")
    click_until(page, bot_lines(page, "middle").filter(has_text="路灯").first)
    write(page, "leader", "接单")
    click_until(page, bot_lines(page, "wang").filter(has_text="接单").last)
    expect(bot_lines(page, "wang")).to_have_count(2)

    page.get_by_role("button", name="+1 小时").click()
    write(page, "leader", "办结 灯泡已换新")
    click_until(page, bot_lines(page, "wang").filter(has_text="评").last)
    write(page, "wang", "评 5 4 5")
    page.get_by_role("button", name="+1 分钟").click()
    page.goto("/console")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有在办的事")

    page.goto("/?c.cadre=private")
    write(page, "cadre", "发通知 四组、五组 明早8点到11点停水检修，请提前存水")
    click_until(page, bot_lines(page, "cadre").filter(has_text="确认").last)
    write(page, "cadre", "确认")
    page.get_by_role("button", name="+1 分钟").click()
    for chat in ("四组群", "五组群"):
        open_chat(page, "middle", chat)
        click_until(page, bot_lines(page, "middle").filter(has_text="停水检修").last)
    open_chat(page, "middle", "六组群")
    expect(whose(page, "middle").get_by_text("停水检修")).to_have_count(0)

    # Moving the clock is no outage: nobody is told that the groups went unheard.
    open_chat(page, "middle", "小助手")
    expect(whose(page, "middle").get_by_text("听不到")).to_have_count(0)
    context.close()


def test_the_same_begins_on_a_telephone(browser: Browser, demo: str):
    context = open_context(browser, PHONE, demo)
    page = context.new_page()
    page.goto("/")
    to_daytime(page)
    write(page, "wang", "四组桥头路灯不亮好几天了")
    page.get_by_role("button", name="+25 秒").click()
    click_until(page, bot_lines(page, "wang").filter(has_text="路灯").first)
    page.get_by_role("navigation", name="谁的手机").get_by_text("刘建国").click()
    write(page, "leader", "接单")
    page.get_by_role("navigation", name="谁的手机").get_by_text("王桂香").click()

    click_until(page, bot_lines(page, "wang").filter(has_text="接单").last)
    context.close()
