"""``python -m bot handover``: cases for a platform of the county, and its answers, on the server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.county_desk import CountyDesk

FOUND = 1

handover = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Config = Annotated[Path | None, typer.Option("--config", help="Settings to use instead of config.toml.")]


@handover.command()
def make(
    file: Annotated[Path, typer.Argument(help="Where the package is written (.zip).", dir_okay=False)],
    case: Annotated[
        list[int] | None, typer.Option(help="Number of a case; none: all that lie with the top.")
    ] = None,
    config: Config = None,
) -> None:
    """Write cases as a spreadsheet and JSON, by the map in the settings; no private ones."""
    _end(*_desk(config).make(file, tuple(case or ())))


@handover.command()
def answers(
    file: Annotated[Path, typer.Argument(help="Their answers, .xlsx or JSON.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come of each row.")] = False,
    config: Config = None,
) -> None:
    """Take what they answered, row by row; the same file again changes nothing."""
    _end(*_desk(config).answers(file, dry_run=dry_run))


def _desk(config: Path | None) -> "CountyDesk":
    from bot.desk import Desk  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning")
    return Desk(settings, now).county()


def _end(good: bool, lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
    if not good:
        raise typer.Exit(FOUND)
