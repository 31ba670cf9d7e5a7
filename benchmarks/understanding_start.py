"""Cold start: from the start of a process to its first decision, beside ``import jieba; jieba.initialize()``.

``python -m benchmarks.understanding_start [--rounds N]``; also a part of ``python -m benchmarks.understanding_speed``.
Every start is a process of its own; rounds alternate, medians of time. The peer keeps its dictionary in a cache file
that is there after the first round; that round is not counted.
"""

import argparse
import statistics
import subprocess
import sys
import time

from benchmarks.understanding_reference import ROOT

REQUEST = "三组桥头路灯不亮好几天了"
CHATTER = "好的明天见"
_READY = "ready"
_OURS = f"""
import sys
from pathlib import Path
from handlers.understanding import load_understanding
understanding = load_understanding(Path("lexicon"), Path("locale/zh_CN"))
decision = understanding.understand(sys.argv[1])
print("{_READY}", decision.kind, flush=True)
"""
_JIEBA = f"""
import logging, warnings
warnings.simplefilter("ignore")
import jieba
jieba.setLogLevel(logging.ERROR)
jieba.initialize()
print("{_READY}", flush=True)
"""
_NOTHING = f'print("{_READY}", flush=True)'
STARTS: dict[str, tuple[str, ...]] = {
    "ours, chatter first": (_OURS, CHATTER),
    "ours, a request first": (_OURS, REQUEST),
    "import jieba; jieba.initialize()": (_JIEBA,),
    "python alone": (_NOTHING,),
}
PEER = "import jieba; jieba.initialize()"


def seconds_to_ready(program: tuple[str, ...]) -> float:
    """From starting a process until it says that it is ready; its end is not waited for within the measured time."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", *program], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as started:
        assert started.stdout is not None  # noqa: S101 - it is a pipe
        line = started.stdout.readline()
        took = time.perf_counter() - begun
    if not line.startswith(_READY):
        sys.exit("a started program ended early; its own words stand above")
    return took


def print_starts(rounds: int) -> None:
    """Medians of every start, rounds alternating."""
    seconds: dict[str, list[float]] = {name: [] for name in STARTS}
    for number in range(rounds + 1):
        for name, program in STARTS.items():
            took = seconds_to_ready(program)
            if number:
                seconds[name].append(took)
    beside = statistics.median(seconds[PEER])
    for name, each in seconds.items():
        median = statistics.median(each)
        print(f"{name:34s} {median:6.3f} s from process start  {median / beside:5.2f} × jieba")


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.understanding_start")
    asked.add_argument("--rounds", type=int, default=7)
    print_starts(asked.parse_args().rounds)


if __name__ == "__main__":
    main()
