"""Places of a notice whose people read none of its groups."""

import pytest

from models.presets import preset_named
from models.rules.reaching import areas_meant, rooms_meant
from models.rules.town import AreaNode, RoomCard, Town
from models.rules.unserved import places_without
from models.rules.whom import Whom

TREE = {
    1: ("乡", 2, None), 2: ("甲村", 3, 1), 3: ("乙村", 3, 1), 4: ("一片", 4, 2), 5: ("二片", 4, 2), 6: ("三组", 5, 4),
    7: ("四组", 5, 4), 8: ("五组", 5, 5), 9: ("一邻", 6, 6), 10: ("六组", 5, 3),
}  # fmt: skip
AREAS = {i: AreaNode(i, name, "governance", "x", rank, above) for i, (name, rank, above) in TREE.items()}


def town(*groups: tuple[int, ...]) -> Town:
    rooms = {
        i: RoomCard(i, "wechaty", str(i), str(i), "resident", 1, areas)
        for i, areas in enumerate(groups, start=100)
    }
    return Town(preset_named("anxiang"), AREAS, {}, rooms)


@pytest.mark.parametrize(
    ("groups", "whom", "bare"),
    [
        ([(6,), (7,), (8,)], Whom((2,)), ()),
        ([(6,), (8,)], Whom((2,)), (7,)),
        ([(8,)], Whom((2,)), (4,)),
        ([(9,)], Whom((4,)), (7,)),
        ([(2,)], Whom((1,)), (3,)),
        ([(6,)], Whom((1,)), (3, 5, 7)),
        ([(6, 7)], Whom((4,)), ()),
        ([(6,)], Whom((4,), without=(7,)), ()),
        ([(1,)], Whom((9, 10)), (10, 9)),
        ([], Whom((1,)), (1,)),
    ],
)
def test_the_largest_places_without_a_group(groups: list[tuple[int, ...]], whom: Whom, bare: tuple[int, ...]):
    here = town(*groups)

    assert places_without(here, areas_meant(here, whom), rooms_meant(here, whom)) == bare
