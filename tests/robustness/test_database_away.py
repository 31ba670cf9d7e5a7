"""The database is locked, full or gone for a moment: what was heard waits for it, in order, and no word is logged."""

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.parts import Parts
from models.engine import open_engine
from models.heartbeats import Heartbeats
from models.tables import Case
from tests.robustness.town import Listening, listening

REQUEST = "{n}号楼路灯不亮好几天了暗号"
LOCKED_FOR_S = 2.0


def no_words_logged(town: Listening) -> None:
    logged = town.log.getvalue()
    assert "路灯" not in logged
    assert "暗号" not in logged
    assert "event failed" not in logged


def test_another_writer_for_two_seconds_loses_nothing(sqlite_town: Listening):
    file = sqlite_town.engine.url.database or ""
    program = sqlite_town.program
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = [
            sqlite_town.says(REQUEST.format(n=n), room=f"room{n}", contact=f"room{n}-asks")
            for n in range(1, 9)
        ]
        time.sleep(LOCKED_FOR_S)
        assert sqlite_town.rows(Case) == 0
        assert program.ears.waiting == 8
        busy = program.tasks
        other.execute("ROLLBACK")

    for message in asked:
        sqlite_town.becomes_case(message)
    no_words_logged(sqlite_town)
    assert sqlite_town.rows(Case) == 8
    sqlite_town.wait(lambda: program.ears.waiting == 0 and program.tasks < busy)


def test_a_full_disk_is_waited_for(sqlite_town: Listening):
    engine, full = sqlite_town.engine, threading.Event()
    full.set()

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages if full.is_set() else 10**9}")

    event.listen(engine, "checkout", limit)
    asked = [sqlite_town.says(REQUEST.format(n=n) * 3000, room="room1") for n in range(1, 4)]
    sqlite_town.wait(lambda: "database away" in sqlite_town.log.getvalue())
    waiting = sqlite_town.lines_of(asked[-1])
    full.clear()

    for message in asked:
        sqlite_town.becomes_case(message)
    no_words_logged(sqlite_town)
    assert waiting == 0


@pytest.mark.postgres
def test_a_server_that_throws_everybody_out_is_waited_for(postgres_town: Listening):
    town = postgres_town
    url = town.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        for number in range(1, 9):
            room = f"room{number}"
            asked = town.says(REQUEST.format(n=number), room=room, contact=f"{room}-asks")
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            town.becomes_case(asked)

    no_words_logged(town)
    assert town.rows(Case) == 8


def test_a_program_that_ends_meanwhile_claims_to_have_heard_nothing_of_what_it_left_undone(
    sqlite_url: str, parts: Parts
):
    away = threading.Event()

    def refuse(*_: object) -> None:
        if away.is_set():
            raise OperationalError("BEGIN", {}, sqlite3.OperationalError("unable to open database file"))

    with listening(sqlite_url, parts) as town:
        town.becomes_case(town.says(REQUEST.format(n=1)))
        event.listen(town.engine, "before_cursor_execute", refuse)
        away.set()
        asked = [town.says(REQUEST.format(n=n), room=f"room{n}", contact=f"room{n}-asks") for n in (2, 3)]
        town.wait(lambda: "database away" in town.log.getvalue())
        account = town.channel.account

    assert "event left undone" in town.log.getvalue()
    no_words_logged(town)
    engine = open_engine(sqlite_url)
    heard_until = Heartbeats(engine).last(account)
    engine.dispose()
    assert heard_until is not None
    assert heard_until <= asked[0].at


def test_after_a_login_with_new_ids_nobody_is_believed_even_if_the_database_was_away(sqlite_town: Listening):
    channel, away = sqlite_town.channel, threading.Event()
    channel.capabilities = replace(channel.capabilities, stable_ids=False)

    def refuse(*_: object) -> None:
        if away.is_set():
            raise OperationalError("BEGIN", {}, sqlite3.OperationalError("unable to open database file"))

    event.listen(sqlite_town.engine, "before_cursor_execute", refuse)
    sqlite_town.wechat.log_out(channel.account)
    away.set()
    sqlite_town.wechat.come_online(channel.account)
    sqlite_town.wait(lambda: "login not written" in sqlite_town.log.getvalue())
    away.clear()

    rooms = sqlite_town.program.dispatch.current_town
    sqlite_town.wait(lambda: all(room.read_only for room in rooms().rooms.values()))
