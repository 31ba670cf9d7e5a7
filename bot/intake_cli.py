"""``python -m bot intake``: what people said and somebody wrote on paper, from spreadsheets."""

from pathlib import Path
from typing import Annotated

import typer

FOUND = 1

intake = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Config = Annotated[Path | None, typer.Option("--config", help="Settings to use instead of config.toml.")]


@intake.command("import")
def import_papers(
    files: Annotated[list[Path], typer.Argument(help="Spreadsheets (.xlsx) with Chinese headers.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come of them.")] = False,
    config: Config = None,
) -> None:
    """Open a case for every row, with its day and channel: all of them, or nothing and every bad row named."""
    from bot.desk import Desk  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning")
    good, lines = Desk(settings, now).papers().bring_in(files, dry_run=dry_run)
    for line in lines:
        typer.echo(line)
    if not good:
        raise typer.Exit(FOUND)


@intake.command()
def sheet(
    file: Annotated[Path, typer.Argument(help="Where the workbook is written (.xlsx).", dir_okay=False)],
) -> None:
    """Write the empty form that import reads."""
    from bot.paper_desk import write_sheet  # noqa: PLC0415

    write_sheet(file)
    typer.echo(str(file))
