"""A real Chromium at the two widths that matter, and the stage it looks at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.stage import Stage, build_stage, served
from tests.databases import SqliteFiles
from tests.machine import find_chromium
from tests.town.conftest import parts

__all__ = ["parts"]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 640}
SIZES = {"320": NARROW, "390": PHONE, "1440": DESK}
EVERY_VIEW = pytest.mark.parametrize(
    ("width", "big"),
    [("390", False), ("1440", False), ("320", True)],
    ids=["390-normal", "1440-normal", "320-big"],
)
"""How pages are walked: as most people have them, and the hardest case, large letters on the narrowest telephone."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Lives no longer than these tests: while it runs, no other test of the process may start an event loop."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(find_chromium()), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def village_url(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A fresh database that the tests of one file share."""
    return sqlite_files.fresh(tmp_path_factory.mktemp("village"))


@pytest.fixture
def stage() -> Iterator[Stage]:
    with served(build_stage()) as stage:
        yield stage


def open_context(
    browser: Browser, size: dict[str, int], address: str, *, script: bool = True
) -> BrowserContext:
    context = browser.new_context(viewport=size, base_url=address, java_script_enabled=script, locale="zh-CN")
    context.set_default_timeout(10_000)
    return context


@pytest.fixture
def complaints() -> list[str]:
    """What the browser itself objected to: blocked scripts, failed requests, errors."""
    return []


def listen(page: Page, complaints: list[str]) -> Page:
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


@pytest.fixture
def desk(browser: Browser, stage: Stage, complaints: list[str]) -> Iterator[Page]:
    context = open_context(browser, DESK, stage.address)
    yield listen(context.new_page(), complaints)
    context.close()
    assert complaints == []


@pytest.fixture
def phone(browser: Browser, stage: Stage, complaints: list[str]) -> Iterator[Page]:
    context = open_context(browser, PHONE, stage.address)
    yield listen(context.new_page(), complaints)
    context.close()
    assert complaints == []


@pytest.fixture
def plain_phone(browser: Browser, stage: Stage) -> Iterator[Page]:
    """A phone whose browser runs no JavaScript."""
    context = open_context(browser, PHONE, stage.address, script=False)
    yield context.new_page()
    context.close()
