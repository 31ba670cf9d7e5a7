"""What leaders corrected in our readings, and the doubtful lines they may mean."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import col

from models.store.rows import Rows
from models.tables import Attachment, CaseLine, Draft

SUSPECTED = "suspected"


class CorrectionStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def doubts_in(self, room: int, now: datetime) -> list[Draft]:
        """Suspected requests of a room that have not expired, newest first, locked until the work ends."""
        found = select(Draft).where(
            col(Draft.room_id) == room, col(Draft.expires_at) > now, col(Draft.why) == SUSPECTED
        )
        return list(self.session.execute(found.order_by(col(Draft.id).desc()).with_for_update()).scalars())

    def forget_words(self, case: int) -> None:
        """The lines and pictures of what was no case go; that something was heard stays."""
        self.write_appended()
        self.session.execute(update(CaseLine).where(col(CaseLine.case_id) == case).values(text=""))
        self.session.execute(delete(Attachment).where(col(Attachment.case_id) == case))
