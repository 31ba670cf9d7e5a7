"""An important notice may be answered with a word; who did not is nobody's business but one person's, once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from bot.machine import ACCOUNT
from handlers.housekeeping import SweepExpired
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from models.tables import Area, Household, HouseholdArea, NoticeReceipt, Person
from tests.town.town import MORNING, Town

THREE, FIVE = "three", "five"
DUTY, LEADER, FAR_LEADER = "duty", "leader", "far"
HOME, HOME_TOO, ALONE, FAR = "home", "home_too", "alone", "far_home"
STAGE = Stage(
    preset="anxiang", channel="simulator", contact="村两委值班", quiet="21:30-07:00",
    paths=("安全乡/安全村/一片/四组/三邻", "安全乡/安全村/一片/五组/一邻"),
    people=(
        StagedPerson(ALONE), StagedPerson(FAR),
        StagedPerson(HOME, "李芳", "李", verified=True, area="三邻"),
        StagedPerson(HOME_TOO, "李强", "李", verified=True, area="三邻"),
        StagedPerson(LEADER, "张建国", "张", post="lin_head", area="三邻", verified=True, friend=True),
        StagedPerson(FAR_LEADER, "钱进", "钱", post="lin_head", area="一邻", verified=True, friend=True),
        StagedPerson(DUTY, "谷梅", "谷", post="village_duty", area="安全村", verified=True, friend=True),
    ),
    rooms=(
        StagedRoom(THREE, "三邻群", "三邻", account=ACCOUNT), StagedRoom(FIVE, "一邻群", "一邻", account=ACCOUNT),
    ),
)  # fmt: skip
HOMES = (("3户", "三邻"), ("12户", "三邻"), ("张家", "三邻"), ("3户", "一邻"), ("7户", "一邻"))
POST = "【通知】明天上午停电检修。请备好热水。（看到请回“收到”，不回也没关系）"
MOST_STATEMENTS = 12
"""Of one answer, beside those that are prepared."""
ASKED = "发通知 重要 全村 明天上午停电检修，请备好热水"
TOLD_LEADER = (
    "通知1“明天上午停电检修”，您这边还有{n}户没回音：\n{list}\n方便时说一声，说过回“告知 1 {example}”。{tip}"
)


@pytest.fixture
def village(make_town: Callable[..., Town]) -> Town:
    """Two neighbourhoods of one village with five households; two people of 12户 are bound."""
    town = make_town(stage=STAGE)
    settle_homes(town)
    return town


def settle_homes(town: Town) -> None:
    """The five households; whoever is called 李 lives in 12户."""
    with town.session() as session:
        areas = {area.name: area.id for area in session.execute(select(Area)).scalars()}
        for label, area in HOMES:
            home = Household(label=label)
            session.add(home)
            session.flush()
            session.add(
                HouseholdArea(household_id=home.id or 0, area_id=areas[area] or 0, valid_from=MORNING.date())
            )
            if label == "12户":
                for person in session.execute(select(Person).where(col(Person.surname) == "李")).scalars():
                    person.household_id = home.id
        session.commit()


def send(town: Town, words: str = ASKED) -> None:
    """The cadre writes it and agrees."""
    town.say(words, by=DUTY, private=True)
    town.say("确认", by=DUTY, private=True)
    town.wait(minutes=2)


def ask(town: Town, who: str, words: str) -> str:
    """Somebody says something privately; the answer."""
    before = len(town.heard(who))
    town.say(words, by=who, private=True)
    heard = town.heard(who)[before:]
    return heard[-1] if heard else ""


def counts(town: Town) -> str:
    """What the cadre sees."""
    return ask(town, DUTY, "通知 1 情况")


def receipts(town: Town) -> list[NoticeReceipt]:
    """All of them."""
    with town.session() as session:
        return list(session.execute(select(NoticeReceipt).order_by(col(NoticeReceipt.id))).scalars())


def seen(heard: int = 0, told: int = 0, others: int = 0) -> str:
    """The cadre's sentence."""
    tip = f"另有{others}人回了，没绑户，对不上是哪一户。" if others else ""
    return (
        f"通知1：2个群已发2个，这些群约5户。回“收到”{heard}户，上门告知{told}户，"
        f"还没回音{5 - heard - told}户。{tip}"
    )


