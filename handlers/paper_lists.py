"""A paper list comes in: every row a case of its day and channel, all of them or none, each once (seed A14)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.case_steps.offline import Told, best_reading, open_offline
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.decision import Decision
from models.rules.ids import IdempotencyKey
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.urgency import Urgency
from models.store.visits import VisitStore

STILL_DANGER = timedelta(days=1)
"""Danger written down longer ago rings nobody: it is the first thing somebody looks at."""


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One row of a list. ``said_at`` is the day it was said, ``area`` a row id."""

    said_at: datetime
    source: str
    area: int
    words: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class BringPapers(Intent):
    """The operator brings in a list. ``dry_run``: only say what would come of it."""

    entries: tuple[PaperEntry, ...]
    dry_run: bool = False


@handles(BringPapers, may=Permission.AREA_IMPORT, refusal=None)
def bring_papers(ask: BringPapers, work: Work) -> Reply:
    """Rows that came in before, in this file or another, are left as they are."""
    keys = {_key(work, entry): entry for entry in ask.entries}
    there = VisitStore(work.store.session).lines_there(keys)
    fresh = {key: entry for key, entry in keys.items() if key not in there}
    for key, entry in fresh.items() if not ask.dry_run else ():
        then = replace(work, origin=replace(work.origin, key=key, at=entry.said_at))
        told = Told(_calmed(work, entry), entry.source, entry.name, entry.phone)
        open_offline(then, told, entry.area)
    return Reply("PAPERS_DM", added=len(fresh), same=len(keys) - len(fresh))


def _calmed(work: Work, entry: PaperEntry) -> Decision:
    decision = best_reading(work, entry.words)
    if decision.urgency is Urgency.U0 and work.now - entry.said_at > STILL_DANGER:
        return replace(decision, urgency=Urgency.U1)
    return decision


def _key(work: Work, entry: PaperEntry) -> IdempotencyKey:
    """The same row has the same key in every file."""
    words = work.standing.plain(entry.words)
    day = shanghai_date(entry.said_at).isoformat()
    parts = (day, entry.source, str(entry.area), entry.name, words)
    return IdempotencyKey(f"paper:{work.standing.secrets.digest(*parts)}")
