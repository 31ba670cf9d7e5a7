"""What nobody needs any more is swept at night."""

from collections.abc import Iterable
from datetime import datetime

from handlers.housekeeping import SweepExpired
from handlers.intents import Intent
from jobs.schedule import every


@every("20 3 * * *")
def sweep(moment: datetime) -> Iterable[Intent]:
    """What is older than the list of retention allows is deleted; cases that ended long ago forget whose they were."""
    yield SweepExpired(since=moment.isoformat())
