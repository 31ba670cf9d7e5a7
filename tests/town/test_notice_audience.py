"""A notice reaches whom the cadre means: groups of every tier once, posts and households privately, and nobody else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.machine import ACCOUNT
from handlers.housekeeping import SweepExpired
from handlers.notices import FireNotice
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from models.letters import LetterShelf
from models.rules.pacing import SHANGHAI
from models.tables import (
    Appointment,
    Area,
    Household,
    HouseholdArea,
    LookedAfter,
    Notice,
    Person,
    Room,
    RoomArea,
)
from tests.town.town import MORNING, Town

DUTY, TOWN, THREE_HEAD, FOUR_HEAD, LIN, PIAN, FARMER, RESIDENT = (
    "duty", "town", "three_head", "four_head", "lin", "pian", "farmer", "resident",
)  # fmt: skip
GROUPS = ("三组", "四组", "五组", "六组", "七组")
PATHS = (
    *(f"安全乡/安全村/一片/{name}" for name in GROUPS),
    "安全乡/安全村/一片/三组/一邻",
    "安全乡/永和村/二片/八组",
)
STAGE = Stage(
    preset="anxiang", channel="simulator", contact="村两委值班", quiet="21:30-07:00", paths=PATHS,
    vacant=("supervision",),
    people=(
        StagedPerson(RESIDENT), StagedPerson(FARMER, "丁满", "丁", verified=True, friend=True, area="四组"),
        StagedPerson(LIN, "钱进", "钱", post="lin_head", area="一邻", verified=True, friend=True),
        StagedPerson(THREE_HEAD, "张建国", "张", post="zu_head", area="三组", verified=True, friend=True),
        StagedPerson(FOUR_HEAD, "刘明", "刘", post="zu_head", area="四组", verified=True, friend=True),
        StagedPerson("unbound", "陈五", "陈", post="zu_head", area="五组"),
        StagedPerson(PIAN, "胡敏", "胡", post="pian_head", area="一片", verified=True, friend=True),
        StagedPerson(DUTY, "谷梅", "谷", post="village_duty", area="安全村", verified=True, friend=True),
        StagedPerson(TOWN, "丁勇", "丁", post="town_station", area="安全乡", verified=True, friend=True),
    ),
    rooms=(
        *(StagedRoom(name, f"{name}群", name, account=ACCOUNT) for name in (*GROUPS, "八组")),
        StagedRoom("安全村", "安全村工作群", "安全村", "working", 2, account=ACCOUNT),
        StagedRoom("永和村", "永和村工作群", "永和村", "working", 2, account=ACCOUNT),
        StagedRoom("安全乡", "安全乡工作群", "安全乡", "working", 3, account=ACCOUNT),
    ),
)  # fmt: skip
EVERY = (*GROUPS, "八组", "安全村", "永和村", "安全乡")
HOMES = (("王家湾3户", "三组"), ("桥头5户", "四组"), ("河边7户", "五组"), ("山脚9户", "七组"))


@pytest.fixture
def village(make_town: Callable[..., Town]) -> Town:
    """Two villages with groups on three tiers, and four households; 桥头5户 is in the chat."""
    town = make_town(stage=STAGE)
    with town.session() as session:
        areas = {area.name: area.id for area in session.execute(select(Area)).scalars()}
        for label, area in HOMES:
            home = Household(label=label)
            session.add(home)
            session.flush()
            session.add(
                HouseholdArea(household_id=home.id or 0, area_id=areas[area] or 0, valid_from=MORNING.date())
            )
            if label == "桥头5户":
                farmer = select(Person).where(col(Person.name) == "丁满")
                session.execute(farmer).scalar_one().household_id = home.id
        session.commit()
    return town


def ask(town: Town, who: str, words: str, **where: str) -> str:
    """Somebody says something privately; the answer."""
    before = len(town.heard(who))
    town.say(words, by=who, private=not where, **where)
    heard = town.heard(who)[before:]
    return heard[-1] if heard else ""


def send(town: Town, words: str, who: str = DUTY, *, minutes: float = 10) -> str:
    """The cadre writes it, sees it and agrees; what he saw."""
    shown = ask(town, who, words)
    assert "回“确认”" in shown, shown
    town.say("确认", by=who, private=True)
    town.wait(minutes=minutes)
    return shown


def reached(town: Town) -> list[str]:
    """Groups that heard something, as often as they did, in order."""
    return [s.conversation for s in town.wechat.said if s.in_room]


def test_what_is_left_out_hears_nothing(village: Town):
    shown = send(village, "发通知 全村 除三组、四组 明天停水")

    assert reached(village) == ["七组", "五组", "六组"]
    assert shown == (
        "将发3个群：“明天停水”。回“确认”发送，5分钟内有效。群：七组群、五组群、六组群。不发：一片三组、一片四组。约2户。"
    )
    assert village.room("五组") == ["【通知】明天停水。"]


@pytest.mark.parametrize("said", ["全村（除三组、四组）", "全村不含三组、四组", "全村除了3组、4组"])
def test_exceptions_are_said_in_more_than_one_way(village: Town, said: str):
    send(village, f"发通知 {said} 明天停水")

    assert sorted(reached(village)) == sorted(["五组", "六组", "七组"])


def test_an_exception_nobody_knows_sends_nothing(village: Town):
    assert ask(village, DUTY, "发通知 全村 除十二组 明天停水") == (
        "没找到“十二组”。请写片区、组或村的名字，如“发通知 三组 内容”。"
    )
    village.say("确认", by=DUTY, private=True)
    village.wait(minutes=5)
    assert reached(village) == []


def test_a_planned_notice_leaves_out_what_was_left_out_and_reaches_what_came_later(village: Town):
    ask(village, DUTY, "定时通知 明早8点 全村除三组 带表来")
    village.say("确认", by=DUTY, private=True)
    village.wait_until("08:30", day=1)

    assert sorted(reached(village)) == sorted(["四组", "五组", "六组", "七组"])


def test_a_cascade_reaches_every_tier_once_and_the_upper_ones_first(village: Town):
    shown = send(village, "发通知 全部群 今晚有大风，收好东西", TOWN, minutes=20)

    assert shown.startswith("将发9个群：“今晚有大风”。回“确认”发送，5分钟内有效。群：安全乡工作群、")
    assert reached(village)[:3] == ["安全乡", *sorted(["安全村", "永和村"], key=reached(village).index)]
    assert sorted(reached(village)) == sorted(EVERY)


def test_a_firing_of_a_cascade_that_comes_again_reaches_nobody_twice(village: Town):
    with village.session() as session:
        served = session.execute(select(Area).where(col(Area.name) == "四组")).scalar_one()
        three = session.execute(select(Room).where(col(Room.platform_id) == "三组")).scalar_one()
        session.add(RoomArea(room_id=three.id or 0, area_id=served.id or 0, position=1))
        session.commit()
    ask(village, TOWN, "定时通知 明早8点 全部群 今晚有大风")
    village.say("确认", by=TOWN, private=True)
    village.wait_until("08:00:01", day=1)
    due = datetime(2025, 7, 16, 8, tzinfo=SHANGHAI).astimezone(UTC)
    with village.session() as session:
        session.execute(select(Notice)).scalar_one().next_at = due
        session.commit()
    village.ask(FireNotice(1, due.isoformat()), "once more")
    village.wait(minutes=20)

    assert sorted(reached(village)) == sorted(EVERY)


def test_working_groups_and_groups_of_a_level_go_by_their_names(village: Town):
    send(village, "发通知 全乡工作群 交表", TOWN)
    assert sorted(reached(village)) == sorted(["安全村", "永和村", "安全乡"])

    send(village, "发通知 各村群 再交一次", TOWN)
    assert sorted(reached(village)[3:]) == sorted(["安全村", "永和村"])


def test_a_post_hears_it_privately_and_who_is_not_bound_is_named_by_post(village: Town):
    shown = send(village, "发通知 全村组长 明天9点到村部开会")

    assert shown == (
        "将发2个人：“明天9点到村部开会”。回“确认”发送，5分钟内有效。私信2人，一人一条。没绑微信的1人请您打电话：一片五组组长陈。"
    )
    assert village.heard(THREE_HEAD) == village.heard(FOUR_HEAD) == ["【通知】明天9点到村部开会。"]
    assert reached(village) == []
    assert [village.heard(who) for who in (PIAN, LIN, RESIDENT, TOWN)] == [[], [], [], []]
    assert ask(village, DUTY, "我的通知").endswith("1 明天9点到村部开会：已发2，等发0，没发成0")


def test_a_village_cadre_cannot_write_to_the_posts_of_another_village(village: Town):
    assert "不在您负责的范围里" in ask(village, DUTY, "发通知 全乡组长 交表")
    assert "不在您负责的范围里" in ask(village, DUTY, "发通知 永和村养殖户 打疫苗")


def test_a_notice_to_people_asks_for_no_word_back(village: Town):
    assert ask(village, DUTY, "发通知 重要 全村组长 交表").startswith("发给一部分人的通知不收回执。")


def test_a09_only_the_groups_near_tagged_households_hear_it(village: Town):
    for label in ("王家湾3户", "桥头5户"):
        assert "养殖户" in ask(village, DUTY, f"标签 {label} 养殖户")
    shown = send(village, "发通知 全村养殖户 周五防疫站上门打疫苗")

    assert shown.startswith("将发2个群：“周五防疫站上门打疫苗”。")
    assert sorted(reached(village)) == sorted(["三组", "四组"])
    assert village.room("三组") == ["【通知】周五防疫站上门打疫苗。（请养殖户留意）"]
    assert village.heard(FARMER) == []
    assert not [s for s in village.wechat.said if s.in_room and ("户3" in s.text or "王家湾" in s.text)]


def test_a_sensitive_tag_reaches_people_privately_and_is_named_to_nobody(village: Town):
    for label in ("桥头5户", "王家湾3户", "河边7户"):
        assert "不进群" in ask(village, DUTY, f"标签 {label} 低保户")
    with village.session() as session:
        home = session.execute(select(Household).where(col(Household.label) == "王家湾3户")).scalar_one()
        carer = session.execute(select(Person).where(col(Person.name) == "钱进")).scalar_one()
        session.add(LookedAfter(household_id=home.id or 0, person_id=carer.id or 0, since=MORNING))
        session.commit()
    shown = send(village, "发通知 全村低保户 请带身份证到村部办年审")

    assert reached(village) == []
    assert village.heard(FARMER) == ["【通知】请带身份证到村部办年审。"]
    assert village.heard(LIN) == [
        "请您转告三组王家湾3户：【通知】请带身份证到村部办年审。方便时说一声，别在群里提是哪几户。"
    ]
    assert "请您转告五组河边7户" in village.heard(PIAN)[0]
    assert "有2户没绑微信，请照看的人或首接人转告。" in shown
    everything = [s.text for s in village.wechat.said if s.conversation != DUTY]
    assert not [text for text in everything if "低保" in text]


def test_a_sensitive_tag_is_not_written_into_the_notice_nor_said_in_a_group(village: Town):
    ask(village, DUTY, "标签 桥头5户 低保户")

    assert "通知里别写“低保”" in ask(village, DUTY, "发通知 全村低保户 低保年审开始了")
    assert "私信我写" in ask(village, DUTY, "发通知 全村低保户 年审开始了", room="安全村")
    assert "私信我说" in ask(village, DUTY, "标签 桥头5户 独居户", room="安全村")
    assert ask(village, DUTY, "标签 桥头5户").startswith("桥头5户：低保户。")
    send(village, "发通知 全村低保户 请到村部办年审")
    ask(village, DUTY, "改通知 1 内容 低保年审")
    assert [notice.body for notice in notices(village)] == ["请到村部办年审"]


def notices(town: Town) -> list[Notice]:
    """All of them."""
    with town.session() as session:
        return list(session.execute(select(Notice).order_by(col(Notice.id))).scalars())


def test_tags_are_for_those_who_may(village: Town):
    assert ask(village, THREE_HEAD, "标签 王家湾3户 养殖户") == "用户的标签要有权限，请联系村两委值班。"
    assert ask(village, DUTY, "标签 王家湾3户 土豪户").startswith("没有“土豪户”这个标签。可以写：养殖户、")
    assert "没有“火星3户”这一户" in ask(village, DUTY, "标签 火星3户 养殖户")
    ask(village, DUTY, "标签 王家湾3户 养殖户")
    assert "养殖户1户" in ask(village, DUTY, "标签列表")
    assert ask(village, DUTY, "去标签 王家湾3户 养殖户") == "去掉了：王家湾3户，养殖户。"
    assert ask(village, DUTY, "发通知 全村养殖户 打疫苗了").startswith("安全乡安全村还没有登记这类户")
    village.say("标签 王家湾3户 养殖户", by=RESIDENT, room="三组")
    village.wait(minutes=3)
    assert reached(village) == []


def test_words_that_only_look_like_an_audience_stay_words(village: Town):
    send(village, "发通知 三组 养殖户注意，周五打疫苗")

    assert village.room("三组") == ["【通知】养殖户注意。周五打疫苗。"]


def test_after_thirty_days_nobody_can_say_who_heard_it_privately(village: Town):
    send(village, "发通知 全村组长 明天9点开会")
    village.ask(SweepExpired(village.clock().isoformat()), "sweep:1")
    assert len(village.rows()["notice_person"]) == 2

    later = village.clock() + timedelta(days=31)
    village.ask(SweepExpired(later.isoformat()), "sweep:2")
    assert village.rows()["notice_person"] == []


def test_stopping_it_in_the_middle_stops_the_private_ones_too(village: Town):
    ask(village, DUTY, "定时通知 明早8点 全村组长 明天9点开会")
    village.say("确认", by=DUTY, private=True)
    ask(village, DUTY, "改通知 1 内容 后天9点开会")
    village.say("确认", by=DUTY, private=True)
    village.wait_until("07:00", day=1)
    assert ask(village, DUTY, "取消通知 1").startswith("通知1已停")
    village.wait(days=1)

    assert village.heard(THREE_HEAD) == village.heard(FOUR_HEAD) == []


def test_other_words_reach_people_who_have_not_heard_it(village: Town):
    for label in ("桥头5户", "王家湾3户"):
        ask(village, DUTY, f"标签 {label} 独居户")
    village.wait_until("22:00")
    ask(village, DUTY, "发通知 全村独居户 明天降温，注意保暖")
    village.say("确认", by=DUTY, private=True)
    ask(village, DUTY, "改通知 1 内容 后天降温，注意保暖")
    village.say("确认", by=DUTY, private=True)
    assert village.heard(FARMER) == []
    village.wait_until("07:30", day=1)

    assert village.heard(FARMER) == ["【通知】后天降温。注意保暖。"]
    told = [text for who in (LIN, THREE_HEAD) for text in village.heard(who)]
    assert told == ["请您转告三组王家湾3户：【通知】后天降温。注意保暖。方便时说一声，别在群里提是哪几户。"]


def test_who_holds_two_posts_hears_it_once(make_town: Callable[..., Town]):
    village = make_town(stage=STAGE)
    with village.session() as session:
        seat = session.execute(
            select(Appointment).join(Person).where(col(Person.name) == "张建国")
        ).scalar_one()
        five = session.execute(select(Area).where(col(Area.name) == "六组")).scalar_one()
        session.add(
            Appointment(
                person_id=seat.person_id,
                post_id=seat.post_id,
                area_id=five.id or 0,
                valid_from=seat.valid_from,
            )
        )
        session.commit()
    send(village, "发通知 全村组长 明天9点开会")

    assert village.heard(THREE_HEAD) == ["【通知】明天9点开会。"]


def test_a_notice_to_some_people_is_neither_printed_nor_read_aloud(village: Town):
    send(village, "发通知 全村组长 明天9点开会")

    assert ask(village, DUTY, "大喇叭 1") == "没有找到通知1。回“我的通知”看编号。"
    assert LetterShelf(village.engine).find(1) is None
