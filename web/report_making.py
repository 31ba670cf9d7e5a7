"""Large exports are made beside the page: whoever asked sees how far it is, and takes the file when it is done."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from models.export_files import ExportFiles
from models.rules.refusals import Refusal
from models.rules.retention import EXPORTS_HELD

log = structlog.get_logger()
FAILED = "没有做成，不是您的错。请回到报表再试一次。"
OFTEN = 2_000
"""Cases after which it is noted how far it is."""
PREFIX = "linli-report-"


@dataclass(frozen=True)
class Makings:
    """Files are written in a temporary folder and wait in the database, whichever process is asked for them."""

    files: ExportFiles
    clock: Callable[[], datetime]

    def start(
        self,
        person: int | None,
        name: str,
        back: str,
        write: Callable[[Path, Callable[[int], None]], int],
        worded: Callable[[Refusal], str],
    ) -> str | None:
        """Start; the ticket to ask by. None: too many are being made.

        Args:
            person: whoever asks, None: the operator.
            name: what the file is called.
            back: address of the page it was asked for on.
            write: writes it, telling how many cases so far; answers with how many there are.
            worded: how a refusal is told.
        """
        ticket = self.files.add(person, name, back, self.clock())
        if ticket is not None:
            threading.Thread(target=self._run, args=(ticket, write, worded), daemon=True).start()
        return ticket

    def _run(
        self,
        ticket: str,
        write: Callable[[Path, Callable[[int], None]], int],
        worded: Callable[[Refusal], str],
    ) -> None:
        told = 0

        def tell(written: int) -> None:
            nonlocal told
            if written - told >= OFTEN:
                told = written
                self.files.move(ticket, written, self.clock())

        rows, content, why = 0, b"", ""
        try:
            with temporary() as file:
                rows = write(file, tell)
                content = file.read_bytes()
        except Refusal as refused:
            why = worded(refused)
        except Exception as fault:  # whoever waits must hear that it will not come
            log.exception("export failed", why=type(fault).__name__)
            why = FAILED
        self.files.end(ticket, rows, content, why, self.clock())


def new_file() -> Path:
    """An empty spreadsheet in the temporary folder; whoever asked deletes it."""
    with tempfile.NamedTemporaryFile(prefix=PREFIX, suffix=".xlsx", delete=False) as made:
        return Path(made.name)


@contextmanager
def temporary() -> Iterator[Path]:
    """The same for as long as the block lasts."""
    file = new_file()
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def sweep_left_behind(now: datetime) -> None:
    """Throw away what a process that was killed left in the temporary folder an hour ago or earlier."""
    for file in Path(tempfile.gettempdir()).glob(f"{PREFIX}*.xlsx"):
        try:
            if file.stat().st_mtime < (now - EXPORTS_HELD).timestamp():
                file.unlink()
        except OSError:  # another process was quicker, or it belongs to somebody else
            continue
