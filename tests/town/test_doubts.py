"""What may be a request is told to nobody but the first responder: urgent doubt soon, the rest in a digest."""

import pytest

from handlers.suspicions import Suspect
from models.rules.actor import Door, Origin, Voice
from models.rules.decision import Decision, Kind
from models.rules.ids import IdempotencyKey
from models.rules.urgency import Privacy
from tests.town.town import FRIEND, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, Town

LAMP = "桥头的路灯不亮"
WATER = "三邻停水了"


def doubt(town: Town, category: str, privacy: Privacy = Privacy.P1) -> None:
    """A line is heard and taken for doubtful, about this category."""
    message = town.say("大家好", by=RESIDENT).message
    cause = Origin(
        Door.CHAT, IdempotencyKey(f"simulator:{message.id}"), town.clock(), room=1, message=message
    )
    suspected = Suspect(Decision(Kind.SUSPECTED, category, text="呱呱", privacy=privacy))
    town.machine.dispatch(suspected, Voice("simulator", RESIDENT), cause.numbered(2))


def test_an_ordinary_doubt_waits_for_the_digest(doubting_town: Town):
    town = doubting_town
    town.say(LAMP, by=RESIDENT)
    town.say("垃圾桶满了没人收", by=NEIGHBOUR)
    town.wait_until("11:59")
    assert town.heard(LEADER) == []

    town.wait_until("12:05")
    [hint] = town.heard(LEADER)
    assert "2条像诉求的话" in hint
    assert "路灯" in hint
    assert (town.room(), town.cases()) == ([], [])


def test_an_urgent_doubt_reaches_the_first_responder_when_its_sender_has_finished(doubting_town: Town):
    town = doubting_town
    town.say(WATER, by=RESIDENT)
    assert town.heard(LEADER) == []
    town.wait(seconds=30)

    [hint] = town.heard(LEADER)
    assert "像诉求的话（停水）" in hint
    assert (town.room(), town.cases()) == ([], [])


def test_urgent_doubts_of_several_people_at_once_are_one_word(doubting_town: Town):
    town = doubting_town
    for who in (RESIDENT, NEIGHBOUR, FRIEND):
        town.say(WATER, by=who)
    town.wait(minutes=2)

    [hint] = town.heard(LEADER)
    assert "群里有3条像诉求的话（停水）" in hint


def test_an_urgent_doubt_at_night_waits_for_the_morning(doubting_town: Town):
    town = doubting_town
    town.wait_until("23:00")
    town.say(WATER, by=RESIDENT)
    town.wait_until("07:29", day=1)
    assert town.heard(LEADER) == []

    town.wait_until("07:32", day=1)
    assert "像诉求的话（停水）" in town.heard(LEADER)[0]


@pytest.mark.parametrize("clock", ["10:00", "23:00"])
def test_a_doubt_about_a_danger_waits_for_nothing(town: Town, clock: str):
    town.wait_until(clock)
    doubt(town, "D01")
    town.wait(seconds=6)

    assert "像诉求的话（火情）" in town.heard(LEADER)[-1]


def test_a_private_matter_is_hinted_at_without_its_name(town: Town):
    doubt(town, "H05")
    town.wait(minutes=1)

    assert "像诉求的话（类别不明）" in town.heard(LEADER)[-1]


def test_a_doubt_nobody_can_place_waits_for_the_digest(town: Town):
    suspected = Decision(Kind.SUSPECTED, text="呱呱")
    message = town.say("大家好", by=RESIDENT).message
    cause = Origin(Door.CHAT, IdempotencyKey(str(message.id)), town.clock(), room=1, message=message)
    town.machine.dispatch(Suspect(suspected), Voice("simulator", RESIDENT), cause)
    town.wait(minutes=5)
    assert town.heard(LEADER) == []

    town.wait_until("12:05")
    assert "像诉求的话（类别不明）" in town.heard(LEADER)[-1]


def test_a_doubt_that_its_sender_makes_clear_is_not_hinted_at(doubting_town: Town):
    town = doubting_town
    town.say(WATER, by=RESIDENT)
    town.say("报事 三邻停水了 没人管", by=RESIDENT)
    town.wait(minutes=5)

    assert len(town.cases()) == 1
    assert not any("像诉求" in line for line in town.heard(LEADER))


def test_a_doubt_that_becomes_a_case_keeps_what_it_told(doubting_town: Town):
    town = doubting_town
    said = "王家湾停水三天了 十几户没水"
    town.say(said, by=RESIDENT)
    town.wait(days=0, hours=2)
    town.say("转诉求 停水", by=LEADER, quote=said)
    town.wait(seconds=40)

    case = town.case()
    assert case.place == "王家湾"
    assert (case.flags["since"][:10], case.flags["households"]) == ("2025-07-12", 11)
    assert "（3天了、至少11户）" in town.heard(LEADER)[-1]


def test_whoever_is_complained_of_is_passed_over_also_when_the_place_comes_later(town: Town):
    town.say("刘组长家盖房子占了我家宅基地一米多 欺负人", by=FRIEND, private=True)
    assert town.cases() == []
    town.say("安全村四组三邻", by=FRIEND, private=True)
    town.wait(minutes=1)

    assert town.case().category.startswith("E0")
    assert town.case().assignee_contact not in {OTHER_LEADER, None}
    assert town.case().flags["accused"]


def test_a_doubt_about_the_first_responder_is_neither_hinted_to_him_nor_his_to_dismiss(doubting_town: Town):
    town = doubting_town
    said = "张邻长家占了我家菜地 你们看"
    town.say(said, by=RESIDENT)
    town.wait_until("12:05")
    assert town.heard(LEADER) == []
    assert "像诉求的话" in town.heard(OTHER_LEADER)[-1]

    town.say("不是诉求", by=LEADER, quote=said)
    town.say("转诉求 邻里纠纷", by=LEADER, quote=said)
    assert (len(town.rows()["draft"]), town.cases(), town.heard(LEADER)) == (1, [], [])

    town.say("转诉求", by=OTHER_LEADER, quote=said)
    town.wait(seconds=40)
    assert town.case().flags["accused"]
    assert town.heard(LEADER) == []
