"""Whether an account still hears and speaks: from observations to alarms and outage windows.

Operators of such bots complain most about unnoticed disconnects and about green lights over a dead connection
(docs/platform.md). So nothing here believes a connection because it is open: hearing must be proven by a message or
a round trip, speaking by accepted sends and, where the platform echoes, by their echoes.

No input, output or clock: whoever feeds the observations says when they were made. Feed a ``Tick`` every few seconds
and a ``RoundTrip`` at least every 30 s; then being deaf or mute is known within two minutes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from models.rules.message import LinkChange, LinkState

PROOF_LASTS = timedelta(seconds=75)
"""So long after the last proof of hearing, or the first unproven send, an account counts as deaf or mute."""

ALARM_AFTER = timedelta(seconds=60)
"""Shorter troubles heal by themselves (a gateway restarts in seconds) and wake nobody."""

PUT_BACK = timedelta(seconds=60)
"""A moment so long before the one observed last: our clock was ahead and has been put right, or is behind now."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
FAILURES = 2
"""Round trips or sends that fail in a row before that means anything."""

HEARING = frozenset({LinkState.ONLINE, LinkState.MUTE})
NEEDS_PERSON = frozenset({LinkState.LOGGED_OUT, LinkState.SCAN})
"""Nothing heals these but a telephone in somebody's hand: said at once."""


class SendOutcome(StrEnum):
    """How a send ended, as far as it says something about the way."""

    ACCEPTED = "accepted"
    LOST = "lost"
    """AnswerLost."""
    DOWN = "down"
    """ChannelDown."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message was heard; ``own``: it was an echo of ours.

    ``said_at``, when the platform says it was said, is what it proves: it may have been long under way, and what was
    said after it may still be.
    """

    at: datetime
    own: bool = False
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A send ended. A refusal is not an observation: the way was fine."""

    at: datetime
    outcome: SendOutcome


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A probe went through sending and hearing in ``seconds``, or failed (None)."""

    at: datetime
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""

    at: datetime


Observation = LinkChange | Heard | Sent | RoundTrip | Tick


class HealthKind(StrEnum):
    """What a change asks for."""

    OUTAGE_BEGAN = "outage_began"
    """From ``since`` on messages may be missing: open a window."""
    OUTAGE_ENDED = "outage_ended"
    """The window from ``since`` to ``at`` is complete: record it, tell the rooms' leaders."""
    OUTAGE_WIDENED = "outage_widened"
    """The window that ended at ``at`` began at ``since`` already: no outage of its own."""
    ALARM = "alarm"
    """Tell a person by a second path."""
    CLEARED = "cleared"
    """What was alarmed about is over."""


@dataclass(frozen=True, slots=True)
class HealthChange:
    """Something the rest of the program must act on."""

    kind: HealthKind
    account: str
    state: LinkState
    since: datetime
    """When the trouble began, as far back as it can have begun."""
    at: datetime
    why: str = ""
    qrcode: str = ""
    """With SCAN: what the phone must scan."""


