"""How the program does at this moment: gathers the facts, has them judged, and words what was found."""

import os
import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.program import Program
from handlers.texts import Texts
from models.alarm_book import AlarmBook
from models.rules.alarming import Alarm, seen_elsewhere
from models.rules.health import DISK, Grade, Part, Sign, judge
from models.rules.vital_facts import AccountFact, Snapshot, StoredFacts
from models.vitals import VitalsReader
from web.health_view import HealthView, SignView

log = structlog.get_logger()
ANSWER_WITHIN_S = 5.0
"""A database that needs longer for a handful of numbers is as good as dead."""
BY_HAND = "relay"


class HealthDesk:
    """One for the whole process. ``folders``: what is kept where, ``database`` and ``attachments``."""

    def __init__(self, program: Program, folders: Mapping[str, Path] | None = None) -> None:
        self._program = program
        self._folders = dict(folders or {})
        self._reader, self._book = VitalsReader(program.engine), AlarmBook(program.engine)
        self._texts = program.parts.standing.texts
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._reading: Future[tuple[StoredFacts, list[Alarm]]] | None = None
        self._lock = Lock()
        self._seen: dict[tuple[Part, str], datetime] = {}

    def close(self) -> None:
        """Ask the database nothing more."""
        self._pool.shutdown(wait=False)

    def view(self) -> HealthView:
        """For people and machines: what is judged, in words."""
        snap, signs = self.look()
        shown = tuple(
            SignView(s.part, s.of, s.grade, *words_of(s, self._texts), s.since) for s in signs
        )  # fmt: skip
        return HealthView(snap, shown)

    def look(self) -> tuple[Snapshot, tuple[Sign, ...]]:
        """The facts, and what they mean; every sign that is ill says since when."""
        now = self._program.clock()
        stored, alarms = self._stored(now)
        free, disks = self._free()
        snap = Snapshot(
            at=now, stored=stored, accounts=self._accounts(stored), ticks_at=self._program.ticked_at,
            failing=dict(self._program.failing), free=free, disks=disks, tasks=self._program.tasks,
            events_waiting=self._program.ears.waiting,
        )  # fmt: skip
        signs = judge(snap)
        found = (*seen_elsewhere(signs, alarms), *signs)
        return snap, tuple(self._dated(found, alarms, now))

    def _stored(self, now: datetime) -> tuple[StoredFacts | None, list[Alarm]]:
        """Nobody waits longer for the database than people wait for a page, and nobody asks it twice meanwhile."""
        with self._lock:
            if self._reading is None or self._reading.done():
                self._reading = self._pool.submit(self._read, now)
            reading = self._reading
        try:
            return reading.result(ANSWER_WITHIN_S)
        except (SQLAlchemyError, OSError) as fault:
            log.error("database does not answer", fault=type(fault).__name__)  # noqa: TRY400 - no words in a log
            return None, []

    def _read(self, now: datetime) -> tuple[StoredFacts, list[Alarm]]:
        return self._reader.read(now), self._book.live(now)

    def _accounts(self, stored: StoredFacts | None) -> tuple[AccountFact, ...]:
        program = self._program
        here = [
            AccountFact(
                name, health.state, health.trouble_since or health.outage_since, health.proof,
                program.channels[name].capabilities.push_needs_human,
            )
            for name, health in program.health.items()
        ]  # fmt: skip
        others = (program.known or {}) if stored is not None else {}
        proofs = stored.proofs if stored is not None else {}
        elsewhere = [
            AccountFact(name, None, None, proofs.get(name), kind == BY_HAND)
            for name, kind in others.items()
            if name not in program.health
        ]
        return (*here, *elsewhere)

    def _free(self) -> tuple[dict[str, int], dict[str, str]]:
        """Bytes, and which disk; what lies on the same one is told once."""
        free, disks, seen = {}, {}, set()
        for what, folder in self._folders.items():
            there = next(p for p in (folder, *folder.parents) if p.exists())
            disk = there.stat().st_dev
            if disk not in seen:
                seen.add(disk)
                free[what] = shutil.disk_usage(there).free
                disks[what] = f"{os.statvfs(there).f_fsid:x}"
        return free, disks

    def _dated(self, signs: tuple[Sign, ...], alarms: list[Alarm], now: datetime) -> list[Sign]:
        """Who does not know since when is told by the alarm that is open, or by when it was seen first."""
        known = {alarm.subject: alarm.since for alarm in alarms if alarm.cleared_at is None}
        ill = {sign.subject for sign in signs if sign.grade >= Grade.ILL and not sign.follows}
        self._seen = {subject: at for subject, at in self._seen.items() if subject in ill}
        dated = []
        for sign in signs:
            if sign.follows and sign.grade >= Grade.ILL and sign.since is None:
                dated.append(replace(sign, since=known.get(sign.subject, now)))
            elif sign.subject in ill and sign.since is None:
                first = self._seen.setdefault(sign.subject, known.get(sign.subject, now))
                dated.append(replace(sign, since=first))
            else:
                dated.append(sign)
        return dated


def words_of(sign: Sign | Alarm, texts: Texts) -> tuple[str, str]:
    """What is the matter, and what to do next (empty: nothing)."""
    blanks = {name: value for name, value in sign.blanks.items() if name != DISK}
    if "what" in blanks:
        blanks["what"] = texts.render(f"KEPT_{str(blanks['what']).upper()}", {})
    key = f"HEALTH_{sign.word}"
    step = f"{key}_STEP"
    return texts.render(key, blanks), texts.render(step, {}) if step in texts.sentences else ""
