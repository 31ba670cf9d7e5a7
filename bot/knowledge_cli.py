"""``python -m bot knowledge``: the approved texts from which questions are answered."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.knowledge_desk import KnowledgeDesk

FOUND = 1

knowledge = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Config = Annotated[Path | None, typer.Option("--config", help="Settings to use instead of config.toml.")]


def _desk(config: Path | None) -> "KnowledgeDesk":
    from bot.desk import Desk  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning")
    return Desk(settings, now).knowledge()


@knowledge.command("import")
def import_texts(
    files: Annotated[list[Path], typer.Argument(help="Spreadsheets (.xlsx) or TOML files.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    config: Config = None,
) -> None:
    """Bring in approved texts: all of them, or nothing and every bad row named; again changes nothing."""
    good, lines = _desk(config).bring_in(files, dry_run=dry_run)
    for line in lines:
        typer.echo(line)
    if not good:
        raise typer.Exit(FOUND)


@knowledge.command("list")
def list_texts(config: Config = None) -> None:
    """The texts that were not stopped, with area and last day."""
    typer.echo(_desk(config).list())


@knowledge.command()
def stop(no: Annotated[int, typer.Argument(help="The text's number.")], config: Config = None) -> None:
    """Quote it no more."""
    typer.echo(_desk(config).stop(no))


@knowledge.command()
def why(
    question: Annotated[str, typer.Argument(help="A question as a resident would ask it.")],
    area: Annotated[str, typer.Option(help="Area of the asker; empty: what holds for the whole place.")] = "",
    config: Config = None,
) -> None:
    """Which text would answer a question, and by which words; nothing is written."""
    for line in _desk(config).why(question, area):
        typer.echo(line)


@knowledge.command()
def sheet(
    file: Annotated[Path, typer.Argument(help="Where the workbook is written (.xlsx).", dir_okay=False)],
) -> None:
    """Write the empty form that import reads."""
    from bot.knowledge_desk import write_sheet  # noqa: PLC0415

    write_sheet(file)
    typer.echo(str(file))
