"""What leaders corrected in our readings, and the doubtful lines they may mean."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import col

from models.store.rows import Rows
from models.tables import Attachment, CaseLine, Draft, OutboxMessage

SUSPECTED = "suspected"
HOLD_WORDS = ("CARD_DM", "EMERG_LATE_DM", "EMERG_LEADER_DM", "PROGRESS_HANDLER_DM")
"""Sentences to leaders that repeat a reporter's words."""
OVER = ("cancelled", "dead", "merged", "sent")
"""States in which nothing is said, and no echo expected, any more."""


class CorrectionStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def doubts_in(self, room: int, now: datetime) -> list[Draft]:
        """Suspected requests of a room that have not expired, newest first, locked until the work ends."""
        found = select(Draft).where(
            col(Draft.room_id) == room, col(Draft.expires_at) > now, col(Draft.why) == SUSPECTED
        )
        return list(self.session.execute(found.order_by(col(Draft.id).desc()).with_for_update()).scalars())

    def forget_words(self, case: int) -> None:
        """The lines and pictures of what was no case go, here and in what we told leaders; that it was heard stays."""
        self.write_appended()
        told = update(OutboxMessage).where(
            col(OutboxMessage.case_id) == case,
            col(OutboxMessage.key).in_(HOLD_WORDS),
            col(OutboxMessage.state).in_(OVER),
        )
        self.session.execute(told.values(text="", blanks={}))
        self.session.execute(update(CaseLine).where(col(CaseLine.case_id) == case).values(text=""))
        self.session.execute(delete(Attachment).where(col(Attachment.case_id) == case))
