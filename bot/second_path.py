"""Puts together, for one process, what judges its health and what tells somebody of it."""

from pathlib import Path

from sqlalchemy.engine import make_url

from bot.alarm_ways import ways_of
from bot.alarms import Alarms
from bot.health_desk import HealthDesk
from bot.program import Program
from bot.settings import Settings
from models.alarm_book import AlarmBook


def health_of(program: Program, settings: Settings) -> HealthDesk:
    """How this process, its database and its disks do."""
    file = make_url(settings.database_url).database if settings.database_url.startswith("sqlite") else None
    place = Path(file).parent if file and file != ":memory:" else settings.folder
    return HealthDesk(program, {"database": place, "attachments": settings.folder / "attachments"})


def alarms_of(program: Program, settings: Settings, health: HealthDesk) -> Alarms:
    """Whom it tells, by every way that is filled in."""
    ways = dict(ways_of(settings.alarms, settings.name, program.dispatch, program.clock))
    texts = program.parts.standing.texts
    return Alarms(
        lambda: health.look()[1], AlarmBook(program.engine), ways, texts, settings.name, program.clock
    )
