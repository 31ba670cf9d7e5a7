"""A cadre with one session, who meets now one web process and now the other; and the operator's commands."""

import contextlib
import http.client
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from tests.house.source import ROOT

TOO_BUSY = -1
PAGES = ("/console", "/cases")


class Visitor:
    """Signs in at one process; the other one must know him as well."""

    def __init__(self, config: Path, ports: tuple[int, ...]) -> None:
        self._config = config
        self._ports = ports
        # The cookie belongs to the host, whichever of its ports answers.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self.seen = 0
        self.wrong: list[str] = []
        self._signed_in = False

    def look(self) -> None:
        """Open a page at each process; one that is down just now is passed over."""
        for port in self._ports:
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._look_at(port)

    def _look_at(self, port: int) -> None:
        path = PAGES[self.seen % len(PAGES)]
        wanted = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"accept": "text/html"})
        try:
            with self._opener.open(wanted, timeout=10) as answer:
                page, at = answer.read().decode(), answer.geturl()
        except urllib.error.HTTPError as refused:
            self.wrong.append(f"{path} at {port}: {refused.code}")
            return
        except urllib.error.URLError:
            return
        self.seen += 1
        if "/login" in at:
            if self._signed_in:
                self.wrong.append(f"the session is not known at {port}")
            self._sign_in(port, page)

    def _sign_in(self, port: int, page: str) -> None:
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        code = re.search(r"\d{4} \d{4}", self._told("login-code")[1])
        if csrf is None or code is None:
            return  # tried again with the next page
        form = urllib.parse.urlencode({"csrf": csrf[1], "code": code[0], "back": "/console"})
        with self._opener.open(f"http://127.0.0.1:{port}/login/code", form.encode(), timeout=5) as answer:
            self._signed_in = "/login" not in answer.geturl()

    def command(self, *words: str) -> bool:
        """A command on the server, while the programs run; a machine that is too busy for it leaves it undone."""
        code, told = self._told(*words)
        if code not in {0, TOO_BUSY}:
            self.wrong.append(f"{words} ended with {code}: {told}")
        return code == 0

    def _told(self, *words: str) -> tuple[int, str]:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bot", *words, "--config", str(self._config)],
                cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return TOO_BUSY, ""
        return done.returncode, done.stdout + done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
