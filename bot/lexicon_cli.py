"""``python -m bot lexicon``: review what leaders' corrections teach, and add it to the place's own words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.lexicon_desk import LexiconDesk

FOUND = 1

lexicon = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Config = Annotated[Path | None, typer.Option("--config", help="Settings to use instead of config.toml.")]
Rows = Annotated[
    list[Path] | None,
    typer.Option(
        "--rows", help="Sentences of known meaning (TSV: text, meant); the project's own when left out."
    ),
]
Patch = Annotated[Path, typer.Argument(help="The reviewed patch.", exists=True, dir_okay=False)]


def _desk(config: Path | None) -> "LexiconDesk":
    from bot.app import now  # noqa: PLC0415
    from bot.desk import Desk  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning")
    return Desk(settings, now).lexicon()


@lexicon.command()
def suggest(
    patch: Annotated[Path, typer.Option("--to", help="Where the patch is written.")] = Path("patch.toml"),
    rows: Rows = None,
    config: Config = None,
) -> None:
    """Propose additions and weights from leaders' corrections, with their evidence; changes nothing."""
    for line in _desk(config).suggest(patch, tuple(rows or ())):
        typer.echo(line)


@lexicon.command()
def diff(patch: Patch, rows: Rows = None, config: Config = None) -> None:
    """Show which kept cases and which sentences a patch would read otherwise."""
    for line in _desk(config).diff(patch, tuple(rows or ())):
        typer.echo(line)


@lexicon.command()
def apply(patch: Patch, rows: Rows = None, config: Config = None) -> None:
    """Write a reviewed patch into the local lexicon, unless a sentence that is right would become wrong."""
    kept, lines = _desk(config).apply(patch, tuple(rows or ()))
    for line in lines:
        typer.echo(line, err=not kept)
    if not kept:
        raise typer.Exit(FOUND)
