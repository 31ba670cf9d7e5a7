"""Watches every account's way to WeChat: what was observed becomes outage windows, alarms and heartbeats, in order.

Observing is quick and may happen on any thread, the event loop included. Acting upon it writes to the database and
happens in ``settle``: one thread at a time, and again at the next beat when the database was away. A heartbeat is
written only when everything before it is in the book, so that no restart makes an outage shorter than it was.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock

import structlog

from bot.channels import Channel, ChannelDown
from bot.health import (
    LONG_AGO,
    HealthChange,
    HealthKind,
    Heard,
    LinkHealth,
    Observation,
    RoundTrip,
    Tick,
)
from handlers.actors import CLOCK
from handlers.dispatch import Dispatch
from handlers.intents import Intent
from handlers.links import BeginOutage, CallOffWarning, EndOutage, WarnDeaf, WidenOutage
from models.heartbeats import Heartbeats
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.message import ChannelEvent, Message

log = structlog.get_logger()
AHEAD = timedelta(hours=1)
"""So long at least nothing may have been heard, when the last heartbeat is of a moment yet to come."""


class Watch:
    """The health of every account of this process, and what follows from it.

    ``told_after_s``: shorter outages are recorded only, leaders hear nothing of them. ``slack``: by so much the order
    of messages may be mixed up on their way; a later message proves nothing about one said so shortly before it.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        dispatch: Dispatch,
        heartbeats: Heartbeats,
        clock: Callable[[], datetime],
        told_after_s: float,
        slack: timedelta,
    ) -> None:
        self._channels = channels
        self._dispatch = dispatch
        self._heartbeats = heartbeats
        self._clock = clock
        self._told_after_s = told_after_s
        self._slack = slack
        self._lock = Lock()
        self._settling = Lock()
        self._pending: deque[HealthChange] = deque()
        self._noted: dict[str, datetime] = {}
        self.health: dict[str, LinkHealth] = {}
        """Of those accounts that this process acts for."""

    def take_up(self, account: str) -> None:
        """Begin where the last run stopped. The very first one begins its book, or a death right after would leave no trace."""
        channel, last, now = self._channels[account], self._heartbeats.last(account), self._clock()
        put_back = (LONG_AGO, LONG_AGO)
        if last is not None and last > now:
            # Our clock was ahead, or is behind now: nobody knows by how much, and since when nothing was heard.
            put_back = (now, last + AHEAD)
            last = now - max(AHEAD, last - now)
        if last is None and not channel.capabilities.push_needs_human:
            self._heartbeats.note_heard(account, now)
        taken = LinkHealth(
            account, alive_until=last, put_back=put_back, echoes=channel.capabilities.echoes_own
        )
        self.health = {**self.health, account: taken}  # others may be looking through the old one

    def observe(self, account: str, what: Observation) -> None:
        """Take one observation; what follows from it is acted upon by ``settle`` or the next ``beat``."""
        with self._lock:
            self._pending.extend(self.health[account].observe(what))

    async def probe(self, channel: Channel, every_s: float) -> None:
        """Have an account prove again and again that it hears, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            try:
                seconds: float | None = await channel.round_trip()
            except (ChannelDown, OSError, TimeoutError):
                seconds = None
            self.observe(channel.account, RoundTrip(self._clock(), seconds))

    def arrived(self, event: ChannelEvent) -> None:
        """A message came: the way to WeChat works, however long the database then lets it wait."""
        if isinstance(event, Message):
            self.observe(event.account, Heard(self._clock(), event.own, event.at))

    def leap(self, move: Callable[[], None]) -> None:
        """Move a virtual clock: nothing was missed in time that never passed."""
        with self._lock:
            move()
            for health in self.health.values():
                if health.outage_since is None:
                    self._pending.extend(health.observe(RoundTrip(self._clock(), 0.0)))

    def settle(self) -> None:
        """Act upon what was observed, in order. A change that cannot be written stays first in line."""
        with self._settling:
            while self._pending:
                self._act(self._pending[0])
                self._pending.popleft()

    def settle_soon(self) -> None:
        """The same, now if it can be written now."""
        try:
            self.settle()
        except Exception as fault:  # noqa: BLE001 - it stays in line and is tried again at the next beat
            log.error("health not written", fault=type(fault).__name__)  # noqa: TRY400 - no words in a log

    def beat(self, heard_until: datetime) -> None:
        """Look at every account, and note until when it had heard and dealt with everything.

        ``heard_until``: whatever arrived before it is dealt with. What was never proven to be heard does not count.
        """
        for account in self.health:
            self.observe(account, Tick(self._clock()))
        self.settle()
        for account, health in self.health.items():
            with self._lock:
                hears = health.outage_since is None and not self._pending
                proof = health.proof
            if hears and proof is not None:
                self._note(account, min(heard_until, proof) - self._slack)

    def last_beat(self, heard_until: datetime) -> None:
        """The same at the end, if it can be written: else the next start finds the gap since the heartbeat before."""
        try:
            self.beat(heard_until)
        except Exception as fault:  # noqa: BLE001 - a lost database, or another process writes this book by now
            log.error("health not written", fault=type(fault).__name__)  # noqa: TRY400 - no words in a log

    def _note(self, account: str, at: datetime) -> None:
        if self._noted.get(account) != at:
            self._heartbeats.note_heard(account, at)
            self._noted[account] = at

    def _act(self, change: HealthChange) -> None:
        channel, account = self._channels[change.account].name, change.account
        key = f"link:{account}:{change.kind}:{change.since.isoformat()}"
        if change.kind is HealthKind.OUTAGE_BEGAN:
            self._tell(account, BeginOutage(channel, account, change.since, change.why), key)
        elif change.kind is HealthKind.OUTAGE_ENDED:
            # Two starts in a row can begin at the same last heartbeat: the end tells them apart.
            key = f"{key}:{change.at.isoformat()}"
            began = BeginOutage(channel, account, change.since, change.why or "not running")
            self._tell(account, began, f"{key}:begin")
            self._tell(account, EndOutage(channel, account, change.at, self._told_after_s), key)
        elif change.kind is HealthKind.OUTAGE_WIDENED:
            self._tell(
                account, WidenOutage(channel, account, change.since, change.at, self._told_after_s), key
            )
        elif change.kind is HealthKind.ALARM:
            since = change.since.isoformat()
            log.error("account in trouble", account=account, state=change.state, since=since, why=change.why)
            self._tell(account, WarnDeaf(channel, account, change.state), key)
        else:
            self._tell(account, CallOffWarning(account), key)
            log.warning("account recovered", account=account, since=change.since.isoformat())

    def _tell(self, account: str, intent: Intent, key: str) -> None:
        origin = Origin(Door.CLOCK, IdempotencyKey(key), self._clock(), account=account)
        self._dispatch(intent, CLOCK, origin)
