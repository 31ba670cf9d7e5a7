"""The schema of a database, up and back, as an operator meets it."""

from datetime import UTC, datetime

import pytest

from bot.doctor import examine
from bot.settings import load_settings
from models.engine import check_way_back, for_writing, migrate, open_engine, roll_back, standing
from models.releases import previous_release
from models.schema_change import NoWayBack
from models.schema_loss import loss
from tests.models import rows
from tests.test_cli import Shell, shell  # noqa: F401 - a fixture


def database(shell: Shell) -> str:  # noqa: F811
    return f"sqlite:///{shell.folder}/var/linli.db"


def test_an_operator_goes_back_to_the_release_before_after_he_heard_what_is_lost(shell: Shell):  # noqa: F811
    url = database(shell)
    migrate(url)
    _, newest = standing(url)
    before = previous_release(newest).schema

    taken = shell("rollback", given="y\n")

    assert f"take the schema back to {before}?" in taken.stdout
    assert f"the database has schema {before}: start the older version" in taken.stdout
    assert standing(url) == (before, newest)


def test_a_backup_is_taken_before_the_schema_changes_and_not_where_nothing_does(
    shell: Shell,  # noqa: F811
    database_url: str,
):
    shell.configure(f'database = "{database_url}"\n')
    roll_back(database_url, previous_release(standing(database_url)[1]).schema)

    taken = shell("migrate")
    again = shell("migrate")

    assert "taken and verified" in taken.stdout, taken.stderr
    assert again.stdout == "the database has this version's schema\n"
    assert len(list((shell.folder / "var" / "backups").glob("*.backup"))) == 1


def test_what_has_no_way_back_is_said(database_url: str):
    with pytest.raises(NoWayBack, match="there is no schema 1234 below"):
        check_way_back(database_url, "1234")
    engine = open_engine(database_url)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET application_name = 'somebody'")
            with pytest.raises(
                NoWayBack, match=r"in use by the sessions \d+ \(somebody\): stop every Linli first"
            ):
                check_way_back(database_url, "")
    engine.dispose()


def test_doctor_names_a_database_of_a_later_version_and_the_next_step(shell: Shell):  # noqa: F811
    url = database(shell)
    migrate(url)
    engine = open_engine(url)

    def told(oldest: str) -> list[str]:
        with for_writing(engine).begin() as connection:
            connection.exec_driver_sql(
                "UPDATE alembic_version SET version_num = '9998', oldest = ?", (oldest,)
            )
        settings = load_settings(shell.folder / "config.toml")
        return [one.line() for one in examine(settings, engine, datetime.now(UTC)) if "9998" in one.line()]

    assert "cannot work with it -> start the newer version again, or take the schema back" in told("9997")[0]
    assert "schema 9998 of a later version, which this one" in told("0001")[0]
    engine.dispose()


def test_what_a_rollback_throws_away_is_counted(database_url: str):
    rows.fill(database_url, rows=3)

    lost = loss(database_url, "0020")

    assert {"alarm: 3 rows", "saved_view: 3 rows", "audit.number: 3 rows"} <= set(lost)
    assert not [line for line in lost if line.startswith("case_words")]
    roll_back(database_url, "0020")
    assert loss(database_url, "0020") == []
