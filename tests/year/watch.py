"""What must hold at every instant: looked at after each moment at which anything of ours could have changed.

Between two such moments nobody writes, so what holds at each of them holds at every instant between. Unlike the
figures, which are counted against the script, this looks into the database: nobody in WeChat sees a clock.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, bindparam, func, select

from handlers.case_steps.clocks import CLIMB, PRESS, REMIND, RESOLVING
from handlers.case_steps.pauses import WAKE
from models.prepared import Prepared
from models.rules.case_life import MOVES, OPEN_STATES, State, Step, Who
from models.rules.pacing import shanghai_date
from models.rules.town import Town
from models.tables import Case, CaseEvent, CoReporter, DueFiring

CLOCKS = (CLIMB, REMIND, PRESS, WAKE)
HOUR = timedelta(hours=1)
_EVENTS = select(CaseEvent.__table__).where(CaseEvent.id > bindparam("seen")).order_by(CaseEvent.id)
_NEWEST = Prepared(select(func.max(CaseEvent.id)))
_COLUMNS = (
    Case.id, Case.no, Case.state, Case.assignee_id, Case.claimed_by, Case.keeper_id, Case.reporter_id, Case.area_id,
    Case.due_claim_at, Case.due_resolve_at, Case.waiting_until, Case.privacy,
)  # fmt: skip
_THESE = select(*_COLUMNS).where(Case.id.in_(bindparam("these", expanding=True)))
_OPEN = select(*_COLUMNS).where(Case.state.in_(sorted(OPEN_STATES)))
_WAITING = select(DueFiring.case_id, DueFiring.intent, DueFiring.due_at).where(
    DueFiring.state == "waiting", DueFiring.intent.in_(CLOCKS)
)
_WAITING_OF = _WAITING.where(DueFiring.case_id.in_(bindparam("these", expanding=True)))
_JOINED = select(CoReporter.identity_id).where(CoReporter.case_id == bindparam("case"))

Firings = dict[int, list[tuple[str, datetime]]]


class Watch:
    """Looks, and keeps in ``wrong`` what does not hold."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen = 0
        self._handlers: dict[int, tuple[int | None, ...]] = {}
        """Case → appointments that had it on the desk before its latest step."""
        self._whole_at: datetime | None = None
        self.wrong: list[str] = []
        self.counts: Counter[str] = Counter(looks=0, steps=0, cases=0)

    def look(self, town: Town, now: datetime) -> None:
        """The cases that took a step since the last look; once in an hour every open case, and every clock."""
        self.counts["looks"] += 1
        whole = self._whole_at is None or now - self._whole_at >= HOUR
        with self._engine.connect() as connection:
            fresh = (_NEWEST.rows(connection, {})[0][0] or 0) > self._seen
            events = connection.execute(_EVENTS, {"seen": self._seen}).all() if fresh else []
            touched = {event.case_id for event in events}
            if not touched and not whole:
                return
            binds = {"these": sorted(touched)}
            rows = {row.id: row for row in connection.execute(_THESE, binds)} if touched else {}
            for event in events:
                self._permitted(
                    event,
                    rows[event.case_id],
                    town,
                    set(connection.execute(_JOINED, {"case": event.case_id}).scalars()),
                )
            if whole:
                self._whole_at = now
                rows |= {row.id: row for row in connection.execute(_OPEN)}
            found = connection.execute(_WAITING if whole else _WAITING_OF, {} if whole else binds)
            firings = _by_case(found)
            if whole and (over := sorted(firings.keys() - rows.keys())):
                rows |= {row.id: row for row in connection.execute(_THESE, {"these": over})}
        for case in rows.values():
            self._stands(case, firings.get(case.id, []), town, now)

    def _permitted(self, event: Row[Any], case: Row[Any], town: Town, joined: set[int]) -> None:
        """The step leads from state to state as the table says, and whoever took it has a part that may."""
        self.counts["steps"] += 1
        self._seen = event.id
        desk = self._handlers.get(case.id, ())
        changes = event.changes
        self._handlers[case.id] = tuple(
            changes.get(name, before)
            for name, before in zip(
                ("assignee_id", "claimed_by", "keeper_id"), desk or (None,) * 3, strict=True
            )
        )
        if event.step == Step.CREATE:
            return
        if event.from_state is None or not _moves(event):
            self._note(
                event.at, f"#{case.no} went from {event.from_state} to {event.to_state} by {event.step}"
            )
        elif not _moves(event, _parts(event, case, desk, town, joined) | Who.SYSTEM):
            self._note(event.at, f"#{case.no}: {event.step} by somebody who may not")

    def _stands(
        self, case: Row[Any], firings: Sequence[tuple[str, datetime]], town: Town, now: datetime
    ) -> None:
        """An open case has one person and one clock, any other none."""
        self.counts["cases"] += 1
        kinds = Counter(intent for intent, _ in firings)
        if case.state in OPEN_STATES:
            seat = town.seats.get(case.claimed_by or case.assignee_id or 0)
            if seat is None or not seat.in_force(shanghai_date(now)):
                self._note(now, f"nobody is responsible for #{case.no} ({case.state})")
        for fault in _faults(case, kinds, dict(firings), now):
            self._note(now, f"#{case.no} is {case.state}: {fault}")

    def _note(self, at: datetime, what: str) -> None:
        self.wrong.append(f"{at:%F %H:%M}Z {what}")


