"""What ``doctor`` finds beyond the machine: the files the program understands by, and who and what the place lacks."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Engine

from bot.check import check_files, check_town
from bot.findings import Finding, Grade, good
from bot.parts import load_parts
from bot.settings import Settings


def examine_place(
    settings: Settings, engine: Engine, now: datetime, before: Iterable[Finding]
) -> Iterator[Finding]:
    """Broken lexicon or sentences; groups nobody bound, posts nobody holds. ``before``: what was found already."""
    files = [finding for finding in check_files(settings) if finding.grade is not Grade.GOOD]
    yield from files or [good("lexicon, presets and sentences can be read")]
    broken = any(finding.grade is Grade.BAD for finding in files)
    unsound = any(
        finding.grade is Grade.BAD and finding.what.startswith(("the schema", "the database"))
        for finding in before
    )
    if not broken and not unsound:
        parts = load_parts(settings.pacing, settings.secret, hears=False, local=settings.local_lexicon)
        yield from (one for one in check_town(engine, parts, now) if one.grade is not Grade.GOOD)
