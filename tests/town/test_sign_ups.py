"""People come to what a leader announced: said in their own words, counted in one line, nobody named in the group."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.parts import Parts
from handlers.township.staging import StagedRoom
from models.rules.message import RoomChange
from models.tables import Activity, Participant
from tests.town.test_races import at_once
from tests.town.town import (
    ACCOUNT,
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    RESIDENT,
    ROOM,
    THIRD,
    Town,
    village,
)

CLEANING = "发活动 周五15点 村口大扫除 限{n}人"
POSTED = "【活动1】村口大扫除，7月18日周五15:00"
BIG = "big"
TWO_GROUPS = (
    StagedRoom(ROOM, "三邻群", "三邻", account=ACCOUNT),
    StagedRoom(BIG, "四组群", "四组", account=ACCOUNT),
)


def announced(town: Town, words: str = CLEANING.format(n=20), by: str = LEADER) -> None:
    """A leader's activity that the group has heard of."""
    town.say(words, by=by, private=True)
    assert any("】" in line for line in town.room())


def listed(town: Town, no: int = 1) -> list[str]:
    """The lines of the organiser's list."""
    town.say(f"名单 {no}", by=LEADER, private=True)
    return town.heard(LEADER)[-1].splitlines()[1:]


def counted(town: Town) -> str:
    """What the group hears last, once a window is over."""
    town.wait(minutes=11)
    return town.room()[-1]


def test_the_group_hears_the_announcement_and_then_one_count_for_many_answers(town: Town):
    announced(town)
    assert town.room()[-1] == f"{POSTED}，限20人。自愿参加，来的回“报名”或“报名 2人”。"
    assert town.heard(LEADER) == []

    for who, words in ((RESIDENT, "我报名"), (NEIGHBOUR, "报名 2人"), (FRIEND, "+1"), (THIRD, "我家3口")):
        town.say(words, by=who)
    assert len(town.room()) == 1
    town.wait(minutes=1)

    assert town.room()[1:] == [
        "【活动1】村口大扫除已报7人，还有13个名额。7月18日周五15:00，量力而行，来不了回“取消报名”。"
    ]
    assert listed(town) == ["1. resident 1人", "2. neighbour 2人", "3. friend 1人", "4. third 3人"]


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("报名", 1), ("我报名", 1), ("报个名", 1), ("我家也报名", 1), ("算我一个", 1), ("我也参加", 1), ("报名 活动1", 1),
        ("报名2人", 2), ("报名两位", 2), ("报名 两个人", 2), ("我报2个", 2), ("我家报名三口人", 3), ("算我们家3个", 3),
        ("报名 大扫除", 1), ("报名 周五大扫除 2人", 2), ("+1", 1), ("+2", 2), ("加一", 1), ("我家3口", 3), ("我们两个人去", 2),
        ("活动1 报名 2人", 2), ("我们参加 4人", 4), ("报名，2人", 2), ("报名 十人", 10), ("报名 １人", 1),
        ("报名+2", 2), ("报名2人，谢谢组长", 2), ("我也要去", 1), ("我想参加", 1), ("报名 张三 2人", 2), ("算我们俩", 2),
        ("帮我报个名", 1), ("我一家三口报名", 3),
    ],
)  # fmt: skip
def test_it_is_said_in_many_ways(sqlite_town: Town, words: str, people: int):
    town = sqlite_town
    announced(town)
    town.say(words, by=RESIDENT)

    assert f"已报{people}人" in counted(town)
    assert town.cases() == []


@pytest.mark.parametrize(
    "words",
    [
        "我腿脚不好就不去了",
        "1",
        "两个人",
        "3个人打牌三缺一",
        "报名费多少钱",
        "报名截止了吗",
        "孩子上学怎么报名",
        "去不了了",
        "取消",
    ],
)
def test_talk_beside_it_is_nobodys_answer(sqlite_town: Town, words: str):
    town = sqlite_town
    announced(town)
    town.say(words, by=FRIEND)
    town.wait(minutes=11)

    assert listed(town) == []
    assert not any("已报" in line for line in town.room())


