"""Which area a place lies in: the tree's names as people say them, and what earlier cases here were called."""

import pytest

from models.presets import preset_named
from models.rules.gazetteer import area_meant, area_named, core, known_places, place_said_before
from models.rules.town import AreaNode, Town

TREE = {
    1: ("安全乡", 2, None),
    2: ("安全村", 3, 1),
    3: ("一片", 4, 2),
    4: ("四组", 5, 3),
    5: ("十四组", 5, 3),
    6: ("三邻", 6, 4),
    7: ("平安村", 3, 1),
    8: ("四组", 5, 7),
    9: ("王家湾", 5, 7),
    10: ("王家湾老屋", 6, 9),
}
TOWN = Town(
    preset_named("anxiang"),
    {number: AreaNode(number, name, "governance", "x", rank, above) for number, (name, rank, above) in TREE.items()},
    {},
    {},
)  # fmt: skip
VILLAGE, GROUP, FOURTEENTH, OTHER_VILLAGE, BAY, OLD_HOUSES = 2, 4, 5, 7, 9, 10


@pytest.mark.parametrize(
    ("text", "places", "area"),
    [
        ("四组路灯不亮", ("四组",), GROUP),
        ("4组路灯不亮", ("4组",), GROUP),
        ("第四村民小组停水", ("第四村民小组",), GROUP),
        ("十四组停水", ("十四组",), FOURTEENTH),
        ("14组停水", ("14组",), FOURTEENTH),
        ("一片四组停水", ("一片四组",), GROUP),
        ("水沟臭成一片", (), VILLAGE),
        ("四组和十四组都停水", ("四组", "十四组"), GROUP),
        ("路灯坏了", (), VILLAGE),
        ("四组三邻停水", ("四组三邻",), 6),
    ],
)
def test_the_deepest_area_said_is_meant(text: str, places: tuple[str, ...], area: int):
    assert area_meant(TOWN, known_places(TOWN, within=VILLAGE), VILLAGE, places, text) == area


def test_a_longer_name_hides_the_shorter_one_inside_it():
    known = known_places(TOWN, within=OTHER_VILLAGE)

    assert area_meant(TOWN, known, OTHER_VILLAGE, ("王家湾老屋",), "王家湾老屋停水") == OLD_HOUSES
    assert area_meant(TOWN, known, OTHER_VILLAGE, ("王家湾",), "王家湾停水") == BAY


def test_an_area_outside_the_groups_own_is_not_meant():
    known = known_places(TOWN, within=VILLAGE)

    assert area_meant(TOWN, known, VILLAGE, ("王家湾",), "王家湾停水") == VILLAGE


def test_a_place_two_cases_agree_on_names_their_area():
    learned = [("四组老樟树旁边", GROUP), ("四组老樟树底下", GROUP)]
    known = known_places(TOWN, learned, within=VILLAGE)

    assert area_meant(TOWN, known, VILLAGE, ("老樟树那里",), "老樟树那里又黑了") == GROUP


@pytest.mark.parametrize(
    "learned",
    [
        [("老樟树旁边", GROUP)],
        [("老樟树旁边", GROUP), ("老樟树", GROUP), ("老樟树对面", FOURTEENTH)],
        [("老樟树", OTHER_VILLAGE), ("老樟树", OTHER_VILLAGE)],
    ],
)
def test_one_case_or_cases_that_differ_or_lie_elsewhere_teach_nothing(learned: list[tuple[str, int]]):
    known = known_places(TOWN, learned, within=VILLAGE)

    assert area_meant(TOWN, known, VILLAGE, ("老樟树",), "老樟树下的灯坏了") == VILLAGE


def test_a_phrase_said_before_is_a_place_though_no_table_knows_it():
    known = known_places(
        TOWN, [("鸭棚子旁边", VILLAGE), ("鸭棚子", VILLAGE), ("桥头", VILLAGE)], within=VILLAGE
    )

    assert place_said_before(known, "鸭棚子又没水了") == "鸭棚子"
    assert place_said_before(known, "桥头又没水了") == ""


def test_door_numbers_teach_nothing():
    assert core("3栋2单元501室") == core("3栋2单元502") == "3栋2单元"


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ("安全村四组", GROUP),
        ("平安村4组", 8),
        ("四组", None),
        ("王家湾", BAY),
        ("哪里都不是", None),
        ("平安村", 7),
    ],
)
def test_a_private_message_names_one_area_or_none(words: str, area: int | None):
    found = area_named(TOWN, words)

    assert (found.id if found else None) == area
