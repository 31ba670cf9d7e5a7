"""``python -m bot backup | restore | drill``: the operator's way to a second life of everything."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.access_cli import Config

if TYPE_CHECKING:
    from bot.backup_desk import BackupDesk

backups = typer.Typer(rich_markup_mode=None)
File = Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)]


@backups.command()
def backup(
    to: Annotated[
        Path | None,
        typer.Option(
            help="Another folder than the one in the settings; nothing is swept there.", file_okay=False
        ),
    ] = None,
    config: Config = None,
) -> None:
    """Take an encrypted backup while everything runs, and prove it by restoring it into a scratch database."""
    _desk(config).take(to)


@backups.command()
def restore(
    file: File,
    into: Annotated[
        str, typer.Option(help="Another database than the one in the settings, of either kind.")
    ] = "",
    over_newer: Annotated[
        bool,
        typer.Option("--over-newer", help="Although things were done there after the backup: they are lost."),
    ] = False,
    moved: Annotated[
        bool, typer.Option("--moved", help="Linli was stopped before the backup was taken: say what waits.")
    ] = False,
    config: Config = None,
) -> None:
    """Put a backup in the place of a database; Linli is stopped meanwhile. What stood there is kept aside."""
    from bot.backup_desk import How  # noqa: PLC0415

    _desk(config).restore(file, How(into, over_newer, moved))


@backups.command()
def drill(
    file: Annotated[
        Path | None, typer.Argument(help="A backup; none: one is taken.", exists=True, dir_okay=False)
    ] = None,
    config: Config = None,
) -> None:
    """Go through a backup and its restoring in a scratch place, and say how it went and how long it took."""
    _desk(config).drill(file)


def _desk(config: Path | None) -> "BackupDesk":
    from bot.backup_desk import BackupDesk  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning")
    return BackupDesk(settings, now, typer.echo)
