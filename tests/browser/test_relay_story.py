"""A notice for groups without a living account: a person copies it, confirms, and the room's state is sent."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from models.engine import open_engine
from models.views import Views
from tests.browser.conftest import DESK, open_context
from tests.browser.test_demo_story import START_S, answers, free_port
from tests.township.books import SAFE_TOWN, book

OUTSIDE = "https://linli.example.cn"
WORDS = "明天上午八点停水检修，请提前接水"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A configured township without any account, whose groups a person serves."""
    (tmp_path / "config.toml").write_text(
        'name = "安全乡"\npreset = "anxiang"\ncontact = "村值班"\n'
        'secret = "only-for-this-test-0123456789-abcdefghijkl"\nfolder = "var"\n'
        f'[web]\nport = {free_port()}\npublic_url = "{OUTSIDE}"\npublic_port = {free_port()}\n[pacing]\nquiet = ""\n',
        encoding="utf-8",
    )
    bot(tmp_path, "migrate")
    bot(tmp_path, "import", str(book(tmp_path / "town.xlsx", SAFE_TOWN)))
    return tmp_path


def bot(place: Path, *words: str) -> str:
    """Run one command as the operator does."""
    command = [sys.executable, "-m", "bot", *words, "--config", str(place / "config.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def address(place: Path) -> Iterator[str]:
    """The running program's pages."""
    port = next(line for line in (place / "config.toml").read_text().splitlines() if line.startswith("port"))
    here = f"http://127.0.0.1:{port.rpartition(' ')[2]}"
    command = [sys.executable, "-m", "bot", "run", "--config", str(place / "config.toml")]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    heard: list[str] = []
    threading.Thread(target=lambda: heard.extend(program.stdout or ()), daemon=True).start()
    waiting = threading.Event()
    for _ in range(START_S * 5):
        if program.poll() is not None or answers(here):
            break
        waiting.wait(0.2)
    assert program.poll() is None, "".join(heard)
    yield here
    program.terminate()
    program.wait(20)
    assert program.stdout is not None
    program.stdout.close()


def test_a_notice_to_rooms_without_an_account_is_copied_confirmed_and_counted_as_sent(
    browser: Browser, place: Path, address: str
):
    bot(place, "notice", "send", "--text", WORDS, "--to", "全村", "--yes")
    context = open_context(browser, DESK, address)
    page = context.new_page()
    page.goto("/relay")
    code = re.search(r"\d{4} \d{4}", bot(place, "login-code"))
    assert code
    page.get_by_label("登录码").fill(code[0])
    page.get_by_role("button", name="用登录码登录").click()
    for _ in range(40):
        if page.get_by_role("button", name="已发出").count():
            break
        page.wait_for_timeout(500)
        page.reload()

    expect(page.locator("pre.bubble-preview")).to_contain_text("停水检修")
    page.get_by_role("button", name="已发出").click()
    expect(page.get_by_text("没有要转发的").first).to_be_visible()

    engine = open_engine(f"sqlite:///{place / 'var' / 'linli.db'}")
    views = Views(engine)
    assert [row.state for row in views.spoken() if row.room is not None] == ["sent"]
    engine.dispose()
    context.close()


def test_residents_reach_the_page_of_a_notice_and_nothing_else(place: Path, address: str):
    bot(place, "notice", "send", "--text", f"{WORDS}。{'请互相转告。' * 30}", "--to", "全村", "--yes")
    assert answers(address)
    settings = (place / "config.toml").read_text().splitlines()
    port = next(line for line in settings if line.startswith("public_port")).rpartition(" ")[2]
    engine = open_engine(f"sqlite:///{place / 'var' / 'linli.db'}")
    link = ""
    for _ in range(60):
        said = [row.text for row in Views(engine).spoken() if row.room is not None and OUTSIDE in row.text]
        if said:
            link = said[0].rpartition(OUTSIDE)[2]
            break
        threading.Event().wait(0.5)
    engine.dispose()

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        assert "停水检修" in client.get(link).text
        assert client.get("/console").status_code == 404
        assert client.get("/relay").status_code == 404
