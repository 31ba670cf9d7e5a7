"""Cases, their events, lines and reporters."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update

from models.rules.case_life import OPEN_STATES, UNFINISHED_STATES
from models.store.rows import Rows
from models.tables import (
    Case,
    CaseEvent,
    CaseLine,
    CoReporter,
    Draft,
    DueFiring,
    OutageWindow,
    OutboxMessage,
    Rating,
)

_OPEN = tuple(sorted(OPEN_STATES))
_UNFINISHED = tuple(sorted(UNFINISHED_STATES))


class CaseStore(Rows):
    """Everything about cases."""

    def find_case(self, no: int) -> Case | None:
        """The case with that number; its row stays locked until the work ends."""
        return self.session.execute(select(Case).where(Case.no == no).with_for_update()).scalar_one_or_none()

    def case(self, case: int) -> Case:
        """The case with that row id, locked."""
        return self.session.execute(select(Case).where(Case.id == case).with_for_update()).scalar_one()

    def reported_by(
        self, identity: int, states: Iterable[str] = _UNFINISHED, room: int | None = None
    ) -> list[Case]:
        """Cases this contact reported or joined, newest first."""
        joined = select(CoReporter.case_id).where(
            CoReporter.identity_id == identity,
            CoReporter.left_at.is_(None),  # type: ignore[union-attr]
        )
        mine = or_(Case.reporter_id == identity, Case.id.in_(joined))  # type: ignore[union-attr]
        found = select(Case).where(mine, Case.state.in_(list(states)))  # type: ignore[attr-defined]
        if room is not None:
            found = found.where(Case.room_id == room)
        return list(self.session.execute(found.order_by(Case.id.desc()).limit(20)).scalars())  # type: ignore[union-attr]

    def in_room(self, room: int, states: Iterable[str] = _UNFINISHED, limit: int = 30) -> list[Case]:
        """Cases of a room, newest first."""
        found = select(Case).where(Case.room_id == room, Case.state.in_(list(states)))  # type: ignore[attr-defined]
        return list(self.session.execute(found.order_by(Case.id.desc()).limit(limit)).scalars())  # type: ignore[union-attr]

    def in_areas(self, areas: Iterable[int], category: str, since: datetime) -> list[Case]:
        """Unfinished cases of a category in these areas since a moment, newest first."""
        found = select(Case).where(
            Case.area_id.in_(list(areas)),  # type: ignore[attr-defined]
            Case.category == category,
            Case.state.in_(_UNFINISHED),  # type: ignore[attr-defined]
            Case.created_at >= since,
        )
        return list(self.session.execute(found.order_by(Case.id.desc()).limit(20)).scalars())  # type: ignore[union-attr]

    def on_desk(self, seats: Iterable[int], states: Iterable[str] = _OPEN) -> list[Case]:
        """Cases that wait on these appointments, most urgent and earliest due first."""
        mine = list(seats)
        found = select(Case).where(
            or_(Case.assignee_id.in_(mine), Case.claimed_by.in_(mine)),  # type: ignore[union-attr]
            Case.state.in_(list(states)),  # type: ignore[attr-defined]
        )
        return list(
            self.session.execute(
                found.order_by(Case.urgency, Case.due_resolve_at, Case.id).limit(50)
            ).scalars()
        )

    def lines_of(self, cases: Iterable[int]) -> list[CaseLine]:
        """Lines of these cases."""
        found = select(CaseLine).where(CaseLine.case_id.in_(list(cases)))  # type: ignore[attr-defined]
        return list(self.session.execute(found.order_by(CaseLine.id)).scalars())

    def is_co_reporter(self, case: int, identity: int) -> bool:
        """Whether this contact joined the case and did not leave."""
        row = self.session.get(CoReporter, (case, identity))
        return row is not None and row.left_at is None

    def co_reporters(self, case: int) -> list[int]:
        """Contacts that joined the case."""
        found = select(CoReporter.identity_id).where(
            CoReporter.case_id == case,
            CoReporter.left_at.is_(None),  # type: ignore[union-attr]
        )
        return list(self.session.execute(found.order_by(CoReporter.at)).scalars())

    def rating_of(self, case: int, identity: int, cycle: int) -> Rating | None:
        """This contact's rating of one closure."""
        found = select(Rating).where(
            Rating.case_id == case, Rating.identity_id == identity, Rating.cycle == cycle
        )
        return self.session.execute(found).scalar_one_or_none()

    def events_of(self, case: int) -> list[CaseEvent]:
        """The case's history, oldest first."""
        return list(
            self.session.execute(
                select(CaseEvent).where(CaseEvent.case_id == case).order_by(CaseEvent.seq)
            ).scalars()
        )

    def count_today(self, case: int, step: str, since: datetime) -> int:
        """How often a step was taken since a moment."""
        found = select(func.count()).where(
            CaseEvent.case_id == case, CaseEvent.step == step, CaseEvent.at >= since
        )
        return int(self.session.execute(found).scalar_one())

    def spoke_to_sender(self, room: int, identity: int, keys: Iterable[str], since: datetime) -> bool:
        """Whether we answered a case of this contact in the room since a moment with one of these sentences."""
        mine = select(Case.id).where(Case.reporter_id == identity)
        found = exists().where(
            OutboxMessage.room_id == room,
            OutboxMessage.key.in_(list(keys)),  # type: ignore[attr-defined]
            OutboxMessage.case_id.in_(mine),  # type: ignore[union-attr]
            OutboxMessage.created_at >= since,
        )
        return bool(self.session.scalar(select(found)))

    def held_rows(self, case: int, keys: Iterable[str]) -> list[OutboxMessage]:
        """Things about a case not said yet, by sentence."""
        found = select(OutboxMessage).where(
            OutboxMessage.case_id == case,
            OutboxMessage.state == "queued",
            OutboxMessage.key.in_(list(keys)),  # type: ignore[attr-defined]
        )
        return list(self.session.execute(found).scalars())

    def said_since(self, room: int, key: str, case: int, since: datetime) -> bool:
        """Whether a sentence about a case was said or is queued in a room since a moment."""
        found = exists().where(
            OutboxMessage.room_id == room,
            OutboxMessage.key == key,
            OutboxMessage.case_id == case,
            OutboxMessage.state != "cancelled",
            OutboxMessage.created_at >= since,
        )
        return bool(self.session.scalar(select(found)))

    def cancel_held(self, case: int, keys: Iterable[str], why: str) -> None:
        """Take back what was not said yet."""
        self.session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.case_id == case,
                OutboxMessage.state == "queued",
                OutboxMessage.key.in_(list(keys)),  # type: ignore[attr-defined]
            )
            .values(state="cancelled", why=why)
        )

    def hold_until(self, case: int, keys: Iterable[str], until: datetime) -> None:
        """Keep receipts and cards back until the sender has finished speaking; never brings them forward."""
        self.session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.case_id == case,
                OutboxMessage.state == "queued",
                OutboxMessage.key.in_(list(keys)),  # type: ignore[attr-defined]
                OutboxMessage.not_before < until,
            )
            .values(not_before=until)
        )

    def drafts_of(self, identity: int, room: int | None, now: datetime) -> list[Draft]:
        """Suspected requests of a contact that have not expired, newest first."""
        found = select(Draft).where(
            Draft.identity_id == identity, Draft.room_id == room, Draft.expires_at > now
        )
        return list(self.session.execute(found.order_by(Draft.id.desc())).scalars())  # type: ignore[union-attr]

    def absorb_doubts(self, identity: int, room: int | None, since: datetime) -> None:
        """What was doubtful a moment ago has become a case: its draft, its hint and the help line are not needed."""
        found = select(Draft).where(Draft.identity_id == identity, Draft.room_id == room, Draft.at >= since)
        causes = []
        for draft in self.session.execute(found).scalars():
            causes.append(draft.cause)
            self.session.delete(draft)
        doubted = and_(OutboxMessage.key == "HINT_DM", OutboxMessage.cause.in_(causes))  # type: ignore[attr-defined]
        helped = and_(
            OutboxMessage.key == "HELP", OutboxMessage.room_id == room, OutboxMessage.created_at >= since
        )
        self.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.state == "queued", or_(doubted, helped))
            .values(state="cancelled", why="became a case")
        )

    def plan(self, rows: list[dict[str, Any]]) -> None:
        """Write things to happen later; a key that stands already is left as it is."""
        for row in rows:
            if not self.session.scalar(select(exists().where(DueFiring.key == row["key"]))):
                self.insert_rows(DueFiring, [row])

    def unplan(self, case: int, intent: str) -> None:
        """What was to happen to this case by the clock shall not."""
        self.session.execute(
            update(DueFiring)
            .where(DueFiring.case_id == case, DueFiring.intent == intent, DueFiring.state == "waiting")
            .values(state="cancelled")
        )

    def blank_line(self, message_key: str) -> bool:
        """Take the words out of the lines of one message; whether there were any."""
        done = self.session.execute(
            update(CaseLine).where(CaseLine.message_key == message_key).values(text="")
        )
        return bool(done.rowcount)  # type: ignore[attr-defined]

    def open_window(self, channel: str, account: str) -> OutageWindow | None:
        """The outage of an account that has not ended."""
        found = select(OutageWindow).where(
            OutageWindow.channel == channel,
            OutageWindow.account == account,
            OutageWindow.ended_at.is_(None),  # type: ignore[union-attr]
        )
        return self.session.execute(found.order_by(OutageWindow.id.desc()).limit(1)).scalar_one_or_none()  # type: ignore[union-attr]
