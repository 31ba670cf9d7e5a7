"""The books of the simulated year: what counts as known, and what as lost."""

from datetime import UTC, datetime

from bot.channels.simulator import Said
from tests.year.ledger import Ledger
from tests.year.script import Line

AT = datetime(2026, 9, 3, 1, tzinfo=UTC)
ASKED = Line(AT, "v1q1g0", "v1q1g0-h1", "6569号楼对面工地晚上十二点还在打桩", 6569, 14)


def heard(text: str) -> Ledger:
    ledger = Ledger()
    ledger.speak(ASKED)
    ledger.hear(Said("1", "main", "zu-v1q1g0", in_room=False, text=text, mentions=(), token="1", at=AT))
    return ledger


def test_a_card_that_also_names_an_older_case_is_of_its_own_number():
    card = "【一般】#19 噪声 6569号楼对面工地｜…（上次 #812 3月3日办结）｜今天11:00前接单。回“接单 19”"

    assert heard(card).number_of == {6569: 19}
    assert heard(card).lost() == []


def test_what_no_leader_was_told_of_is_lost():
    assert heard("#19 噪声 老7号院子").lost() == [ASKED]
    assert heard("#812 路灯、#19 噪声 6569号楼").lost() == [ASKED]
