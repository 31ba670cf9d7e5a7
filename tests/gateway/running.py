"""``python -m bot`` as an operator runs it: a configuration in a folder, commands, and the program as a process."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Self

from models.engine import open_engine
from models.views import CaseView, OutageView, Views
from tests.gateway.driver import Gateway
from tests.house.source import ROOT

START_S = 60
"""Seconds the program may take to start, or a page to show something, on a busy machine."""
BRISK = """
[policy]
outage_told_after_s = 0
probe_every_s = 0.5

[pacing]
burst_s = 1
burst_max_s = 3
gather_s = 0.2
reply_gap_s = 0.1
broadcast_gap_s = 0.2
room_hourly = 10000
room_daily = 10000
person_daily = 10000
room_notices_daily = 100
account_hourly = 10000
account_daily = 10000
leader_grace_s = 0.1
receipt_per_sender_min = 0
quiet = ""
"""
SETTINGS = """
name = "安全乡"
preset = "anxiang"
contact = "村值班"
secret = "UvkWm3Xq81rTzP5nYb7Lc0Je9Hs2Gd4A"
folder = "var"
database = "{database}"

[web]
port = {port}

[log]
level = "info"

[channels.main]
kind = "wechaty"
endpoint = "{endpoint}"
token = "{token}"
rpc_timeout_s = 2
probe_every_s = 0.5
probe_timeout_s = 1
"""


class Operator:
    """Whoever has the server: writes config.toml, gives commands, starts and stops the program."""

    def __init__(self, folder: Path, gateway: Gateway, database: str = "") -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self._database = database or f"sqlite:///{folder / 'var' / 'linli.db'}"
        self._port = _free_port()
        self._log = folder / "log.txt"
        self._process: subprocess.Popen[bytes] | None = None
        # Not through a proxy: the program is on this machine.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self._configure(gateway)

    def _configure(self, gateway: Gateway, /) -> None:
        """Write the settings."""
        given = {
            "endpoint": gateway.endpoint,
            "token": gateway.token,
            "database": "" if self._database.startswith("sqlite") else self._database,
            "port": self._port,
        }
        self.config.write_text(SETTINGS.format(**given) + BRISK, encoding="utf-8")

    def _typed(self, *words: str) -> tuple[list[str], Path]:
        """How a command of the program is typed on this machine, and in which folder."""
        return [sys.executable, "-m", "bot", *words, "--config", str(self.config)], ROOT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        assert "Traceback" not in self.log, self.log

    @property
    def log(self) -> str:
        """What the program wrote to standard error, over all its lives."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def command(self, *words: str | Path, fails: bool = False) -> str:
        """What one command says; it must end well, or with ``fails`` find something."""
        return self.begin(*words, fails=fails)()

    def begin(self, *words: str | Path, fails: bool = False) -> Callable[[], str]:
        """Begin a command beside other work; call the answer for what it says."""
        typed, where = self._typed(*map(str, words))
        begun = subprocess.Popen(typed, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def ended() -> str:
            said, complained = begun.communicate(timeout=START_S)
            assert begun.returncode == int(fails), said + complained
            return said

        return ended

    def change(self, line: str) -> Self:
        """Stop, write one more line into the last table of the settings (the policy follows it), and start again."""
        self.stop()
        told = self.config.read_text(encoding="utf-8")
        self.config.write_text(told.replace("\n[policy]", f"{line}\n\n[policy]"), encoding="utf-8")
        return self.start()

    def launch(self) -> Self:
        """Start the program without waiting for anything."""
        typed, where = self._typed("run")
        given = os.environ | as_the_unit_starts_it() | {"COLUMNS": "200"}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                typed, cwd=where, stdout=subprocess.DEVNULL, stderr=log, env=given
            )
        return self

    def start(self) -> Self:
        """Start the program and wait until its account is online."""
        return self.launch().sees("online")

    def sees(self, state: str) -> Self:
        """Wait until the program says that its account is in a state."""
        self.wait_for(lambda: self.health()["accounts"] == {"main": state}, f"the account is {state}")
        return self

    def wait_for(self, true: Callable[[], object], what: str) -> None:
        """Look again and again, as a person would."""
        pause = threading.Event()
        for _ in range(START_S * 10):
            assert self.is_running, self.log
            with contextlib.suppress(OSError):
                if true():
                    return
            pause.wait(0.1)
        raise AssertionError(f"never so: {what}\n{self.log[-3000:]}")

    def page(self, path: str) -> str:
        """A page of the running program, whatever its status code."""
        wanted = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}", headers={"accept": "text/html"}
        )
        try:
            with self._opener.open(wanted, timeout=10) as answer:
                page = str(answer.read().decode())
                return page if "/login" not in answer.geturl() else self._sign_in(page)
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def _sign_in(self, page: str) -> str:
        """With a code made on the server; the page one came for."""
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        back = re.search(r'name="back" value="(/(?!big)[^"]*)"', page.partition('action="/login/code"')[2])
        code = re.search(r"\d{4} \d{4}", self.command("login-code"))
        assert csrf is not None
        assert back is not None
        assert code is not None
        form = urllib.parse.urlencode({"csrf": csrf[1], "code": code[0], "back": back[1]})
        with self._opener.open(
            f"http://127.0.0.1:{self._port}/login/code", form.encode(), timeout=10
        ) as answer:
            return str(answer.read().decode())

    def health(self) -> dict[str, Any]:
        """What monitoring would read."""
        told: dict[str, Any] = json.loads(self.page("/readyz"))
        box = told.get("outbox", {})  # nothing is known of it while the database is away
        outbox = {"queued": box.get("queued"), "unknown": box.get("in_doubt")}
        accounts = {name: one["state"] for name, one in told["accounts"].items()}
        return {"ok": told["ready"], "accounts": accounts, "outbox": outbox}

    def gaps(self) -> list[OutageView]:
        """Every time in which the account heard nothing, the last one first."""
        engine = open_engine(self._database)
        try:
            return Views(engine).outages(1000)
        finally:
            engine.dispose()

    def cases(self) -> list[CaseView]:
        """Every case as it stands."""
        engine = open_engine(self._database)
        try:
            return Views(engine).cases()
        finally:
            engine.dispose()

    def memory(self) -> float:
        """Megabytes of memory the program holds."""
        told = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True
        )
        return int(told.stdout) / 1024

    def kill(self) -> None:
        """As by a power cut."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """As systemd does; the program must end in order."""
        if self._process is None or not self.is_running:
            return
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(START_S) == 0, self.log


def as_the_unit_starts_it() -> dict[str, str]:
    """The environment that systemd gives to the program."""
    unit = (ROOT / "deploy" / "linli.service").read_text(encoding="utf-8")
    (line,) = [line for line in unit.splitlines() if line.startswith("Environment=")]
    return dict(word.split("=", 1) for word in line.removeprefix("Environment=").split())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
