"""Figures read in parts are the figures of the whole."""

import pytest

from models.rules import metrics
from models.rules.happened import Happened
from models.rules.periods import span_named
from models.rules.reckoning import Reckoning
from models.rules.report_figures import DEFINITIONS
from models.rules.sla import Timetable
from models.store import Store
from tests.town.town import FRIEND, LEADER, NEIGHBOUR, RESIDENT, Town

SAID = ("四组桥头路灯不亮", "村口垃圾没人清", "四组桥头路灯又不亮了", "小区门口井盖破了")


def counted(parts: list[Happened], town: Town) -> dict[str, tuple[object, ...]]:
    span = span_named("本月", town.clock())
    found = Reckoning(span, lambda case: (("l2", case.category),))
    for part in parts:
        found.add(part)
    told = {
        key: (tally.share, sorted(tally.over), sorted(tally.under)) for key, tally in found.tallies.items()
    }
    return {**told, "groups": tuple(found.group("l2")), "hours": tuple(sorted(found.hours))}


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_the_parts_add_up_to_the_whole(town: Town, size: int):
    for place, words in enumerate(SAID):
        town.say(words, by=(RESIDENT, NEIGHBOUR, FRIEND)[place % 3])
        town.wait(minutes=11)
        town.say(f"办好了 {place + 1} 换了新的，都弄好了", by=LEADER, private=True)
        town.wait(hours=2)
    town.say("1 评 4 1 5", by=RESIDENT)
    town.wait(days=2)
    span = span_named("本月", town.clock())
    areas = list(town.machine.dispatch.known_town().areas)
    with town.session() as session:
        store = Store(session)
        timetable = Timetable(quiet="21:30-07:00")
        whole = store.happened(areas, span, timetable)
        parts = list(store.happened_in_parts(areas, span, timetable, size=size))

    assert [case.no for part in parts for case in part.cases] == [case.no for case in whole.cases]
    assert counted(parts, town) == counted([whole], town)
    assert metrics.repeat_rate(whole, span).numerator == 1
    assert {each.key for each in DEFINITIONS if each.count} <= counted(parts, town).keys()
