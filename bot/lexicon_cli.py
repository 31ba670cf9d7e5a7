"""``python -m bot lexicon``: a place's own words from spreadsheets, and from what leaders' corrections teach."""

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
    from bot.desk import Desk  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning")
    return Desk(settings, now).lexicon()


def _local(config: Path | None) -> Path:
    from bot.lexicon_desk import PatchError  # noqa: PLC0415
    from bot.local_words import wording  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    named = load_settings(config).local_lexicon
    if named is None:
        raise PatchError(wording()["learning"]["no_local"])
    return named


@lexicon.command("import")
def import_words(
    files: Annotated[list[Path], typer.Argument(help="Spreadsheets (.xlsx) with Chinese headers.")],
    into: Annotated[
        Path | None, typer.Option("--into", help="The file of local words; the settings' own when left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    config: Config = None,
) -> None:
    """Bring in local words, place names and sayings: all of them, or nothing and every bad row named."""
    from bot.lexicon_sheets import SheetDesk  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from models.rules.pacing import shanghai_date  # noqa: PLC0415

    write_logs()
    desk = SheetDesk(into or _local(config), shanghai_date(now()).isoformat())
    good, lines = desk.bring_in(files, dry_run=dry_run)
    for line in lines:
        typer.echo(line)
    if not good:
        raise typer.Exit(FOUND)


@lexicon.command()
def sheet(
    file: Annotated[Path, typer.Argument(help="Where the workbook is written (.xlsx).", dir_okay=False)],
) -> None:
    """Write the empty workbook that import reads, with every category to choose from."""
    from bot.lexicon_sheets import write_sheet  # noqa: PLC0415

    write_sheet(file)
    typer.echo(str(file))


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
