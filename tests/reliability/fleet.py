"""Several real processes of the program on one PostgreSQL: started, killed, frozen, asked to end, and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from models.leases import LASTS_S
from tests.house.source import ROOT

ENDS_WITHIN_S = 60
TAKEN_OVER = 2
"""How a process ends whose account another one acts for by now."""
IN_ORDER = {0, -signal.SIGTERM}
"""Who is asked to end before it began holds nothing, and the system ends it."""


@dataclass
class Process:
    """One ``python -m bot run --only …``. ``frozen_until``: when it goes on, by ``time.monotonic``."""

    name: str
    config: Path
    roles: tuple[str, ...]
    running: subprocess.Popen[bytes] | None = None
    frozen_until: float | None = None

    @property
    def log(self) -> Path:
        return self.config.with_name(f"{self.name}.log")

    def start(self) -> None:
        only = [word for role in self.roles for word in ("--only", role)]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", *only, "--config", str(self.config)],
                cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log, env=os.environ | {"COLUMNS": "200"},
            )  # fmt: skip

    @property
    def alive(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def send(self, number: signal.Signals) -> None:
        assert self.running is not None
        self.running.send_signal(number)

    def ended(self) -> int:
        assert self.running is not None
        return self.running.wait(ENDS_WITHIN_S)


@dataclass
class Fleet:
    """All of them. ``hurt`` does something to one of them; ``tend`` starts again whatever ended."""

    processes: list[Process]
    dice: random.Random
    killed: int = 0
    ended: int = 0
    frozen: int = 0
    taken_over: int = 0
    wrong: list[str] = field(default_factory=list)

    def start(self) -> None:
        for process in self.processes:
            process.start()

    def hurt(self) -> None:
        """Kill one, ask it to end in order, or freeze it for longer than its leases last."""
        process = self.dice.choice([p for p in self.processes if p.alive and p.frozen_until is None])
        luck = self.dice.random()
        if luck < 0.6:
            process.send(signal.SIGKILL)
            process.ended()
            self.killed += 1
        elif luck < 0.85:
            self.roll(process)
        else:
            process.send(signal.SIGSTOP)
            process.frozen_until = time.monotonic() + LASTS_S + 3
            self.frozen += 1

    def roll(self, process: Process) -> None:
        """End it in order and start it again, as when a new version is put in place."""
        process.send(signal.SIGTERM)
        code = process.ended()
        self.ended += 1
        if code not in IN_ORDER:
            self.wrong.append(f"{process.name} did not end in order: {code}")
        process.start()

    def tend(self) -> None:
        """As systemd does."""
        for process in self.processes:
            if process.frozen_until is not None and time.monotonic() >= process.frozen_until:
                process.send(signal.SIGCONT)
                process.frozen_until = None
            if not process.alive:
                code = process.running.returncode if process.running else 0
                self.taken_over += code == TAKEN_OVER
                if code not in {-signal.SIGKILL, TAKEN_OVER}:
                    self.wrong.append(f"{process.name} ended by itself: {code}")
                process.start()

    def thaw(self) -> None:
        """Nobody is frozen any more."""
        for process in self.processes:
            if process.frozen_until is not None:
                process.frozen_until = 0.0
        self.tend()

    def stop(self) -> None:
        """End all of them in order."""
        for process in self.processes:
            if process.alive:
                process.send(signal.SIGTERM)
        for process in self.processes:
            if process.running is not None and (code := process.ended()) not in {*IN_ORDER, TAKEN_OVER}:
                self.wrong.append(f"{process.name} did not end in order: {code}")

    def bury(self) -> None:
        """Whatever happened, nothing is left behind."""
        for process in self.processes:
            if process.alive:
                process.send(signal.SIGKILL)
                process.ended()
