"""Sweeping: used keys after 30 days, expired drafts, unanswered questions, unused codes, old attachments, in batches."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select, update
from sqlmodel import SQLModel

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.api_tokens import ANSWERS_KEPT
from models.rules.outliving import ERRANDS
from models.rules.permissions import Permission
from models.rules.quizzing import ASKED_EVERY
from models.rules.sent_files import KEPT, LEFT_ALONE_FOR, LOST
from models.store.attachments import NOTHING_KEPT

KEYS_KEPT = timedelta(days=30)
ATTACHMENTS_KEPT = timedelta(days=180)
"""Pictures and voices of cases (safeguards §4)."""
RECEIPTS_KEPT = timedelta(days=30)
"""Who answered a notice (safeguards §4)."""
LETTERS_KEPT = timedelta(days=180)
"""Which household a letter was brought to."""
PRIVATE_NOTES_KEPT = timedelta(days=180)
"""What a visit heard of health, family and money (safeguards §4)."""
NAMES_KEPT = timedelta(days=180)
"""What groups called the people who signed up for something."""
BATCH = 2000
"""Rows of one table in one transaction: a few milliseconds, so that no message waits for the broom."""
PAUSE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class SweepExpired(Intent):
    """Delete what expired before a moment (ISO); ``round`` counts the batches."""

    since: str
    round: int = 1


@handles(SweepExpired, may=Permission.CLOCK_TICK)
def sweep_expired(ask: SweepExpired, work: Work) -> None:
    """One batch; when it was full, the next one is planned."""
    before = datetime.fromisoformat(ask.since)
    swept = [*(_sweep(work, *one) for one in _expired(before)), _forget_attachments(work, before)]
    _forget_private_notes(work, before)
    _forget_names(work, before)
    _forget_forms(work, before)
    if max(swept) >= BATCH:
        following = ask.round + 1
        work.store.plan(
            [
                {
                    "key": f"sweep:{ask.since}:{following}", "intent": "SweepExpired", "state": "waiting",
                    "fields": {"since": ask.since, "round": following}, "due_at": work.now + PAUSE,
                    "attempts": 0, "why": "",
                }
            ]
        )  # fmt: skip


def _expired(before: datetime) -> tuple[tuple[Table, str, ColumnElement[bool]], ...]:
    """Table, name of its key column, and which of its rows nobody needs."""
    tables = SQLModel.metadata.tables
    keys, drafts, firings = tables["consumed_key"], tables["draft"], tables["due_firing"]
    asked, codes = tables["pending_confirmation"], tables["binding_code"]
    receipts, shares, outbox = tables["notice_receipt"], tables["notice_person"], tables["outbox"]
    files, letters, volunteers = tables["sent_file"], tables["letter_delivery"], tables["quiz_volunteer"]
    answers = tables["api_answer"]
    pushes = tables["webhook_delivery"]
    # Who heard a notice privately, perhaps because of a tag, is nobody's business after that.
    old = exists().where(outbox.c.id == shares.c.outbox_id, outbox.c.created_at < before - RECEIPTS_KEPT)
    # An errand whose account is gone waits for nobody.
    done = or_(firings.c.state != "waiting", firings.c.intent.in_(ERRANDS))
    over = and_(done, firings.c.due_at < before - KEYS_KEPT)
    return (
        (keys, "key", keys.c.at < before - KEYS_KEPT),
        (drafts, "id", drafts.c.expires_at < before),
        (asked, "identity_id", asked.c.expires_at < before),
        (codes, "id", codes.c.expires_at < before),
        (firings, "id", over),
        (receipts, "id", receipts.c.at < before - RECEIPTS_KEPT),
        (shares, "id", old),
        (files, "id", and_(files.c.notice_id.is_(None), files.c.at < before - LEFT_ALONE_FOR)),
        (letters, "id", letters.c.at < before - LETTERS_KEPT),
        (volunteers, "identity_id", volunteers.c.left_at < before - ASKED_EVERY),
        (answers, "key", answers.c.at < before - ANSWERS_KEPT),
        (pushes, "id", pushes.c.at < before - KEYS_KEPT),
    )


def _forget_attachments(work: Work, before: datetime) -> int:
    """Only that there was one stays; the copy itself is thrown away by the process that keeps the folder."""
    table = SQLModel.metadata.tables["attachment"]
    leads = or_(*(table.c[name] != nothing for name, nothing in NOTHING_KEPT.items()))
    oldest = select(table.c.id).where(table.c.at < before - ATTACHMENTS_KEPT, leads).limit(BATCH)
    cleared = update(table).where(table.c.id.in_(oldest)).values(**NOTHING_KEPT)
    return work.store.session.connection().execute(cleared).rowcount


def _sweep(work: Work, table: Table, name: str, expired: ColumnElement[bool]) -> int:
    """Delete one batch; returns how many rows that were."""
    key = table.c[name]
    oldest = select(key).where(expired).limit(BATCH)
    return work.store.session.connection().execute(delete(table).where(key.in_(oldest))).rowcount


def _forget_private_notes(work: Work, before: datetime) -> None:
    """Private notes of old visits are gone; that there was a visit stays."""
    visits = SQLModel.metadata.tables["visit"]
    old = and_(visits.c.at < before - PRIVATE_NOTES_KEPT, visits.c.sensitive.is_not(None))
    work.store.session.execute(update(visits).where(old).values(sensitive=None))


def _forget_names(work: Work, before: datetime) -> None:
    """Who came to an old activity is a number; that somebody came stays."""
    people = SQLModel.metadata.tables["participant"]
    old = and_(people.c.changed_at < before - NAMES_KEPT, people.c.name_box.is_not(None))
    work.store.session.execute(update(people).where(old).values(name_box=None))


def _forget_forms(work: Work, before: datetime) -> None:
    """Links of old notices lead nowhere, and what went along is gone; a notice that is still repeated keeps both."""
    tables = SQLModel.metadata.tables
    notices, links, files = tables["notice"], tables["notice_link"], tables["sent_file"]
    over = select(notices.c.id).where(notices.c.created_at < before - KEPT, notices.c.next_at.is_(None))
    wire = work.store.session.connection()
    wire.execute(delete(links).where(links.c.notice_id.in_(over)))
    cleared = update(files).where(files.c.notice_id.in_(over), files.c.state != LOST)
    wire.execute(cleared.values(state=LOST, content=b"", key=""))
