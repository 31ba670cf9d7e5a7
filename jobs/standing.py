"""Standing reminders of the coming days are planned at night; the due table says them at their moments."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.intents import Intent
from handlers.standing import PlanStanding
from jobs.schedule import every
from models.rules.pacing import shanghai_date


@every("5 0 * * *", grace=timedelta(hours=24))
def standing(moment: datetime) -> Iterable[Intent]:
    """A few days at once, so that an outage finds them planned; what is planned already stays as it is."""
    yield PlanStanding(on=shanghai_date(moment).isoformat())
