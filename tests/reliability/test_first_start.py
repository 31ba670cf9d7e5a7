"""The real program's first start: a code instead of a default password, and what machines are told of it."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.house.source import ROOT
from tests.test_cli import Shell
from tests.township.books import SAFE_TOWN, book

TOKEN = "Qm7xR2vT9kLw4sZp8Yc3Nd6Hb1Jf5Ga0"
MORE = """
[web]
port = {port}

[metrics]
token = "{token}"

[channels.main]
kind = "simulator"
"""
PATIENCE_S = 60
CODE = re.compile(r"登录码 (\d{4} \d{4})，15分钟内有效")


class Server:
    """``python -m bot run`` as systemd starts it, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.shell = Shell(folder)
        self.shell.configure(MORE.format(port=self.port, token=TOKEN))
        self.log = folder / "log.txt"
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(folder / "notify"))
        self.manager.settimeout(PATIENCE_S)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=self.shell.folder, stdout=log, stderr=log,
                env={
                    "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin",
                    "PYTHONUTF8": "1", "NOTIFY_SOCKET": str(self.shell.folder / "notify"),
                },
            )  # fmt: skip

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE_S) == 0

    def told(self) -> str:
        """The next word to the service manager."""
        return self.manager.recv(100).decode()

    def browser(self) -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", follow_redirects=True, trust_env=False,
            headers={"accept": "text/html"}, timeout=PATIENCE_S,
        )  # fmt: skip

    def ready(self) -> tuple[int, dict[str, Any]]:
        """What ``/readyz`` says, as soon as it answers."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                with self.browser() as client:
                    answer = client.get("/readyz")
                return answer.status_code, json.loads(answer.text)
            except httpx.ConnectError:
                assert time.monotonic() < until, self.log.read_text(encoding="utf-8")
                time.sleep(0.1)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    """A township was imported; nobody was bound, nobody was ever in."""
    server = Server(tmp_path)
    with server.manager:
        imported = server.shell("import", str(book(tmp_path / "town.xlsx", SAFE_TOWN)))
        assert imported.returncode == 0, imported.stderr
        yield server
    if server.process is not None:
        server.process.kill()
        server.process.wait()


def sign_in(server: Server, code: str) -> str:
    """The page one stands on after filling in a code."""
    with server.browser() as client:
        csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
        assert csrf
        return client.post("/login/code", data={"csrf": csrf[1], "code": code}).url.path


def test_the_first_one_comes_in_by_a_code_printed_at_the_first_start_and_nobody_after(fresh: Server):
    fresh.start()
    assert fresh.told() == "READY=1"
    assert fresh.told() == "WATCHDOG=1"
    fresh.ready()
    code = CODE.search(fresh.log.read_text(encoding="utf-8"))
    assert code

    assert sign_in(fresh, code[1]) == "/console"
    assert sign_in(fresh, code[1]) != "/console"  # once
    fresh.stop()
    fresh.start()
    fresh.told()
    fresh.ready()
    fresh.stop()
    assert "登录码" not in fresh.log.read_text(encoding="utf-8")


def test_machines_hear_the_truth_and_nothing_about_anybody(fresh: Server):
    fresh.start()
    assert fresh.told() == "READY=1"
    status, told = fresh.ready()
    with fresh.browser() as client:
        closed = client.get("/metrics")
        numbers = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        alive = client.get("/healthz")

    assert (alive.status_code, alive.json()) == (200, {"ok": True})
    assert status == (200 if told["ready"] else 503)
    assert {one["part"] for one in told["parts"]} >= {
        "database", "account", "ticks", "outbox", "doubt", "due", "jobs", "disk", "backup", "rooms",
    }  # fmt: skip
    assert all(one["what"] and {"state", "since", "next"} <= set(one) for one in told["parts"])
    assert told["backup"] == "none"
    assert closed.status_code == 403
    assert re.search(r"(?m)^linli_database_up 1\.0$", numbers.text)
    for known in ("张建国", "刘明", "13800000001", "四组", "安全"):
        assert known not in numbers.text
        assert known not in json.dumps(told, ensure_ascii=False)
