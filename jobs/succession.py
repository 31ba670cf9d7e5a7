"""Nothing lies on the desk of somebody whose post is over."""

from collections.abc import Iterable
from datetime import datetime

from handlers.appointments import PassOnDesks
from handlers.intents import Intent
from jobs.schedule import every


@every("5 0 * * *")
def succession(moment: datetime) -> Iterable[Intent]:  # noqa: ARG001 - the day is the one on which it is done
    """What lay there goes to whoever comes after; they hear it in the morning."""
    yield PassOnDesks()