def test_a_bare_number_answers_the_quoted_announcement_and_corrects_what_was_said_a_moment_ago(town: Town):
    announced(town)
    town.say("两个人", by=RESIDENT, quote=town.room()[-1])
    town.say("报名", by=NEIGHBOUR)
    town.say("3个人", by=NEIGHBOUR)
    assert listed(town) == ["1. resident 2人", "2. neighbour 3人"]

    town.wait(hours=3)
    town.say("5个人", by=NEIGHBOUR)
    town.say("改成1人", by=RESIDENT)
    town.say("改成4人", by=THIRD)
    assert listed(town) == ["1. resident 1人", "2. neighbour 3人"]


def test_plus_one_after_somebody_reported_something_belongs_to_the_report(town: Town):
    announced(town)
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.wait(minutes=2)
    town.say("+1", by=NEIGHBOUR)

    assert town.case().co_reporters == 1
    assert listed(town) == []


@pytest.mark.parametrize(
    "words", ["取消报名", "退出报名 1", "来不了了", "不好意思，明天有事来不了了", "取消报名，谢谢"]
)
def test_leaving_is_said_in_many_ways(sqlite_town: Town, words: str):
    town = sqlite_town
    announced(town)
    town.say("报名", by=RESIDENT)
    town.wait(hours=4)
    town.say(words, by=RESIDENT)

    assert listed(town) == []


@pytest.mark.parametrize("words", ["不去了", "取消", "我不去了"])
def test_words_said_of_many_things_leave_only_near_the_activity(sqlite_town: Town, words: str):
    town = sqlite_town
    announced(town)
    town.say("报名", by=RESIDENT)
    town.wait(hours=4)
    town.say(words, by=RESIDENT)
    assert len(listed(town)) == 1
    town.wait_until("17:00", day=2)
    town.say(words, by=RESIDENT)

    assert listed(town) == []


def test_a_second_name_from_one_phone_does_not_replace_the_first(town: Town):
    announced(town)
    town.say("报名 张三 2人", by=FRIEND)
    town.say("报名 李四 1人", by=FRIEND)

    assert town.heard(FRIEND)[-1].startswith("一个微信号报一份，已经记着您了。")
    assert listed(town) == ["1. friend 2人"]


def test_a_bare_one_belongs_to_the_line_it_quotes_else_to_the_open_call(town: Town):
    town.say("四组桥头垃圾没人清", by=RESIDENT)
    town.wait(minutes=2)
    town.say("接单 1", by=CHIEF)
    town.say("招呼 1 周六九点清垃圾", by=CHIEF)
    hands = town.room()[-1]
    town.say("约 周日9点 清河", by=LEADER)
    call = town.room()[-1]
    assert town.say("1", by=NEIGHBOUR, quote=hands).steps == ["help"]
    assert town.say("1", by=FRIEND, quote=call).steps == []
    town.say("1", by=THIRD)

    assert listed(town) == ["1. friend 1人", "2. third 1人"]


def test_said_twice_it_counts_once_and_another_number_changes_it(town: Town):
    announced(town)
    for _ in range(3):
        town.say("报名 2人", by=FRIEND)
    assert town.heard(FRIEND)[-1] == "活动1 村口大扫除您已经报了2人，不用再报。要改人数，回“报名 3人”。"

    town.say("报名 3人", by=FRIEND, private=True)
    assert town.heard(FRIEND)[-1] == "改好了：活动1 村口大扫除，3人。"
    assert "已报3人" in counted(town)


def test_a_report_that_follows_does_not_begin_with_the_answer(town: Town):
    announced(town)
    town.say("报名 2人", by=RESIDENT)
    town.say("+1", by=NEIGHBOUR)
    for who in (RESIDENT, NEIGHBOUR):
        town.say("四组桥头路灯不亮", by=who)
    town.wait(minutes=2)

    assert "报名" not in town.case().text
    assert "+1" not in "".join(str(row) for row in town.rows()["case_line"])


