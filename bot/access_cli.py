"""``python -m bot bind-code | login-code``: one-time codes, above all for the first ones, who have nobody to ask."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.desk import Desk

FOUND = 1

access = typer.Typer(rich_markup_mode=None)

Config = Annotated[Path | None, typer.Option("--config", help="Settings to use instead of config.toml.")]


def desk_of(config: Path | None) -> "Desk":
    """The operator's desk over the configured database."""
    from bot.desk import Desk  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning")
    return Desk(settings, now)


@access.command("bind-code")
def bind_code(
    person: Annotated[str, typer.Option(help="Full name of a person in the people's sheet.")] = "",
    area: Annotated[str, typer.Option(help="Area, to tell namesakes apart.")] = "",
    room: Annotated[str, typer.Option(help="Area whose group is to be bound.")] = "",
    config: Config = None,
) -> None:
    """Issue a one-time code that binds a person in private chat, or a group where it is said."""
    if bool(person) == bool(room):
        raise typer.BadParameter("give either --person or --room")
    said(desk_of(config).issue_code(person, area, room))


@access.command("login-code")
def login_code(
    person: Annotated[str, typer.Option(help="Full name of somebody with a post; empty: the operator.")] = "",
    config: Config = None,
) -> None:
    """Issue a one-time code for the log-in page, good for five minutes."""
    said(desk_of(config).login_code(person))


def said(outcome: tuple[bool, str]) -> None:
    """Show the sentence; what was refused ends the command as something found."""
    done, sentence = outcome
    typer.echo(sentence, err=not done)
    if not done:
        raise typer.Exit(FOUND)
