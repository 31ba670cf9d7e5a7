"""What must hold at every instant: looked at after each moment at which anything of ours could have changed.

Between two such moments nobody writes, so what holds at each of them holds at every instant between. Unlike the
figures, which are counted against the script, this looks into the database: nobody in WeChat sees a clock.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, literal, or_, select
from sqlmodel import SQLModel

from handlers.case_steps.clocks import CLIMB, PRESS, REMIND, RESOLVING
from handlers.case_steps.pauses import WAKE
from models.prepared import Prepared
from models.rules.case_life import MOVES, OPEN_STATES, State, Step, Who
from models.rules.pacing import shanghai_date
from models.rules.town import Town
from models.tables import Case, CaseEvent, ConsumedKey, CoReporter, DueFiring
from models.wires import looking

CLOCKS = (CLIMB, REMIND, PRESS, WAKE)
HOUR = timedelta(hours=1)


class Stepped(NamedTuple):
    """A step that a case took."""

    id: int
    case_id: int
    step: str
    from_state: str | None
    to_state: str
    at: datetime
    identity_id: int | None
    changes: dict[str, Any]


class Standing(NamedTuple):
    """A case as it stands."""

    id: int
    no: int
    state: str
    assignee_id: int | None
    claimed_by: int | None
    keeper_id: int | None
    reporter_id: int | None
    area_id: int
    due_claim_at: datetime | None
    due_resolve_at: datetime | None
    waiting_until: datetime | None
    privacy: str


_EVENT, _CASE, _FIRING, _JOIN, _KEY = (
    SQLModel.metadata.tables[str(table.__tablename__)]
    for table in (CaseEvent, Case, DueFiring, CoReporter, ConsumedKey)
)
_EVENTS = Prepared(
    select(*(_EVENT.c[name] for name in Stepped._fields))
    .where(_EVENT.c.id > bindparam("seen"))
    .order_by(_EVENT.c.id)
)
_CASES = select(*(_CASE.c[name] for name in Standing._fields))
_THIS = Prepared(_CASES.where(_CASE.c.id == bindparam("case")))
_OPEN = Prepared(_CASES.where(or_(*(_CASE.c.state == each for each in sorted(OPEN_STATES)))))
# A firing that was done, and whose process died before it could say so, is a clock no more.
_DONE = select(_KEY.c.key).where(_KEY.c.key == literal("job:").concat(_FIRING.c.key)).exists()
_CLOCKS = select(_FIRING.c.case_id, _FIRING.c.intent, _FIRING.c.due_at).where(
    or_(*(_FIRING.c.intent == each for each in CLOCKS)), ~_DONE
)
_WAITING = Prepared(_CLOCKS.where(_FIRING.c.state == "waiting"))
# By its case: or SQLite walks through everything that waits.
_WAITING_OF = Prepared(
    _CLOCKS.where(_FIRING.c.state.concat("") == "waiting", _FIRING.c.case_id == bindparam("case"))
)
_JOINED = Prepared(select(_JOIN.c.identity_id).where(_JOIN.c.case_id == bindparam("case")))

Firings = dict[int, list[tuple[str, datetime]]]


class Watch:
    """Looks, and keeps in ``wrong`` what does not hold."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen = 0
        self._handlers: dict[int, tuple[int | None, ...]] = {}
        """Case → appointments that had it on the desk before its latest step."""
        self._whole_at: datetime | None = None
        self._town: Town | None = None
        self._people: dict[int, set[int]] = {}
        """Contact → persons with a post who stand behind it in that town."""
        self.wrong: list[str] = []
        self.counts: Counter[str] = Counter(looks=0, steps=0, cases=0)

    def look(self, town: Town, now: datetime) -> None:
        """The cases that took a step since the last look; once in an hour every open case, and every clock."""
        self.counts["looks"] += 1
        if town is not self._town:
            self._town, self._people = town, _people_of(town)
        whole = self._whole_at is None or now - self._whole_at >= HOUR
        with looking(self._engine) as wire:
            events = [Stepped(*row) for row in _EVENTS.rows(wire, {"seen": self._seen})]
            touched = sorted({event.case_id for event in events})
            if not touched and not whole:
                return
            rows = _cases(wire, touched)
            for event in events:
                joined = {who for (who,) in _JOINED.rows(wire, {"case": event.case_id})}
                self._permitted(event, rows[event.case_id], town, joined)
            if whole:
                self._whole_at = now
                rows |= {row[0]: Standing(*row) for row in _OPEN.rows(wire, {})}
                firings = _by_case(_WAITING.rows(wire, {}))
                rows |= _cases(wire, sorted(firings.keys() - rows.keys()))
            else:
                firings = _by_case(row for case in touched for row in _WAITING_OF.rows(wire, {"case": case}))
        for case in rows.values():
            self._stands(case, firings.get(case.id, []), town, now)

    def _permitted(self, event: Stepped, case: Standing, town: Town, joined: set[int]) -> None:
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
        elif not _moves(event, self._parts(event, case, desk, town, joined) | Who.SYSTEM):
            self._note(event.at, f"#{case.no}: {event.step} by somebody who may not")

    def _parts(
        self, event: Stepped, case: Standing, desk: Sequence[int | None], town: Town, joined: set[int]
    ) -> Who:
        """In which parts somebody stood to a case before a step; what the machine does by itself is nobody's."""
        part, on = Who(0), shanghai_date(event.at)
        if event.identity_id is None:
            return part
        part |= Who.REPORTER if event.identity_id == case.reporter_id else Who(0)
        part |= Who.CO_REPORTER if event.identity_id in joined else Who(0)
        people = self._people.get(event.identity_id, ())
        for seat in (seat for person in people for seat in town.seats_of(person, on)):
            on_desk = {seat.id, *town.stood_in_for(seat.person, on)} & set(desk)
            part |= Who.ASSIGNEE | Who.KEEPER if on_desk else Who(0)
            part |= Who.SAME_AREA if town.related(seat.area, case.area_id) else Who(0)
            part |= Who.HIGHER if town.is_within(case.area_id, seat.area) else Who(0)
            part |= Who.DISPATCHER if seat.post == town.preset.dispatcher_post else Who(0)
        return part

    def _stands(
        self, case: Standing, firings: Sequence[tuple[str, datetime]], town: Town, now: datetime
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


def _cases(wire: Connection, wanted: Iterable[int]) -> dict[int, Standing]:
    return {case: Standing(*row) for case in wanted for row in _THIS.rows(wire, {"case": case})}


def _by_case(rows: Iterable[tuple[Any, ...]]) -> Firings:
    found: Firings = defaultdict(list)
    for case, intent, due_at in rows:
        found[case].append((intent, due_at))
    return found


def _faults(case: Standing, kinds: Counter[str], ends: dict[str, datetime], now: datetime) -> Iterable[str]:
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


def _moves(event: Stepped, by: Who | None = None) -> bool:
    return any(
        move.step == event.step
        and event.from_state in move.origins
        and event.to_state == (move.target or event.from_state)
        and (by is None or move.by & by)
        for move in MOVES
    )


def _people_of(town: Town) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for seat in town.seats.values():
        for identity in seat.identities:
            found[identity].add(seat.person)
    return found
