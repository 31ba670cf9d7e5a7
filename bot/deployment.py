"""Whether the files that start the program fit its settings: systemd's unit, and the values of the compose file."""

import configparser
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.caretaking import AWAKE_EVERY_S
from bot.channels.wechaty.settings import WechatySettings, address
from bot.findings import Finding, bad, good
from bot.settings import Settings
from models.rules.loopback import is_loopback

STATES = Path("/var/lib")
SECONDS = {"": 1, "s": 1, "sec": 1, "min": 60, "m": 60}


def check_unit(unit: Path, settings: Settings, config: Path) -> Iterator[Finding]:
    """What in a systemd unit does not fit."""
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        read.read_string(unit.read_text(encoding="utf-8"))
        service = dict(read["Service"])
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError) as cause:
        yield bad(
            f"{unit} is no service of systemd ({type(cause).__name__})", "copy deploy/linli.service there"
        )
        return
    found = [
        *_command(service, config), *_roles(service, settings), *_places(service, settings), *_watchdog(service),
    ]  # fmt: skip
    yield from found or [good(f"{unit} fits these settings")]


def _command(service: dict[str, str], config: Path) -> Iterator[Finding]:
    place = Path(service.get("WorkingDirectory", ""))
    if not (place / "bot" / "__main__.py").exists():
        yield bad(f"WorkingDirectory={place}: the program is not there", "write the folder that holds run.py")
    words = shlex.split(service.get("ExecStart", ""))
    if not words or not os.access(words[0], os.X_OK):
        remedy = "run: python3 run.py setup in the program's folder, and write its .venv/bin/python"
        yield bad(f"ExecStart: {words[0] if words else 'nothing'} cannot be run", remedy)
    named = words[words.index("--config") + 1] if "--config" in words[:-1] else str(place / "config.toml")
    if Path(named).resolve() != config.resolve():
        yield bad(f"ExecStart reads {named}, and not {config}", f"write --config {config.resolve()}")


def _roles(service: dict[str, str], settings: Settings) -> Iterator[Finding]:
    """One of several processes: its role must be known, and the database must take more than one."""
    words = shlex.split(service.get("ExecStart", ""))
    roles = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "--only"]
    known = {"%i", "web", "jobs", *(f"channel:{channel.account}" for channel in settings.channels)}
    for role in sorted({*roles} - known):
        yield bad(f"ExecStart: there is no role {role}", f"write one of {', '.join(sorted(known - {'%i'}))}")
    if roles and settings.database_url.startswith("sqlite"):
        remedy = "use deploy/linli.service, or a database on PostgreSQL"
        yield bad("ExecStart starts one of several processes, and SQLite takes one", remedy)


def _places(service: dict[str, str], settings: Settings) -> Iterator[Finding]:
    """What the program writes must be left open by ProtectSystem."""
    if service.get("ProtectSystem") not in {"strict", "full", "yes", "true"}:
        return
    states = [STATES / name for name in service.get("StateDirectory", "").split()]
    written = [Path(word.lstrip("-+")) for word in service.get("ReadWritePaths", "").split()]
    url = make_url(settings.database_url)
    kept, backups = [settings.folder], settings.backup.place(settings.folder)
    if not backups.is_relative_to(settings.folder):
        kept.append(backups)
    if url.get_backend_name() == "sqlite" and url.database:
        kept.append(Path(url.database).parent)
    for folder in kept:
        if not any(folder.resolve().is_relative_to(one) for one in (*states, *written)):
            remedy = (
                f'set folder = "/var/lib/linli" in the settings, or add ReadWritePaths={folder.resolve()}'
            )
            yield bad(f"the service may not write {folder}", remedy)


def _watchdog(service: dict[str, str]) -> Iterator[Finding]:
    told = service.get("WatchdogSec", "")
    number = told.rstrip("secmin ")
    seconds = float(number) * SECONDS.get(told[len(number) :].strip(), 0) if number.isdecimal() else 0.0
    if told and service.get("Type") != "notify":
        yield bad("WatchdogSec without Type=notify ends the service again and again", "write Type=notify")
    if told and seconds < 3 * AWAKE_EVERY_S:
        yield bad(f"WatchdogSec={told} is too short", f"write {3 * AWAKE_EVERY_S:.0f} or more")


def check_compose(file: Path, settings: Settings) -> Iterator[Finding]:
    """What in the values of deploy/compose.yaml does not fit."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as cause:
        yield bad(f"{file} cannot be read ({type(cause).__name__})", "copy deploy/compose.env.example there")
        return
    pairs = (line.partition("=") for line in lines if line.strip() and not line.startswith("#"))
    values = {name.strip(): value.strip() for name, _, value in pairs}
    found = [*_database(values, settings), *_gateway(values, settings)]
    if values.get("LINLI_PORT") != str(settings.web.port):
        found.append(
            bad(f"LINLI_PORT is not [web] port {settings.web.port}", f"write LINLI_PORT={settings.web.port}")
        )
    if settings.folder != STATES / "linli":
        found.append(
            bad(
                f"folder = {settings.folder}: it is lost with the container",
                'write folder = "/var/lib/linli"',
            )
        )
    yield from found or [good(f"{file} fits these settings")]


def _database(values: dict[str, str], settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    wanted = 'database = "postgresql://linli:PASSWORD@127.0.0.1:PORT/linli"'
    if url.get_backend_name() != "postgresql":
        yield bad("the settings use SQLite, the compose file PostgreSQL", f"write {wanted}")
        return
    if (url.username, url.database) != ("linli", "linli") or not is_loopback(url.host or ""):
        yield bad("database does not lead to the PostgreSQL of the compose file", f"write {wanted}")
    if str(url.port or 5432) != values.get("POSTGRES_PORT"):
        yield bad("POSTGRES_PORT is not the port in database", f"write POSTGRES_PORT={url.port or 5432}")
    if not values.get("POSTGRES_PASSWORD") or url.password != values["POSTGRES_PASSWORD"]:
        yield bad("POSTGRES_PASSWORD is not the password in database", "write the same in both")


def _gateway(values: dict[str, str], settings: Settings) -> Iterator[Finding]:
    gateways = [one for one in settings.channels if isinstance(one, WechatySettings)]
    port = values.get("GATEWAY_PORT", "")
    mine = [one for one in gateways if address(one.endpoint)[1] == int(port)] if port.isdecimal() else []
    if not mine:
        yield bad(
            f"GATEWAY_PORT={port}: no channel of the settings leads there",
            f'write [channels.main] kind = "wechaty" endpoint = "127.0.0.1:{port or 8788}"',
        )
    for one in mine:
        if one.token != values.get("WECHATY_TOKEN"):
            yield bad(f"WECHATY_TOKEN is not the token of {one.account}", "write the same in both")
        if one.tls:
            yield bad(f"{one.account}: the gateway of the compose file speaks no TLS", "write tls = false")
