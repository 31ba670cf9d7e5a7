"""What residents tell beside what is wrong decides where it goes, how fast, and past whom."""

from collections.abc import Callable

from bot.machine import ACCOUNT
from handlers.township.staging import StagedRoom
from tests.town.town import FRIEND, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, ROOM, Town, village

VILLAGE_GROUP = (StagedRoom(ROOM, "安全村群", "安全村", account=ACCOUNT),)


def test_a_group_of_a_village_is_narrowed_to_the_part_that_is_named(make_town: Callable[..., Town]):
    town = make_town(stage=village(rooms=VILLAGE_GROUP))
    town.say("第4组桥头的路灯不亮了", by=RESIDENT)
    town.wait(seconds=30)

    assert (town.case().area, town.case().place) == ("四组", "第4组桥头")


def test_a_place_that_earlier_cases_lay_in_is_known_by_its_name(make_town: Callable[..., Town]):
    town = make_town(stage=village(rooms=VILLAGE_GROUP))
    for who in (RESIDENT, NEIGHBOUR):
        town.say("四组老樟树旁边的路灯不亮了", by=who)
        town.wait(hours=2)
    town.say("老樟树旁边的垃圾没人收 臭死了", by=FRIEND)
    town.wait(seconds=30)

    assert town.cases()[-1].category == "C01"
    assert town.cases()[-1].area == "四组"


def test_whoever_is_complained_of_is_passed_over_though_the_matter_is_an_ordinary_one(town: Town):
    town.say("他家盖房子占了我家宅基地一米多", by=RESIDENT)
    town.wait(minutes=30)
    town.say("刘组长家盖房子占了我家宅基地一米多 欺负人", by=NEIGHBOUR)
    town.wait(seconds=30)
    ordinary, against = town.cases()

    assert ordinary.assignee_contact == OTHER_LEADER
    assert against.category == ordinary.category
    assert against.assignee_contact not in {OTHER_LEADER, None}


def test_a_frail_person_makes_a_leak_urgent_and_says_why(town: Town):
    town.say("3栋502屋顶漏雨三天了 家里有瘫痪在床的老人", by=RESIDENT)
    town.wait(seconds=30)
    case = town.case()

    assert case.urgency == "U1"
    assert any("老人" in words for words, points in case.because if points == 0)
    assert case.flags["since"].startswith("2025-07-12")
    assert not any("502" in said for said in town.room())
    assert any("502" in said for said in town.heard(LEADER))
