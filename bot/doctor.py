"""``python -m bot doctor``: what may be wrong on this machine right now, and what to do about it."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.wechaty.knock import Knock, knock
from bot.channels.wechaty.settings import WechatySettings, address
from bot.findings import Finding, bad, good, note
from bot.settings import Settings
from bot.working_calendar import examine_calendar
from models.alarm_book import AlarmBook
from models.engine import for_writing
from models.heartbeats import Heartbeats
from models.releases import MIGRATIONS
from models.rules.health import BACKUP_WITHIN
from models.rules.loopback import is_loopback
from models.schema_change import DatabaseTooNew, chain, is_ahead
from models.views import Views
from models.vitals import BACKUP
from models.waiting import WaitingList
from models.webhooks import WebhookLog

LITTLE_SPACE = 500 * 2**20
"""Bytes."""
SKEW = timedelta(seconds=5)
ALIVE_WITHIN = timedelta(seconds=60)
LATE = timedelta(minutes=10)
"""Something due this long ago and still waiting means that nobody delivers."""
DIAL_S = 3.0
RECENT_OUTAGES = 5


def examine(settings: Settings, engine: Engine, now: datetime) -> Iterator[Finding]:
    """Every finding, the fundamental ones first; what needs a sound database is left out without one."""
    yield from _zone()
    yield from examine_calendar(settings.calendar, now)
    yield from _disk(settings.folder)
    if (pictures := settings.folder / "attachments").exists():
        yield from _disk(pictures)
    sound = True
    for finding in _database(engine, now):
        sound = sound and finding.remedy == ""
        yield finding
    for channel in settings.channels:
        if isinstance(channel, WechatySettings):
            yield from _gateway(channel)
    if sound:
        yield from _life(settings, engine, now)
        yield from _delivery(engine, now)
        yield from _outages(engine)
        yield from _pushes(settings, engine)
        yield from _alarms(engine, now)
        yield from _backup(engine, now)


def _zone() -> Iterator[Finding]:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield bad("the time zone Asia/Shanghai is unknown", "install the package tzdata")
    else:
        yield good("time zone Asia/Shanghai is known")


def _disk(folder: Path) -> Iterator[Finding]:
    there = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(there).free
    if free < LITTLE_SPACE:
        yield bad(f"only {free // 2**20} MB free where {folder} is", "make room before the database stops")
    else:
        yield good(f"{free // 2**30} GB free")


def _database(engine: Engine, now: datetime) -> Iterator[Finding]:
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
            here = connection.execute(text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    except (SQLAlchemyError, OSError) as cause:
        remedy = "start PostgreSQL, or correct database in the configuration"
        yield bad(f"the database cannot be reached ({type(cause).__name__})", remedy)
        return
    schema = _schema(engine, present, chain(str(MIGRATIONS)))
    yield schema
    if schema.remedy:
        return
    yield from _writable(engine)
    if isinstance(here, datetime) and abs(here - now) > SKEW:
        off = abs(here - now).total_seconds()
        yield bad(f"this clock and the database's differ by {off:.0f} s", "run a time service (NTP) on both")


def _schema(engine: Engine, present: str | None, known: tuple[str, ...]) -> Finding:
    """Overdue migrations, or a database that a later version has migrated."""
    newest = known[-1]
    if present == newest:
        return good(f"database reached, schema {present}")
    if present is None or present in known:
        return bad(
            f"the schema is {present or 'empty'}, this version needs {newest}", "run: python -m bot migrate"
        )
    try:
        with engine.connect() as connection:
            is_ahead(connection, known)
    except DatabaseTooNew as why:
        problem, remedy = str(why).split(": ", 1)
        return bad(problem, remedy)
    return good(
        f"database reached, schema {present} of a later version, which this one ({newest}) works with"
    )


def _writable(engine: Engine) -> Iterator[Finding]:
    """Write a row and take it back."""
    try:
        with for_writing(engine).connect() as connection:
            connection.execute(text("INSERT INTO heartbeat (role, at) VALUES ('doctor', CURRENT_TIMESTAMP)"))
            connection.rollback()
    except SQLAlchemyError as cause:
        yield bad(f"the database cannot be written ({type(cause).__name__})", "let this user write it")
    else:
        yield good("database can be written")


def _gateway(channel: WechatySettings) -> Iterator[Finding]:
    host, port = address(channel.endpoint)
    if not channel.tls and not is_loopback(host):
        yield note(f"{channel.account}: words and token travel readable to {host}", "set tls = true")
    try:
        socket.create_connection((host, port), timeout=DIAL_S).close()
    except OSError as cause:
        yield bad(
            f"{channel.account}: no gateway answers at {channel.endpoint} ({type(cause).__name__})",
            "start it (wechaty gateway), or correct endpoint",
        )
        return
    found, why = asyncio.run(knock(channel))
    if found is Knock.OTHER_TOKEN:
        yield bad(
            f"{channel.account}: the gateway at {channel.endpoint} does not accept our token",
            "write the token it was started with (WECHATY_TOKEN) into the configuration",
        )
    elif found is Knock.SILENT:
        remedy = "look at its log; is it a Wechaty gateway, and does it speak TLS as the configuration says?"
        yield bad(
            f"{channel.account}: something at {channel.endpoint} is no gateway that answers ({why})", remedy
        )
    else:
        yield good(f"{channel.account}: the gateway at {channel.endpoint} answers and takes our token")


def _life(settings: Settings, engine: Engine, now: datetime) -> Iterator[Finding]:
    """Whether each account's process notes that it is alive."""
    beats = Heartbeats(engine)
    for channel in settings.channels:
        last = beats.last(channel.account)
        if last is None:
            yield note(f"{channel.account}: never ran on this database", "start it: python -m bot run")
        elif now - last > ALIVE_WITHIN:
            yield bad(
                f"{channel.account}: last sign of life {_ago(now - last)} ago",
                "start it: python -m bot run; if it runs, look at its log and at /status for the log-in",
            )
        else:
            yield good(f"{channel.account}: alive {_ago(now - last)} ago; its log-in stands at /status")


