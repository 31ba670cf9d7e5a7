"""A person decides about words that were not said, or of which nobody knows whether they were (decisions 0004, 0058)."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.outbox_rows import Queued
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.scope import Scope, scope_of
from models.rules.unsaid import Act, acts_for
from models.store.unsaid import UnsaidStore


@dataclass(frozen=True, slots=True)
class SettleUnsaid(Intent):
    """One row of the outbox: it arrived, say it again, or leave it."""

    row: int
    act: str


@dataclass(frozen=True, slots=True)
class SettleRoom(Intent):
    """The same for everything of a group that stands in one state."""

    room: int
    state: str
    act: str


@handles(SettleUnsaid, may=Permission.RELAY_CONFIRM)
def settle_unsaid(ask: SettleUnsaid, work: Work) -> Reply:
    """Once: whoever comes second is told that it is decided."""
    row = UnsaidStore(work.store.session).row(ask.row)
    if row is None or not _sees(work, row.room_id):
        raise Refusal(RefusalKind.NOT_NOW, "UNSAID_GONE")
    _settle(work, row, ask.act)
    return Reply("UNSAID_SETTLED", n=1)


@handles(SettleRoom, may=Permission.RELAY_CONFIRM)
def settle_room(ask: SettleRoom, work: Work) -> Reply:
    """All of them or none."""
    rows = UnsaidStore(work.store.session).rows_in(ask.room, ask.state) if _sees(work, ask.room) else []
    if not rows:
        raise Refusal(RefusalKind.NOT_NOW, "UNSAID_GONE")
    for row in rows:
        _settle(work, row, ask.act)
    return Reply("UNSAID_SETTLED", n=len(rows))


def _settle(work: Work, row: Queued, said: str) -> None:
    """Raises Refusal: it may not, or cannot, be decided so."""
    store, scope = UnsaidStore(work.store.session), scope_of(work.actor, work.town)
    able = acts_for(
        row.state, row.rank, in_room=row.in_room, may_drop=Permission.NOTICE_SEND in work.actor.permissions,
        everywhere=scope.whole,
    )  # fmt: skip
    act = next((each for each in able if each == said), None)
    if act is None:
        raise Refusal(RefusalKind.NOT_NOW, "UNSAID_NOT_SO")
    if act is Act.ARRIVED:
        store.arrived(row, work.now)
    elif act is Act.DROP:
        store.drop(row)
    elif row.gone or store.is_stopped(row):
        raise Refusal(RefusalKind.NOT_NOW, "UNSAID_NOWHERE")
    else:
        store.again(row, work.now)
    work.spoke = True  # what waits may go at once


def _sees(work: Work, room: int | None) -> bool:
    """Whether the group belongs to the asker's areas; private words are the operator's alone."""
    scope: Scope = scope_of(work.actor, work.town)
    card = work.town.rooms.get(room) if room is not None else None
    return scope.whole or (card is not None and any(scope.reaches(area) for area in card.areas))
