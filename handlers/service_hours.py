"""Service hours: certified by whoever organised it, told to each one privately, ranked nowhere (民政部令67号; dialogue d23)."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.activity_people import lines_of, store_of
from handlers.activity_steps import label, leads, named
from handlers.case_steps.words import heard_at
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.activity_words import called_so
from models.rules.attending import ticked
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.signing_up import ActivityState, Standing
from models.tables import Activity, Participant

MOST_HOURS = 24.0
LEAST_HOURS = 0.5


@dataclass(frozen=True, slots=True)
class RecordHours(Intent):
    """The organiser certifies how long those who came served."""

    activity: str
    hours: str
    who: str = ""


@handles(RecordHours, may=Permission.ACTIVITY_POST)
def record_hours(ask: RecordHours, work: Work) -> Reply:
    """For those who came, or, where nobody was noted, for all who signed up; each one hears it privately."""
    hours = float(ask.hours)
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        raise Refusal(RefusalKind.NOT_CLEAR, "HOURS_WRONG_DM")
    activity = _held(ask.activity, work)
    store = store_of(work)
    rows = [row for row in store.participants(activity.id or 0) if row.standing == Standing.IN]
    chosen = _serving(rows, ask.who, work)
    if not chosen:
        raise Refusal(RefusalKind.NOT_FOUND, "HOURS_NOBODY_DM", **named(work, activity))
    for row in chosen:
        row.hours = hours
    work.store.flush()
    for row in chosen:
        total = f"{store.hours_of(row.identity_id):g}"
        work.tell(
            row.identity_id, "HOURS_DM", not_before=heard_at(work), title=activity.title, hours=f"{hours:g}",
            sum=total,
        )  # fmt: skip
    return Reply("HOURS_KEPT_DM", n=len(chosen), hours=f"{hours:g}", **named(work, activity))


def _held(said: str, work: Work) -> Activity:
    """The newest of the organiser's activities that goes by this name and has begun, locked.

    Raises:
        Refusal: there is none, or it has not begun.
    """
    store = store_of(work)
    own = [a for a in store.announced_by(work.actor.desk) if a.state != ActivityState.CANCELLED]
    fitting = [a for a in own if said in {label(work, a), str(a.no)} or called_so(a.title, said)]
    begun = [a for a in fitting if a.starts_at <= work.now]
    if fitting and not begun:
        raise Refusal(RefusalKind.NOT_NOW, "HOURS_EARLY_DM", **named(work, fitting[0]))
    activity = store.find_activity(row=begun[0].id) if begun else None
    if activity is None or not leads(work, activity):
        raise Refusal(RefusalKind.NOT_FOUND, "ACTIVITY_NOT_FOUND_DM")
    return activity


def _serving(rows: Sequence[Participant], who: str, work: Work) -> list[Participant]:
    """Those named; nobody or everybody named: those who came, else all who signed up."""
    found, _ = ticked(who, lines_of(work, rows))
    if not who or len(found) == len(rows):
        return [row for row in rows if row.came] or list(rows)
    return [row for row in rows if row.number in found]
