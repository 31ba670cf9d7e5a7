"""Whatever people send: nothing is lost that matters, nothing falls over, and no word of it is logged."""

import random
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from models.rules.message import Message, MessageKind
from models.tables import Case, CaseLine, Draft, OutboxMessage
from tests.robustness.town import RESIDENT, Listening, now

REQUEST = "3号楼路灯不亮好几天了"
WORDS = ("路灯不亮", "暗号")


def message(number: int, text: str = "", **more: object) -> Message:
    made = Message(f"x{number}", "simulator", "main", RESIDENT, now(), text=text, room="room1")
    return replace(made, **more)


def nothing_failed(town: Listening) -> None:
    logged = town.log.getvalue()
    assert "event failed" not in logged
    assert "Traceback" not in logged
    assert not [word for word in WORDS if word in logged]


def test_a_megabyte_of_text_holds_nobody_up(town: Listening):
    town.hear(message(1, "暗号路灯不亮。" * 55_000), message(2, "y" * 1_000_000))

    town.becomes_case(town.says(REQUEST, room="room2", contact="room2-asks"))
    town.has_heard(3)

    nothing_failed(town)


def test_ten_thousand_random_messages_leave_no_trace_and_break_nothing(sqlite_town: Listening):
    dice = random.Random(2026)  # noqa: S311 - repeatable
    letters = [chr(c) for c in range(sys.maxunicode + 1)]
    heard = [
        message(number, "".join(dice.choices(letters, k=dice.randrange(40))), room=f"room{number % 8 + 1}")
        for number in range(10_000)
    ]

    sqlite_town.hear(*heard)
    sqlite_town.has_heard(10_000)
    sqlite_town.becomes_case(sqlite_town.says(REQUEST))

    nothing_failed(sqlite_town)
    assert sqlite_town.rows(Case) == 1


@pytest.mark.parametrize("odd", ["\x00", "\ud83d", "\ufeff", "\u202e", "\U0010ffff", "\u2028"])
def test_a_request_with_letters_no_database_takes_is_still_a_case(town: Listening, odd: str):
    asked = message(1, f"暗号{odd}{REQUEST}{odd}", quote=f"暗号{odd}")

    town.hear(asked)
    town.becomes_case(asked)

    nothing_failed(town)


def test_kinds_nobody_knows_and_empty_words_leave_no_trace(town: Listening):
    kinds = [
        message(n, "暗号", kind=kind) for n, kind in enumerate(MessageKind) if kind is not MessageKind.TEXT
    ]
    empty = [message(100 + n, words) for n, words in enumerate(("", " ", "\n", "\u3000", "\u200b"))]

    town.hear(*kinds, *empty)
    town.has_heard(len(kinds) + len(empty))
    town.becomes_case(town.says(REQUEST))

    nothing_failed(town)
    assert town.rows(Case) == 1


def test_a_room_nobody_bound_is_not_listened_to(town: Listening):
    town.hear(*(message(n, REQUEST, room="elsewhere", sender=f"stranger{n}") for n in range(20)))
    town.has_heard(20)

    nothing_failed(town)
    assert [town.rows(table) for table in (Case, CaseLine, Draft, OutboxMessage)] == [0, 0, 0, 0]


@pytest.mark.parametrize("shift", [timedelta(days=400), timedelta(minutes=3), -timedelta(days=400)])
def test_clocks_that_are_wrong_lose_no_request(town: Listening, shift: timedelta):
    asked = message(1, f"暗号{REQUEST}", at=now() + shift)

    town.hear(asked)
    town.becomes_case(asked)

    nothing_failed(town)
