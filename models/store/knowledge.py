"""Approved texts, and what was answered from them."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlmodel import col

from models.store.rows import Rows
from models.tables import KnowledgeItem, OutboxMessage

MOST_LISTED = 30
ANSWERS = ("KB_ANSWER", "KB_ANSWER_DM")
"""Sentences that quote an approved text."""


class KnowledgeStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def in_force(self, areas: Iterable[int], on: date) -> list[KnowledgeItem]:
        """Texts of these areas that hold on a day, by number."""
        found = select(KnowledgeItem).where(
            col(KnowledgeItem.area_id).in_(list(areas)),
            col(KnowledgeItem.stopped_at).is_(None),
            col(KnowledgeItem.dated_on) <= on,
            col(KnowledgeItem.expires_on) >= on,
        )
        return list(self.session.execute(found.order_by(col(KnowledgeItem.no))).scalars())

    def not_stopped(self, areas: Iterable[int]) -> list[KnowledgeItem]:
        """Texts of these areas that were not stopped, expired ones too; the last to expire first."""
        found = select(KnowledgeItem).where(
            col(KnowledgeItem.area_id).in_(list(areas)), col(KnowledgeItem.stopped_at).is_(None)
        )
        newest = found.order_by(col(KnowledgeItem.expires_on).desc(), col(KnowledgeItem.no).desc())
        return list(self.session.execute(newest.limit(MOST_LISTED)).scalars())

    def item_numbered(self, no: int) -> KnowledgeItem | None:
        """One text by the number people say, locked until the work ends."""
        found = select(KnowledgeItem).where(col(KnowledgeItem.no) == no).with_for_update()
        return self.session.execute(found).scalar_one_or_none()

    def item_titled(self, area: int, title: str) -> KnowledgeItem | None:
        """An area's text of that title."""
        found = select(KnowledgeItem).where(
            col(KnowledgeItem.area_id) == area, col(KnowledgeItem.title) == title
        )
        return self.session.execute(found).scalar_one_or_none()

    def add_item(self, item: KnowledgeItem) -> KnowledgeItem:
        """Write a new text under the next number."""
        last = self.session.execute(select(func.max(col(KnowledgeItem.no)))).scalar_one_or_none()
        item.no = int(last or 0) + 1
        self.session.add(item)
        self.session.flush()
        return item

    def answered_in(self, room: int, since: datetime) -> list[OutboxMessage]:
        """Answers that were said in a room since a moment, or are about to be."""
        found = select(OutboxMessage).where(
            col(OutboxMessage.room_id) == room,
            col(OutboxMessage.key).in_(ANSWERS),
            col(OutboxMessage.state) != "cancelled",
            col(OutboxMessage.created_at) >= since,
        )
        return list(self.session.execute(found).scalars())

    def take_back_answers(self, room: int, why: str) -> int:
        """Answers not said yet in a room are not said: somebody who knows has answered. Returns how many."""
        unsaid = (
            col(OutboxMessage.room_id) == room,
            col(OutboxMessage.state) == "queued",
            col(OutboxMessage.key).in_(ANSWERS),
        )
        done = self.session.execute(update(OutboxMessage).where(*unsaid).values(state="cancelled", why=why))
        return int(getattr(done, "rowcount", 0))