def test_the_preview_says_who_will_hear_what_is_missing(village: Town):
    shown = ask(village, DUTY, ASKED)

    assert shown.startswith("将发2个群：“明天上午停电检修”。")
    assert "没回的户只在明天08:00私下告诉首接人，群里不点名。" in shown
    village.say("确认", by=DUTY, private=True)
    village.wait(minutes=2)
    assert village.room(THREE) == village.room(FIVE) == [POST]


def test_an_ordinary_notice_asks_nothing_and_counts_nothing(village: Town):
    send(village, ASKED.replace(" 重要", ""))
    village.say("收到", by=HOME, room=THREE)
    village.wait(days=2)

    assert village.room(THREE) == ["【通知】明天上午停电检修。请备好热水。"]
    assert receipts(village) == []
    assert counts(village) == "通知1：2个群，已发2个。"
    assert village.heard(LEADER) == []


def test_answers_are_counted_by_household_once_and_nothing_is_said(village: Town):
    send(village)
    said = len(village.room(THREE))
    for who in (HOME, HOME, HOME_TOO):
        village.say("收到", by=who, room=THREE)
    village.say("知道了，谢谢", by=ALONE, room=THREE)
    village.say("收到[玫瑰]", by=ALONE, room=THREE)
    village.say("3户收到", by=FAR, room=FIVE)
    village.wait(minutes=5)

    assert len(village.room(THREE)) == said
    assert counts(village) == seen(heard=2, others=1)
    rows = receipts(village)
    assert [(row.household_id is None, row.identity_id is None) for row in rows] == [
        (False, True), (True, False), (False, True),
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["1", "👌", "[OK]", "好的", "收到收到", "@小助手 收到", "收到！！", "已阅"])
def test_people_answer_in_their_own_way(village: Town, words: str):
    send(village)
    village.say(words, by=HOME, room=THREE)

    assert counts(village) == seen(heard=1)


@pytest.mark.parametrize(
    "words", ["没收到", "收到没", "快递收到了", "你收到了吗", "张总收到", "11月1日收到货款", "好的吧那就这样"]
)
def test_what_says_something_else_is_not_counted(village: Town, words: str):
    send(village)
    village.say(words, by=HOME, room=THREE)

    assert receipts(village) == []


def test_where_no_notice_asked_a_word_is_nothing_and_is_not_kept(village: Town):
    before = village.rows()
    village.say("收到", by=ALONE, room=THREE)
    village.say("1", by=HOME, room=THREE)

    assert village.rows() == before


def test_a_word_that_could_answer_anything_counts_only_while_the_notice_was_said_last(village: Town):
    send(village)
    village.wait(hours=3)
    village.say("1", by=HOME, room=THREE)
    assert receipts(village) == []

    village.say("路灯不亮好几天了", by=ALONE, room=THREE)
    village.wait(minutes=2)
    village.say("收到", by=HOME, room=THREE)
    assert receipts(village) == []  # it answers what we said a moment ago

    village.say("1", by=HOME, room=THREE, quote=POST[:20] + "…")
    assert counts(village) == seen(heard=1)


def test_a_quote_of_something_else_is_no_answer(village: Town):
    send(village)
    village.say("收到", by=HOME, room=THREE, quote="晚上七点打牌")

    assert receipts(village) == []


def test_the_first_responder_hears_once_in_the_morning_and_only_of_his_own(village: Town):
    send(village)
    village.say("收到", by=ALONE, room=THREE)
    village.say("张家收到", by=ALONE, room=THREE)
    village.wait_until("23:00")
    assert village.heard(LEADER) == []
    village.wait_until("08:30", day=1)

    tip = "另有1人回了，没绑户，对不上是哪一户。"
    listed = "三邻群：12户\n没绑微信，请上门：3户"
    assert village.heard(LEADER) == [TOLD_LEADER.format(n=2, list=listed, example="3户", tip=tip)]
    far = TOLD_LEADER.format(n=2, list="没绑微信，请上门：3户、7户", example="3户", tip="")
    assert village.heard(FAR_LEADER) == [far]
    village.wait(days=5)
    assert len(village.heard(LEADER)) == len(village.heard(FAR_LEADER)) == 1
    assert village.room(THREE) == village.room(FIVE) == [POST]
    for nobody in (HOME, ALONE, FAR):
        assert village.heard(nobody) == []


