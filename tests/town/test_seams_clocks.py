"""Where two features meet and a clock runs: what must not be lost, said twice, or said to the wrong person."""

from tests.town.town import (
    CHIEF,
    LEADER,
    RESIDENT,
    Town,
)

GARBAGE = "桥头垃圾桶满了好几天没人收"
LIGHT = "四组桥头路灯不亮"
PIPE = "老井边上的水管漏水"
HOLE = "四组桥头路面塌了一块"


def report(town: Town, text: str = GARBAGE, by: str = RESIDENT, *, private: bool = False) -> None:
    town.say(text, by=by, private=private)
    town.wait(seconds=30)


def states(town: Town) -> list[str]:
    return [case.state for case in town.cases()]


def two_results(town: Town) -> None:
    """#2 is done in the morning, #1 five hours later."""
    report(town)
    town.wait(minutes=20)
    report(town, LIGHT)
    town.say("接单 2", by=CHIEF)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=10)
    town.say("办结 2 路灯已经修好了", by=CHIEF)
    town.wait(hours=5)
    town.say("办结 1 垃圾已经清走了", by=LEADER)
    town.wait(minutes=2)


def test_not_solved_means_the_newest_result_not_the_newest_number(town: Town):
    two_results(town)
    town.say("没解决", by=RESIDENT)

    assert states(town) == ["new", "resolved"]


def test_a_rating_without_a_number_is_of_the_newest_result(town: Town):
    two_results(town)
    town.say("满意", by=RESIDENT)

    assert states(town) == ["closed", "resolved"]


def test_not_solved_means_the_matter_it_names(town: Town):
    two_results(town)
    town.say("没解决，路灯还是不亮", by=RESIDENT)

    assert states(town) == ["resolved", "new"]
