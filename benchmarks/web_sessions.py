"""How much memory signed-in people take: 50 browsers, five pages each, on the real program.

``python -m benchmarks.web_sessions [--people N]``

A town of N leaders is imported into SQLite; the shipped program runs in a process of its own with its pages on
loopback. Everybody's first page is opened before the clock starts, so that what is made once for all is not counted.
"""

import argparse
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlmodel import Session

from handlers.township.staging import Stage, StagedPerson, stage_town
from models.engine import migrate, open_engine
from models.secrets import SecretBox
from models.tables import LoginCode

PAGES = ("/console", "/cases", "/me", "/boards", "/status")
MOST_MB = 30.0
WAIT_S = 60
CONFIG = """name = "安全村"
preset = "anxiang"
secret = "{secret}"
folder = "{folder}"
database = "{url}"

[web]
port = {port}
"""


def rss(pid: int) -> float:
    """Megabytes of a process in memory now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def stage(people: int) -> Stage:
    """A village with so many leaders."""
    paths = tuple(f"安全村/一片/{number}组/一邻" for number in range(1, people + 1))
    heads = tuple(
        StagedPerson(f"head{number}", f"张第{number}", "张", post="zu_head", area=f"{number}组", verified=True, friend=True)
        for number in range(1, people + 1)
    )  # fmt: skip
    return Stage(
        preset="anxiang", channel="simulator", paths=paths, people=heads, rooms=(), contact="村两委值班"
    )


def codes(url: str, secret: str, people: int) -> list[str]:
    """A log-in code for everybody, as the private chat would have told it."""
    box, now, made = SecretBox(secret), datetime.now(UTC), []
    engine = open_engine(url)
    with Session(engine) as session:
        for person in range(1, people + 1):
            made.append(f"{secrets.randbelow(10**8):08d}")
            digest = box.digest("login code", made[-1])
            session.add(
                LoginCode(digest=digest, person_id=person, made_at=now, expires_at=now + timedelta(minutes=5))
            )
        session.commit()
    engine.dispose()
    return made


def sign_in(address: str, code: str, number: int) -> httpx.Client:
    """A browser with its cookie. From one address only so many may sign in within a quarter of an hour."""
    browser = httpx.Client(
        base_url=address, follow_redirects=True, headers={"accept": "text/html"},
        transport=httpx.HTTPTransport(local_address=f"127.0.0.{2 + number // 10}"),
    )  # fmt: skip
    token = browser.get("/login").text.split('name="csrf" value="')[1].split('"')[0]
    answer = browser.post("/login/code", data={"csrf": token, "code": code})
    if answer.url.path != "/console":
        raise SystemExit(f"not let in: {answer.status_code} {answer.url}")
    return browser


def open_pages(browser: httpx.Client) -> None:
    """The five pages."""
    for page in PAGES:
        browser.get(page).raise_for_status()


def wait_for(address: str, program: "subprocess.Popen[bytes]") -> None:
    """Until the pages answer."""
    patience = time.monotonic() + WAIT_S
    while time.monotonic() < patience and program.poll() is None:
        try:
            httpx.get(f"{address}/login", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the program did not start")


def measure(folder: Path, people: int) -> float:
    """Megabytes that so many signed-in people add."""
    url, secret = f"sqlite:///{folder / 'linli.db'}", secrets.token_urlsafe(48)
    migrate(url)
    engine = open_engine(url)
    stage_town(engine, stage(people + 1), datetime.now(UTC) - timedelta(days=1))
    engine.dispose()
    known = codes(url, secret, people + 1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "config.toml"
    config.write_text(CONFIG.format(secret=secret, folder=folder, url=url, port=port), encoding="utf-8")
    address = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        words = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        program = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            wait_for(address, program)
            first = sign_in(address, known[0], 0)
            for _ in range(10):
                open_pages(first)
            before = rss(program.pid)
            browsers = [sign_in(address, code, number) for number, code in enumerate(known[1:], 1)]
            for browser in browsers:
                open_pages(browser)
            after = rss(program.pid)
        finally:
            program.terminate()
            program.wait(30)
    print(f"before {before:.1f} MB, {people} people on {len(PAGES)} pages each {after:.1f} MB")
    return after - before


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.web_sessions")
    asked.add_argument("--people", type=int, default=50)
    people = asked.parse_args().people
    with tempfile.TemporaryDirectory() as scratch:
        added = measure(Path(scratch), people)
    print(f"{people} signed-in sessions add {added:.1f} MB ({MOST_MB:g} are allowed)")
    if added > MOST_MB:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
