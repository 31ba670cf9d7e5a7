"""``python -m bot sizes``: how large the database is, what it grows by, and for how long there is room."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

from bot.access_cli import Config

if TYPE_CHECKING:
    from models.sizes import TableSize

measures = typer.Typer(rich_markup_mode=None)
MB = 2**20
LONG = 36_500
"""Days: beyond that nobody plans."""


@measures.command("sizes")
def show(config: Config = None) -> None:
    """Say how many rows and bytes each table holds, what comes a day, and when the disk is full at this pace."""
    from bot.moment import now  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415
    from models.engine import open_engine  # noqa: PLC0415
    from models.sizes import sizes, total  # noqa: PLC0415

    settings, moment = load_settings(config), now()
    engine = open_engine(settings.database_url)
    there = next(p for p in (settings.folder, *settings.folder.parents) if p.exists())
    room = shutil.disk_usage(there).free
    for line in written(sizes(engine, moment), total(engine), room, moment):
        typer.echo(line)


def written(tables: Iterable["TableSize"], whole: int, room: int, now: datetime) -> Iterator[str]:
    """A line for each table that holds anything, and what follows from all of them. ``whole``, ``room``: bytes."""
    yield f"{'table':<20}{'rows':>12}{'MB':>10}{'rows a day':>12}{'MB a day':>10}  kept for"
    growth, known = 0.0, True
    for one in tables:
        if one.rows:
            growth, known = growth + one.growth, known and one.bytes is not None
            weight = "?" if one.bytes is None else f"{one.bytes / MB:.1f}"
            kept = (
                "always" if one.kept is None else f"{one.kept.days} days" + (", full" if one.is_full else "")
            )
            yield (
                f"{one.name:<20}{one.rows:>12,}{weight:>10}{one.rows_a_day:>12,.1f}{one.growth / MB:>10.3f}  {kept}"
            )
    yield f"all of it {whole / MB:,.1f} MB; {room / MB:,.0f} MB free on this machine"
    if not known:
        yield "this SQLite cannot tell bytes by table (it was built without dbstat)"
    elif growth * LONG < room:
        yield f"grows by {growth / MB:.2f} MB a day: there is room for a hundred years"
    else:
        days = int(room / growth)
        yield f"grows by {growth / MB:.2f} MB a day: the disk is full in {days:,} days, on {now + timedelta(days=days):%Y-%m-%d}"
