"""``python -m tests.year [--days 365] [--db sqlite|postgres|URL] [--seed N]``: a year of one township in minutes."""

import argparse
import gc
import logging
import sys
import tempfile
from pathlib import Path
from sqlite3 import Connection

import structlog
from sqlalchemy import event

from bot.parts import load_parts
from models.engine import open_engine
from models.rules.pacing import Pace
from tests.reliability.kill import database
from tests.year.play import Year

SECRET = "y" * 48


def play(db: str, folder: Path, days: int, seed: int) -> tuple[dict[str, object], list[str]]:
    """The figures of so many days, and what is wrong; the database is ``sqlite``, ``postgres`` or a URL."""
    parts = load_parts(Pace(), SECRET)
    with database(db, folder) as url:
        engine = open_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _hurry)
        year = Year(engine, parts, days, seed)
        figures = year.run()
        engine.dispose()
    return figures, year.wrong


def _hurry(connection: Connection, _record: object) -> None:
    """No power fails in a simulation: nobody waits for the disk, as with the PostgreSQL of the tests."""
    connection.execute("PRAGMA synchronous=OFF")


def main() -> None:
    asked = argparse.ArgumentParser(prog="tests.year")
    asked.add_argument("--days", type=int, default=365)
    asked.add_argument(
        "--db", default="sqlite", help="sqlite, postgres (one of our own) or the URL of an empty database"
    )
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    # Nobody watches the log of a simulated alarm.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    gc.set_threshold(100_000, 20, 20)  # the people and what they said stay for good
    with tempfile.TemporaryDirectory(prefix="linli-year-") as scratch:
        figures, wrong = play(options.db, Path(scratch), options.days, options.seed)
    for name, figure in figures.items():
        sys.stdout.write(f"{name:52s} {figure}\n")
    sys.stdout.writelines(f"WRONG {each}\n" for each in wrong[:50])
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
