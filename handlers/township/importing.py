"""Importing a township from spreadsheets: read, check everything, and only then write (seed A01, B01, B04)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from handlers.township.alone import alone
from handlers.township.areas import book_of, write_areas
from handlers.township.arrival import Arrival
from handlers.township.groups import Groups
from handlers.township.homes import Homes
from handlers.township.known import Known, read_known
from handlers.township.people import People
from handlers.township.plan import Plan
from handlers.township.seats import Seats
from handlers.township.sheets import UNPACKED_MB, Findings, Given, Lines, Place, read_files
from handlers.township.tree import check_areas
from handlers.township.wording import Wording
from models.rules.pacing import shanghai_date
from models.rules.preset import Preset
from models.secrets import SecretBox


@dataclass(frozen=True, slots=True)
class Township:
    """Which place it is: its name, its preset, whom residents ask."""

    name: str
    preset: Preset
    contact: str = ""


@dataclass(frozen=True)
class Outcome:
    """What an import found and would change; ``written`` tells whether it did."""

    findings: Findings
    plan: Plan
    written: bool
    mark: str = ""
    """Tells what was planned from files like these from anything else."""

    @property
    def good(self) -> bool:
        """Whether nothing has to be mended."""
        return not self.findings.errors


@dataclass(frozen=True)
class Importer:
    """Imports into one database. ``pause`` waits some seconds between transactions."""

    engine: Engine
    township: Township
    secrets: SecretBox
    wording: Wording
    pause: Callable[[float], None]
    crash_point: Callable[[str], None] = lambda _name: None
    posts_below: int | None = None
    """Rank of a level: only posts below it are filled and ended; None: all."""
    unpacked_mb: int = UNPACKED_MB

    def run(
        self, files: Sequence[Given], now: datetime, *, dry_run: bool = False, only: str | None = None
    ) -> Outcome:
        """Import the files together, or nothing of them; ``only`` what a look before it gave this mark to.

        Raises:
            AnotherImport: somebody else imports into this database.
        """
        with alone(self.engine):
            found = Findings()
            lines = read_files(files, self.wording, found, unpacked_mb=self.unpacked_mb)
            with Session(self.engine) as session:
                known = read_known(session, self.secrets)
            plan = self._plan(lines, known, found, now)
            mark = plan.mark() if not found.errors else ""
            meant = not dry_run and only in {None, mark}
            written = meant and self._write(files, plan, known, found, now)
            return Outcome(found, plan, written, mark)

    def _write(
        self, files: Sequence[Given], plan: Plan, known: Known, found: Findings, now: datetime
    ) -> bool:
        """Write the plan; whether there was anything to write."""
        if found.errors:
            return False
        arrival = Arrival(self.engine, self.pause, self.crash_point)
        if plan.empty and known.place:
            arrival.sweep()
            return False
        place = {
            "name": self.township.name,
            "preset": self.township.preset.code,
            "contact": self.township.contact,
        }
        arrival.write(plan, place, _digest(files), now, shanghai_date(now))
        return True

    def _plan(self, lines: Lines, known: Known, found: Findings, now: datetime) -> Plan:
        """Check all lines against each other and the database; an empty plan when anything is wrong."""
        preset, today = self.township.preset, shanghai_date(now)
        if known.place and known.place["preset"] != preset.code:
            found.error(Place(""), "OTHER_PRESET", present=known.place["preset"], wanted=preset.code)
            return Plan()
        book = book_of(known, self.wording, preset, found)
        check_areas(lines["areas"], book, known)
        homes = Homes(book, known, self.secrets)
        homes.check(lines["households"])
        people = People(homes, known, self.secrets)
        people.check(lines["people"])
        seats = Seats(people, homes, known, today)
        seats.check(lines["posts"])
        if self.posts_below is not None:
            seats.check_levels(self.posts_below)
        groups = Groups(book, known)
        groups.check(lines["rooms"])
        plan = Plan()
        if found.errors:
            return plan
        seats.warn_of_ranges()
        write_areas(book, known, plan, today)
        homes.write(plan, now)
        people.write(plan)
        seats.write(plan)
        groups.write(plan, now)
        return plan


def _digest(files: Sequence[Given]) -> str:
    """Of the files' bytes, for the log of imports."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()[:32]
