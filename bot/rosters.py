"""Rosters from a page: the same import as on the command line, within what the asker may change."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby, islice

from sqlalchemy import Engine

from handlers.bring_town import ensure_may_import
from handlers.dispatch import Dispatch
from handlers.township.alone import AnotherImport
from handlers.township.exporting import write_template
from handlers.township.importing import Importer, Outcome, Township
from handlers.township.report import told_problems
from handlers.township.wording import Wording
from models.rules.actor import Actor, Door, Origin
from models.rules.filling import rank_of_importer
from models.rules.ids import IdempotencyKey
from models.rules.refusals import Refusal, RefusalKind
from web.roster_door import RosterView, SheetChanges, Upload

UNPACKED_MB = 60
"""A page takes less than the command line: it is read while somebody waits."""
MOST_TOLD = 200
MOST_ROWS = 40
"""Stretches of rows that are written out."""


@dataclass(frozen=True)
class Rosters:
    """Looks at rosters and brings them in."""

    engine: Engine
    dispatch: Dispatch
    wording: Wording
    clock: Callable[[], datetime]

    def look(self, who: Actor, file: Upload) -> RosterView:
        """What bringing it in would do."""
        return self._run(who, file, None)

    def bring(self, who: Actor, file: Upload, mark: str) -> RosterView:
        """Bring in what was looked at."""
        return self._run(who, file, mark)

    def template(self) -> bytes:
        """The empty workbook, as ``export --template`` writes it."""
        book = BytesIO()
        write_template(book, self.wording, self.dispatch.current_town().preset)
        return book.getvalue()

    def _run(self, who: Actor, file: Upload, mark: str | None) -> RosterView:
        now = self.clock()
        self.dispatch.look(ensure_may_import, who, Origin(Door.WEB, IdempotencyKey("web:look"), now))
        town = self.dispatch.current_town()
        importer = Importer(
            self.engine, Township(town.name, town.preset, town.contact), self.dispatch.standing.secrets, self.wording,
            time.sleep, posts_below=rank_of_importer(who, town), unpacked_mb=UNPACKED_MB,
        )  # fmt: skip
        try:
            outcome = importer.run([file], now, dry_run=mark is None, only=mark)
        except AnotherImport:
            raise Refusal(RefusalKind.NOT_NOW, "ROSTER_BUSY_DM") from None
        return self._view(outcome)

    def _view(self, outcome: Outcome) -> RosterView:
        wrong, doubtful = outcome.findings.errors, outcome.findings.warnings
        return RosterView(
            tuple(islice(told_problems(wrong, self.wording, 1), MOST_TOLD)), len(wrong),
            tuple(islice(told_problems(doubtful, self.wording, 1), MOST_TOLD)), len(doubtful),
            tuple(self._changes(outcome)), outcome.written, outcome.mark,
        )  # fmt: skip

    def _changes(self, outcome: Outcome) -> Iterator[SheetChanges]:
        plan = outcome.plan
        for kind, words in self.wording.sheets.items():
            rows = [(line.place.row or 0, new) for of, line, new in plan.lines if of == kind]
            counts = plan.added[kind], plan.changed[kind], plan.same[kind]
            if any(counts):
                added = self._stretches(row for row, new in rows if new)
                changed = self._stretches(row for row, new in rows if not new)
                yield SheetChanges(words.names[0], counts[0], added, counts[1], changed, counts[2])

    def _stretches(self, rows: Iterable[int]) -> str:
        """``2-40、57``: rows that follow each other as one stretch."""
        ordered = enumerate(sorted(rows))
        runs = [[row for _, row in run] for _, run in groupby(ordered, lambda each: each[1] - each[0])]
        told = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:MOST_ROWS]]
        return self.wording.listed(told) + ("…" if len(runs) > MOST_ROWS else "")
