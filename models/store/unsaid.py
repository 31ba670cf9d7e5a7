"""Rows of the outbox that a person decides about; nothing here commits."""

from datetime import datetime

from sqlalchemy import select, update

from models.outbox_rows import NOTICE, OUTBOX, Queued, rows_where
from models.rules.notice_rooms import STOPPED_BY_HAND
from models.store.rows import Rows

BY_A_PERSON = "decided by a person"
MOST_AT_ONCE = 200


class UnsaidStore(Rows):
    """On the session of the work at hand."""

    def row(self, row: int) -> Queued | None:
        """One row, locked until the work ends."""
        found = rows_where(OUTBOX.c.id == row, limit=1).with_for_update(of=OUTBOX)
        kept = self.session.execute(found).mappings().one_or_none()
        return Queued(**kept) if kept is not None else None

    def rows_in(self, room: int, state: str) -> list[Queued]:
        """A room's rows in one state, the first of them, locked until the work ends."""
        found = rows_where(OUTBOX.c.room_id == room, OUTBOX.c.state == state, limit=MOST_AT_ONCE)
        locked = found.with_for_update(of=OUTBOX)
        return [Queued(**kept) for kept in self.session.execute(locked).mappings()]

    def is_stopped(self, row: Queued) -> bool:
        """Whether its notice was stopped."""
        if row.notice_id is None:
            return False
        stated = select(NOTICE.c.state).where(NOTICE.c.id == row.notice_id)
        return bool(self.session.execute(stated).scalar_one() == "cancelled")

    def arrived(self, row: Queued, now: datetime) -> None:
        """It was heard; what is left of a long text goes on in its old place."""
        if row.parts_left and not self.is_stopped(row):
            self._change(row, state="queued", blanks=row.following, not_before=now, attempts=0, why="")
        elif row.parts_left:
            self._change(row, state="cancelled", why=STOPPED_BY_HAND)
        else:
            self._change(row, state="sent", sent_at=row.sending_at or now, why=BY_A_PERSON)

    def again(self, row: Queued, now: datetime) -> None:
        """It waits again, with all its tries."""
        self._change(row, state="queued", not_before=now, attempts=0, why="")

    def drop(self, row: Queued) -> None:
        """It is not said."""
        self._change(row, state="cancelled", why=BY_A_PERSON)

    def _change(self, row: Queued, **values: object) -> None:
        here = (OUTBOX.c.id == row.id, OUTBOX.c.state == row.state)
        self.session.execute(update(OUTBOX).where(*here).values(**values))