def test_the_leader_ticks_whom_he_told_and_the_cadre_sees_counts(village: Town):
    send(village)
    village.say("收到", by=HOME, room=THREE)

    assert ask(village, LEADER, "告知 1 张家、9户") == "记下了：通知1已告知张家。还没回音1户。没找到：9户。"
    assert counts(village) == seen(heard=1, told=1)
    assert ask(village, LEADER, "告知 1 9户").startswith("您这边没找到“9户”。")
    assert ask(village, LEADER, "已告知 1 三邻3户") == "记下了：通知1已告知3户。还没回音0户。"
    assert ask(village, LEADER, "告知 1") == "通知1，归您的户都有回音了。"
    assert ask(village, FAR_LEADER, "告知 1 全部") == "记下了：通知1已告知3户、7户。还没回音0户。"
    assert counts(village) == seen(heard=1, told=4)
    village.wait(days=2)
    assert not any("没回音：" in line for line in village.heard(LEADER) + village.heard(FAR_LEADER))


def test_nobody_else_hears_or_ticks_anybody(village: Town):
    send(village)
    before = receipts(village)

    assert "3户" not in ask(village, ALONE, "告知 1")
    assert "3户" not in ask(village, HOME, "通知 1 情况")
    assert ask(village, FAR_LEADER, "告知 1 12户").startswith("您这边没找到“12户”。")
    assert ask(village, DUTY, "告知 1") == "通知1，归您的户都有回音了。"  # she is nobody's first responder
    said = len(village.room(THREE))
    village.say("告知 1 12户", by=LEADER, room=THREE)
    assert village.heard(LEADER)[-1] == "哪户没回音请私信我说，群里别点名。您刚才那句可以撤回。"
    village.say("通知 1 情况", by=ALONE, room=THREE)
    village.say("告知 1", by=ALONE, room=THREE)
    assert len(village.room(THREE)) == said
    assert receipts(village) == before
    assert ask(village, LEADER, "告知 7").startswith("没有找到通知7。")


def test_a_notice_that_is_stopped_asks_no_more_and_sends_nobody_anywhere(village: Town):
    send(village, "定时通知 重要 明早8点 全村 大雾慢行")
    village.wait_until("08:00", day=1)
    village.wait(seconds=4)
    village.say("停发通知 1", by=DUTY, private=True)
    village.say("收到", by=HOME, room=THREE)
    village.wait(days=3)

    assert receipts(village) == []
    assert village.heard(LEADER) == []


def test_nobody_is_asked_again_and_again(village: Town):
    again = "重复发的通知不收回执。要重复发，去掉“重要”两个字再发一遍。"
    assert ask(village, DUTY, "定时通知 重要 每周五早8点 全村 记得收垃圾") == again
    ask(village, DUTY, "定时通知 重要 明早8点 全村 大雾慢行")
    ask(village, DUTY, "确认")
    assert ask(village, DUTY, "改通知 1 每周五早8点") == again


def test_two_hundred_answers_at_once_are_counted_right_and_cheaply(make_town: Callable[..., Town]):
    crowd = tuple(StagedPerson(f"p{number}") for number in range(200))
    town = make_town(stage=replace(STAGE, people=(*STAGE.people, *crowd)))
    send(town)
    asked: list[str] = []
    event.listen(town.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for person in (*crowd, *crowd[:50]):
        town.machine.hear(town.wechat.say(person.contact, "收到", room=THREE))
    town.wait(minutes=5)

    assert len(receipts(town)) == 200
    assert len(asked) / 250 < MOST_STATEMENTS
    assert town.room(THREE) == [POST]
    assert "另有200人回了" in ask(town, DUTY, "回执 1")


def test_after_thirty_days_nobody_can_say_who_answered(village: Town):
    send(village)
    village.say("收到", by=HOME, room=THREE)
    village.wait(days=29)
    village.ask(SweepExpired(village.clock().isoformat()), "sweep:1")
    assert len(receipts(village)) == 1
    village.wait(days=2)
    village.ask(SweepExpired(village.clock().isoformat()), "sweep:2")

    assert receipts(village) == []
    assert counts(village) == "通知1过了30天，回执已经删了。"


def test_who_left_the_assistant_is_not_counted(village: Town):
    village.say("退出小助手", by=ALONE, room=THREE)
    send(village)
    village.say("收到", by=ALONE, room=THREE)

    assert receipts(village) == []
