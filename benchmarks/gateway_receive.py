"""Receiving from the real npm gateway: our channel beside the PyPI class ``wechaty.Wechaty`` 0.10.7.

``python -m benchmarks.gateway_receive [--burst N] [--rounds N] [--rooms N] [--members N] [--no-memory]``

Every round starts a fresh gateway and a fresh client process for each, alternating; medians and ratios of one run.
A round is one burst: messages a second until the last is handed out, and the worst time the client's event loop kept
anybody waiting meanwhile. At the end each client learns every member's name once, for the memory that takes.

The class lives in an environment of its own in the user's cache folder, with the pins it needs: pyee 9 and urllib3 2
removed what it imports.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.gateway.driver import Gateway, install_packages
from tests.gateway.town import settle

ROOT = Path(__file__).resolve().parent.parent
PINS = ("wechaty==0.10.7", "wechaty-grpc==0.20.19", "pyee<9", "urllib3<2", "setuptools<81")
OURS, PEER = "ours", "class"
GOAL_RATE, GOAL_LAG = 1.5, 0.2


def peer_python() -> Path:
    """Python of the class's environment; made at the first run."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "linli-benchmarks" / f"wechaty-{sys.version_info.major}.{sys.version_info.minor}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        print("making the class's environment (once) …", flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--quiet", *PINS], check=True)
        (home / "ready").touch()
    return python


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class Client:
    """A client process; tells facts as JSON lines."""

    def __init__(self, name: str, gateway: Gateway, rooms: int, members: int, folder: str) -> None:
        where = [gateway.endpoint, gateway.token, str(rooms), str(members)]
        command = {
            OURS: [sys.executable, "-m", "benchmarks.gateway_ours", *where],
            PEER: [
                str(peer_python()),
                str(ROOT / "benchmarks" / "gateway_peer.py"),
                *where,
                str(free_port()),
            ],
        }[name]
        # The class leaves a folder where it runs.
        self._process = subprocess.Popen(
            command,
            cwd=ROOT if name == OURS else folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.facts: dict[str, float] = {}
        self._until("ready")

    def tell(self, word: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def burst(self, gateway: Gateway, count: int, rooms: list[str]) -> None:
        self.tell(f"burst {count}")
        self._until("go")
        gateway.do("flood", count=count, rooms=rooms)
        self._until("seconds")

    def know(self) -> None:
        self.tell("know")
        self._until("knowing_mb")

    def close(self) -> None:
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _until(self, fact: str) -> None:
        assert self._process.stdout is not None  # noqa: S101
        for line in self._process.stdout:
            if line.startswith("{"):
                self.facts |= json.loads(line)
                if fact in json.loads(line):
                    return
        sys.exit(f"the client ended before it told {fact!r}; its own words stand above")


@contextmanager
def client(name: str, node: Path, options: argparse.Namespace) -> Iterator[tuple[Client, Gateway]]:
    with tempfile.TemporaryDirectory() as folder, Gateway(node) as gateway:
        settle(gateway)
        gateway.do("township", rooms=options.rooms, members=options.members)
        one = Client(name, gateway, options.rooms, options.members, folder)
        try:
            yield one, gateway
        finally:
            one.close()


def measure(name: str, node: Path, options: argparse.Namespace) -> dict[str, float]:
    rooms = [f"t{room}@chatroom" for room in range(min(20, options.rooms))]
    with client(name, node, options) as (one, gateway):
        one.burst(gateway, options.burst, rooms)
        return one.facts | {"rate": options.burst / one.facts["seconds"]}


def memory(name: str, node: Path, options: argparse.Namespace) -> float:
    with client(name, node, options) as (one, _):
        one.know()
        return one.facts["knowing_mb"]


def told(rounds: list[dict[str, float]], knowing: float | None) -> dict[str, float]:
    medians = {fact: statistics.median(each[fact] for each in rounds) for fact in rounds[0]}
    return medians | ({} if knowing is None else {"knowing_mb": knowing})


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.gateway_receive")
    for name, default in (("burst", 5000), ("rounds", 5), ("rooms", 500), ("members", 100)):
        asked.add_argument(f"--{name}", type=int, default=default)
    asked.add_argument("--no-memory", action="store_true")
    options = asked.parse_args()
    node = install_packages()
    rounds: dict[str, list[dict[str, Any]]] = {OURS: [], PEER: []}
    for _ in range(options.rounds):
        for name, each in rounds.items():
            each.append(measure(name, node, options))
    print(f"burst of {options.burst} messages, {options.rounds} alternating rounds, medians")
    results = {}
    for name, each in rounds.items():
        knowing = None if options.no_memory else memory(name, node, options)
        results[name] = it = told(each, knowing)
        print(
            f"{name:>6}: {it['rate']:6.0f} msg/s   worst loop lag {it['lag'] * 1000:6.0f} ms"
            f"   memory idle {it['idle_mb']:.0f} MB, after the burst {it['burst_mb']:.0f} MB"
            + (f", {options.rooms}x{options.members} known {knowing:.0f} MB" if knowing is not None else "")
        )
    rate = results[OURS]["rate"] / results[PEER]["rate"]
    lag = results[OURS]["lag"] / results[PEER]["lag"]
    print(f"receive rate: {rate:.2f} times the class's (goal: at least {GOAL_RATE})")
    print(f"worst loop lag: {lag:.3f} of the class's (goal: at most {GOAL_LAG})")


if __name__ == "__main__":
    main()
