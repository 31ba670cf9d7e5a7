"""The page of a notice in a real Chromium: on a phone and a desk, without JavaScript, in large type."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from models.rules.ids import IdempotencyKey
from tests.browser.conftest import DESK, PHONE, listen, open_context
from tests.town.pages import served_publicly
from web.doors import NotHere
from web.notice_door import NoticeFile, NoticeView
from web.scenes import SCENES

pytestmark = pytest.mark.browser
TOKEN = "A" * 22
NOTICE = NoticeView(
    title="城乡居民医保开始缴费",
    lines=(
        "缴费时间是10月1日到12月31日，每人400元。",
        "带上身份证到村部便民窗口办，也可以在手机上交。低保户、特困户由财政代交，不用自己交钱。",
        "手机上不会弄的，请到村部，窗口的人帮您办。",
    ),
    signed="安全村", source="县医保局2025年9月通知", contact="村两委值班", whom="安全村妇联主席", on=date(2025, 9, 28),
    files=(
        NoticeFile(1, "海报", picture=True), NoticeFile(2, "缴费说明.pdf"),
        NoticeFile(3, "怎么交医保", address="https://example.com/yibao"),
    ),
    asks=True,
)  # fmt: skip


@dataclass
class OneNotice:
    """One notice behind one link."""

    view: NoticeView = NOTICE
    taps: list[IdempotencyKey] = field(default_factory=list)

    def contact(self) -> str:
        return "村两委值班"

    def notice(self, token: str) -> NoticeView:
        if token != TOKEN:
            raise NotHere(token)
        return self.view

    def picture(self, token: str, number: int) -> bytes:
        assert (token, number) == (TOKEN, 1)
        return SCENES["lamp"].content

    def file(self, token: str, number: int) -> tuple[str, bytes]:
        raise NotHere(f"{token} {number}")

    def seen(self, token: str, key: IdempotencyKey) -> None:
        assert token == TOKEN
        self.taps.append(key)


@pytest.fixture
def door() -> OneNotice:
    return OneNotice()


@pytest.fixture
def address(door: OneNotice) -> Iterator[str]:
    with served_publicly(door) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("query", ["", "?big=1"], ids=["", "large"])
def test_the_page_fits_and_reads(
    browser: Browser, address: str, size: dict[str, int], query: str, complaints: list[str], tmp_path: Path
):
    context = open_context(browser, size, address)
    page = listen(context.new_page(), complaints)
    page.goto(f"/n/{TOKEN}{query}")

    expect(page.get_by_role("heading", level=1)).to_have_text(NOTICE.title)
    for words in NOTICE.lines:
        expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("img", name="通知的图片")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate("getComputedStyle(document.body).fontSize") == ("24px" if query else "19px")
    for name in ("我看到了", "下载：缴费说明.pdf", "打开：怎么交医保", "正常字" if query else "大字"):
        target = page.get_by_text(name, exact=True).bounding_box()
        assert target is not None
        assert target["height"] >= 44
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    context.close()
    assert complaints == []


def test_a_tap_works_without_javascript_and_leaves_no_cookie(browser: Browser, address: str, door: OneNotice):
    context = open_context(browser, PHONE, address, script=False)
    page: Page = context.new_page()
    page.goto(f"/n/{TOKEN}")
    page.get_by_text("大字", exact=True).click()
    assert door.taps == []
    page.get_by_role("button", name="我看到了").click()

    expect(page.get_by_role("status")).to_have_text("谢谢，记下了。只记个数，不记是谁。")
    assert len(door.taps) == 1
    assert page.url.endswith("?seen=1&big=1")
    assert context.cookies() == []
    context.close()


def test_a_wrong_link_tells_what_to_do(browser: Browser, address: str):
    context = open_context(browser, PHONE, address)
    page = context.new_page()
    page.goto("/n/nothing")

    expect(page.get_by_role("heading", level=1)).to_have_text("这个通知打不开")
    expect(page.get_by_text("或问村两委值班")).to_be_visible()
    context.close()
