"""What must hold after every step of a week, and at its end."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from bot.channels.simulator import SimulatedWeChat
from bot.parts import Parts
from handlers.dispatch import Dispatch
from models.prepared import Prepared
from models.rules.message import Message
from models.tables import AuditLine, CaseLine, ConsumedKey, DueFiring, OutageWindow, OutboxMessage
from models.wires import looking
from tests.faults.happenings import Spoken
from tests.reliability.verdict import Verdict, taken_once
from tests.year.watch import Watch

_LINE, _ROW, _FIRING, _DONE = (
    SQLModel.metadata.tables[str(table.__tablename__)]
    for table in (CaseLine, OutboxMessage, DueFiring, AuditLine)
)
_LINES = Prepared(
    select(_LINE.c.id, _LINE.c.message_key, _LINE.c.case_id).where(_LINE.c.id > bindparam("seen"))
)
_WORKED_ON = Prepared(select(_DONE.c.id, _DONE.c.key).where(_DONE.c.id > bindparam("seen")))
_QUEUED = Prepared(
    select(_ROW.c.id, _ROW.c.key, _ROW.c.room_id)
    .where(_ROW.c.state == "queued", _ROW.c.not_before <= bindparam("by", type_=_ROW.c.not_before.type))
    .order_by(_ROW.c.id)
)
_LATE = Prepared(
    select(_FIRING.c.id, _FIRING.c.intent)
    .where(_FIRING.c.state == "waiting", _FIRING.c.due_at <= bindparam("by", type_=_FIRING.c.due_at.type))
    .order_by(_FIRING.c.id)
)
STUCK_AFTER = timedelta(hours=14)
"""Longer than any night: what could have been said or done before so long, while nothing was wrong, is stuck."""


class Books:
    """Looks on, and keeps in ``wrong`` what does not hold."""

    def __init__(
        self, engine: Engine, parts: Parts, wechat: SimulatedWeChat, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._wechat = wechat
        self._observer = Dispatch(engine, parts.standing, clock)
        self.watch = Watch(engine)
        self.wrong: list[str] = []
        self.facts: dict[str, int] = {}
        self._asked: dict[int, list[tuple[Message, datetime]]] = defaultdict(list)
        """Request → what was said about it, with the moment on our clock."""
        self._said: list[tuple[Message, datetime]] = []
        self.heard: set[str] = set()
        """Messages that some life of the program dealt with to the end."""
        self._cases: dict[str, set[int]] = defaultdict(set)
        """Message → cases it belongs to."""
        self._seen_line = self._seen_work = 0
        self._worked_on: set[str] = set()
        self._taken: Counter[tuple[str, str]] = Counter()
        self._seen_said = 0
        self._well_since: datetime | None = None
        self._looked_for_stuck: datetime | None = None
        self._stuck: set[str] = set()

    def said(self, what: Spoken, message: Message, ours: datetime) -> None:
        """Somebody spoke; ``ours`` is what our clock showed."""
        self._said.append((message, ours))
        if what.request:
            self._asked[what.request].append((message, ours))

    def unexplained(self, faults: Iterable[str]) -> None:
        """Faults of the program that no trouble explains."""
        self.wrong += [f"unexplained: {fault}" for fault in faults]

    def look(self, now: datetime, *, rested: bool) -> None:
        """After a step; ``rested``: nothing was broken for some minutes. ``now`` is our clock."""
        self.watch.look(self._observer.current_town(), now)
        self.wrong += self.watch.wrong
        self.watch.wrong.clear()
        self._look_for_doubles(now)
        if not rested:
            self._well_since = None
            return
        self._well_since = self._well_since or now
        self._look_for_stuck(now, self._well_since)

    def _look_for_doubles(self, now: datetime) -> None:
        for said in self._wechat.said[self._seen_said :]:
            self._taken[said.token, said.text] += 1
            if self._taken[said.token, said.text] == 2:
                self.wrong.append(f"{now:%F %H:%M}Z said twice: outbox {said.token}")
        self._seen_said = len(self._wechat.said)
        with looking(self._engine) as wire:
            for line, key, case in _LINES.rows(wire, {"seen": self._seen_line}):
                self._seen_line = max(line, self._seen_line)
                if key in self._cases:
                    self.wrong.append(f"{now:%F %H:%M}Z taken down twice: {key}")
                self._cases[key].add(case)
            for work, key in _WORKED_ON.rows(wire, {"seen": self._seen_work}):
                self._seen_work = max(work, self._seen_work)
                if key in self._worked_on:
                    self.wrong.append(f"{now:%F %H:%M}Z worked on twice: {key}")
                self._worked_on.add(key)

    def _look_for_stuck(self, now: datetime, well_since: datetime) -> None:
        if self._looked_for_stuck is not None and abs(now - self._looked_for_stuck) < timedelta(hours=1):
            return
        self._looked_for_stuck = now
        if now - well_since < STUCK_AFTER:
            return
        for what in self._left(now - STUCK_AFTER):
            if what not in self._stuck:
                self._stuck.add(what)
                self.wrong.append(f"{now:%F %H:%M}Z stuck: {what}")

    def _left(self, by: datetime) -> list[str]:
        """What could have been said or done by a moment and was not."""
        with looking(self._engine) as wire:
            rows, firings = _QUEUED.rows(wire, {"by": by}), _LATE.rows(wire, {"by": by})
        return [
            *(f"outbox {row} ({key}) for room {room}" for row, key, room in rows),
            *(f"firing {firing} ({intent})" for firing, intent in firings),
        ]

    def judge(self, now: datetime) -> None:
        """At the end, when nothing has been broken for days."""
        self.look(now, rested=False)
        with self._engine.connect() as connection:
            windows = [tuple(row) for row in connection.execute(_WINDOWS)]
            keys = set(connection.execute(select(ConsumedKey.key)).scalars())
            rows = {str(i): (state, key) for i, state, key in connection.execute(_ROWS)}
            failed = connection.execute(_FAILED).all()
        self.wrong += [f"at the end: {what}" for what in self._left(now)]
        self.wrong += [f"given up: firing {firing} ({intent}): {why}" for firing, intent, why in failed]
        if any(ended is None for _, ended in windows):
            self.wrong.append("an outage window is still open")
        verdict = Verdict()
        # What is due and was not said is told above; the rest waits for its moment.
        taken_once(
            verdict, self._wechat.said, {row: each for row, each in rows.items() if each[0] != "queued"}
        )
        self.wrong += verdict.wrong
        missed = sum(self._judge_request(*each, keys) for each in self._asked.items())
        for message, ours in self._said:
            # While our clock is wrong, so are the moments that we write down.
            inside = any(
                began <= at <= (ended or at) for began, ended in windows for at in (ours, message.at)
            )
            if message.id not in self.heard and not inside:
                self.wrong.append(f"{message.id} was not heard, without an outage at {ours:%F %T}Z")
        states = Counter(state for state, _ in rows.values())
        self.facts = {
            "requests": len(self._asked), "missed in an outage": missed, "in doubt": states["unknown"],
            "replies": len(self._wechat.said), "windows": len(windows),
        }  # fmt: skip

    def _judge_request(self, request: int, said: list[tuple[Message, datetime]], keys: set[str]) -> bool:
        """A request that was heard is one case; whether it was not."""
        cases = {case for message, _ in said for case in self._cases.get(_key(message), ())}
        if len(cases) > 1:
            self.wrong.append(f"request {request} became {len(cases)} cases")
        taken = [message for message, _ in said if _key(message) in keys]
        if any(message.id in self.heard for message, _ in said) and not taken:
            self.wrong.append(f"request {request} was heard and nothing came of it")
        if taken and not cases:
            self.wrong.append(f"request {request} was taken and is no case")
        return not taken

    def failed_start(self, fault: Exception) -> None:
        """A start may fail while its database is broken, and only then."""
        if not isinstance(fault, DBAPIError):
            self.wrong.append(f"did not start: {type(fault).__name__}: {fault}")


def _key(message: Message) -> str:
    return f"{message.channel}:{message.id}"


_WINDOWS = select(OutageWindow.began_at, OutageWindow.ended_at)
# Calls ring by another way; a stranger who asks what we may only answer privately cannot be told.
_ROWS = select(OutboxMessage.id, OutboxMessage.state, OutboxMessage.key).where(
    OutboxMessage.medium != "call", OutboxMessage.why != "not_a_friend"
)
_FAILED = select(DueFiring.id, DueFiring.intent, DueFiring.why).where(DueFiring.state == "failed")