def _by_case(rows: Iterable[Row[Any]]) -> Firings:
    found: Firings = defaultdict(list)
    for case, intent, due_at in rows:
        found[case].append((intent, due_at))
    return found


def _faults(case: Row[Any], kinds: Counter[str], ends: dict[str, datetime], now: datetime) -> Iterable[str]:
    """What is wrong with the clocks of a case."""
    allowed: set[str] = set()
    if case.state == State.NEW:
        allowed = {CLIMB, REMIND, PRESS}
        if kinds[CLIMB] != 1 or ends[CLIMB] != case.due_claim_at:
            yield f"{kinds[CLIMB]} clocks for claiming it"
    elif case.state == State.WAITING:
        allowed = {WAKE}
        if kinds[WAKE] != 1 or ends[WAKE] != case.waiting_until or case.due_resolve_at is not None:
            yield f"{kinds[WAKE]} firings end its rest"
    elif case.state in RESOLVING:
        allowed = {REMIND}
        if case.due_resolve_at is None or (case.due_resolve_at > now and kinds[REMIND] != 1):
            yield f"{kinds[REMIND]} clocks for resolving it by {case.due_resolve_at}"
    if kinds.keys() - allowed:
        yield f"other clocks run: {sorted(kinds.keys() - allowed)}"


def _moves(event: Row[Any], by: Who | None = None) -> bool:
    return any(
        move.step == event.step
        and event.from_state in move.origins
        and event.to_state == (move.target or event.from_state)
        and (by is None or move.by & by)
        for move in MOVES
    )


def _parts(event: Row[Any], case: Row[Any], desk: Sequence[int | None], town: Town, joined: set[int]) -> Who:
    """In which parts somebody stood to a case before a step; what the machine does by itself is nobody's."""
    part, on = Who(0), shanghai_date(event.at)
    if event.identity_id is None:
        return part
    part |= Who.REPORTER if event.identity_id == case.reporter_id else Who(0)
    part |= Who.CO_REPORTER if event.identity_id in joined else Who(0)
    people = {seat.person for seat in town.seats.values() if event.identity_id in seat.identities}
    for seat in (seat for person in people for seat in town.seats_of(person, on)):
        on_desk = {seat.id, *town.stood_in_for(seat.person, on)} & set(desk)
        part |= Who.ASSIGNEE | Who.KEEPER if on_desk else Who(0)
        part |= Who.SAME_AREA if town.related(seat.area, case.area_id) else Who(0)
        part |= Who.HIGHER if town.is_within(case.area_id, seat.area) else Who(0)
        part |= Who.DISPATCHER if seat.post == town.preset.dispatcher_post else Who(0)
    return part
