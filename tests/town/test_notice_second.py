"""A notice to many groups waits for a second person; an emergency notice goes on one word and is countersigned afterwards."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.machine import ACCOUNT
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from tests.town.town import Town

DUTY, SECOND, TOWN, OTHER, HEAD = "duty", "second", "town", "other", "head"
NUMERALS = "一二三四五六七八九"
GROUPS = tuple(
    f"{tens}{ones}组" for tens, most in (("", 9), ("十", 9), ("二十", 4)) for ones in NUMERALS[:most]
)
STAGE = Stage(
    preset="anxiang", channel="simulator", contact="村两委值班", quiet="21:30-07:00", vacant=("supervision",),
    paths=(*(f"安全乡/安全村/一片/{name}" for name in GROUPS), "安全乡/永和村/二片/东组"),
    people=(
        StagedPerson(HEAD, "张建国", "张", post="zu_head", area="三组", verified=True, friend=True),
        StagedPerson(DUTY, "谷梅", "谷", post="village_duty", area="安全村", verified=True, friend=True),
        StagedPerson(SECOND, "秦兰", "秦", post="village_duty", area="安全村", verified=True, friend=True),
        StagedPerson(OTHER, "牛安", "牛", post="village_duty", area="永和村", verified=True, friend=True),
        StagedPerson(TOWN, "丁勇", "丁", post="town_station", area="安全乡", verified=True, friend=True),
    ),
    rooms=tuple(StagedRoom(name, f"{name}群", name, account=ACCOUNT) for name in (*GROUPS, "东组")),
)  # fmt: skip
ASKED = "村两委值班谷的通知1要发22个群：“明天停水”同意回“同意通知 1”，不同意回“不同意通知 1 原因”。"


@pytest.fixture
def village(make_town: Callable[..., Town]) -> Town:
    """A village of 22 groups, two who may send notices there, one above them, one beside."""
    return make_town(stage=STAGE)


def ask(town: Town, who: str, words: str) -> str:
    """Somebody says something privately; the answer."""
    before = len(town.heard(who))
    town.say(words, by=who, private=True)
    heard = town.heard(who)[before:]
    return heard[-1] if heard else ""


def write(town: Town, words: str = "发通知 全村 明天停水", who: str = DUTY) -> str:
    """The cadre writes it and agrees; what he saw first."""
    shown = ask(town, who, words)
    town.say("确认", by=who, private=True)
    return shown


def reached(town: Town) -> set[str]:
    """Groups that heard something; none of them twice."""
    rooms = [s.conversation for s in town.wechat.said if s.in_room]
    assert len(rooms) == len(set(rooms))
    return set(rooms)


def test_many_groups_wait_for_a_second_person(village: Town):
    shown = write(village)
    village.wait(minutes=30)

    assert "超过20个群，您确认后还要再有一人同意才发：我会问村两委值班秦、乡镇站所联系人丁。" in shown
    assert village.heard(DUTY)[-1] == (
        "通知1要发22个群，已请村两委值班秦、乡镇站所联系人丁同意，有一人同意就发。不发了回“取消通知 1”。"
    )
    assert reached(village) == set()
    assert village.heard(SECOND) == village.heard(TOWN) == [ASKED]
    assert village.heard(OTHER) == village.heard(HEAD) == []
    assert ask(village, DUTY, "我的通知").endswith("1 明天停水：等第二个人同意")

    assert ask(village, SECOND, "同意通知 1") == "好的，通知1照发。"
    village.wait(minutes=30)
    assert reached(village) == set(GROUPS)
    assert village.heard(DUTY)[-1] == "村两委值班秦同意了通知1，照发。"
    assert ask(village, TOWN, "同意通知 1") == "通知1，村两委值班秦已经答过了。"


@pytest.mark.parametrize("word", ["同意", "同意 1", "通知1 同意", "会签 1"])
def test_other_ways_to_agree(village: Town, word: str):
    write(village)
    assert ask(village, SECOND, word) == "好的，通知1照发。"


def test_no_means_nothing_is_sent_and_the_author_hears_why(village: Town):
    write(village)

    assert ask(village, TOWN, "不同意通知 1") == "为什么不同意？写成“不同意通知 1 时间写错了”。"
    assert ask(village, TOWN, "不同意通知 1 日期不对，是后天") == "好的，通知1不发，原因已告诉写的人。"
    assert village.heard(DUTY)[-1] == (
        "乡镇站所联系人丁不同意通知1：日期不对,是后天。没有发，改好了请另发一条。"
    )
    assert ask(village, SECOND, "同意通知 1") == "通知1，乡镇站所联系人丁已经答过了。"
    village.wait(days=2)
    assert reached(village) == set()


def test_ones_own_word_does_not_count_nor_that_of_somebody_without_the_right(village: Town):
    write(village)

    assert ask(village, DUTY, "同意通知 1") == "通知1是您写的，要另一位同意才算。"
    assert ask(village, OTHER, "同意通知 1") == "没有等您同意或会签的通知1。"
    assert ask(village, HEAD, "同意通知 1").startswith("发通知要有通知权限。")
    ask(village, SECOND, "同意通知 7")
    village.say("同意通知 1", by=SECOND, room="三组")
    village.wait(minutes=10)
    assert reached(village) == set()


def test_few_groups_need_nobody(village: Town):
    shown = write(village, "发通知 三组、四组 明天停水")
    village.wait(minutes=5)

    assert "同意" not in shown
    assert reached(village) == {"三组", "四组"}


def test_after_a_working_day_the_author_hears_once_that_nobody_answered(village: Town):
    write(village)
    village.wait(days=5)

    told = [text for text in village.heard(DUTY) if "还没人同意" in text]
    assert told == ["通知1还没人同意，问过村两委值班秦、乡镇站所联系人丁。请打电话问一声，仍在等。"]
    assert reached(village) == set()
    ask(village, SECOND, "同意")
    village.wait(minutes=30)
    assert reached(village) == set(GROUPS)


def test_a_planned_notice_is_agreed_to_before_its_moment(village: Town):
    write(village, "定时通知 明早8点 全村 明天停水")
    assert village.heard(SECOND)[-1].startswith("村两委值班谷的通知1要发22个群，明天08:00发：")
    ask(village, SECOND, "同意通知 1")
    assert reached(village) == set()

    village.wait_until("09:00", day=1)
    assert reached(village) == set(GROUPS)


def test_a_planned_notice_that_nobody_agreed_to_is_not_sent(village: Town):
    write(village, "定时通知 明早8点 全村 明天停水")
    village.wait_until("09:00", day=1)

    assert village.heard(DUTY)[-1] == "通知1到今天08:00还没人同意，这一次没有发。"
    assert ask(village, SECOND, "同意通知 1") == (
        "通知1已经过了时间，没有发。还要发请村两委值班谷回“改通知 1 现在”。"
    )
    assert reached(village) == set()
    ask(village, DUTY, "改通知 1 现在")
    ask(village, DUTY, "确认")
    village.wait(minutes=30)
    assert reached(village) == set(GROUPS)


def test_a_missed_notice_with_other_words_is_agreed_to_before_it_goes_after_all(village: Town):
    write(village, "定时通知 明早8点 全村 明天停水")
    village.wait_until("09:00", day=1)
    ask(village, SECOND, "同意通知 1")
    ask(village, DUTY, "改通知 1 内容 别的事情")
    ask(village, DUTY, "确认")
    ask(village, DUTY, "改通知 1 现在")
    assert ask(village, DUTY, "确认").endswith("还在等第二个人同意。")
    village.wait(minutes=30)
    assert reached(village) == set()

    assert "“别的事情”" in village.heard(SECOND)[-1]
    ask(village, SECOND, "同意通知 1")
    village.wait(minutes=30)
    assert village.room("三组") == ["【通知】别的事情。"]


def test_an_unagreed_series_sends_nothing_until_somebody_agrees(village: Town):
    write(village, "定时通知 每天8点 全村 出来做操")
    village.wait_until("09:00", day=2)
    assert reached(village) == set()
    assert len([text for text in village.heard(DUTY) if "还没人同意，这一次没有发" in text]) == 2

    ask(village, SECOND, "同意通知 1")
    village.wait_until("09:00", day=3)
    assert reached(village) == set(GROUPS)


def test_stopping_it_ends_the_question(village: Town):
    write(village)

    assert ask(village, DUTY, "取消通知 1").startswith("通知1已停：")
    assert ask(village, SECOND, "同意通知 1") == "通知1已经停了或不用再同意。"
    village.wait(days=3)
    assert reached(village) == set()
    assert [text for text in village.heard(DUTY) if "还没人同意" in text] == []


def test_other_words_are_agreed_to_anew(village: Town):
    write(village, "定时通知 明早8点 全村 明天停水")
    ask(village, SECOND, "同意通知 1")
    ask(village, DUTY, "改通知 1 内容 后天停电")
    assert ask(village, DUTY, "确认").startswith("通知1内容改好了，要重新同意，已请")
    assert "“后天停电”" in village.heard(SECOND)[-1]

    village.wait_until("09:00", day=1)
    assert reached(village) == set()


def test_what_two_agreed_to_is_not_reworded_by_one_while_it_goes_out(village: Town):
    write(village)
    ask(village, SECOND, "同意通知 1")
    assert ask(village, DUTY, "改通知 1 内容 别的事情").startswith("通知1是两个人同意后发的")


def test_where_nobody_else_could_agree_it_goes_and_that_is_kept(make_town: Callable[..., Town]):
    people = tuple(p for p in STAGE.people if p.contact in {DUTY, HEAD})
    village = make_town(stage=replace(STAGE, people=people, vacant=("supervision", "town_station")))
    shown = write(village)
    village.wait(minutes=30)

    assert "这里没有别人能同意，您确认就发。" in shown
    assert reached(village) == set(GROUPS)
    assert [row[3:6] for row in village.rows()["notice_approval"]] == [([], "alone", "")]


def test_an_emergency_goes_at_once_and_is_countersigned_afterwards(village: Town):
    shown = write(village, "发应急通知 全村 上游泄洪，马上离开河边")
    village.wait(minutes=2)

    assert "应急通知您确认就发，事后请村两委值班秦、乡镇站所联系人丁会签。" in shown
    assert reached(village) == set(GROUPS)
    assert village.room("三组") == ["【应急通知】上游泄洪。马上离开河边。"]
    assert village.heard(SECOND)[-1] == (
        "村两委值班谷发了应急通知1，22个群：“上游泄洪，马上离开河边”请会签，回“会签 1”；有不同意见回“不同意通知 1 原因”。"
    )
    assert ask(village, SECOND, "会签 1") == "通知1会签好了。"
    assert village.heard(DUTY)[-1] == "村两委值班秦会签了通知1。"
    village.wait(days=3)
    assert not [text for text in village.heard(TOWN) if "还没人会签" in text]


def test_without_a_countersignature_the_level_above_hears_it_once(make_town: Callable[..., Town]):
    more = tuple(
        StagedPerson(who, f"{name}安", name, post="village_duty", area="安全村", verified=True, friend=True)
        for who, name in (("third", "吕"), ("fourth", "江"))
    )
    village = make_town(stage=replace(STAGE, people=(*STAGE.people, *more)))
    write(village, "发应急通知 三组 上游泄洪，马上离开河边")
    village.wait(minutes=5)
    assert village.heard(TOWN) == []

    village.wait(days=3)
    assert village.heard(TOWN) == [
        "村两委值班谷的应急通知1发出24小时还没人会签：“上游泄洪，马上离开河边”知会您一声，可以回“会签 1”。"
    ]
    assert [text for text in village.heard(DUTY) if "24小时还没人会签" in text] == [
        "应急通知1过了24小时还没人会签，问过村两委值班秦、村两委值班吕、村两委值班江。请打电话说一声。"
    ]


def test_a_different_opinion_takes_nothing_back(village: Town):
    write(village, "发应急通知 三组 上游泄洪，马上离开河边")
    village.wait(minutes=2)

    assert (
        ask(village, TOWN, "不同意通知 1 没有泄洪")
        == "记下了，通知1您没有会签，原因已告诉写的人。已发的不收回。"
    )
    assert village.heard(DUTY)[-1].startswith("乡镇站所联系人丁对应急通知1有不同意见：没有泄洪。")
    assert reached(village) == {"三组"}
