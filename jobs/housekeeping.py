"""What nobody needs any more is swept at night."""

from collections.abc import Iterable
from datetime import datetime

from handlers.housekeeping import SweepExpired
from handlers.intents import Intent
from jobs.schedule import every


@every("20 3 * * *")
def sweep(moment: datetime) -> Iterable[Intent]:
    """Used keys of more than a month ago, expired drafts, questions and codes."""
    yield SweepExpired(since=moment.isoformat())
