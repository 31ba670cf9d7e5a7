"""The backup of the night: by one process of however many run, in a program of its own that yields to everything else."""

import multiprocessing
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

import structlog
from sqlalchemy import Engine

from bot.settings import Settings
from models.heartbeats import Heartbeats
from models.vitals import BACKUP

log = structlog.get_logger()
LOOKS_EVERY_S = 60.0
BEGUN = "role:backup-begun"
AGAIN_AFTER = timedelta(hours=1)
"""So long after one that failed the next one is tried; and so long after its first start a place gets its first backup."""
GENTLY = 10
"""Niceness: whoever answers residents comes first."""
SPAWN = multiprocessing.get_context("spawn")


class Nightly:
    """Looks now and then whether a backup is due; ``round`` is called by a ticker."""

    def __init__(self, engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock = settings, clock
        self._beats = Heartbeats(engine)
        self._began = clock()
        self._ending = Event()

    def round(self) -> None:
        """Make one if it is time and nobody else does; returns when it is made, has failed or ``end`` was called."""
        now = self._clock()
        if not self._is_due(now) or not self._beats.take_turn(BEGUN, now, AGAIN_AFTER):
            return
        child = SPAWN.Process(target=make_backup, args=(self._settings,), daemon=True)
        child.start()
        while child.is_alive() and not self._ending.is_set():
            child.join(1.0)
        if child.is_alive():
            child.terminate()
            child.join()
        if child.exitcode:
            log.error("backup failed", exit=child.exitcode)

    def end(self) -> None:
        """Stop what is being made; what was written of it is thrown away by the next one."""
        self._ending.set()

    def _is_due(self, now: datetime) -> bool:
        """A moment that was slept through is made up for; what a clock that was ahead noted counts for nothing."""
        moment, last = self._settings.backup.last_moment(now), self._beats.last(BACKUP)
        if moment is None:
            return False
        if last is None:
            return not timedelta() <= now - self._began < AGAIN_AFTER
        return last < moment or last > now + AGAIN_AFTER


def make_backup(settings: Settings) -> None:
    """The child's whole life; ends with 1 and one line in the log when there is no new backup."""
    from bot.backup_desk import BackupDesk, BackupRefused, UnusableBackup  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415

    os.nice(GENTLY)
    write_logs(settings.log.format, settings.log.level)
    try:
        BackupDesk(settings, now, lambda _: None).take()
    except (BackupRefused, UnusableBackup) as fault:
        log.error("no backup", why=str(fault))  # noqa: TRY400 - the sentence says everything
        raise SystemExit(1) from fault
    log.info("backup made and verified")
