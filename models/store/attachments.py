"""Pictures, voices and places that belong to cases."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlmodel import col

from models.store.rows import Rows
from models.tables import Attachment

NOTHING_KEPT = {"stored": "", "size": 0, "key": "", "caption": ""}
"""An attachment of which only that there was one stays."""


class AttachmentStore(Rows):
    """What came with words, or instead of them."""

    def attachments(self, case: int, key: str) -> list[Attachment]:
        """What a case holds under a channel's key."""
        found = select(Attachment).where(col(Attachment.case_id) == case, col(Attachment.key) == key)
        return list(self.session.execute(found.order_by(col(Attachment.id))).scalars())

    def forget_attachments(self, message: str, since: datetime) -> bool:
        """A sender took a message back: nothing leads to the bytes of its attachments; whether there were any."""
        key = col(Attachment.key)
        mine = or_(key == message, key.endswith(f":{message}", autoescape=True))
        gone = update(Attachment).where(mine, col(Attachment.at) >= since).values(**NOTHING_KEPT)
        return bool(getattr(self.session.execute(gone), "rowcount", 0))
