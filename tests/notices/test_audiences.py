"""Whom a cadre means, and whom a cadre may not address."""

import pytest

from models.presets import preset_named
from models.rules.audiences import AudienceUnclear, read_audience
from models.rules.notice_words import headline, minutes_to_send
from models.rules.pacing import Pace
from models.rules.town import AreaNode, RoomCard, Town

NAMES = {
    1: ("罗水乡", "town", 2, None), 2: ("龙凤村", "village", 3, 1), 3: ("天门村", "village", 3, 1),
    4: ("一片区", "pianqu", 4, 2), 5: ("二片区", "pianqu", 4, 2), 6: ("三片区", "pianqu", 4, 2),
    7: ("三片区", "pianqu", 4, 3), 8: ("三组", "grid", 5, 4), 9: ("四组", "grid", 5, 4), 10: ("十二组", "grid", 5, 7),
}  # fmt: skip
AREAS = {
    i: AreaNode(i, name, "governance", level, rank, above) for i, (name, level, rank, above) in NAMES.items()
}
ROOMS = {
    i: RoomCard(i, "wechaty", str(i), name, "resident", 1, (i,), account=f"a{i % 2}")
    for i, (name, *_) in NAMES.items()
    if i > 3
} | {99: RoomCard(99, "wechaty", "99", "工作群", "working", 2, (1,))}
TOWN = Town(preset_named("luoshui"), AREAS, {}, ROOMS)
READ = [
    ("全村", (1,), (2, 3)), ("全村", (2,), (2,)), ("全乡", (1,), (1,)), ("本村", (3,), (3,)), ("", (2,), (2,)),
    ("", (4, 5), (4, 5)),
    ("龙凤村", (1,), (2,)), ("三组", (1,), (8,)), ("3组", (1,), (8,)), ("12组", (1,), (10,)), ("三组、四组", (1,), (8, 9)),
    ("三组和四组", (1,), (8, 9)), ("龙凤村三片区", (1,), (6,)), ("罗水乡天门村三片区", (1,), (7,)), ("三片区", (2,), (6,)),
    ("龙凤村三组", (1,), (8,)),
    ("二片", (1,), (5,)), ("一片区，三组", (1,), (4, 8)), ("龙凤", (1,), (2,)),
]  # fmt: skip
REFUSED = [
    ("三片区", (1,), "several"), ("天门村", (2,), "outside"), ("全乡", (2,), "outside"), ("八组", (1,), "unknown"),
    ("全镇", (1,), "unknown"), ("三组、八组", (1,), "unknown"), ("本组", (1,), "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "own", "areas"), READ)
def test_an_audience_is_read_within_the_cadres_own_areas(
    words: str, own: tuple[int, ...], areas: tuple[int, ...]
):
    assert tuple(a.id for a in read_audience(words, TOWN, own).areas) == areas


@pytest.mark.parametrize(("words", "own", "why"), REFUSED)
def test_what_is_not_clear_or_not_ones_own_is_refused(words: str, own: tuple[int, ...], why: str):
    with pytest.raises(AudienceUnclear) as refused:
        read_audience(words, TOWN, own)

    assert refused.value.why == why


def test_namesakes_are_told_apart_by_what_stands_above_them():
    with pytest.raises(AudienceUnclear) as refused:
        read_audience("三片区", TOWN, (1,))

    assert refused.value.names == ("龙凤村三片区", "天门村三片区")


def test_residents_rooms_hear_it_and_working_rooms_do_not():
    assert {r.id for r in read_audience("全乡", TOWN, (1,)).rooms} == set(range(4, 11))


def test_the_first_clause_is_the_headline():
    assert headline("明早停电检修，冰箱提前备好") == ("明早停电检修", "冰箱提前备好。")
    assert headline("记得开会") == ("记得开会", "")
    assert headline("长" * 31) == ("", "长" * 31 + "。")


def test_accounts_send_side_by_side():
    assert minutes_to_send(ROOMS.values(), Pace(broadcast_gap_s=60)) == 4
