"""The organiser's list as a workbook in the private chat, for the organiser alone."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from handlers.housekeeping import SweepExpired
from models.rules.capabilities import Media
from models.tables import SentFile
from tests.town.test_sign_ups import CLEANING, announced
from tests.town.town import LEADER, NEIGHBOUR, OUTSIDER, RESIDENT, Town, village

FORMULA = "=HYPERLINK(0)"


@pytest.fixture
def signed(make_town: Callable[..., Town]) -> Town:
    """An activity for two, one of whom calls himself by a formula, and somebody without a place."""
    town = make_town(stage=village())
    town.wechat.book.contact(NEIGHBOUR).nick = FORMULA
    announced(town, CLEANING.format(n=2))
    town.say("报名", by=RESIDENT)
    town.say("报名", by=NEIGHBOUR)
    town.say("报名", by="third")
    return town


def sheets(town: Town, person: str = LEADER) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Name and rows of the workbooks somebody got privately."""
    got = [s for s in town.wechat.said if not s.in_room and s.conversation == person and s.picture]
    books = [load_workbook(BytesIO(s.picture or b"")) for s in got]
    return [(s.file_name, list(b.worksheets[0].values)) for s, b in zip(got, books, strict=True)]


def test_the_list_follows_as_a_workbook_and_formulas_stay_words(signed: Town):
    signed.say("导出名单 1", by=LEADER, private=True)
    signed.wait(minutes=1)

    ((name, rows),) = sheets(signed)
    assert name == "报名名单村口大扫除.xlsx"
    assert rows[0] == ("序号", "称呼", "人数", "候补", "到场人数")
    assert rows[1:] == [
        ("1", RESIDENT, "1", "", ""), ("2", f"'{FORMULA}", "1", "", ""), ("3", "third", "1", "候补", ""),
    ]  # fmt: skip
    words = signed.heard(LEADER)[-2]
    assert words.startswith("活动1 村口大扫除：2人")
    assert "要表格" not in words
    assert not any(s.picture for s in signed.wechat.said if s.in_room)


def test_a_list_in_words_brings_no_file_and_nobody_else_gets_one(signed: Town):
    signed.say("名单 1", by=LEADER, private=True)
    signed.say("导出名单 1", by=OUTSIDER, private=True)
    signed.wait(minutes=1)

    assert sheets(signed) == []
    assert sheets(signed, OUTSIDER) == []


def test_where_no_file_can_be_sent_the_words_say_who_has_the_list(signed: Town):
    channel = signed.machine.channel
    channel.capabilities = replace(channel.capabilities, media=frozenset({Media.TEXT}))
    signed.say("导出名单 1", by=LEADER, private=True)
    signed.wait(minutes=1)

    assert sheets(signed) == []
    assert signed.heard(LEADER)[-1].endswith("\n要表格，请村两委值班在电脑上导出“报名”表。")


def test_the_workbook_is_not_kept(signed: Town):
    signed.say("导出名单 1", by=LEADER, private=True)
    signed.wait(days=3)
    signed.ask(SweepExpired(since=signed.clock().isoformat()))

    with signed.session() as session:
        assert session.execute(select(SentFile)).all() == []
