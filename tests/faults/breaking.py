"""Lets things break in a week, and mends them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.channels.simulator import Mishap
from bot.delivery import Delivery
from bot.lanes import at_once, inline
from bot.machine import ACCOUNT
from handlers.dispatch import Dispatch
from jobs.due_firings import fire_due
from models.due import LEASE, DueTable
from models.outbox import Outbox
from models.outbox_reader import IN_FLIGHT_FOR
from models.rules.message import ChannelEvent, Message
from tests.faults.happenings import Fault, Kind
from tests.faults.trouble import BEFORE_COMMIT, Armed, Trouble

if TYPE_CHECKING:
    from tests.faults.week import Week

HOUR = timedelta(hours=1)
SENDS = {Kind.ANSWER_LOST: Mishap.LOST_AFTER, Kind.NOT_SAID: Mishap.LOST_BEFORE, Kind.SEND_FAILS: Mishap.DOWN}
SWITCHES = {Kind.DATABASE_AWAY: "away", Kind.LOCKED: "locked", Kind.DISK_FULL: "full"}
LONG_ENOUGH = timedelta(seconds=1)


class Breaking:
    """What is broken in a week."""

    def __init__(self, week: "Week") -> None:
        self._week = week
        self.trouble = Trouble()
        self.down_s = 5.0
        """How long the program stays away once it has died."""
        self.deaths = 0
        self._delays: list[float] = []
        self._swapped: list[ChannelEvent] | None = None
        self._on: dict[str, int] = {}
        """How many faults of a kind last at this moment."""

    def happens(self, fault: Fault) -> None:
        """One thing breaks."""
        self._week.restless(fault.seconds)
        if fault.kind in SWITCHES:
            self._switch(SWITCHES[fault.kind], fault.seconds)
        elif fault.kind in SENDS:
            self._faults.mishaps.extend([SENDS[fault.kind]] * fault.nth)
        elif fault.kind in {Kind.CLOCK_AHEAD, Kind.CLOCK_BEHIND}:
            self._jump(HOUR if fault.kind is Kind.CLOCK_AHEAD else -HOUR, fault.seconds)
        else:
            getattr(self, f"_{fault.kind}")(fault)

    def mend(self) -> None:
        """Nothing breaks any more; what lasts still ends by itself."""
        self.trouble.armed.clear()
        self.trouble.clashes = 0
        self._faults.mishaps.clear()

    # -- the program

    def _crash(self, fault: Fault) -> None:
        def die() -> None:
            self.down_s, self.deaths = fault.seconds, self.deaths + 1
            self.trouble.die()

        self._arm(fault.point, fault.nth, die)

    def _kill(self, fault: Fault) -> None:
        self.deaths += 1
        self._week.dies(fault.seconds)

    def _arm(self, point: str, nth: int, act: Callable[[], None]) -> None:
        self.trouble.armed.append(Armed(point, nth, act))

    # -- the database

    def _switch(self, name: str, seconds: float) -> None:
        self._lasts(name, seconds, lambda on: setattr(self.trouble, name, on))

    def _clash(self, fault: Fault) -> None:
        self.trouble.clashes += fault.nth

    def _commit_lost(self, fault: Fault) -> None:
        self._arm(BEFORE_COMMIT, fault.nth, self.trouble.lose_answer)

    # -- the clock

    def _jump(self, by: timedelta, seconds: float) -> None:
        week = self._week

        def set_by(this: timedelta) -> None:
            week.beat()  # there is one every second, before it and after it
            week.offset += this
            week.restless(0)
            week.beat()

        set_by(by)
        week.at(week.true.at + timedelta(seconds=seconds), lambda: set_by(-by))

    # -- the way to WeChat

    @property
    def _faults(self):  # noqa: ANN202
        return self._week.wechat.faults(ACCOUNT)

    def _gateway_down(self, fault: Fault) -> None:
        wechat = self._week.wechat
        self._deliver_swapped()
        self._lasts(
            "down", fault.seconds,
            lambda on: wechat.go_offline(ACCOUNT) if on else wechat.come_online(ACCOUNT),
        )  # fmt: skip

    def _freeze(self, fault: Fault) -> None:
        wechat = self._week.wechat
        self._lasts(
            "frozen", fault.seconds, lambda on: wechat.freeze(ACCOUNT) if on else wechat.thaw(ACCOUNT)
        )

    def _deaf(self, fault: Fault) -> None:
        self._lasts("deaf", fault.seconds, lambda on: setattr(self._faults, "deaf", on))

    def _replay(self, fault: Fault) -> None:
        self._week.wechat.come_online(ACCOUNT, replays=fault.nth)

    def _duplicate(self, fault: Fault) -> None:
        self._faults.copies = 1 + fault.nth

    def _reorder(self, fault: Fault) -> None:
        self._deliver_swapped()
        self._swapped = []
        self._week.at(self._week.true.at + timedelta(seconds=fault.seconds), self._deliver_swapped)

    def _delay(self, fault: Fault) -> None:
        self._delays += [float(fault.seconds)] * fault.nth

    def on_the_way(self) -> None:
        """Somebody just spoke: what the channel would hear now may come later."""
        life = self._week.life
        self._faults.copies = 1
        if life is None or not (self._delays or self._swapped is not None):
            return
        heard = life.channel.take()
        theirs = [event for event in heard if isinstance(event, Message) and not event.own]
        for event in heard:
            if event not in theirs:
                life.channel.put(event)
        if self._delays and theirs:
            seconds = self._delays.pop()
            self._week.restless(seconds)
            self._week.at(self._week.true.at + timedelta(seconds=seconds), lambda: self._arrives(theirs))
            return
        held = self._swapped
        if held is None:
            return
        if held:
            self._arrives(theirs)
            self._deliver_swapped()
        else:
            held += theirs

    def _deliver_swapped(self) -> None:
        held, self._swapped = self._swapped, None
        self._arrives(held or [])

    def _arrives(self, events: list[ChannelEvent]) -> None:
        """A gateway keeps what it has until the program is there."""
        if not events:
            return
        life = self._week.life
        if life is None:
            self._week.at(self._week.true.at + LONG_ENOUGH, lambda: self._arrives(events))
            return
        for event in events:
            life.channel.put(event)

    def _lasts(self, name: str, seconds: float, turn: Callable[[bool], object]) -> None:
        """On for so long; several at once end with the last."""
        self._on[name] = self._on.get(name, 0) + 1
        turn(True)

        def end() -> None:
            self._on[name] -= 1
            if not self._on[name]:
                turn(False)
                self._week.restless(0)

        self._week.at(self._week.true.at + timedelta(seconds=seconds), end)

    # -- other processes

    def _lease_stolen(self, fault: Fault) -> None:
        week = self._week

        def steal() -> None:
            later = self._later(LEASE)
            fire_due(DueTable(week.plain), Dispatch(week.plain, week.parts.standing, later), later)

        self._arm("after_lease", fault.nth, steal)

    def _send_stolen(self, fault: Fault) -> None:
        later = self._later(IN_FLIGHT_FOR)
        self._arm("before_send", fault.nth, lambda: Outbox(self._week.plain).recover_left(later()))

    def _queue_stolen(self, fault: Fault) -> None:
        week, standing = self._week, self._week.parts.standing

        def steal() -> None:
            if week.life is None:
                return
            other = Delivery(
                week.plain, standing.texts, replace(standing.pace, reply_gap_s=0), {ACCOUNT: week.life.channel},
                week.clock, lambda: 0.5, inline,
            )  # fmt: skip
            at_once(other.step())

        self._arm("before_claim", fault.nth, steal)

    def _later(self, by: timedelta) -> Callable[[], datetime]:
        return lambda: self._week.clock() + by + LONG_ENOUGH
