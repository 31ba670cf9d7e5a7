"""The command line in a folder. A command is run in this process: a process of its own spends seconds on imports alone.

What only a process shows (start, exit code of the machine, encoding of a pipe, signals) is asked of ``Shell.process``.
"""

import contextlib
import io
import logging
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.house.source import ROOT

SECRET = "kBz0xV7dQ2m9Lw4tRyN8sHc5PfJ1aGe3"
CONFIG = f'name = "安全乡"\npreset = "anxiang"\ncontact = "村值班"\nsecret = "{SECRET}"\n'
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
STAYS = ("run", "demo")
"""Commands that go on until a signal ends them."""


@dataclass
class Shell:
    """A folder with a configuration, and commands run in it."""

    folder: Path

    def configure(self, more: str = "", text: str = CONFIG) -> None:
        (self.folder / "config.toml").write_text(text + more, encoding="utf-8")

    def __call__(self, *words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """What ``python -m bot`` does with these words; a fault of ours is raised here, with its trace."""
        if words[0] in STAYS:
            return self.process(*words, given=given)
        said, complained = _pipe(), _pipe()
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.chdir(self.folder))
            stack.enter_context(patch.dict(os.environ, ENVIRONMENT, clear=True))
            stack.enter_context(patch.multiple(sys, stdin=_pipe(given or ""), stdout=said, stderr=complained))
            stack.enter_context(patch.object(sys, "argv", ["bot", *words]))
            stack.enter_context(_logs_kept())
            stack.enter_context(_connections_closed())
            code = _exit_code()
        return subprocess.CompletedProcess(words, code, _read(said), _read(complained))

    def process(self, *words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """The same as a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words], cwd=self.folder, env=ENVIRONMENT,
            input=given, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip


def _exit_code() -> int:
    try:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _pipe(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")


def _read(pipe: io.TextIOWrapper) -> str:
    pipe.seek(0)
    return pipe.read()


@contextlib.contextmanager
def _logs_kept() -> Iterator[None]:
    """A command sets up the log of its process; afterwards it is as it was."""
    library, ours = logging.getLogger(), structlog.get_config()
    handlers, level = library.handlers[:], library.level
    try:
        yield
    finally:
        structlog.configure(**ours)
        library.handlers[:] = handlers
        library.setLevel(level)


@contextlib.contextmanager
def _connections_closed() -> Iterator[None]:
    """A process that ends lets go of its databases."""
    opened: list[Any] = []

    def remember(connection: Any, _record: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", remember)
    try:
        yield
    finally:
        event.remove(Pool, "connect", remember)
        for connection in opened:
            connection.close()
