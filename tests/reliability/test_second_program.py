"""A second program on the same SQLite file is told so and harms nothing; when the first is gone, it may start."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.test_cli import Shell
from tests.township.books import SAFE_TOWN, book

MORE = """
folder = "{folder}"
database = "sqlite:///{database}"

[web]
port = {port}

[channels.main]
kind = "simulator"
"""
PATIENCE_S = 60


class Life:
    """One ``python -m bot run`` with a configuration of its own."""

    def __init__(self, place: Path, database: Path) -> None:
        place.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.shell = Shell(place)
        self.shell.configure(MORE.format(folder=place / "var", database=database, port=self._port))
        self._log = place / "log.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Life":
        """Start it and wait until its pages answer."""
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=self.shell.folder, stdout=log, stderr=log,
                env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
            )  # fmt: skip
        until = time.monotonic() + PATIENCE_S
        while not self.is_well():
            assert self.process.poll() is None, self._log.read_text(encoding="utf-8")
            assert time.monotonic() < until, self._log.read_text(encoding="utf-8")
            time.sleep(0.1)
        return self

    def is_well(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with (
            contextlib.suppress(OSError),
            opener.open(f"http://127.0.0.1:{self._port}/readyz", timeout=5) as answer,
        ):
            return bool(json.load(answer)["ready"])
        return False

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def lives(tmp_path: Path) -> Iterator[list[Life]]:
    """Two configurations that name the same SQLite file; an imported township lies in it."""
    database = tmp_path / "town" / "linli.db"
    both = [Life(tmp_path / name, database) for name in ("first", "second")]
    imported = both[0].shell("import", str(book(tmp_path / "town.xlsx", SAFE_TOWN)))
    assert imported.returncode == 0, imported.stderr
    yield both
    for life in both:
        if life.process is not None:
            life.end(signal.SIGKILL)


def test_a_second_program_on_one_sqlite_file_is_told_what_to_do(lives: list[Life]):
    first, second = lives
    first.start()

    for life, *words in ((second, "run"), (first, "run", "--only", "jobs")):
        refused = life.shell(*words)
        assert refused.returncode == 2
        assert refused.stdout == ""
        assert re.fullmatch(
            r"linli: \S+linli\.lock is held by another Linli: stop it first, or use PostgreSQL for several processes\n",
            refused.stderr,
        )
    assert second.shell("bind-code", "--person", "张建国").returncode == 0  # a command is no second program
    assert first.is_well()
    assert not second.is_well()

    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    second.start()
    assert second.end(signal.SIGTERM) == 0
    assert first.start().end(signal.SIGTERM) == 0
