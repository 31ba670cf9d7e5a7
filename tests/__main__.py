"""Every check in one run: ``python3 run.py test [pytest's own words]``."""

import faulthandler
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.machine import Missing, find_chinese_font, find_chromium, tell_needs

SPREAD = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder")
"""One worker a core, a file's tests together: what they share is made once; long stories are not left for the end."""
MEMORY = Path("/dev/shm")  # noqa: S108 - each run makes a folder of its own there
ROOM = 4_000_000_000
FROM_DEBIAN = {find_chromium: "chromium", find_chinese_font: "fonts-noto-cjk"}


def fetch_from_debian() -> None:
    """Install the browser and its Chinese letters where that takes no more than asking: as root on Debian."""
    wanted = []
    for find, package in FROM_DEBIAN.items():
        try:
            find()
        except Missing:
            wanted.append(package)
    if not wanted or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    sys.stderr.write(f"run.py: installing {' and '.join(wanted)} with apt-get\n")
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], check=False, **quiet
    )


def use_memory() -> None:
    """Let the files of tests lie in memory where it has room: tests kill programs, never the machine."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def main(words: list[str]) -> int:
    """Check the machine, then hand over to pytest, whose closing line is the last one printed."""
    marks = words[words.index("-m") + 1] if "-m" in words else ""
    without = frozenset({"Chromium", "Chinese font"} if "not browser" in marks else ())
    if not without:
        fetch_from_debian()
    if not tell_needs(without):
        return 2
    use_memory()
    return pytest.main([*SPREAD, *words])


def leave(code: int) -> None:
    """End the process. A thread that a test left running would hold it for ever, so it is named and is a failure."""
    until = time.monotonic() + 10
    while left := [
        t.name for t in threading.enumerate() if not t.daemon and t is not threading.main_thread()
    ]:
        if time.monotonic() > until:
            faulthandler.dump_traceback()
            sys.stderr.write(f"tests: still running when all was over: {', '.join(left)}\n")
            sys.stdout.flush()
            os._exit(code or 1)
        time.sleep(0.1)
    sys.exit(code)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
