"""How long a backup takes that is proven, how large it is, and how long restoring it takes.

``python -m benchmarks.backup [--cases 100000] [--db sqlite,postgres] [--of FILE]``

The processor's time is this process's own; a PostgreSQL works beside it.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.many_cases import fill
from bot.backup_desk import BackupDesk, How
from bot.parts import LEXICON
from bot.settings import load_settings
from models.lexicon import load_lexicon
from tests.databases import postgres_server

SECRET = "kBz0xV7dQ2m9Lw4tRyN8sHc5PfJ1aGe3"  # noqa: S105 - of a throw-away place


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Do it and print how long it took."""
    wall, own = time.perf_counter(), time.process_time()
    made = work()
    print(f"  {what}: {time.perf_counter() - wall:.0f} s, {time.process_time() - own:.0f} s of the processor")
    return made


@contextmanager
def places(kind: str, folder: Path, given: Path | None) -> Iterator[tuple[str, str]]:
    """A database to back up, and an empty one to restore into."""
    if kind == "sqlite":
        file = folder / "linli.db"
        if given:
            shutil.copyfile(given, file)
        yield f"sqlite:///{file}", f"sqlite:///{folder / 'there.db'}"
        return
    with postgres_server() as server:
        yield server.fresh(), server.empty()


def main() -> None:
    """Measure."""
    words = argparse.ArgumentParser(prog="benchmarks.backup")
    words.add_argument("--cases", type=int, default=100_000)
    words.add_argument("--db", default="sqlite,postgres")
    words.add_argument("--of", type=Path, help="an SQLite file to measure instead of one filled here")
    told = words.parse_args()
    for kind in told.db.split(","):
        with (
            tempfile.TemporaryDirectory(prefix="linli-backup-") as name,
            places(kind, Path(name), told.of) as (url, there),
        ):
            folder = Path(name)
            if not told.of:
                fill(url, told.cases, load_lexicon(LEXICON).items)
            file = folder / "config.toml"
            text = f'name = "安全乡"\npreset = "anxiang"\nsecret = "{SECRET}"\ndatabase = "{url}"\n'
            file.write_text(text, encoding="utf-8")
            desk = BackupDesk(load_settings(file), lambda: datetime.now(UTC), lambda line: print(f"  {line}"))
            print(kind)
            made = timed("backup, proven", desk.take)
            timed("restore", lambda: desk.restore(made, How(into=there)))  # noqa: B023 - done at once


if __name__ == "__main__":
    main()