def test_privately_everything_is_answered_privately_and_the_group_hears_no_single_answer(town: Town):
    announced(town)
    town.say("大家好", by=FRIEND)
    town.say("报事 四组桥头路灯不亮", by=FRIEND)
    town.wait(minutes=2)
    before = len(town.room())
    town.say("报名 2人", by=FRIEND, private=True)

    assert town.heard(FRIEND)[-1].startswith("记下了：活动1 村口大扫除，7月18日周五15:00，2人。")
    town.wait(minutes=11)
    assert len(town.room()) == before


def test_who_comes_too_late_waits_and_moves_up_by_himself(town: Town):
    announced(town, CLEANING.format(n=3))
    town.say("报名 2人", by=RESIDENT)
    town.say("报名", by=NEIGHBOUR)
    town.say("报名 2人", by=FRIEND)
    town.say("报名", by=OTHER_LEADER)
    assert town.heard(FRIEND)[-1].startswith("活动1 村口大扫除名额满了，您的2人排在候补第1")
    assert "已报3人，名额满了，候补3人" in counted(town)

    town.say("取消报名", by=NEIGHBOUR)
    # One place is free: the two who wait first do not fit, the one behind them does.
    assert town.heard(OTHER_LEADER)[-1].startswith("活动1 村口大扫除有空位，您的1人补上了：7月18日周五15:00")
    town.say("来不了了", by=RESIDENT)
    assert town.heard(FRIEND)[-1].startswith("活动1 村口大扫除有空位，您的2人补上了")
    assert "已报3人，名额满了。" in counted(town)
    assert listed(town) == ["3. friend 2人", "4. 刘明 1人"]
    assert not any(name in line for name in ("resident", "friend", "刘") for line in town.room())


def test_whom_no_private_word_reaches_the_organiser_tells_that_he_moved_up(town: Town):
    announced(town, CLEANING.format(n=1))
    town.say("报名", by=FRIEND)
    town.say("报名", by=THIRD)
    town.say("取消报名", by=FRIEND)

    assert town.heard(LEADER)[-1] == (
        "活动1 村口大扫除：候补的third补上了（1人）。他没加小助手好友，请您告诉一声。"
    )


def test_at_night_who_moves_up_hears_it_in_the_morning(town: Town):
    announced(town, CLEANING.format(n=1))
    town.say("报名", by=RESIDENT)
    town.say("报名", by=FRIEND)
    town.wait_until("23:00")
    town.say("来不了了", by=RESIDENT)
    heard = len(town.heard(FRIEND))
    town.wait_until("07:00", day=1)
    assert len(town.heard(FRIEND)) == heard
    town.wait_until("07:35", day=1)

    assert "补上了" in town.heard(FRIEND)[-1]


def test_a_party_is_never_split(town: Town):
    announced(town, CLEANING.format(n=3))
    town.say("报名 2人", by=RESIDENT)
    town.say("报名 3人", by=FRIEND)
    assert town.heard(FRIEND)[-1] == (
        "活动1 村口大扫除只剩1个名额，您的3人排在候补第1。少来几位就改，如“报名 1人”。"
    )
    town.say("报名 1人", by=FRIEND)

    assert listed(town) == ["1. resident 2人", "2. friend 1人"]
    town.say("报名 2人", by=FRIEND)
    assert town.heard(FRIEND)[-1] == "活动1 村口大扫除只剩0个名额，您还按1人记着。"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("报名 500人", "一次报1到10人。人多的话，请和邻长张说一声。"),
        ("报名 0人", "一次报1到10人。人多的话，请和邻长张说一声。"),
        ("报名 5人", "活动1 村口大扫除一共3个名额，报不了5人。"),
        ("取消报名", "您现在没有报名的活动，不用取消。"),
        ("签到", "活动1 村口大扫除7月18日周五15:00开始，到时候再回“签到”。"),
    ],
)
def test_what_cannot_be_is_answered_by_one_private_sentence(town: Town, words: str, answer: str):
    announced(town, CLEANING.format(n=3))
    town.say("大家好", by=FRIEND)
    before = town.rows()["participant"], len(town.room())
    town.say(words, by=OTHER_LEADER, private=True)

    assert town.heard(OTHER_LEADER)[-1:] == [answer]
    assert (town.rows()["participant"], len(town.room())) == before