def _delivery(engine: Engine, now: datetime) -> Iterator[Finding]:
    depths = {depth.state: depth for depth in WaitingList(engine).depths()}
    queued = depths.get("queued")
    if queued and now - queued.oldest > LATE:
        remedy = "see which: python -m bot outbox; is the account logged in?"
        yield bad(f"{queued.count} messages wait, the oldest {_ago(now - queued.oldest)} too long", remedy)
    else:
        yield good(f"{queued.count if queued else 0} messages wait for their time")
    if "relay" in depths:
        yield note(f"{depths['relay'].count} messages wait for a person to copy them", "open /relay")
    if "unknown" in depths:
        remedy = "look into WeChat whether they stand there; see: python -m bot outbox --state unknown"
        yield note(f"{depths['unknown'].count} messages may or may not have been said", remedy)
    if "dead" in depths:
        yield note(
            f"{depths['dead'].count} messages were given up", "see why: python -m bot outbox --state dead"
        )


def _pushes(settings: Settings, engine: Engine) -> Iterator[Finding]:
    counts = WebhookLog(engine).counts()
    for hook in settings.webhooks:
        counted = counts.get(hook.name, {})
        if failed := counted.get("failed", 0):
            yield bad(
                f"webhook {hook.name}: {failed} events were given up",
                "see why at /webhooks and push them again",
            )
        else:
            yield good(
                f"webhook {hook.name}: {counted.get('sent', 0)} events sent, {counted.get('waiting', 0)} wait"
            )


def _outages(engine: Engine) -> Iterator[Finding]:
    for outage in Views(engine).outages(RECENT_OUTAGES):
        if outage.ended_at is None:
            remedy = "ask the leaders what was said there since"
            yield bad(f"{outage.account}: hears nothing since {outage.began_at:%Y-%m-%d %H:%M} UTC", remedy)
        else:
            lasted = _ago(outage.ended_at - outage.began_at)
            yield note(
                f"{outage.account}: heard nothing for {lasted} from {outage.began_at:%Y-%m-%d %H:%M} UTC"
            )


def _alarms(engine: Engine, now: datetime) -> Iterator[Finding]:
    """What the running program knows to be wrong."""
    for alarm in AlarmBook(engine).live(now):
        if alarm.cleared_at is None:
            what = f"{alarm.part}{f' {alarm.of}' if alarm.of else ''}: {alarm.word.lower().replace('_', ' ')}"
            yield bad(f"alarm since {alarm.since:%Y-%m-%d %H:%M} UTC: {what}", "see the next step at /status")


def _backup(engine: Engine, now: datetime) -> Iterator[Finding]:
    last = Heartbeats(engine).last(BACKUP)
    if last is None:
        yield note("there was never a backup", "make one: python -m bot backup")
    elif last - now >= BACKUP_WITHIN:
        yield bad(
            "the last backup is noted for a day yet to come: this machine's clock was ahead",
            "make one now: python -m bot backup",
        )
    elif now - last >= BACKUP_WITHIN:
        yield bad(f"the last backup is {_ago(now - last)} old", "see why it fails: python -m bot backup")
    else:
        yield good(f"the last backup is {_ago(now - last)} old")


def _ago(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"
