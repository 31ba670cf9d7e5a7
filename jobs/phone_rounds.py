"""On the first of each month the township gets the list of cases to ask about by phone (seed D13)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.intents import Intent
from handlers.phone_rounds import DrawPhoneSample
from jobs.schedule import every
from models.rules.pacing import SHANGHAI


@every("30 8 1 * *")
def draw_phone_sample(moment: datetime) -> Iterable[Intent]:
    """Of what was closed in the month before."""
    yesterday = moment.astimezone(SHANGHAI) - timedelta(days=1)
    yield DrawPhoneSample(month=f"{yesterday:%Y-%m}")
