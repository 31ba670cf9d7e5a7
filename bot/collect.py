"""What somebody has just said and what did not become anything yet: in memory, for a burst, then gone.

Requests never wait here: they are recorded at their first qualifying line. This only lets "广场往东第三个路灯" and
"不亮了" be read as one, and a picture find its words (design §3; conversation §4).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.rules.message import Attachment
from models.rules.pacing import Pace, burst_ends

PICTURE_WAITS = timedelta(minutes=25)
PROOF_WAITS = timedelta(minutes=10)
"""So long before a leader says that it is done his picture of it may come."""
MOST_LINES = 8
Speaker = tuple[str, str | None, str]
"""Channel, room and contact."""


@dataclass
class Burst:
    """One sender's recent lines in one conversation."""

    first_at: datetime
    last_at: datetime
    lines: list[str] = field(default_factory=list)
    attachments: list[tuple[datetime, Attachment]] = field(default_factory=list)
    called: bool = False
    """We were mentioned: what follows is meant for us."""
    expecting: bool = False
    """Something was said that may still become a request."""
    reported_at: datetime | None = None

    def pictures_since(self, moment: datetime) -> tuple[Attachment, ...]:
        """What was sent at that moment or later."""
        return tuple(a for at, a in self.attachments if at >= moment)


class Collector:
    """Bursts of every speaker. Not shared between threads: one room is heard by one worker at a time."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._bursts: dict[Speaker, Burst] = {}

    def current(self, speaker: Speaker, now: datetime) -> Burst:
        """The speaker's burst, a fresh one when the last is over; pictures outlive it for 25 minutes."""
        burst = self._bursts.get(speaker)
        if burst is None:
            burst = self._bursts[speaker] = Burst(now, now)
        elif now > burst_ends(burst.first_at, burst.last_at, self._pace):
            burst.first_at = now
            burst.lines.clear()
            burst.expecting = burst.called = False
            burst.attachments = [(at, a) for at, a in burst.attachments if now - at <= PICTURE_WAITS]
        burst.last_at = now
        return burst

    def keep(self, burst: Burst, line: str, *, expecting: bool) -> None:
        """Remember a line that did not become anything yet."""
        if line:
            burst.lines.append(line)
            del burst.lines[:-MOST_LINES]
        burst.expecting = burst.expecting or expecting

    def is_expecting(self, speaker: Speaker, now: datetime) -> bool:
        """Whether the speaker's window is open with something that may become a request."""
        burst = self._bursts.get(speaker)
        open_still = burst is not None and now <= burst_ends(burst.first_at, burst.last_at, self._pace)
        return bool(burst and open_still and burst.expecting)

    def forget_old(self, now: datetime) -> None:
        """Drop every burst that can no longer matter; called now and then, from any thread, so that memory stays flat."""
        for speaker, burst in list(self._bursts.items()):
            if self._is_over(burst, now):
                self._bursts.pop(speaker, None)

    def _is_over(self, burst: Burst, now: datetime) -> bool:
        """Words matter until the burst ends; pictures, and who has reported, a little longer."""
        if burst.attachments or burst.reported_at is not None:
            return now - burst.last_at > PICTURE_WAITS
        return now > burst_ends(burst.first_at, burst.last_at, self._pace)
