"""A few fixed ticks in memory: what is due stands in the database, the ticks only look there.

The only importer of APScheduler. It holds no jobs of its own: two of its job stores run jobs twice, and a herd
of due jobs is missed with its defaults.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from models.rules.pacing import SHANGHAI

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tick:
    """Call this every so many seconds; never twice at once, and once however many ticks were missed."""

    name: str
    seconds: float
    call: Callable[[], object]


class Ticker:
    """Runs ticks in threads until stopped."""

    def __init__(self, ticks: Iterable[Tick]) -> None:
        wanted = list(ticks)
        self._scheduler = BackgroundScheduler(
            timezone=SHANGHAI,
            executors={"default": ThreadPoolExecutor(max(len(wanted), 1))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(_complain, EVENT_JOB_ERROR)
        for tick in wanted:
            self._scheduler.add_job(tick.call, "interval", seconds=tick.seconds, id=tick.name)

    def start(self) -> None:
        """Begin; the first call of each tick comes after its first interval."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; waits for the calls that run."""
        self._scheduler.shutdown(wait=True)


def _complain(event: JobExecutionEvent) -> None:
    log.error("tick failed", tick=event.job_id, fault=type(event.exception).__name__)
