"""``python -m bot``: the program's front for whoever runs the server.

Exit codes: 0 all is well; 1 something was found that must be mended (bad rows, failed expectations); 2 it could not
even begin (settings, database, a wrong option). What a command needs is imported when it runs, so help is instant.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.access_cli import access
from bot.api_cli import programs
from bot.backup_cli import backups
from bot.handover_cli import handover
from bot.intake_cli import intake
from bot.knowledge_cli import knowledge
from bot.lexicon_cli import lexicon
from bot.rooms_cli import rooms
from bot.schema_cli import schema
from bot.sizes_cli import measures

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.desk import Desk
    from bot.findings import Finding
    from bot.settings import Settings

FOUND = 1
NO_START = 2
STATES = "queued, sending, relay, unknown or dead"

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)
notice = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(notice, name="notice", help="Notices, written on the server.")
app.add_typer(handover, name="handover", help="Cases for a platform of the county, and its answers.")
app.add_typer(intake, name="intake", help="Opinions kept on paper, from spreadsheets.")
app.add_typer(rooms, name="rooms", help="Which account listens and speaks in a group.")
app.add_typer(access)
app.add_typer(programs)
app.add_typer(schema)
app.add_typer(backups)
app.add_typer(measures)
app.add_typer(knowledge, name="knowledge", help="Approved texts that questions are answered from.")
app.add_typer(lexicon, name="lexicon", help="A place's own words: from spreadsheets and from corrections.")

Config = Annotated[Path | None, typer.Option("--config", help="Settings to use instead of config.toml.")]


def main() -> None:
    """Run the command; what people can mend is one line, anything else is a fault with its trace."""
    try:
        app()
    except Exception as fault:
        sentence = _sentence(fault)
        if sentence is None:
            raise
        typer.echo(f"linli: {sentence}", err=True)
        sys.exit(NO_START)


def _sentence(fault: Exception) -> str | None:
    """One line for a mistake of ours people can mend; None for a real fault."""
    from sqlalchemy.exc import OperationalError, ProgrammingError  # noqa: PLC0415

    if isinstance(fault, OperationalError | ProgrammingError):
        first = str(fault.orig).strip().splitlines()[0] if fault.orig else type(fault).__name__
        return f"the database said: {first}; run `python -m bot doctor`"
    names = {
        "SettingsError", "PresetError", "LexiconError", "LocaleError", "UnsupportedDatabase", "AlreadyRunning",
        "SchemaBusy", "DatabaseTooNew", "NoWayBack",
        "AnotherImport", "NotLoopback", "AddressNotFree", "NoDeployment", "PatchError", "BackupRefused", "UnusableBackup",
        "TakenOver",
    }  # fmt: skip
    return str(fault) or type(fault).__name__ if type(fault).__name__ in names else None


def _settings(config: Path | None, *, quiet: bool = True) -> "Settings":
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings(config)
    write_logs(settings.log.format, "warning" if quiet else settings.log.level)
    return settings


def _engine(settings: "Settings") -> "Engine":
    from models.engine import open_engine  # noqa: PLC0415

    return open_engine(settings.database_url)


def _desk(config: Path | None) -> "Desk":
    from bot.desk import Desk  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415

    return Desk(_settings(config), now)


@app.command()
def run(
    only: Annotated[
        list[str] | None, typer.Option(help="Roles of this process: channel:<account>, web, jobs.")
    ] = None,
    config: Config = None,
) -> None:
    """Run the assistant until it is stopped."""
    from bot.app import run as run_program  # noqa: PLC0415

    settings = _settings(config, quiet=False)
    known = {"web", "jobs", *(f"channel:{channel.account}" for channel in settings.channels)}
    for role in only or ():
        if role not in known:
            raise typer.BadParameter(f"there is no role {role}: choose from {', '.join(sorted(known))}")
    run_program(settings, tuple(only or ()))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8000,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    preset: Annotated[str, typer.Option(help="Which place to show; the first one when left out.")] = "",
    keep: Annotated[
        bool, typer.Option(help="Keep the demo's database in var/demo for the next time.")
    ] = False,
) -> None:
    """Try everything in the browser: simulated groups, a movable clock, a throw-away database."""
    from bot.app import demo as run_demo  # noqa: PLC0415
    from bot.logs import write_logs  # noqa: PLC0415
    from models.presets import load_presets, preset_named  # noqa: PLC0415

    write_logs()
    shown = preset_named(preset).code if preset else next(iter(load_presets()))
    folder = Path("var/demo") if keep else None
    run_demo(port, browser=browser, preset=shown, keep=folder, tell=lambda at: typer.echo(f"ready: {at}"))


@app.command()
def replay(
    file: Annotated[
        Path, typer.Argument(help="Dialogues, one JSON object a line.", exists=True, dir_okay=False)
    ],
    db: Annotated[
        str | None, typer.Option(help="Database to play in; it is emptied. Default: a throw-away one.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Also write every line's outcome here, as JSON.")
    ] = None,
) -> None:
    """Play dialogues under a virtual clock and compare what happens with what was expected."""
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.replay import main as play  # noqa: PLC0415

    write_logs()
    raise typer.Exit(play(file, sys.stdout, db, report))


@app.command()
def understand(
    preset: Annotated[str | None, typer.Option(help="Check that this preset exists.")] = None,
    local: Annotated[Path | None, typer.Option(help="A file of local words to try.", dir_okay=False)] = None,
) -> None:
    """Read JSON lines with a text each and write what would be understood; needs no settings."""
    from bot.logs import write_logs  # noqa: PLC0415
    from bot.parts import understanding_with  # noqa: PLC0415
    from bot.understand import run as answer_all  # noqa: PLC0415
    from models.presets import preset_named  # noqa: PLC0415

    write_logs()
    if preset is not None:
        preset_named(preset)
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    answer_all(sys.stdin, sys.stdout, understanding_with(local))


@app.command()
def check(
    unit: Annotated[Path | None, typer.Option(help="Also this unit of systemd.", dir_okay=False)] = None,
    compose: Annotated[
        Path | None, typer.Option(help="Also these values of deploy/compose.yaml.", dir_okay=False)
    ] = None,
    config: Config = None,
) -> None:
    """Check settings, lexicon, presets and sentences, and say what would happen."""
    from bot.check import check_files, check_settings, check_town  # noqa: PLC0415
    from bot.deployment import check_compose, check_unit  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415
    from bot.parts import load_parts  # noqa: PLC0415
    from bot.settings import settings_file  # noqa: PLC0415

    settings = _settings(config)
    found = [*check_settings(settings), *check_files(settings)]
    found += check_unit(unit, settings, settings_file(config)) if unit else []
    found += check_compose(compose, settings) if compose else []
    if not any(f.grade == "bad" for f in found):
        parts = load_parts(
            settings.pacing, settings.secret, local=settings.local_lexicon, webhooks=settings.webhooks
        )
        found += check_town(_engine(settings), parts, now())
    _tell(found)


@app.command()
def doctor(config: Config = None) -> None:
    """Look for what is wrong on this machine right now, and say what to do."""
    from bot.doctor import examine  # noqa: PLC0415
    from bot.doctor_of_places import examine_place  # noqa: PLC0415
    from bot.moment import now  # noqa: PLC0415

    settings = _settings(config)
    found = list(examine(settings, _engine(settings), now()))
    _tell(found + list(examine_place(settings, _engine(settings), now(), found)))


def _tell(found: "list[Finding]") -> None:
    for finding in found:
        typer.echo(finding.line())
    if any(f.grade == "bad" for f in found):
        raise typer.Exit(FOUND)


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Spreadsheets (.xlsx) with Chinese headers.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    config: Config = None,
) -> None:
    """Bring in areas, people, posts, households and groups: all of them, or nothing and every bad row named."""
    if not _desk(config).bring_in(files, typer.echo, dry_run=dry_run):
        raise typer.Exit(FOUND)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go.", file_okay=False)],
    template: Annotated[
        bool, typer.Option("--template", help="Only the empty workbook that import reads.")
    ] = False,
    config: Config = None,
) -> None:
    """Write the township, cases and notices as spreadsheets and JSON lines, without phones and addresses."""
    for file in _desk(config).put_out(folder, template=template):
        typer.echo(str(file))


@app.command()
def outbox(
    state: Annotated[list[str] | None, typer.Option(help=f"Only rows in this state: {STATES}.")] = None,
    config: Config = None,
) -> None:
    """List what waits to be said, is in doubt, or was given up."""
    for line in _desk(config).waiting(tuple(state or ())):
        typer.echo(line)


@notice.command("send")
def notice_send(
    text: Annotated[str, typer.Option(help="The notice.")],
    to: Annotated[str, typer.Option(help="Areas, as in chat: 三组、四组; empty: everybody.")] = "",
    at: Annotated[str, typer.Option(help="When, as in chat: 明早8点, 每月10日18点, 2026-01-02T08:00.")] = "",
    level: Annotated[str, typer.Option(help="normal, important or emergency.")] = "normal",
    source: Annotated[str, typer.Option(help="Who announces it.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the preview.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> None:
    """Show a notice's audience, and send or plan it after confirmation."""

    def ask(preview: str) -> bool:
        typer.echo(preview)
        return not dry_run and (yes or typer.confirm("?"))

    how: dict[str, Any] = {"moment": at, "level": level, "source": source}
    typer.echo(_desk(config).notices().send(to, text, ask, **how))


@notice.command("list")
def notice_list(config: Config = None) -> None:
    """What became of the last notices."""
    typer.echo(_desk(config).notices().list())


@notice.command("cancel")
def notice_cancel(
    no: Annotated[int, typer.Argument(help="The notice's number.")], config: Config = None
) -> None:
    """Stop what was not said yet of a notice."""
    typer.echo(_desk(config).notices().cancel(no))
