"""Sweeping: used keys after 30 days, expired drafts, unanswered questions and unused codes, batch by batch."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import SQLModel

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.permissions import Permission
from models.tables import BindingCode, ConsumedKey, Draft, DueFiring, PendingConfirmation

KEYS_KEPT = timedelta(days=30)
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
    expired: tuple[tuple[type[SQLModel], str, ColumnElement[bool]], ...] = (
        (ConsumedKey, "key", ConsumedKey.at < before - KEYS_KEPT),  # type: ignore[arg-type]
        (Draft, "id", Draft.expires_at < before),  # type: ignore[arg-type]
        (PendingConfirmation, "identity_id", PendingConfirmation.expires_at < before),  # type: ignore[arg-type]
        (BindingCode, "id", BindingCode.expires_at < before),  # type: ignore[arg-type]
        (DueFiring, "id", (DueFiring.state != "waiting") & (DueFiring.due_at < before - KEYS_KEPT)),  # type: ignore[arg-type]
    )
    swept = [_sweep(work, table, name, when) for table, name, when in expired]
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


def _sweep(work: Work, table: type[SQLModel], name: str, expired: ColumnElement[bool]) -> int:
    key = getattr(table, name)
    oldest = select(key).where(expired).limit(BATCH)
    swept = work.store.session.execute(
        delete(table).where(key.in_(oldest)).execution_options(synchronize_session=False)
    )
    return int(swept.rowcount)  # type: ignore[attr-defined]
