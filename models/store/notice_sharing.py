"""Private shares of notices, and the second persons who are asked about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import SQLModel, col

from models.store.notices import UNSAID, shares_reached, write_shares
from models.store.rows import Rows
from models.tables import Notice, NoticeApproval

_TABLES = SQLModel.metadata.tables
OUTBOX, NOTICE_PERSON = _TABLES["outbox"], _TABLES["notice_person"]


class NoticeSharingStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def people_reached(self, notice: int, firing: str) -> set[int]:
        """Contacts that have their share of this firing already."""
        return shares_reached(self.session, NOTICE_PERSON, notice, firing)

    def fan_out(self, notice: int, firing: str, rows: Sequence[dict[str, Any]]) -> None:
        """Write the private rows of one firing and each contact's share, in two batches."""
        write_shares(self.session, NOTICE_PERSON, notice, firing, rows)

    def unsaid_people(self, notice: int) -> list[tuple[int, str, dict[str, Any]]]:
        """Private rows that were not said yet: id, key and blanks."""
        self.session.flush()
        unsaid = (OUTBOX.c.notice_id == notice, OUTBOX.c.state.in_(UNSAID), OUTBOX.c.room_id.is_(None))
        found = select(OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.blanks).where(*unsaid)
        return [(row.id, row.key, row.blanks) for row in self.session.connection().execute(found)]

    def reword(self, rows: Sequence[dict[str, Any]]) -> None:
        """Other words for these rows: ``row``, ``to`` (the key) and ``filled`` (the blanks)."""
        if not rows:
            return
        changed = update(OUTBOX).where(OUTBOX.c.id == bindparam("row"))
        values = {
            "key": bindparam("to"),
            "blanks": bindparam("filled", type_=OUTBOX.c.blanks.type),
            "text": "",
        }
        self.session.connection().execute(changed.values(values), list(rows))

    def ask(
        self, notice: int, kind: str, asked: Sequence[int], now: datetime, answer: str = ""
    ) -> NoticeApproval:
        """Write a question about a notice; it has its row id afterwards."""
        answered = now if answer else None
        row = NoticeApproval(
            notice_id=notice, kind=kind, asked=list(asked), asked_at=now, answer=answer, answered_at=answered
        )
        self.session.add(row)
        self.session.flush()
        return row

    def latest(self, notice: int) -> NoticeApproval | None:
        """The last question about a notice, answered or not; read after the notice was locked."""
        found = select(NoticeApproval).where(col(NoticeApproval.notice_id) == notice)
        last = found.order_by(col(NoticeApproval.id).desc()).limit(1)
        return self.session.execute(last.execution_options(populate_existing=True)).scalar_one_or_none()

    def open_about(self, person: int) -> list[Notice]:
        """Notices about which this person is asked something, the longest asked first."""
        found = (
            select(Notice, NoticeApproval)
            .join(NoticeApproval, col(NoticeApproval.notice_id) == col(Notice.id))
            .where(col(NoticeApproval.answer) == "", col(Notice.state) != "cancelled")
            .order_by(col(NoticeApproval.id))
        )
        return [notice for notice, row in self.session.execute(found) if person in row.asked]

    @staticmethod
    def answer(row: NoticeApproval, answer: str, by: int | None, now: datetime, reason: str = "") -> None:
        """Note ``yes``, ``no`` or ``void``."""
        row.answer, row.answered_by, row.answered_at, row.reason = answer, by, now, reason
