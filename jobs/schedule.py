"""Things that happen by themselves at fixed moments: ``@every`` declares them, a moment gives intents.

A job touches nothing: it says which intents are due, and dispatch does them under the key
``job:<name>:<due instant>``. So a moment that is looked at twice, by two processes or after a restart, happens
once.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from croniter import croniter
from sqlalchemy.exc import InterfaceError, OperationalError

from handlers.actors import CLOCK
from handlers.intents import Intent
from jobs.due_firings import Dispatches
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.pacing import SHANGHAI

log = structlog.get_logger()

Moment = Callable[[datetime], Iterable[Intent]]


@dataclass(frozen=True, slots=True)
class Job:
    """A declared job: its cron expression in Asia/Shanghai and for how long a missed moment is made up."""

    name: str
    cron: str
    grace: timedelta
    intents: Moment

    def last_due(self, now: datetime) -> datetime | None:
        """The latest moment at or before ``now`` that is not too long ago; aware, in the zone of ``now``."""
        local = (now + timedelta(microseconds=1)).astimezone(SHANGHAI)
        moment: datetime = croniter(self.cron, local).get_prev(datetime)
        return moment.astimezone(now.tzinfo) if now - moment <= self.grace else None

    def next_due(self, after: datetime) -> datetime:
        """The first moment later than ``after``; aware, in its zone."""
        moment: datetime = croniter(self.cron, after.astimezone(SHANGHAI)).get_next(datetime)
        return moment.astimezone(after.tzinfo)


JOBS: dict[str, Job] = {}


def every(cron: str, *, grace: timedelta = timedelta(hours=6)) -> Callable[[Moment], Moment]:
    """Declare a job named like its function: ``@every("20 3 * * *")`` is 03:20 each day in Asia/Shanghai."""

    def declare(intents: Moment) -> Moment:
        name = getattr(intents, "__name__", "")
        if name in JOBS:
            raise RuntimeError(f"two jobs are called {name}")
        JOBS[name] = Job(name, cron, grace, intents)
        return intents

    return declare


def load_jobs() -> None:
    """Import every module of this package, so that a new job is known without being listed anywhere."""
    package = importlib.import_module("jobs")
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"jobs.{found.name}")


def do_scheduled(
    dispatch: Dispatches,
    clock: Callable[[], datetime],
    done: dict[str, datetime],
    failing: dict[str, datetime] | None = None,
) -> int:
    """Dispatch the intents of every job whose last moment is not in ``done``; returns how many.

    ``done`` (name → moment) only saves asking the database again: the idempotency keys decide. ``failing`` is told
    which jobs fail, and since when.
    """
    failing = {} if failing is None else failing
    count = 0
    for name, job in sorted(JOBS.items()):
        due = job.last_due(clock())
        if due is None or done.get(name) == due:
            continue
        origin = Origin(Door.CLOCK, IdempotencyKey(f"job:{name}:{due.isoformat()}"), due)
        try:
            for ordinal, intent in enumerate(job.intents(due), 1):
                dispatch(intent, CLOCK, origin.numbered(ordinal))
                count += 1
        except (
            OperationalError,
            InterfaceError,
        ) as fault:  # the database is away, which is a trouble of its own
            log.warning("job waits for the database", job=name, fault=type(fault).__name__)
            continue
        except Exception:  # tried again at the next tick; the other jobs go on
            log.exception("job failed", job=name)
            failing.setdefault(name, clock())
            continue
        done[name] = due
        failing.pop(name, None)
    return count
