"""What residents tell beside what is wrong decides where it goes, how fast, and past whom."""

from collections.abc import Callable

from bot.machine import ACCOUNT
from handlers.township.staging import StagedRoom
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    RESIDENT,
    ROOM,
    THIRD,
    Town,
    village,
)

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


def test_the_leaders_card_says_since_when_and_for_how_many(town: Town):
    town.say("三邻停水三天了，十几户没水", by=RESIDENT)
    town.wait(seconds=30)

    assert "｜三邻停水三天了,十几户没水（3天了、至少11户）｜" in town.heard(LEADER)[0]
    assert not any("11户" in said for said in town.room())


def test_what_comes_again_and_concerns_a_whole_building_stands_on_the_card(town: Town):
    town.say("三天两头停水，整栋楼都没水", by=RESIDENT)
    town.wait(seconds=30)

    assert "（整栋楼、经常这样）" in town.heard(LEADER)[0]


def test_a_card_without_such_facts_has_no_empty_brackets(town: Town):
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.wait(seconds=30)

    assert "桥头｜四组桥头路灯不亮｜" in town.heard(CHIEF)[0]


def test_a_later_line_of_the_same_burst_adds_what_it_tells(town: Town):
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.say("从昨晚就这样 五户人家门口都黑的", by=RESIDENT)
    town.wait(seconds=40)

    assert "（昨天起、至少5户）" in town.heard(CHIEF)[0]


def test_whoever_gets_a_case_later_hears_how_long_it_has_lasted_by_then(town: Town):
    town.say("三邻停水三天了", by=RESIDENT)
    for who in (NEIGHBOUR, THIRD):
        town.say("我家也停水了", by=who)
    town.wait(hours=3)
    assert any("#1 停水（3天了、至少3户）没人接单，升到您这里" in line for line in town.heard(OTHER_LEADER))

    town.say("接单 1", by=OTHER_LEADER)
    town.wait(days=1)
    town.say("转派 1 给 张建国", by=OTHER_LEADER)
    assert "转到您手上：#1 停水（4天了、至少3户）" in town.heard(LEADER)[-1]


def test_of_a_private_matter_no_card_says_how_long(town: Town):
    town.say("我家想申请低保 老头子住院三个月没钱了", by=FRIEND)
    town.wait(minutes=1)

    assert "since" in town.case().flags
    assert not any("个月了" in said for said in (*town.heard(DUTY), *town.heard(LEADER), *town.room()))


def test_who_is_frail_is_not_repeated_beside_the_words(town: Town):
    town.say("停水三天了 家里有瘫痪在床的老人", by=RESIDENT)
    town.wait(seconds=30)
    card = next(said for said in town.heard(LEADER) if said.startswith("【"))

    assert "（3天了）｜" in card


def test_a_card_read_in_the_morning_says_the_day_as_it_is_then(town: Town):
    town.wait_until("23:00")
    town.say("三邻停水了 从刚才开始", by=RESIDENT)
    town.wait_until("07:35", day=1)
    [card] = town.heard(LEADER)

    assert "今天09:00前接单" in card


def test_who_must_claim_at_the_weekend_hears_of_it_at_the_weekend(town: Town):
    town.wait_until("22:00", day=3)
    town.say("四组桥头路面塌了一块", by=RESIDENT)
    town.wait_until("07:35", day=4)
    [card] = town.heard(CHIEF)

    assert "明天07:00前接单" in card


def test_an_answer_the_group_hears_in_the_morning_names_the_day_as_it_is_then(town: Town):
    town.wait_until("22:00")
    town.say("三邻停水了", by=RESIDENT)
    town.wait(hours=1)
    town.say("进度 1", by=RESIDENT)
    town.wait_until("07:40", day=1)

    assert "今天22:00前有结果" in town.room()[-1]