class LinkHealth:
    """The health of one account's way to WeChat.

    ``alive_until`` is when this account last certainly heard before the program started (kept by whoever runs it,
    None on the very first start): what lies between it and the first connection is an outage too. ``put_back``: what our
    clock showed after it was put back, and the latest it may have shown before. ``echoes``: as a capability.
    """

    def __init__(
        self, account: str, *, alive_until: datetime | None = None,
        put_back: tuple[datetime, datetime] = (LONG_AGO, LONG_AGO), echoes: bool = False,
    ) -> None:  # fmt: skip
        self.account = account
        self.state = LinkState.STARTING
        """As judged, which may be worse than what the channel believes."""
        self.why = ""
        self.qrcode = ""
        self.proof = alive_until
        """Last time hearing was proven: keep it, it is the next start's ``alive_until``."""
        self.outage_since = alive_until
        """Since when messages may be missing, None while hearing."""
        self._last_outage: tuple[datetime, datetime] | None = None
        self._echoes = echoes
        self._told = LinkState.STARTING
        self._told_why = ""
        self._was_online = False
        self._failed_trips = 0
        self._failed_sends = 0
        self._unproven_since: datetime | None = None
        self._echo_seen = False
        self._trouble_since: datetime | None = None
        self._alarmed: LinkState | None = None
        self._observed_at: datetime | None = None
        self._put_back = put_back

    @property
    def trouble_since(self) -> datetime | None:
        """Since when it is not well, as far back as that can reach; None: it is."""
        return self._trouble_since

    def observe(self, what: Observation) -> list[HealthChange]:
        """Take one observation. One that is long before the last says that our clock was put back.

        Returns:
            What follows from it, in order; mostly nothing.
        """
        if not isinstance(what, LinkChange):  # those may be told late
            self._mind_clock(what.at)
        match what:
            case LinkChange() if self._last_outage is not None and _is_of(what, self._last_outage):
                return self._widen(what, *self._last_outage)
            case LinkChange():
                self._on_change(what)
            case Heard():
                self._on_heard(what)
            case Sent():
                self._on_sent(what)
            case RoundTrip():
                self._on_round_trip(what)
            case Tick():
                pass
        return self._settle(what.at)

    def _mind_clock(self, at: datetime) -> None:
        """What a clock that was ahead remembers is moved to the right one; an outage meanwhile holds what both showed."""
        last, self._observed_at = self._observed_at, at
        if last is None or last - at < PUT_BACK:
            return
        ahead, self._put_back = last - at, (at, last)
        self.proof = self.proof and self.proof - ahead
        self.outage_since = self.outage_since and self.outage_since - ahead
        self._unproven_since = self._unproven_since and self._unproven_since - ahead
        self._trouble_since = self._trouble_since and self._trouble_since - ahead
        self._last_outage = None

    def _on_change(self, change: LinkChange) -> None:
        self._told, self._told_why, self.qrcode = change.state, change.why, change.qrcode
        if change.state is LinkState.DEAF and self.outage_since is not None:
            self.outage_since = min(self.outage_since, change.at)
        if change.state is LinkState.ONLINE:
            self._was_online = True
            self._prove(change.at)
            self._failed_sends = 0
            self._unproven_since = None

    def _widen(self, loss: LinkChange, since: datetime, until: datetime) -> list[HealthChange]:
        """A message announced before the outage went down with it: the same outage, perhaps a little longer."""
        if loss.at >= since:
            return []
        self._last_outage = (loss.at, until)
        return [self._change(HealthKind.OUTAGE_WIDENED, loss.at, until)]

    def _on_heard(self, heard: Heard) -> None:
        self._prove(min(heard.at, heard.said_at or heard.at))
        if heard.own:
            self._echo_seen = True
            self._failed_sends = 0
            self._unproven_since = None

    def _on_sent(self, sent: Sent) -> None:
        if sent.outcome is SendOutcome.ACCEPTED:
            self._failed_sends = 0
            if not (self._echoes and self._echo_seen):
                # A puppet that never echoed is not mute because it does not echo now.
                self._unproven_since = None
                return
        else:
            self._failed_sends += 1
        self._unproven_since = self._unproven_since or sent.at

    def _on_round_trip(self, trip: RoundTrip) -> None:
        if trip.seconds is None:
            self._failed_trips += 1
        else:
            # What was said before the probe left came before it.
            self._prove(trip.at - timedelta(seconds=trip.seconds))

    def _prove(self, at: datetime) -> None:
        self.proof = max(at, self.proof or at)
        self._failed_trips = 0

    def _judge(self, now: datetime) -> tuple[LinkState, str]:
        """What is true, whatever the connection believes of itself."""
        if self._told is not LinkState.ONLINE:
            return self._told, self._told_why
        if self._failed_trips >= FAILURES:
            return LinkState.DEAF, "round trips fail"
        if self.proof is not None and now - self.proof >= PROOF_LASTS:
            return LinkState.DEAF, "neither a message nor a round trip proves that we hear"
        if self._failed_sends >= FAILURES:
            return LinkState.MUTE, "sends fail"
        if self._unproven_since is not None and now - self._unproven_since >= PROOF_LASTS:
            return LinkState.MUTE, "what we say does not come back"
        return LinkState.ONLINE, ""

    def _settle(self, now: datetime) -> list[HealthChange]:
        before = self.state
        self.state, self.why = self._judge(now)
        changes = self._outage(before, now)
        if self.state is LinkState.ONLINE:
            return changes + self._clear(now)
        if self._trouble_since is None:
            self._trouble_since = self._began(now)
        return changes + self._alarm(now)

    def _began(self, now: datetime) -> datetime:
        """As far back as the present trouble can reach: to the last proof of what is missing now."""
        if not self._was_online:
            return now  # Starting is no trouble yet, however long the program was off.
        last = self._unproven_since if self.state is LinkState.MUTE else self.proof
        return min(last or now, now)

    def _outage(self, before: LinkState, now: datetime) -> list[HealthChange]:
        hears = self.state in HEARING
        if not hears and before in HEARING:
            self.outage_since = self._began(now)
            return [self._change(HealthKind.OUTAGE_BEGAN, self.outage_since, now)]
        if hears and self.outage_since is not None:
            since, self.outage_since = self.outage_since, None
            put_back_at, shown = self._put_back
            until = max(now, shown) if since <= put_back_at else now
            self._last_outage = (since, now) if until == now else None
            return [self._change(HealthKind.OUTAGE_ENDED, since, until)]
        return []

    def _alarm(self, now: datetime) -> list[HealthChange]:
        # Who was told of muteness believes that we hear, and the other way round: told again.
        turned = self._alarmed is not None and (self._alarmed in HEARING) != (self.state in HEARING)
        since = self._began(now) if turned else self._trouble_since or now
        needs_person = self.state in NEEDS_PERSON and self._alarmed not in NEEDS_PERSON
        lasts = (turned or self._alarmed is None) and now - since >= ALARM_AFTER
        if not needs_person and not lasts:
            return []
        self._alarmed = self.state
        return [self._change(HealthKind.ALARM, since, now)]

    def _clear(self, now: datetime) -> list[HealthChange]:
        since, self._trouble_since = self._trouble_since, None
        alarmed, self._alarmed = self._alarmed, None
        return [self._change(HealthKind.CLEARED, since or now, now)] if alarmed is not None else []

    def _change(self, kind: HealthKind, since: datetime, at: datetime) -> HealthChange:
        return HealthChange(kind, self.account, self.state, since, at, self.why, self.qrcode)


def _is_of(change: LinkChange, outage: tuple[datetime, datetime]) -> bool:
    """Whether it tells of a loss that an outage which is over explains: it happened before that ended."""
    return change.state is LinkState.DEAF and change.at < outage[1]
