"""The way to WeChat was closed for a while: that time is written down and said, never glossed over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.message import LinkState
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.rules.town import Seat
from models.tables import OutageWindow

WARNINGS = ("DEAF_DM", "MUTE_DM")


@dataclass(frozen=True, slots=True)
class BeginOutage(Intent):
    """From this moment an account may hear nothing."""

    channel: str
    account: str
    began_at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class EndOutage(Intent):
    """It hears again. ``tell_after_s``: shorter gaps are recorded only."""

    channel: str
    account: str
    ended_at: datetime
    tell_after_s: float = 60


@dataclass(frozen=True, slots=True)
class WidenOutage(Intent):
    """The outage that ended then began earlier than thought: a message announced before it was lost with it."""

    channel: str
    account: str
    began_at: datetime
    ended_at: datetime
    tell_after_s: float = 60


@dataclass(frozen=True, slots=True)
class WarnDeaf(Intent):
    """An account has been deaf, mute or offline for two minutes: leaders should read their groups themselves.

    ``state`` is a LinkState: one that only cannot speak still takes down what is said.
    """

    channel: str
    account: str
    state: str


@dataclass(frozen=True, slots=True)
class CallOffWarning(Intent):
    """The trouble is over: who was not told of it yet need not be."""

    account: str


@handles(BeginOutage, may=Permission.CLOCK_TICK)
def begin_outage(ask: BeginOutage, work: Work) -> Reply | None:
    """Open a window; one that is open reaches back as far as the earlier of both beginnings."""
    window = work.store.open_window(ask.channel, ask.account)
    if window is not None:
        window.began_at = min(window.began_at, ask.began_at)
        return None
    work.store.session.add(
        OutageWindow(channel=ask.channel, account=ask.account, began_at=ask.began_at, why=ask.why[:200])
    )
    return None


@handles(EndOutage, may=Permission.CLOCK_TICK)
def end_outage(ask: EndOutage, work: Work) -> Reply | None:
    """Close the window and ask the leaders of its rooms to look through what was said meanwhile."""
    window = work.store.open_window(ask.channel, ask.account)
    if window is None:
        return None
    window.ended_at = ask.ended_at
    _call_off(work, ask.account)  # also what an earlier run of the program warned of
    _tell_of(window, ask.tell_after_s, work)
    return None


@handles(WidenOutage, may=Permission.CLOCK_TICK)
def widen_outage(ask: WidenOutage, work: Work) -> Reply | None:
    """Leaders who were told of it are told no second time: it is by seconds that it began earlier."""
    window = work.store.ended_window(ask.channel, ask.account, ask.ended_at)
    if window is None:
        raise NotMeant
    window.began_at = min(window.began_at, ask.began_at)
    if window.told_at is None:
        _tell_of(window, ask.tell_after_s, work)
    return None


def _tell_of(window: OutageWindow, tell_after_s: float, work: Work) -> None:
    """Tell the leaders of an outage that is over and was long enough."""
    ended_at = window.ended_at or work.now
    if (ended_at - window.began_at).total_seconds() < tell_after_s:
        return
    window.told_at = work.now
    blanks: dict[str, Any] = {"begin": due_words(work, window.began_at), "end": due_words(work, ended_at)}
    for seat in leaders_of(work, window.channel, window.account):
        work.tell_seat(seat, "OUTAGE_DM", rank=Rank.REPLY, **blanks)


@handles(WarnDeaf, may=Permission.CLOCK_TICK)
def warn_deaf(ask: WarnDeaf, work: Work) -> Reply | None:
    """Tell by every way that is left; the account itself may be the one that cannot speak."""
    key = "MUTE_DM" if ask.state == LinkState.MUTE else "DEAF_DM"
    for seat in leaders_of(work, ask.channel, ask.account):
        work.tell_seat(seat, key, rank=Rank.URGENT, call=True)
    return None


@handles(CallOffWarning, may=Permission.CLOCK_TICK)
def call_off_warning(ask: CallOffWarning, work: Work) -> Reply | None:
    """The account that could not speak would say now that it cannot: take that back."""
    _call_off(work, ask.account)
    return None


def _call_off(work: Work, account: str) -> None:
    for key in WARNINGS:
        work.store.cancel_caused(key, f"link:{account}:", "the trouble is over")


def leaders_of(work: Work, channel: str, account: str) -> list[Seat]:
    """First responders of the rooms an account listens in, each person once."""
    on = work.today
    found: dict[int, Seat] = {}
    for room in work.town.rooms.values():
        if room.channel == channel and room.account in {"", account} and room.areas:
            seat = work.town.climb(room.areas[0], on).seat
            if seat is not None:
                found.setdefault(seat.person, seat)
    return list(found.values())
