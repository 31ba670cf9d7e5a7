"""Understanding beside jieba on every message and beside a nonebot2 matcher, on a stream with 10 % requests.

``python -m benchmarks.understanding_speed [--dev FOLDER] [--size N] [--rounds N] [--no-nonebot] [--no-starts]``

Alternating rounds, medians of CPU time, ratios of one run. The contenders:

* ours: one Aho-Corasick pass, jieba only around hits;
* the slow path, which comes to the same decisions without our short cuts: every message is cut with jieba, its words are
  found by the same automaton, every expression is tried, and it is read to the end;
* the same with one of the short cuts, the anchors that tell which expressions are worth trying;
* the same with our way of dismissing what cannot matter too, so that jieba alone is the difference;
* ``jieba.lcut`` alone, which decides nothing;
* a nonebot2 bot (environment of its own in the user's cache folder) whose matcher cuts with jieba and adds up keywords:
  as it comes, with its line of log for each message, and with its log silenced.

First the categories of ours are compared with a plain reading that searches every word and tries every expression;
last come ours message by message (median, p99) and cold starts.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

from benchmarks.understanding_reference import (
    ROOT,
    anchored_slow_path,
    jieba_first,
    plain_reference,
    slow_path,
    whole_tokenizer,
)
from benchmarks.understanding_start import print_starts
from benchmarks.understanding_stream import DEV, stream
from handlers.understanding import Understanding, load_understanding

LOGS = {"INFO": "as it comes", "CRITICAL": "silenced"}
"""Log levels of the nonebot2 peer: its own default, and none of its lines."""
PEER = ("nonebot2==2.4.4", "jieba==0.42.1", "setuptools<81")


def timed(read: Callable[[str], object], messages: list[str]) -> float:
    begun = time.process_time()
    for text in messages:
        read(text)
    return time.process_time() - begun


def differing(ours: Understanding, other: Understanding, messages: list[str]) -> int:
    pairs = ((ours.understand(text), other.understand(text)) for text in messages)
    return sum((a.kind, a.category, a.candidates) != (b.kind, b.category, b.candidates) for a, b in pairs)


def peer_python() -> Path:
    """Python of the peer's environment; made at the first run."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "linli-benchmarks" / "nonebot2"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (home / "ready").exists():
        print("making the peer's environment (once) …", flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--quiet", *PEER], check=True)
        (home / "ready").touch()
    return python


class Peer:
    """The nonebot2 process: one line in, one round, seconds out."""

    def __init__(self, messages: list[str], ours: Understanding, folder: Path, log_level: str) -> None:
        words: dict[str, list[str]] = {}
        for item in ours.lexicon.items:
            for word in (*item.keywords, *item.dialect):
                words.setdefault(word, []).append(item.code)
        task = folder / "task.json"
        task.write_text(json.dumps({"messages": messages, "words": words}), encoding="utf-8")
        script = ROOT / "benchmarks" / "nonebot_peer.py"
        self._process = subprocess.Popen(
            [peer_python(), script, task, log_level],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
        )

    def round(self) -> float:
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        for line in self._process.stdout:  # nonebot2 logs to the same stream
            if line.startswith("took "):
                return float(line.removeprefix("took "))
        sys.exit("the nonebot2 peer ended early; its own words stand above")

    def close(self) -> None:
        self._process.communicate()


def measure(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of each, rounds alternating; the first round only warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, once in ways.items():
            took = once()
            if number:
                seconds[name].append(took)
    return {name: statistics.median(each) for name, each in seconds.items()}


def by_message(understanding: Understanding, messages: list[str]) -> list[float]:
    """Microseconds of CPU of each message, shortest first."""
    found = []
    for text in messages:
        begun = time.process_time_ns()
        understanding.understand(text)
        found.append((time.process_time_ns() - begun) / 1000)
    return sorted(found)


def beside_peers(ours: Understanding, messages: list[str], rounds: int, *, nonebot: bool) -> dict[str, float]:
    """Median seconds of ours and of every peer."""
    slow, anchored, everywhere = slow_path(), anchored_slow_path(), jieba_first()
    print(f"differing categories beside the plain reading: {differing(ours, plain_reference(), messages)}")
    print(f"differing categories beside the slow path: {differing(ours, slow, messages)}")
    gc.collect()
    gc.freeze()  # as the program does when its tables are ready
    ways = {
        "ours": lambda: timed(ours.understand, messages),
        "slow path, jieba on everything": lambda: timed(slow.understand, messages),
        "slow path with our anchors": lambda: timed(anchored.understand, messages),
        "jieba on everything, then ours": lambda: timed(everywhere.understand, messages),
        "jieba.lcut alone": lambda: timed(whole_tokenizer().lcut, messages),
    }
    with tempfile.TemporaryDirectory() as folder:
        peers = {level: Peer(messages, ours, Path(folder), level) for level in LOGS if nonebot}
        ways |= {f"nonebot2 matcher, jieba, {LOGS[level]}": peer.round for level, peer in peers.items()}
        medians = measure(ways, rounds)
        for peer in peers.values():
            peer.close()
    return medians


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.understanding_speed")
    asked.add_argument("--dev", type=Path, default=DEV)
    asked.add_argument("--size", type=int, default=5000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--no-nonebot", action="store_true")
    asked.add_argument("--no-starts", action="store_true")
    options = asked.parse_args()
    messages, source = stream(options.dev, options.size)
    ours = load_understanding(ROOT / "lexicon", ROOT / "locale" / "zh_CN")
    print(f"{len(messages)} messages, 10 % requests, {source}")
    medians = beside_peers(ours, messages, options.rounds, nonebot=not options.no_nonebot)
    for name, seconds in medians.items():
        each = seconds / len(messages) * 1e6
        print(f"{name:37s} {each:8.1f} µs of CPU a message  {seconds / medians['ours']:6.2f} × ours")
    one = by_message(ours, messages)
    print(
        f"ours by message: median {statistics.median(one):.1f} µs, p99 {one[int(0.99 * len(one))]:.1f} µs of CPU"
    )
    if not options.no_starts:
        print_starts(options.rounds)


if __name__ == "__main__":
    main()
