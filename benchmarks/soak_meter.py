"""What is measured during the soak: when a message stands in the database, and how the program's process does."""

import os
import re
import statistics
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, select

from models.tables import Case, CaseLine, ConsumedKey
from tests.gateway.driver import Gateway
from tests.gateway.running import Operator

LOOKS_EVERY_S = 0.02
"""By so much at most a message counts as recorded too late."""
AT_ONCE = 500
_NUMBER = re.compile(
    r"^(linli_tasks|linli_events_waiting|linli_outbox_rows\{state=\"queued\"\}) (\S+)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Sample:
    """The program's process at one moment; ``at`` in seconds since the first word."""

    at: float
    mb: float
    files: int
    threads: int
    tasks: int
    waiting: int
    queued: int
    cpu_s: float
    gateway_mb: float


def sampled(operator: Operator, gateway: Gateway, at: float) -> Sample:
    """Read ``/proc`` and ``/metrics``. Raises OSError when the program does not answer."""
    told = dict(_NUMBER.findall(operator.page("/metrics")))
    here = Path(f"/proc/{operator.pid}")
    status = (here / "status").read_text(encoding="ascii", errors="replace")
    return Sample(
        at=at, mb=_megabytes(operator.pid), files=len(os.listdir(here / "fd")),  # noqa: PTH208 - entries vanish meanwhile
        threads=int(status.partition("Threads:")[2].split()[0]), tasks=int(float(told["linli_tasks"])),
        waiting=int(float(told["linli_events_waiting"])),
        queued=int(float(told.get('linli_outbox_rows{state="queued"}', 0))),
        cpu_s=_cpu_s(here), gateway_mb=_megabytes(gateway.pid),
    )  # fmt: skip


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu_s(process: Path) -> float:
    """Seconds of CPU since its start."""
    after_name = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


class Sampler(threading.Thread):
    """Takes a sample every so many seconds until ``end``, and prints one a minute."""

    def __init__(self, operator: Operator, gateway: Gateway, every_s: float) -> None:
        super().__init__(name="sampler", daemon=True)
        self._operator, self._gateway, self._every_s = operator, gateway, every_s
        self._over = threading.Event()
        self.samples: list[Sample] = []
        self.unanswered = 0

    def run(self) -> None:
        began, minute = time.monotonic(), -1
        over = False
        while not over:  # the last one after the end
            over = self._over.wait(max(began + len(self) * self._every_s - time.monotonic(), 0))
            at = time.monotonic() - began
            try:
                self.samples.append(sampled(self._operator, self._gateway, at))
            except OSError:
                self.unanswered += 1
                continue
            if int(at // 60) > minute:
                minute = int(at // 60)
                print(row(self.samples[-1]), flush=True)

    def __len__(self) -> int:
        return len(self.samples) + self.unanswered

    def end(self) -> None:
        self._over.set()
        self.join()


HEAD = "   min   RSS MB  files threads tasks waiting outbox  CPU s  gateway MB"


def row(s: Sample) -> str:
    return (
        f"{s.at / 60:6.1f} {s.mb:8.1f} {s.files:6} {s.threads:7} {s.tasks:5} {s.waiting:7} {s.queued:6}"
        f" {s.cpu_s:6.0f} {s.gateway_mb:11.1f}"
    )


@dataclass
class Recorder:
    """Looks until each message it was told of stands in the database."""

    engine: Engine
    took_s: dict[str, list[float]] = field(default_factory=lambda: {"requests": [], "commands": []})
    opened: deque[tuple[str, int]] = field(default_factory=deque)
    """Room and number of new cases, for whoever plays the leaders."""

    def __post_init__(self) -> None:
        self._waiting: dict[str, tuple[float, str, str]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="recorder", daemon=True)
        self._thread.start()

    def said(self, key: str, at: float, room: str, kind: str) -> None:
        """``at``: when the gateway was told to say it, by ``time.monotonic``."""
        self._waiting[key] = at, room, kind

    def _look(self) -> None:
        while not self._over.wait(LOOKS_EVERY_S):
            keys = list(self._waiting.copy())[:AT_ONCE]
            if keys:
                self._settle(keys)

    def _settle(self, keys: list[str]) -> None:
        with self.engine.connect() as connection:
            there = set(
                connection.execute(select(ConsumedKey.key).where(ConsumedKey.key.in_(keys))).scalars()
            )
            now = time.monotonic()
            found = select(CaseLine.message_key, Case.no).join(Case, CaseLine.case_id == Case.id)
            numbers = (
                dict(connection.execute(found.where(CaseLine.message_key.in_(there))).all()) if there else {}
            )
        for key in there:
            at, room, kind = self._waiting.pop(key)
            self.took_s[kind].append(now - at)
            if kind == "requests" and key in numbers:
                self.opened.append((room, numbers[key]))

    def end(self, patience_s: float) -> int:
        """Wait for what is missing; how many are missing still."""
        until = time.monotonic() + patience_s
        while self._waiting and time.monotonic() < until:
            time.sleep(LOOKS_EVERY_S)
        self._over.set()
        self._thread.join()
        with suppress(Exception):
            self.engine.dispose()
        return len(self._waiting)


def growth(samples: Sequence[Sample]) -> float:
    """Of memory over these samples by a straight line through them, as a share of where the line begins."""
    fit = statistics.linear_regression([s.at for s in samples], [s.mb for s in samples])
    first = fit.intercept + fit.slope * samples[0].at
    return fit.slope * (samples[-1].at - samples[0].at) / first


def risen(samples: Sequence[Sample], name: str) -> float:
    """By how much the median of the later half of these samples lies above that of the earlier."""
    told = [getattr(s, name) for s in samples]
    middle = len(told) // 2
    return statistics.median(told[middle:]) - statistics.median(told[:middle])


def quantile(took: Sequence[float], share: float) -> float:
    """The nearest value at or above a share of all."""
    return sorted(took)[min(int(share * len(took)), len(took) - 1)]
