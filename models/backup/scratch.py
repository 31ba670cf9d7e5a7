"""A database for a while, beside the real one and of its kind; and the one step that puts it in its place."""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from models.backup.sealing import UnusableBackup
from models.engine import open_engine

SCRATCH, BEFORE = "linli_scratch_", "linli_before_"
STAMP = "%Y%m%d_%H%M%S"
LEFT_BEHIND = timedelta(days=1)
"""No restoring takes so long: what is older was left by one that died."""
FOLDER = ".linli-scratch-"
THINGS = text("""
SELECT CASE c.relkind WHEN 'r' THEN 'TABLE' ELSE 'SEQUENCE' END, format('%I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relkind IN ('r', 'S') AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i', 'e'))
UNION ALL
SELECT 'FUNCTION', p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = :schema AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
""")
"""Everything our migrations make; what hangs on a table (indexes, its own sequences, triggers) goes along with it."""


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None: it is another kind."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


@contextmanager
def scratch_beside(url: str, at: datetime) -> Iterator[str]:
    """The URL of an empty database where ``url`` stands: a file in its folder, or a schema in its PostgreSQL.

    It is gone afterwards, unless it was put in place.
    """
    file = file_of(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        for left in file.parent.glob(f"{FOLDER}*"):
            if at.timestamp() - left.stat().st_mtime > LEFT_BEHIND.total_seconds():
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=file.parent))
        try:
            yield f"sqlite:///{folder / file.name}"
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    schema = f"{SCRATCH}{at:{STAMP}}_{secrets.token_hex(3)}"
    with _wire(url) as wire:
        for name in wire.execute(text("SELECT nspname FROM pg_namespace")).scalars().all():
            if _is_left_behind(name, at):
                wire.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
        wire.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    try:
        yield _within(make_url(url), schema).render_as_string(hide_password=False)
    finally:
        with _wire(url) as wire:
            wire.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def _is_left_behind(schema: str, at: datetime) -> bool:
    made = re.fullmatch(rf"{SCRATCH}(\d{{8}}_\d{{6}})_\w+", schema)
    return bool(made and at.replace(tzinfo=None) - datetime.strptime(made[1], STAMP) > LEFT_BEHIND)  # noqa: DTZ007


def _within(url: URL, schema: str) -> URL:
    told = url.query.get("options", "")
    return url.update_query_dict({"options": f"{told} -csearch_path={schema}".strip()})


@contextmanager
def _wire(url: str) -> Iterator[Connection]:
    """A connection without a transaction around its statements."""
    engine = open_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as wire:
            yield wire
    finally:
        engine.dispose()


def put_in_place(scratch: str, url: str, at: datetime) -> str:
    """Make the scratch database the real one in one step; nobody may use the real one.

    What stood there is kept: where, is returned (nothing: there was nothing).

    Raises:
        UnusableBackup: what stands there cannot be kept.
    """
    file = file_of(url)
    if file is not None:
        return _put_file(Path(str(file_of(scratch))), file, at)
    return _put_schema(str(make_url(scratch).query["options"]).rsplit("=", 1)[-1], url, at)


def _put_file(scratch: Path, file: Path, at: datetime) -> str:
    for each in filter(Path.exists, (scratch, file)):
        _one_file(each)
    kept = ""
    if file.exists():
        before = file.with_name(f"{file.name}.before-{at:%Y%m%d-%H%M%S}")
        os.link(file, before)  # at every instant there is a whole database under the real name
        kept = str(before)
    with scratch.open("rb") as whole:
        os.fsync(whole.fileno())
    scratch.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return kept


def _one_file(file: Path) -> None:
    """Nothing of the database is left in its log."""
    with _wire(f"sqlite:///{file}") as wire:
        busy, _, _ = wire.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    if busy:
        raise UnusableBackup(f"{file} is used by another program: stop it first")


def _put_schema(scratch: str, url: str, at: datetime) -> str:
    before = f"{BEFORE}{at:{STAMP}}"
    engine = open_engine(url)
    with engine.connect() as wire:
        here = wire.exec_driver_sql("SELECT current_schema()").scalar_one()
        old = wire.execute(THINGS, {"schema": here}).all()
        wire.exec_driver_sql(f'CREATE SCHEMA "{before}"')
        for kind, name in old:
            wire.exec_driver_sql(f'ALTER {kind} {name} SET SCHEMA "{before}"')
        if not old:
            wire.exec_driver_sql(f'DROP SCHEMA "{before}"')
        for kind, name in wire.execute(THINGS, {"schema": scratch}).all():
            wire.exec_driver_sql(f'ALTER {kind} {name} SET SCHEMA "{here}"')
        wire.commit()
    engine.dispose()
    return f"schema {before}" if old else ""
