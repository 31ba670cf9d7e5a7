"""What post holders hear in the morning is planned at night; once a week a dispatcher hears which posts are empty."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.digests import PlanDigests
from handlers.intents import Intent
from handlers.vacancies import TellVacancies
from jobs.schedule import every


@every("0 3 * * *", grace=timedelta(hours=4))
def digests(moment: datetime) -> Iterable[Intent]:  # noqa: ARG001 - every day the same
    """One message for each post holder with something open, at the end of the quiet hours."""
    yield PlanDigests()


@every("0 9 * * 1")
def vacancies(moment: datetime) -> Iterable[Intent]:  # noqa: ARG001 - every week the same
    """Mondays at nine: which posts of the ladder nobody holds."""
    yield TellVacancies()