def test_without_any_activity_a_group_hears_nothing_and_a_private_chat_one_sentence(town: Town):
    for words in ("报名", "+1", "1", "签到", "取消报名", "报名 2人"):
        town.say(words, by=FRIEND)
    assert town.room() == town.heard(FRIEND) == []

    town.say("报名", by=FRIEND, private=True)
    town.say("签到", by=FRIEND, private=True)
    assert [line[:8] for line in town.heard(FRIEND)] == ["现在没有您这里的", "今天没有可以签到"]


def test_after_closing_who_is_on_the_list_may_leave_and_nobody_new_comes(town: Town):
    announced(town, CLEANING.format(n=2))
    town.say("报名 2人", by=RESIDENT)
    town.say("报名", by=FRIEND)
    town.say("关闭报名", by=LEADER, private=True)
    assert town.heard(LEADER)[-1].startswith("活动1 村口大扫除报名停了：2人，名额满了，候补1人。")
    town.say("报名", by=OTHER_LEADER)
    assert town.heard(OTHER_LEADER)[-1] == "活动1 村口大扫除报名截止了。还想来，请问一声邻长张。"

    town.say("报名 1人", by=RESIDENT)
    assert "补上了" in town.heard(FRIEND)[-1]
    town.say("恢复报名 1", by=LEADER, private=True)
    town.say("报名", by=OTHER_LEADER)
    assert town.heard(OTHER_LEADER)[-1].startswith("活动1 村口大扫除名额满了，您的1人排在候补第1")


def test_sign_up_closes_in_time_and_the_organiser_hears_the_figures(town: Town):
    announced(town, "发活动 周五15点 村口大扫除 周四12点截止")
    assert "，7月17日周四12:00前报名。" in town.room()[-1]
    town.say("报名", by=RESIDENT)
    town.wait_until("12:01", day=2)

    assert town.heard(LEADER)[-1].startswith("活动1 村口大扫除报名停了：1人。")
    town.say("报名", by=FRIEND)
    assert "报名截止了" in town.heard(FRIEND)[-1]


def test_of_several_activities_the_quoted_or_named_one_is_meant(town: Town):
    announced(town)
    town.say("发活动 周六9点 义诊", by=LEADER)
    town.say("报名", by=FRIEND)
    assert town.heard(FRIEND)[-1] == (
        "有几个活动：活动2 义诊、活动1 村口大扫除。请写上编号，如“报名 活动2”，或引用群里那一条。"
    )
    town.say("报名", by=RESIDENT)
    town.wait(seconds=30)
    assert "请写上编号" in town.room()[-1]

    town.say("报名 义诊", by=FRIEND)
    town.say("报名 2人", by=RESIDENT, quote=town.room()[0])
    town.say("报名 活动2", by=NEIGHBOUR)
    assert listed(town, 1) == ["1. resident 2人"]
    assert listed(town, 2) == ["1. friend 1人", "2. neighbour 1人"]
    town.say("我的报名", by=FRIEND, private=True)
    assert town.heard(FRIEND)[-1] == "您报名的：\n活动2 义诊，7月19日周六09:00，1人"


def test_who_left_the_bot_is_not_heard_and_not_listed(town: Town):
    announced(town)
    town.say("退出小助手", by=FRIEND)
    town.say("报名", by=FRIEND)

    assert listed(town) == []


RACES = [
    ("报名", "报名", 1, ["in", "waiting"]),
    ("报名 2人", "报名 2人", 3, ["in", "waiting"]),
    ("报名", "报名", 2, ["in", "in"]),
]


@pytest.mark.parametrize(("one", "other", "places", "standings"), RACES)
def test_two_phones_at_once_never_take_one_place_twice(
    town: Town, parts: Parts, one: str, other: str, places: int, standings: list[str]
):
    announced(town, CLEANING.format(n=places))
    for who in (CHIEF, OTHER_LEADER):
        town.say("大家好", by=who)
    at_once(town, parts, (CHIEF, one), (OTHER_LEADER, other))

    with town.session() as session:
        found = session.execute(
            select(col(Participant.standing)).order_by(col(Participant.standing))
        ).scalars()
        assert list(found) == standings


