"""When each post holder hears the morning's digest: a standing reminder like the others, so cadres stop or move it.

Stopped, it lists no cases; what the night held back is said all the same. Moved, it takes along what would have been
said earlier: a morning has one message.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.intents import Intent
from handlers.registry import handles
from handlers.standing import again_of
from handlers.work import Work
from models.rules.attention import ANYWAY, CARD
from models.rules.attention import DIGEST as GATHERS
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.standing import DIGEST, Setting, Standing, said_on
from models.store.standing import StandingStore


@dataclass(frozen=True, slots=True)
class HoldForDigest(Intent):
    """What waits for these people's morning waits until their digest: ``until`` is its moment (ISO)."""

    people: tuple[int, ...]
    until: str


def digest_row(work: Work) -> Standing | None:
    """The reminder of the preset that is the digest."""
    return next((each for each in work.town.preset.reminders if each.kind == DIGEST), None)


def digest_moments(work: Work, people: Iterable[int], morning: datetime) -> Mapping[int, datetime | None]:
    """Person → when the digest is said on the day of ``morning``, never before it; None: no digest that day."""
    row = digest_row(work)
    if row is None:
        return dict.fromkeys(people, morning)
    settings, known = StandingStore(work.store.session).settings(), dict[int, datetime | None]()
    return {who: _moment(work, row, settings, who, morning, known) for who in people}


def _moment(
    work: Work, row: Standing, settings: list[Setting], who: int, morning: datetime,
    known: dict[int, datetime | None],
) -> datetime | None:  # fmt: skip
    """The earliest of the person's areas."""
    on, found = shanghai_date(morning), []
    for seat in work.town.seats_of(who, on):
        if seat.area not in known:
            again = again_of(work, row, settings, seat.area)
            said = said_on(row, again, on, work.standing.days) if again else []
            known[seat.area] = max(said[0].at.astimezone(morning.tzinfo), morning) if said else None
        found.append(known[seat.area])
    return min((moment for moment in found if moment is not None), default=None)


@handles(HoldForDigest, may=Permission.CLOCK_TICK)
def hold_for_digest(ask: HoldForDigest, work: Work) -> None:
    """New cases of the night and what gathered; what is urgent never waited."""
    until = datetime.fromisoformat(ask.until)
    if work.now >= until:
        return
    seats = (seat for who in ask.people for seat in work.town.seats_of(who, work.today)[:1])
    contacts = [identity for seat in seats for identity in seat.identities]
    for row in work.store.waiting_for(contacts, (GATHERS, CARD)):
        if row.not_before < until + ANYWAY:
            row.not_before = until + (ANYWAY if row.gathers == GATHERS else timedelta(0))
