"""A process that brings a database to the newest schema, and dies on the way when it is told to."""

import multiprocessing
import os
import random
import signal
from typing import Any

from sqlalchemy import Engine, event

from models.engine import migrate

FORKS = multiprocessing.get_context("forkserver")
ENDS_WITHIN_S = 60
LATER_EACH_TIME = 30
"""By so many statements each try may come further than the one before, whichever migration has how many."""


def work(url: str, dies_at: int | None) -> None:
    """The process: counts its statements and ends of transactions, and kills itself before one of them."""
    left = dies_at or 1_000_000

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    migrate(url)


def start(url: str, dies_at: int | None = None) -> Any:
    """One such process."""
    FORKS.set_forkserver_preload(["models.engine", "models.tables", "alembic.command"])
    child = FORKS.Process(target=work, args=(url, dies_at))
    child.start()
    return child


def died(url: str, dies_at: int) -> bool:
    """Whether it died on the way; otherwise it came through."""
    child = start(url, dies_at)
    child.join(ENDS_WITHIN_S)
    assert child.exitcode in {0, -signal.SIGKILL}, child.exitcode
    return child.exitcode != 0


def deaths(url: str, seed: int) -> int:
    """Start it until it comes through, each time to die somewhere else; how often it died."""
    dice = random.Random(seed)  # noqa: S311 - repeatable
    number = 0
    while died(url, dice.randint(1, LATER_EACH_TIME * (number + 1))):
        number += 1
    return number
