"""``python -m tests.year [--days 365] [--db sqlite|postgres|URL] [--seed N]``: a year of one township in minutes."""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from bot.parts import load_parts
from models.engine import open_engine
from models.rules.pacing import Pace
from tests.reliability.kill import database
from tests.year.play import Year

SECRET = "y" * 48


def main() -> None:
    asked = argparse.ArgumentParser(prog="tests.year")
    asked.add_argument("--days", type=int, default=365)
    asked.add_argument(
        "--db", default="sqlite", help="sqlite, postgres (one of our own) or the URL of an empty database"
    )
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with (
        tempfile.TemporaryDirectory(prefix="linli-year-") as scratch,
        database(options.db, Path(scratch)) as url,
    ):
        engine = open_engine(url)
        year = Year(engine, load_parts(Pace(), SECRET), options.days, options.seed)
        figures = year.run()
        engine.dispose()
    for name, figure in figures.items():
        sys.stdout.write(f"{name:45s} {figure}\n")
    sys.stdout.writelines(f"WRONG {wrong}\n" for wrong in year.wrong[:50])
    sys.exit(bool(year.wrong))


if __name__ == "__main__":
    main()
