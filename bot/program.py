"""The running program: channels, ears, delivery, health, ticks, web; wired here from parts, a database and a clock."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine
from tenacity import AsyncRetrying, retry_if_exception_type, wait_fixed

from bot.census import Census
from bot.channels import Channel
from bot.delivery import Delivery
from bot.ears import AWAY, Ears
from bot.fetching import Fetcher
from bot.habits import Habits
from bot.health import LinkHealth, SendOutcome, Sent
from bot.heard_rooms import HeardRooms
from bot.holding import Holding
from bot.listener import Listener
from bot.logins import Logins
from bot.naming import Namer
from bot.parts import Parts
from bot.posting import push_beats
from bot.room_moves import move_beats
from bot.sent_files import SentFiles
from bot.shelf import Shelf
from bot.watch import Watch
from bot.welcome import Welcome
from handlers.actors import CLOCK
from handlers.dispatch import Dispatch
from handlers.intents import Intent
from handlers.rooms import NoteRecall, NoteRoomChange
from jobs.due_firings import fire_due
from jobs.schedule import do_scheduled, load_jobs
from jobs.scheduler import Tick as Beat
from jobs.scheduler import Ticker
from models.due import DueTable
from models.heartbeats import Heartbeats
from models.kept_files import KeptFiles
from models.leases import unfenced
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.message import (
    ChannelEvent,
    FriendRequest,
    LinkChange,
    Message,
    Recalled,
    RoomChange,
    RoomEvent,
)
from models.views import Views
from models.vitals import JOBS

log = structlog.get_logger()
FINISH_S = 10
"""So long what is being said at the end may take; then it is in doubt and settled at the next start."""


@dataclass
class Program:
    """Everything that runs in one process. ``start`` returns at once; ``close`` ends it in order."""

    engine: Engine
    parts: Parts
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    habits: Habits = field(default_factory=Habits)
    alarm: Callable[[int, str], None] | None = None
    known: Mapping[str, str] | None = None
    crash_point: Callable[[str], None] = lambda _: None
    jobs_here: bool = True
    shelf: Shelf | None = None
    """Where copies of attachments are kept; None: nowhere."""
    show_code: Callable[[str], object] = lambda _: None
    """Shows a login code to whoever sits at the terminal."""
    wake_others: Callable[[], None] = lambda: None
    """Tells other processes that something must be said."""
    holding: Holding | None = None
    """Which accounts are ours while other processes could act for them too; None: all are, for good."""

    def __post_init__(self) -> None:
        standing = self.parts.standing
        self.ticked_at: datetime | None = None
        """When what was due was done last; None: not here, or not yet."""
        self.failing: dict[str, datetime] = {}
        """Jobs of the calendar that fail, with since when."""
        fence = self.holding.fence.check if self.holding else unfenced
        self._heartbeats: Heartbeats = Heartbeats(self.engine, fence)
        self.dispatch = Dispatch(self.engine, standing, self.clock, self._wake, fence)
        self.views = Views(self.engine)
        self.due = DueTable(self.engine, self.crash_point)
        more: dict[str, Any] = {"alarm": self.alarm} if self.alarm else {}
        more["gone_for"] = self.holding.gone_for if self.holding else None
        self.delivery = Delivery(
            self.engine, standing.texts, standing.pace, self.channels, self.clock, random.SystemRandom().random,
            known=self.known, crash_point=self.crash_point, on_sent=self._sent, fence=fence, **more,
        )  # fmt: skip
        self.listener = Listener(
            self.dispatch, self.parts.understanding, standing.pace, standing.secrets, self.clock,
            moods=self.parts.moods, receipts=self.parts.receipts, echo=self._echo, on_bound=self._name_room,
        )  # fmt: skip
        self.watch = Watch(
            self.channels, self.dispatch, self._heartbeats, self.clock, self.habits.outage_told_after_s,
            timedelta(seconds=self.habits.under_way_s),
        )  # fmt: skip
        self.ears = Ears(self._hear, self.clock, self.watch.arrived)
        for account in () if self.holding else self.channels:
            self.watch.take_up(account)
        self.logins = Logins(self.channels, self.delivery, self._tell, self.watch.settle_soon, self.show_code)
        self._welcome = Welcome(self.channels, self.habits.friend_requests, self._tell)
        self.last_heard: dict[str, datetime] = {}
        self.last_said: dict[str, datetime] = {}
        self._rooms = HeardRooms(self._heartbeats, self.dispatch.known_town)
        self._done: dict[str, datetime] = {}
        self._acting: dict[str, Channel] = {}
        self._censuses: dict[str, Census] = {}
        self._tasks: list[asyncio.Task[Any]] = []
        self._speaking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticker: Ticker | None = None

    async def start(self) -> None:
        """Begin to hear, speak and tick."""
        self._loop = asyncio.get_running_loop()
        load_jobs()
        await asyncio.to_thread(self.dispatch.current_town)
        for channel in self.channels.values():
            if self.holding is None:
                self._attend(channel)
            else:
                self._begin(self._stand_by(channel, self.holding), f"standby {channel.account}")
        namer = Namer(self.due, self.dispatch, self._acting, self.clock)
        self._begin(namer.keep(self.habits.fetch_s), "names")
        sent = SentFiles(self.due, self.dispatch, self._acting, self.clock)
        self._begin(sent.keep(self.habits.fetch_s), "files for notices")
        if self.shelf is not None:
            kept, held = KeptFiles(self.engine), self.shelf
            fetcher = Fetcher(self.due, self.dispatch, kept, held, self._acting, self.clock)
            self._begin(fetcher.keep(self.habits.fetch_s), "attachments")
        self._speaking = self._begin(self.delivery.run(), "delivery")
        beats = [
            Beat("alive", self.habits.heartbeat_s, self._alive),
            Beat("forget", self.habits.forget_s, self._forget),
        ]
        if self.jobs_here:
            self.ticked_at = self.clock()
            beats += [Beat("due", 1.0, self.fire), Beat("schedule", 20.0, self._schedule)]
            beats += move_beats(self.dispatch, self.clock)
            beats += push_beats(self.engine, self.dispatch, self.clock, self.crash_point)
        self._ticker = Ticker(beats)
        self._ticker.start()

    async def _stand_by(self, channel: Channel, holding: Holding) -> None:
        """Wait for the lease; then take up what the one before left."""
        await holding.taken(channel.account)
        again = AsyncRetrying(retry=retry_if_exception_type(AWAY), wait=wait_fixed(1))
        await again(asyncio.to_thread, self.watch.take_up, channel.account)
        await again(self.delivery.take_up, channel.account)
        self._attend(channel)

    def _attend(self, channel: Channel) -> None:
        self._acting[channel.account] = channel
        self._begin(self.ears.listen(channel, self._note_link), f"ears {channel.account}")
        if not channel.capabilities.push_needs_human:
            self._begin(self.watch.probe(channel, self.habits.probe_s), f"probe {channel.account}")
            census = Census(channel, self.dispatch.known_town, self.clock, self._tell)
            self._censuses[channel.account] = census
            self._begin(census.keep(self.habits.census_s), f"census {channel.account}")

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_mourn)
        self._tasks.append(task)
        return task

    async def close(self) -> None:
        """Finish what is being said, stop hearing, finish what was heard. What waits to be said waits for the next start."""
        if self._ticker is not None:
            await asyncio.to_thread(self._ticker.stop)
        if self._speaking is not None:
            self.delivery.stop()
            await asyncio.wait({self._speaking}, timeout=FINISH_S)
        until = self.clock()  # what is said from here on is not heard any more
        for channel in self.channels.values():
            await channel.close()
        await self.ears.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.watch.last_beat, min(until, self.ears.left_at or until))

    @property
    def health(self) -> Mapping[str, LinkHealth]:
        """Of the accounts that this process acts for."""
        return self.watch.health

    @property
    def tasks(self) -> int:
        """Of the event loop; may be asked from any thread. A number that only grows is a leak."""
        return 0 if self._loop is None else len(asyncio.all_tasks(self._loop))

    # -- hearing

    def _hear(self, event: ChannelEvent) -> None:
        account = event.account
        if isinstance(event, Message):
            self.last_heard[account] = self.clock()
            if event.room is not None:
                self._rooms.note(event.channel, event.room, self.clock())
            self.listener.hear(event)
        elif isinstance(event, RoomEvent) and event.change is RoomChange.INVITED:
            self._welcome.enter(event, self._loop)
        elif isinstance(event, RoomEvent):
            key = f"{event.channel}:{event.room}:{event.change}:{event.at.isoformat()}:{'.'.join(event.members)}"
            self._tell(
                account,
                NoteRoomChange(event.channel, account, event.room, event.change, event.members, event.title),
                key,
            )
        elif isinstance(event, FriendRequest):
            self._welcome.befriend(event, self._loop)
        elif isinstance(event, Recalled):
            self._tell(
                account,
                NoteRecall(f"{event.channel}:{event.message_id}"),
                f"{event.channel}:recall:{event.message_id}",
            )

    def _echo(self, message: Message) -> None:
        conversation = message.room or message.to or message.sender
        self.delivery.outbox.reconcile_echo(
            message.channel, message.account, conversation, message.text, message.id, message.at
        )

    def _name_room(self, message: Message) -> None:
        """No message tells a group's own title: the channel is asked, and nobody waits for the answer."""
        census = self._censuses.get(message.account)
        if census is not None and message.room is not None and self._loop is not None:
            asyncio.run_coroutine_threadsafe(census.name(message.room), self._loop)

    def _tell(self, account: str, intent: Intent, key: str) -> None:
        self.dispatch(intent, CLOCK, Origin(Door.CLOCK, IdempotencyKey(key), self.clock(), account=account))

    # -- the way to WeChat

    def _note_link(self, change: LinkChange) -> None:
        """On the event loop: delivery stops at once, and starts when the database knows what the change means."""
        self.logins.note(change)
        self.watch.observe(change.account, change)
        asyncio.get_running_loop().run_in_executor(None, self.logins.take_in_soon)

    def _sent(self, account: str, outcome: SendOutcome) -> None:
        self.last_said[account] = self.clock()
        self.watch.observe(account, Sent(self.clock(), outcome))

    def _alive(self) -> None:
        """Write until when everything heard is dealt with; what lies between this and the next start may be missing."""
        if self._loop is None:
            return
        # Asked on the event loop: one that stands still takes nothing from the channels and must not be believed.
        heard_until = asyncio.run_coroutine_threadsafe(self.ears.heard_until(), self._loop).result()
        if self.logins.waiting:
            self.logins.take_in_soon()
        self.watch.beat(heard_until)
        self.dispatch.current_town()  # another process may have bound somebody; most lines ask the database nothing

    def _forget(self) -> None:
        self.listener.collector.forget_old(self.clock())
        self._rooms.write()

    # -- time

    def fire(self) -> None:
        """Do what is due now."""
        fire_due(self.due, self.dispatch, self.clock)
        self.ticked_at = self.clock()

    def _schedule(self) -> None:
        do_scheduled(self.dispatch, self.clock, self._done, self.failing)
        self._heartbeats.note(JOBS, self.clock())

    def _wake(self) -> None:
        self.delivery.wake()
        self.wake_others()


def _mourn(task: asyncio.Task[None]) -> None:
    """A part of the program that ends by a fault must not end in silence."""
    if not task.cancelled() and task.exception() is not None:
        log.error("a part of the program ended", part=task.get_name(), exc_info=task.exception())
