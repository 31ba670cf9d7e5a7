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
import sys, time
from pathlib import Path
from handlers.understanding import load_understanding
understanding = load_understanding(Path("lexicon"), Path("locale/zh_CN"))
decision = understanding.understand(sys.argv[1])
print("{_READY}", time.process_time(), decision.kind, flush=True)
"""
_JIEBA = f"""
import logging, time, warnings
warnings.simplefilter("ignore")
import jieba
jieba.setLogLevel(logging.ERROR)
jieba.initialize()
print("{_READY}", time.process_time(), flush=True)
"""
_NOTHING = f'import time; print("{_READY}", time.process_time(), flush=True)'
STARTS: dict[str, tuple[str, ...]] = {
    "ours, chatter first": (_OURS, CHATTER),
    "ours, a request first": (_OURS, REQUEST),
    "import jieba; jieba.initialize()": (_JIEBA,),
    "python alone": (_NOTHING,),
}
PEER = "import jieba; jieba.initialize()"


def seconds_to_ready(program: tuple[str, ...]) -> tuple[float, float]:
    """Seconds of time and of CPU from the start of a process until it says that it is ready."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", *program], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as started:
        assert started.stdout is not None  # noqa: S101 - it is a pipe
        line = started.stdout.readline()
        took = time.perf_counter() - begun
    if not line.startswith(_READY):
        sys.exit("a started program ended early; its own words stand above")
    return took, float(line.split()[1])


def print_starts(rounds: int) -> None:
    """Medians of every start, rounds alternating."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in STARTS}
    for number in range(rounds + 1):
        for name, program in STARTS.items():
            took = seconds_to_ready(program)
            if number:
                seconds[name].append(took)
    medians = {name: tuple(map(statistics.median, zip(*each, strict=True))) for name, each in seconds.items()}
    print(f"{'from process start':34s} {'seconds':>8s} {'× jieba':>8s} {'of CPU':>8s} {'× jieba':>8s}")
    for name, (took, busy) in medians.items():
        of_time, of_cpu = took / medians[PEER][0], busy / medians[PEER][1]
        print(f"{name:34s} {took:8.3f} {of_time:8.2f} {busy:8.3f} {of_cpu:8.2f}")


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.understanding_start")
    asked.add_argument("--rounds", type=int, default=7)
    print_starts(asked.parse_args().rounds)


if __name__ == "__main__":
    main()
