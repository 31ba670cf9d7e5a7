"""Who heard an important notice, and which households are not heard from."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlmodel import SQLModel

from models.prepared import Prepared
from models.rules.notice_receipts import IMPORTANT
from models.store.rows import Rows
from models.tables import NoticeReceipt, arrived

_TABLES = SQLModel.metadata.tables
NOTICE, OUTBOX, RECEIPT = _TABLES["notice"], _TABLES["outbox"], _TABLES["notice_receipt"]
PERSON, IDENTITY = _TABLES["person"], _TABLES["chat_identity"]
HOUSEHOLD, LIVES_IN = _TABLES["household"], _TABLES["household_area"]
HEARD, TOLD = "heard", "told"
_MOST_ASKED = 5
_MOST_AREAS = 20_000
"""Areas asked for in one statement."""
_SINCE = (OUTBOX.c.room_id == bindparam("room"), OUTBOX.c.sent_at >= bindparam("since"))
_ASKED = Prepared(
    select(NOTICE.c.id, OUTBOX.c.sent_at, OUTBOX.c.text)
    .select_from(OUTBOX.join(NOTICE, OUTBOX.c.notice_id == NOTICE.c.id))
    .where(*_SINCE, OUTBOX.c.state == "sent", NOTICE.c.level == IMPORTANT, NOTICE.c.state != "cancelled")
    .order_by(OUTBOX.c.sent_at.desc(), OUTBOX.c.id.desc())
    .limit(_MOST_ASKED)
)
_SAID_LAST = Prepared(select(func.max(OUTBOX.c.sent_at)).where(*_SINCE))
_LIVES_AT = Prepared(select(PERSON.c.household_id).where(PERSON.c.id == bindparam("person")))


class Asked(NamedTuple):
    """A notice that asked for a word in one room."""

    notice: int
    sent_at: datetime
    text: str


class Home(NamedTuple):
    """A household: what is known of its hearing a notice (None: nothing), and whether somebody of it is in the chat."""

    household: int
    label: str
    area: int
    kind: str | None
    in_chat: bool


class ReceiptStore(Rows):
    """On the transaction of the work at hand; nothing here commits."""

    def asked(self, room: int, since: datetime) -> list[Asked]:
        """The important notices a room heard since then, the latest first; one that was stopped asks no more."""
        return [Asked(*row) for row in self.find(_ASKED, room=room, since=since)]

    def said_last(self, room: int, since: datetime) -> datetime | None:
        """When we last said anything there."""
        found: datetime | None = self.find(_SAID_LAST, room=room, since=since)[0][0]
        return found

    def household_of(self, person: int) -> int | None:
        """Where a verified person lives, if that is known."""
        found = self.find(_LIVES_AT, person=person)
        return found[0][0] if found else None

    def write(
        self, notice: int, now: datetime, *, household: int | None = None, identity: int | None = None,
        room: int | None = None, told_by: int | None = None,
    ) -> bool:  # fmt: skip
        """Note that a household, or a contact of none, heard it; False: that is known."""
        who = (
            RECEIPT.c.household_id == household
            if household is not None
            else RECEIPT.c.identity_id == identity
        )
        if self.run(select(RECEIPT.c.id).where(RECEIPT.c.notice_id == notice, who)).first():
            return False
        kind = HEARD if told_by is None else TOLD
        row = {
            "notice_id": notice, "household_id": household, "room_id": room, "told_by": told_by, "at": now,
            "identity_id": identity if household is None else None, "kind": kind,
        }  # fmt: skip
        self.insert_rows(NoticeReceipt, [row])
        return True

    def rooms_reached(self, notice: int) -> set[int]:
        """Rooms in which it was said."""
        said = (OUTBOX.c.notice_id == notice, OUTBOX.c.state == "sent", OUTBOX.c.room_id.is_not(None))
        return set(self.run(select(OUTBOX.c.room_id).where(*said).distinct()).scalars())

    def unplaced(self, notice: int, rooms: Iterable[int]) -> int:
        """How many people of no known household answered in these rooms."""
        here = (
            RECEIPT.c.notice_id == notice,
            RECEIPT.c.household_id.is_(None),
            RECEIPT.c.room_id.in_([*rooms]),
        )
        return int(self.run(select(func.count()).where(*here)).scalar_one())

    def homes(self, notice: int, areas: Iterable[int]) -> list[Home]:
        """The households of these areas, and whether each heard the notice."""
        wanted = [*areas]
        found: dict[int, Home] = {}
        for first in range(0, len(wanted), _MOST_AREAS):
            here = LIVES_IN.c.area_id.in_(wanted[first : first + _MOST_AREAS])
            for row in self.run(_homes(notice, here)):
                found.setdefault(row[0], Home(*row))
        return list(found.values())

    def homes_called(self, areas: Iterable[int], label: str) -> list[int]:
        """Households of these areas with that very label."""
        here = and_(LIVES_IN.c.area_id.in_([*areas]), HOUSEHOLD.c.label == label)
        joined = HOUSEHOLD.join(LIVES_IN, LIVES_IN.c.household_id == HOUSEHOLD.c.id)
        found = select(HOUSEHOLD.c.id).select_from(joined).where(here, *_counts()).distinct()
        return list(self.run(found).scalars())


def _counts() -> tuple[ColumnElement[bool], ...]:
    return LIVES_IN.c.valid_to.is_(None), arrived(LIVES_IN.c), arrived(HOUSEHOLD.c)


def _homes(notice: int, here: ColumnElement[bool]) -> Select[tuple[int, str, int, str | None, bool]]:
    verified = (IDENTITY.c.verified_at.is_not(None), IDENTITY.c.gone_at.is_(None))
    bound = select(PERSON.c.household_id).join(IDENTITY, IDENTITY.c.person_id == PERSON.c.id)
    in_chat = HOUSEHOLD.c.id.in_(bound.where(PERSON.c.household_id.is_not(None), *verified))
    own = and_(RECEIPT.c.household_id == HOUSEHOLD.c.id, RECEIPT.c.notice_id == notice)
    joined = HOUSEHOLD.join(LIVES_IN, LIVES_IN.c.household_id == HOUSEHOLD.c.id).outerjoin(RECEIPT, own)
    columns = (HOUSEHOLD.c.id, HOUSEHOLD.c.label, LIVES_IN.c.area_id, RECEIPT.c.kind, in_chat)
    return select(*columns).select_from(joined).where(here, *_counts()).order_by(LIVES_IN.c.id)
