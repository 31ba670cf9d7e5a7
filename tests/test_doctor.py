"""``doctor`` names what is wrong and the next step; each trouble is a real one."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models.alarm_book import AlarmBook
from models.engine import migrate, open_engine
from models.heartbeats import Heartbeats
from models.rules.health import Grade, Part, Sign
from models.vitals import BACKUP
from tests.shell import Shell
from tests.township.books import SAFE_TOWN, book

NOW = datetime.now(UTC)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    made.configure()
    assert made("import", str(book(tmp_path / "town.xlsx", SAFE_TOWN))).returncode == 0
    return made


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of a server that is no gateway: it hangs up on everybody."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                line.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def database(shell: Shell) -> str:
    return f"sqlite:///{shell.folder / 'var' / 'linli.db'}"


def test_something_else_at_the_gateways_address_is_named(shell: Shell, stranger: int):
    shell.configure(f'[channels.main]\nkind = "wechaty"\nendpoint = "127.0.0.1:{stranger}"\ntoken = "x"\n')
    done = shell("doctor")

    assert done.returncode == 1
    assert f"main: something at 127.0.0.1:{stranger} is no gateway that answers" in done.stdout
    assert "is it a Wechaty gateway" in done.stdout


def test_unbound_people_and_vacant_posts_are_named(shell: Shell):
    done = shell("doctor")

    assert "leaders without a bound contact: 3" in done.stdout
    assert "python -m bot bind-code --person NAME" in done.stdout
    assert "groups without an account of ours: 2" in done.stdout
    assert "村两委值班 (village_duty): 1 of 1 areas have none" in done.stdout


def test_a_broken_file_of_local_words_is_named(shell: Shell):
    (shell.folder / "local.toml").write_text('[[word]]\ntext = ""\n', encoding="utf-8")
    shell.configure('[understanding]\nlocal_lexicon = "local.toml"\n')
    done = shell("doctor")

    assert done.returncode == 1
    assert "see docs/lexicon.md" in done.stdout


def test_a_schema_of_before_is_named_and_the_place_is_left_alone(shell: Shell):
    with open_engine(database(shell)).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0014'"))
    done = shell("doctor")

    assert done.returncode == 1
    assert "the schema is 0014, this version needs" in done.stdout
    assert "run: python -m bot migrate" in done.stdout


def test_open_alarms_and_late_backups_are_named(shell: Shell):
    migrate(database(shell))
    engine = open_engine(database(shell))
    AlarmBook(engine).open(
        Sign(Part.ACCOUNT, "main", Grade.DEAD, "ACCOUNT_DEAF", NOW, {"account": "main"}), NOW
    )
    Heartbeats(engine).note(BACKUP, NOW - timedelta(days=3))
    done = shell("doctor")

    assert done.returncode == 1
    assert "account main: account deaf -> see the next step at /status" in done.stdout
    assert "the last backup is 3 days old -> see why it fails" in done.stdout
