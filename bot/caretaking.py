"""What stands beside the running program: alarms, backups, the broom for reports, the watchdog, the first log-in code."""

import asyncio
import socket
import sys
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from bot.nightly import LOOKS_EVERY_S as BACKUPS_EVERY_S
from bot.nightly import Nightly
from bot.program import Program
from bot.second_path import alarms_of, health_of
from bot.settings import Settings, service_socket
from handlers.actors import OPERATOR
from handlers.first_login import IssueFirstCode
from jobs.scheduler import Tick, Ticker
from models.export_files import ExportFiles
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from web.report_making import sweep_left_behind

LOOKS_EVERY_S = 10.0
"""How often it is looked whether somebody must be told."""
SWEEPS_EVERY_S = 60.0
"""How often reports that nobody took are looked for."""
AWAKE_EVERY_S = 10.0
"""systemd's WatchdogSec must be several times this (deploy/linli.service)."""


class Caretaking:
    """Begins with the program and ends before it."""

    def __init__(self, program: Program, settings: Settings) -> None:
        self._program, self._settings = program, settings
        self.health = health_of(program, settings)
        # In threads of its own: what else stands still does not stop it.
        exports = ExportFiles(program.engine)
        self._ringing = Ticker(
            [
                Tick("alarms", LOOKS_EVERY_S, alarms_of(program, settings, self.health).round),
                Tick("exports", SWEEPS_EVERY_S, lambda: sweep_exports(exports, program.clock())),
            ]
        )
        self._nightly = Nightly(program.engine, settings, program.clock)
        here = program.jobs_here and settings.backup.at
        self._keeping = Ticker([Tick("backup", BACKUPS_EVERY_S, self._nightly.round)] if here else [])
        self._awake: asyncio.Task[None] | None = None

    async def start(self, *, has_pages: bool) -> None:
        """Begin; ``has_pages``: this process serves them, and tells how the first one comes in."""
        self._ringing.start()
        self._keeping.start()
        self._awake = asyncio.create_task(stay_awake(service_socket()))
        if has_pages:
            address = f"http://{self._settings.web.host}:{self._settings.web.port}/login"
            await asyncio.to_thread(tell_first_code, self._program, address, sys.stderr.write)

    async def stop(self) -> None:
        """End."""
        if self._awake is not None:
            self._awake.cancel()
        self._nightly.end()
        await asyncio.to_thread(self._keeping.stop)
        await asyncio.to_thread(self._ringing.stop)


def sweep_exports(exports: ExportFiles, now: datetime) -> None:
    """Throw away reports that nobody took, and what a process that was killed left of some."""
    exports.sweep(now)
    sweep_left_behind(now)


def tell_first_code(program: Program, address: str, tell: Callable[[str], object]) -> None:
    """A one-time code for the first one who comes in, shown and never logged; nothing once somebody was in."""
    origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{uuid4()}"), program.clock())
    reply = program.dispatch(IssueFirstCode(address), OPERATOR, origin).reply
    if reply is not None:
        tell(program.parts.standing.texts.render(reply.key, reply.blanks) + "\n")


async def stay_awake(place: str) -> None:
    """Tell systemd that the program has begun, and again and again that its event loop turns; without one, nothing.

    Not whether it is well: a restart would lose what waits in memory for a database that comes back.
    """
    if not place:
        return
    where = "\0" + place[1:] if place.startswith("@") else place
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(where)
        line.send(b"READY=1")
        while True:
            line.send(b"WATCHDOG=1")
            await asyncio.sleep(AWAKE_EVERY_S)
