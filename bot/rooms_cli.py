"""``python -m bot rooms list | move``: which of our accounts listens and speaks in a group."""

from typing import Annotated

import typer

from bot.access_cli import Config, desk_of, said

rooms = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@rooms.command("list")
def list_rooms(config: Config = None) -> None:
    """Every group with its number, the account that listens and speaks there, and others of ours that could."""
    for line in desk_of(config).rooms():
        typer.echo(line)


@rooms.command()
def move(
    room: Annotated[str, typer.Argument(help="The group's number or name, as listed.")],
    to: Annotated[str, typer.Option(help="An account that sits there.")],
    config: Config = None,
) -> None:
    """Have another account listen and speak in a group; nothing is lost and nothing heard twice meanwhile."""
    said(desk_of(config).move_room(room, to))
