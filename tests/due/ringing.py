"""A process of its own that does what is due: ``python -m tests.due.ringing URL MOMENT FILE`` notes each key it did."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TextIO

from handlers.dispatch import Outcome, Status
from handlers.intents import Intent
from handlers.registry import load_handlers
from jobs.due_firings import fire_due
from models.due import DueTable
from models.engine import open_engine
from models.rules.actor import Actor, Origin


class Notebook:
    """Stands where dispatch stands, without its memory: whatever is asked twice is noted twice."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def __call__(self, intent: Intent, actor: Actor, origin: Origin) -> Outcome:  # noqa: ARG002 - as dispatch is called
        self._file.write(f"{origin.key}\n")
        return Outcome(Status.DONE)


def main(url: str, moment: str, notebook: Path) -> None:
    """Say that it is ready, wait for the word, and do everything that is due."""
    load_handlers()
    engine = open_engine(url)
    due, now = DueTable(engine), datetime.fromisoformat(moment)
    due.next_due(now)
    notebook.with_suffix(".ready").touch()
    while not notebook.with_name("go").exists():
        time.sleep(0.01)
    with notebook.open("w") as file:
        fire_due(due, Notebook(file), lambda: now)
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
