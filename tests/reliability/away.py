"""The database is away under the running program, for as long as one likes: stopped (PostgreSQL) or its disk full (SQLite).

``python -m tests.reliability.away [--db postgres|sqlite] [--seconds 75]``

The real program hears a real gateway. Meanwhile people go on asking. Prints what the page, the log and the alarms said,
and fails when a request is lost or doubled, or when anybody is told of the trouble, or of its end, not exactly once.
A full disk is a small file system of its own, which only root may make.
"""

import argparse
import contextlib
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.alarms.operators import SECRET, WebhookEnd
from tests.databases import postgres_server
from tests.gateway.driver import Gateway, install_packages
from tests.gateway.running import Operator
from tests.gateway.village import ROOMS, Village, found_village

ASKED = ("{area}路口路灯不亮好几天了", "{area}水渠堵了水漫到路上了", "{area}村口垃圾没人清运臭得很")
NUMBER = re.compile(r"#(\d+)")
DISK_MB = 800
ALARMS = """
[alarms]
webhook = "http://127.0.0.1:{port}/alarm"
webhook_secret = "{secret}"
"""


def ask_around(village: Village, question: str = ASKED[0]) -> dict[str, str]:
    """A resident of every group reports something; room → what was said."""
    asked = {room: question.format(area=area) for room, area in ROOMS.items()}
    for room, words in asked.items():
        village.say(village.neighbour(), words, room)
    return asked


def all_were_taken(operator: Operator, village: Village, *asked: dict[str, str]) -> None:
    """Each became one case, and its group heard that it did, once, be it with others in one sentence."""
    wanted = Counter(words for one in asked for words in one.values())
    operator.wait_for(
        lambda: Counter(case.text for case in operator.cases()) >= wanted, "every request is a case"
    )
    numbers = Counter(str(case.no) for case in operator.cases())
    operator.wait_for(lambda: _confirmed(village) >= numbers, "every request is confirmed")
    assert Counter(case.text for case in operator.cases()) == wanted
    assert _confirmed(village) == numbers
    assert village.said_twice() == []
    assert "alarm: call" not in operator.log  # nobody is rung because of a database


def _confirmed(village: Village) -> Counter[str]:
    """The numbers that residents were told in their groups, and how often."""
    village.listen()
    return Counter(
        no for said in village.said if said.conversation in ROOMS for no in NUMBER.findall(said.text)
    )


def tell(line: str) -> None:
    """One line for whoever started it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of DISK_MB at ``folder``."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "linli", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte free; the file that took the last."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"0" * 4096)
    return ballast


def watched(operator: Operator, village: Village, seconds: float, end: WebhookEnd) -> list[dict[str, str]]:
    """People ask, time passes, people ask again; what they asked."""
    asked = [ask_around(village)]
    began = time.monotonic()
    operator.wait_for(lambda: not operator.health()["ok"], "the page says that it cannot work")
    tell(f"  the page said so after {time.monotonic() - began:.1f} s")
    asked.append(ask_around(village, ASKED[1]))
    threading.Event().wait(max(seconds - (time.monotonic() - began), 0))
    asked.append(ask_around(village, ASKED[2]))
    tell(f"  alarms until then: {[one.told['type'] for one in end.posted]}")
    return asked


def run(kind: str, seconds: float) -> None:
    """One outage on one kind of database."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-away-")))
        end = stack.enter_context(WebhookEnd())
        gateway = stack.enter_context(Gateway(install_packages()))
        postgres = stack.enter_context(postgres_server()) if kind == "postgres" else None
        disk = stack.enter_context(small_disk(folder / "var")) if postgres is None else None
        operator = stack.enter_context(Operator(folder, gateway, postgres.fresh() if postgres else ""))
        with operator.config.open("a", encoding="utf-8") as config:
            config.write(ALARMS.format(port=end.port, secret=SECRET))
        village = Village(gateway)
        found_village(operator, village)
        tell(f"{kind}: away for {seconds:.0f} s")
        if postgres is not None:
            postgres.server.stop()
            asked = watched(operator, village, seconds, end)
            postgres.server.start()
        elif disk is not None:
            ballast = fill(disk)
            asked = watched(operator, village, seconds, end)
            ballast.unlink()
        all_were_taken(operator, village, *asked)
        operator.wait_for(lambda: operator.health()["ok"], "the page is green again")
        operator.wait_for(lambda: len(end.posted) % 2 == 0, "the end of every alarm is told")
        told = Counter((one.told["data"]["part"], one.told["type"]) for one in end.posted)
        tell(f"  {len(operator.cases())} requests, {len(operator.cases())} cases; told: {dict(told)}")
        assert all(times == 1 for times in told.values()), told


def main() -> int:
    """Play it; 0 when everything held."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--seconds", type=float, default=75)
    given = parser.parse_args()
    run(given.db, given.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
