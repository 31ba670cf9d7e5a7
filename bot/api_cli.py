"""``python -m bot api-token | api-tokens | stop-api-token``: which programs may come in."""

from typing import Annotated

import typer

from bot.access_cli import Config, desk_of, said

ACTS, DAYS = "open, claim, resolve, transfer, escalate", 90
"""As in models.rules.api_tokens, which is not loaded to show help."""
programs = typer.Typer(rich_markup_mode=None)


@programs.command("api-token")
def make(
    name: Annotated[str, typer.Option(help="What the program is called wherever it did something.")],
    area: Annotated[str, typer.Option(help="Area it sees, with all below; empty: everything.")] = "",
    person: Annotated[str, typer.Option(help="Full name of somebody in whose name it does something.")] = "",
    act: Annotated[list[str] | None, typer.Option(help=f"What it may do: {ACTS}; none: read.")] = None,
    days: Annotated[int, typer.Option(help="How many days it is good for.")] = DAYS,
    config: Config = None,
) -> None:
    """Make a token for a program; it is shown once."""
    said(desk_of(config).make_token(name, area, tuple(act or ()), person, days))


@programs.command("api-tokens")
def listed(config: Config = None) -> None:
    """List the tokens: number, name, until when, and whether it still opens anything."""
    for line in desk_of(config).tokens():
        typer.echo(line)


@programs.command("stop-api-token")
def stop(
    number: Annotated[int, typer.Argument(help="Its number in the list.")], config: Config = None
) -> None:
    """Let a token open nothing any more."""
    said(desk_of(config).stop_token(number))
