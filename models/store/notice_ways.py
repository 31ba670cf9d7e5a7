"""The loudspeakers, vans, boards and doors of a notice."""

from collections.abc import Iterable

from sqlmodel import col, select

from models.store.rows import Rows
from models.tables import Notice, NoticeWay


class WayStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def add_way(self, row: NoticeWay) -> None:
        """Write one."""
        self.session.add(row)

    def ways_of(self, notice: int) -> list[NoticeWay]:
        """All of one notice, locked until the work ends."""
        found = select(NoticeWay).where(col(NoticeWay.notice_id) == notice)
        return list(self.session.exec(found.order_by(col(NoticeWay.id)).with_for_update()))

    def latest_told(self, seats: Iterable[int]) -> Notice | None:
        """The notice these appointments were last asked to carry and did not."""
        mine = (col(NoticeWay.seat_id).in_(list(seats)), col(NoticeWay.done_at).is_(None))
        asked = select(Notice).join(NoticeWay, col(NoticeWay.notice_id) == col(Notice.id))
        told = asked.where(*mine, col(NoticeWay.told_at).is_not(None), col(Notice.state) != "cancelled")
        return self.session.exec(told.order_by(col(NoticeWay.told_at).desc(), col(Notice.id).desc())).first()
