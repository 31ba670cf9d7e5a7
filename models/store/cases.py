"""Cases, their events, lines and reporters."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import col

from models.rules.case_life import OPEN_STATES, UNFINISHED_STATES
from models.store.case_statements import (
    DOUBTS,
    FORGET_DRAFTS,
    IS_OVER,
    JOINED,
    JOINERS,
    NUMBERED,
    ONE_CASE,
    PLACES_IN_AREA,
    PLACES_IN_ROOM,
    RATED,
    RECEIPT,
    UNHELP,
    UNHINT,
    UNPLAN,
    cancelling,
    in_area,
    in_room,
    plan_on,
    reported,
    said_one_of,
)
from models.store.rows import Rows
from models.tables import (
    Case,
    CaseEvent,
    CaseLine,
    Draft,
    OutageWindow,
    OutboxMessage,
    Rating,
)

_MOST_PLACES, _MOST_REPORTED, _MOST_ALIKE = 60, 20, 20
_OPEN = tuple(sorted(OPEN_STATES))
_UNFINISHED = tuple(sorted(UNFINISHED_STATES))


class CaseStore(Rows):
    """Everything about cases."""

    def find_case(self, no: int) -> Case | None:
        """The case with that number; its row stays locked until the work ends."""
        found = self.load(Case, NUMBERED, no=no)
        return found[0] if found else None

    def case(self, case: int) -> Case:
        """The case with that row id, locked."""
        (found,) = self.load(Case, ONE_CASE, case=case)
        return found

    def reported_by(
        self, identity: int, states: Iterable[str] = _UNFINISHED, room: int | None = None
    ) -> list[Case]:
        """Cases this contact reported or joined, newest first."""
        if identity in self.newcomers:
            return []
        found = reported(tuple(sorted(states)), in_room=room is not None)
        return self.hold(Case, self.find(found, who=identity, room=room, most=_MOST_REPORTED))

    def in_room(self, room: int, states: Iterable[str] = _UNFINISHED, limit: int = 30) -> list[Case]:
        """Cases of a room, newest first."""
        return self.hold(Case, self.find(in_room(tuple(sorted(states))), room=room, most=limit))

    def places_said(self, room: int | None, area: int) -> list[tuple[str, int]]:
        """(place, area) of the last cases of a group, or of an area without one, oldest first; nothing private."""
        found, here = (PLACES_IN_AREA, area) if room is None else (PLACES_IN_ROOM, room)
        rows = self.find(found, here=here, most=_MOST_PLACES)
        return [(place, where) for place, where in reversed(rows)]

    def in_areas(self, areas: Iterable[int], category: str, since: datetime) -> list[Case]:
        """Open cases of a category in these areas since a moment, newest first."""
        found: list[Case] = []
        for area in sorted(areas):
            rows = self.find(in_area(_OPEN), area=area, category=category, since=since, most=_MOST_ALIKE)
            found += self.hold(Case, rows)
        return sorted(found, key=lambda each: -(each.id or 0))[:_MOST_ALIKE]

    def on_desk(self, seats: Iterable[int], states: Iterable[str] = _OPEN) -> list[Case]:
        """Cases that wait on these appointments, most urgent and earliest due first."""
        mine = list(seats)
        found = select(Case).where(
            or_(col(Case.assignee_id).in_(mine), col(Case.claimed_by).in_(mine)),
            col(Case.state).in_(list(states)),
        )
        return list(
            self.session.execute(
                found.order_by(col(Case.urgency), col(Case.due_resolve_at).nulls_last(), col(Case.id)).limit(
                    50
                )
            ).scalars()
        )

    def lines_of(self, cases: Iterable[int]) -> list[CaseLine]:
        """Lines of these cases."""
        self.write_appended()
        found = select(CaseLine).where(col(CaseLine.case_id).in_(list(cases)))
        return list(self.session.execute(found.order_by(col(CaseLine.id))).scalars())

    def is_co_reporter(self, case: int, identity: int) -> bool:
        """Whether this contact joined the case and did not leave."""
        return bool(self.find(JOINED, case=case, who=identity))

    def co_reporters(self, case: int) -> list[int]:
        """Contacts that joined the case."""
        return [identity for (identity,) in self.find(JOINERS, case=case)]

    def rating_of(self, case: int, identity: int, cycle: int) -> Rating | None:
        """This contact's rating of one closure."""
        found = self.load(Rating, RATED, case=case, who=identity, cycle=cycle)
        return found[0] if found else None

    def count_today(self, case: int, step: str, since: datetime) -> int:
        """How often a step was taken since a moment."""
        self.write_appended()
        found = select(func.count()).where(
            col(CaseEvent.case_id) == case, col(CaseEvent.step) == step, col(CaseEvent.at) >= since
        )
        return int(self.session.execute(found).scalar_one())

    def last_taken(self, case: int, steps: Iterable[str]) -> datetime | None:
        """When a case last took one of these steps."""
        self.write_appended()
        mine = (col(CaseEvent.case_id) == case, col(CaseEvent.step).in_(list(steps)))
        found = select(col(CaseEvent.at)).where(*mine).order_by(col(CaseEvent.seq).desc()).limit(1)
        return self.session.execute(found).scalar_one_or_none()

    def receipt_said_to(
        self, room: int, identity: int, keys: Iterable[str], since: datetime
    ) -> datetime | None:
        """When a case of this contact was last answered in the room by one of these sentences, None: not since then."""
        if identity in self.newcomers:
            return None
        said = [*keys, "RCPT_MERGE"]
        found: datetime | None = self.run(RECEIPT, room=room, who=identity, said=said, since=since).scalar()
        return found

    def held_rows(self, case: int, keys: Iterable[str]) -> list[OutboxMessage]:
        """Things about a case not said yet, by sentence."""
        found = select(OutboxMessage).where(
            col(OutboxMessage.case_id) == case,
            col(OutboxMessage.state) == "queued",
            col(OutboxMessage.key).in_(list(keys)),
        )
        return list(self.session.execute(found).scalars())

    def said_since(self, room: int, keys: Iterable[str], case: int, since: datetime) -> bool:
        """Whether one of these sentences about a case was said or is queued in a room since a moment."""
        said = said_one_of(tuple(sorted(keys)))
        return bool(self.find(said, room=room, case=case, since=since))

    def cancel_held(self, case: int, keys: Iterable[str], why: str) -> None:
        """Take back what was not said yet."""
        if held := tuple(sorted(keys)):
            cancelling(held).run(self.wire(), {"case": case, "because": why})

    def cancel_caused(self, key: str, cause: str, why: str) -> None:
        """Take back a sentence not said yet whose cause begins like this."""
        self.session.execute(
            update(OutboxMessage)
            .where(
                col(OutboxMessage.key) == key,
                col(OutboxMessage.state) == "queued",
                col(OutboxMessage.cause).startswith(cause, autoescape=True),
            )
            .values(state="cancelled", why=why)
        )

    def hold_until(self, case: int, keys: Iterable[str], until: datetime) -> None:
        """Keep receipts and cards back until the sender has finished speaking; never brings them forward."""
        self.session.execute(
            update(OutboxMessage)
            .where(
                col(OutboxMessage.case_id) == case,
                col(OutboxMessage.state) == "queued",
                col(OutboxMessage.key).in_(list(keys)),
                col(OutboxMessage.not_before) < until,
            )
            .values(not_before=until)
        )

    def drafts_of(self, identity: int, room: int | None, now: datetime) -> list[Draft]:
        """Suspected requests of a contact that have not expired, newest first."""
        found = select(Draft).where(
            col(Draft.identity_id) == identity, col(Draft.room_id) == room, col(Draft.expires_at) > now
        )
        return list(self.session.execute(found.order_by(col(Draft.id).desc())).scalars())

    def absorb_doubts(self, identity: int, room: int | None, since: datetime) -> None:
        """What was doubtful a moment ago has become a case: its draft, its hint and the help line are not needed."""
        binds: dict[str, Any] = {"who": identity, "room": room, "since": since}
        doubts = self.find(DOUBTS, **binds)
        if doubts:  # mostly there are none
            self.run(FORGET_DRAFTS, drafts=[draft for draft, _ in doubts])
            self.run(UNHINT, causes=[cause for _, cause in doubts])
            self.run(UNHELP, **binds)

    def plan(self, rows: list[dict[str, Any]]) -> int:
        """Write things to happen later; a key that stands already is left as it is, unless its case took it back.

        Returns:
            How many of them will not happen any more: by their keys they have.
        """
        over = 0
        for row in rows:
            wire = self.wire_aside()
            if not plan_on(wire.dialect.name, tuple(row)).rows(wire, row):
                over += bool(IS_OVER.rows(wire, {"key": row["key"]}))
        return over

    def unplan(self, case: int, intent: str) -> None:
        """What was to happen to this case by the clock shall not."""
        UNPLAN.run(self.wire_aside(), {"case": case, "what": intent})

    def lines_from(self, message_key: str) -> list[CaseLine]:
        """Lines that one message brought into cases."""
        self.write_appended()
        found = select(CaseLine).where(_of_message(col(CaseLine.message_key), message_key))
        return list(self.session.execute(found.order_by(col(CaseLine.id))).scalars())

    def forget_draft(self, message_key: str) -> bool:
        """Delete what was kept of a doubtful message; whether there was anything."""
        done = self.session.execute(delete(Draft).where(_of_message(col(Draft.cause), message_key)))
        return bool(getattr(done, "rowcount", 0))

    def open_window(self, channel: str, account: str) -> OutageWindow | None:
        """The outage of an account that has not ended."""
        return self._window(channel, account, col(OutageWindow.ended_at).is_(None))

    def ended_window(self, channel: str, account: str, ended_at: datetime) -> OutageWindow | None:
        """The outage of an account that ended then."""
        return self._window(channel, account, col(OutageWindow.ended_at) == ended_at)

    def _window(self, channel: str, account: str, how: ColumnElement[bool]) -> OutageWindow | None:
        here = (col(OutageWindow.channel) == channel, col(OutageWindow.account) == account, how)
        found = select(OutageWindow).where(*here).order_by(col(OutageWindow.id).desc()).limit(1)
        return self.session.execute(found).scalar_one_or_none()


def _of_message(key: Any, message_key: str) -> ColumnElement[bool]:
    """Whether a key is a message's, or that of one of its several intents (``…#2``)."""
    return or_(key == message_key, key.startswith(f"{message_key}#", autoescape=True))
