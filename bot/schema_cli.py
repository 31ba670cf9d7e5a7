"""``python -m bot migrate | rollback``: the schema of the database, up with a new version and back before an old one."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.access_cli import FOUND, Config

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings

schema = typer.Typer(rich_markup_mode=None)


NoBackup = Annotated[bool, typer.Option("--no-backup", help="One was taken just now.")]


@schema.command()
def migrate(no_backup: NoBackup = False, config: Config = None) -> None:
    """Take a backup and bring the database to this version's schema; interrupted, it is run again and goes on."""
    from models.engine import migrate as bring_up  # noqa: PLC0415
    from models.engine import standing  # noqa: PLC0415

    settings = _settings(config)
    url = settings.database_url
    bring_up(url, first=_first(settings, taken=no_backup))
    present, newest = standing(url)
    if present == newest:
        typer.echo("the database has this version's schema")
    else:
        typer.echo(
            f"the database has schema {present}, of a later version; this one ({newest}) works with it"
        )


@schema.command()
def rollback(
    to: Annotated[str, typer.Option(help="Number of a schema; empty: that of the release before.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    no_backup: NoBackup = False,
    config: Config = None,
) -> None:
    """Take the schema back for an older version, with Linli stopped. It says first what would be lost."""
    from bot.app import lock_of  # noqa: PLC0415
    from bot.lockfile import LockFile  # noqa: PLC0415
    from models.engine import check_way_back, roll_back  # noqa: PLC0415
    from models.schema_loss import loss  # noqa: PLC0415

    settings = _settings(config)
    url = settings.database_url
    with ExitStack() as stack:
        if url.startswith("sqlite"):
            stack.enter_context(LockFile(lock_of(settings)))
        goal = check_way_back(url, to)
        for line in loss(url, goal):
            typer.echo(f"lost: {line}")
        if not yes and not typer.confirm(f"take the schema back to {goal}?"):
            raise typer.Exit(FOUND)
        roll_back(url, goal, first=_first(settings, taken=no_backup))
    typer.echo(
        f"the database has schema {goal}: start the older version, not this one, which would migrate it again"
    )


def _first(settings: "Settings", *, taken: bool) -> "Callable[[str, str], None]":
    """A backup before the first change of a database that holds something."""
    from bot.backup_desk import BackupDesk  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from models.engine import untouched  # noqa: PLC0415

    def back_up(_present: str, _goal: str) -> None:
        BackupDesk(settings, now, typer.echo).take()

    return untouched if taken else back_up


def _settings(config: Path | None) -> "Settings":
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning")
    return settings