def test_two_people_who_say_the_same_in_one_second_both_come(town: Town):
    announced(town)
    at = town.clock()
    for who in (RESIDENT, NEIGHBOUR):
        town.machine.hear(town.wechat.say(who, "报名", room=ROOM, at=at))

    assert len(listed(town)) == 2


def test_leaving_and_coming_at_once_leave_no_place_empty(town: Town, parts: Parts):
    announced(town, CLEANING.format(n=1))
    town.say("报名", by=OTHER_LEADER)
    town.say("报名", by=FRIEND)
    at_once(town, parts, (OTHER_LEADER, "取消报名"), (CHIEF, "报名"))

    with town.session() as session:
        rows = {row.identity_id: row.standing for row in session.execute(select(Participant)).scalars()}
    assert sorted(rows.values()) == ["in", "out", "waiting"]
    assert "补上了" in "".join(town.heard(FRIEND))


def test_the_same_words_heard_twice_from_one_phone_sign_up_once(town: Town, parts: Parts):
    announced(town)
    at_once(town, parts, (CHIEF, "报名"), (CHIEF, "报名"))

    assert len(listed(town)) == 1


@pytest.fixture
def two_groups(make_town: Callable[..., Town]) -> Town:
    """The village with a second, larger group."""
    return make_town(stage=village(rooms=TWO_GROUPS))


@pytest.fixture
def sqlite_town(sqlite_url: str, parts: Parts) -> Iterator[Town]:
    """The village, where the database makes no difference."""
    town = Town(sqlite_url, parts)
    yield town
    town.close()


def test_several_groups_hear_it_after_a_look_and_each_counts_its_own_answers(two_groups: Town):
    town = two_groups
    town.say(CLEANING.format(n=3), by=DUTY, private=True)
    assert town.heard(DUTY)[-1].startswith(f"将在2个群发：{POSTED.replace('动1', '动', 1)}")
    assert town.room() == town.room(BIG) == []

    town.say("确认", by=DUTY, private=True)
    town.wait(minutes=1)
    assert [line[:14] for line in (*town.room(), *town.room(BIG))] == [POSTED[:14]] * 2
    town.say("报名", by=FRIEND, room=BIG)
    town.wait(minutes=2)
    assert len(town.room()) == 1
    assert "已报1人，还有2个名额" in town.room(BIG)[-1]
    town.say("报名 2人", by=RESIDENT)
    town.wait(minutes=11)

    # That all places are taken everybody should know.
    assert "已报3人，名额满了" in town.room()[-1]
    assert "已报3人，名额满了" in town.room(BIG)[-1]
    with town.session() as session:
        assert session.execute(select(Activity)).scalar_one().no == 1


def test_an_area_may_be_named_and_somebody_elses_may_not(two_groups: Town):
    town = two_groups
    town.say("发活动 三邻 周五15点 大扫除", by=DUTY, private=True)
    assert len(town.room()) == 1
    assert town.room(BIG) == []
    town.say("发活动 三邻 周五15点 大扫除", by=OUTSIDER, private=True)
    assert town.heard(OUTSIDER)[-1].startswith("“三邻”不在您负责的范围里")
    town.say("发活动 周五15点 大扫除", by=OUTSIDER)
    assert town.heard(OUTSIDER)[-1] == "这个群不在您负责的范围里，发不了活动。"
    assert len(town.room()) == 1


def test_a_dissolved_group_does_not_hold_up_the_others(two_groups: Town):
    town = two_groups
    town.say(CLEANING.format(n=3), by=DUTY, private=True)
    town.happens(RoomChange.DISSOLVED, room=BIG)
    town.say("确认", by=DUTY, private=True)
    town.wait(minutes=1)

    assert town.room()[-1].startswith(POSTED)
