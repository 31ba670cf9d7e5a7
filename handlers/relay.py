"""The manual relay: a person copied the prepared text into WeChat, or could not (decision: docs/platform.md §5)."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlmodel import SQLModel

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.actor import Door
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind

OUTBOX = SQLModel.metadata.tables["outbox"]


@dataclass(frozen=True, slots=True)
class ConfirmRelay(Intent):
    """I said it for you."""

    outbox_id: int


@dataclass(frozen=True, slots=True)
class RefuseRelay(Intent):
    """It cannot be said; ``why`` is kept beside it."""

    outbox_id: int
    why: str


@handles(ConfirmRelay, may=Permission.RELAY_CONFIRM)
def confirm_relay(ask: ConfirmRelay, work: Work) -> None:
    """The sentence was said by a person, now."""
    _settle(work, ask.outbox_id, state="sent", sent_at=work.now, why="said by a person")


@handles(RefuseRelay, may=Permission.RELAY_CONFIRM)
def refuse_relay(ask: RefuseRelay, work: Work) -> None:
    """The sentence will not be said."""
    _settle(work, ask.outbox_id, state="dead", why=f"not said by a person: {ask.why.strip()[:100]}")


def _settle(work: Work, row: int, **values: object) -> None:
    """Bring a waiting row to its end.

    Raises:
        Refusal: it does not wait for a person any more, or belongs to a place this person has no post in.
    """
    connection = work.store.session.connection()
    found = connection.execute(select(OUTBOX.c.room_id).where(OUTBOX.c.id == row, OUTBOX.c.state == "relay"))
    waiting = found.one_or_none()
    if waiting is None or not _near(work, waiting.room_id):
        raise Refusal(RefusalKind.NOT_NOW, "RELAY_GONE_DM")
    here = (OUTBOX.c.id == row, OUTBOX.c.state == "relay")
    if not connection.execute(update(OUTBOX).where(*here).values(**values)).rowcount:
        raise Refusal(RefusalKind.NOT_NOW, "RELAY_GONE_DM")


def _near(work: Work, room: int | None) -> bool:
    """Whether one of the person's areas has to do with the room; whoever sits at the server is near everything."""
    if work.origin.door in {Door.SHELL, Door.WEB} and work.actor.identity is None:
        return True
    card = work.town.rooms.get(room) if room is not None else None
    areas = card.areas if card else ()
    own = [work.town.seats[s].area for s in work.actor.seats]
    return bool(own) and (
        card is None or any(work.town.related(mine, area) for mine in own for area in areas)
    )
