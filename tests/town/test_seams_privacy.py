"""Where two rules meet: what protects somebody in one place is not undone in another."""

from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    RESIDENT,
    ROOM,
    Town,
)

LAMP = "四组桥头路灯不亮好几天了"
WHISPER = "匿名 四组桥头路灯被人砸了"
DUMPED = "刘组长把垃圾都倒在我家门口 臭死了"
GARBAGE = "桥头垃圾桶满了好几天没人收"
OTHER_GARBAGE = "老井边上的垃圾桶满了没人管"
MANHOLE = "三邻路口井盖不见了 有个大洞"


def report(town: Town, text: str, by: str = RESIDENT, *, private: bool = False, room: str = ROOM) -> None:
    town.say(text, by=by, private=private, room=room)
    town.wait(seconds=40)


def whisper(town: Town, text: str = WHISPER) -> None:
    """Somebody of the third neighbourhood says it privately and wants to be named to nobody."""
    before = len(town.cases())
    report(town, text, FRIEND, private=True)
    if len(town.cases()) == before:
        report(town, "四组", FRIEND, private=True)
    assert town.cases()[-1].flags["anonymous"]


def finish(town: Town, no: int = 1, by: str = CHIEF) -> None:
    town.say(f"接单 {no}", by=by, private=True)
    town.say(f"办结 {no} 灯泡已经换好", by=by, private=True)
    assert town.case(no).state == "resolved"


def numbered(town: Town, who: str, no: int) -> list[str]:
    """What somebody heard about a case, but not that it does not exist."""
    return [line for line in town.heard(who) if f"#{no} " in line and not line.startswith("没有 #")]


def test_a_stand_in_who_is_complained_about_hears_nothing_the_clock_or_residents_cause(town: Town):
    report(town, DUMPED)
    town.say("接单 1", by=DUTY, private=True)
    town.say("请假 5天，由刘明代", by=DUTY, private=True)
    town.wait(minutes=1)
    heard = len(town.heard(OTHER_LEADER))
    for days in (1, 1, 1):
        town.say("催办 1", by=RESIDENT)
        town.say("进度 1", by=RESIDENT)
        town.wait(days=days)

    assert not [line for line in town.heard(OTHER_LEADER)[heard:] if "#1" in line]
    assert not any("组长刘" in line for line in town.room())
    assert town.room()


def test_a_stand_in_who_is_complained_about_is_not_told_whom_it_is_from(town: Town):
    town.say("录入 上门 王婶：举报刘组长乱倒垃圾 臭死了", by=LEADER, private=True)
    town.wait(minutes=1)
    assert town.case().flags["accused"]
    town.say("转派 1 给 谷梅", by=CHIEF, private=True)
    town.say("请假 5天，由刘明代", by=DUTY, private=True)
    town.say("进度 1", by=DUTY, private=True)

    assert not any("王婶" in line for line in town.heard(OTHER_LEADER))


def test_the_answer_to_a_question_about_a_complaint_passes_by_the_accused_who_stands_in(town: Town):
    report(town, DUMPED)
    for words in ("接单 1", "已联系 1", "挂起 1 到7月20日 等清运车", "请假 3天，由刘明代"):
        town.say(words, by=CHIEF, private=True)
    town.say("同意 1", by=DUTY, private=True)
    town.wait_until("08:00", day=1)

    assert town.case().state == "waiting"
    assert not [line for line in town.heard(OTHER_LEADER) if "挂起" in line]
    assert any("同意 #1 挂起" in line for line in town.heard(DUTY))


def reviewed(town: Town) -> None:
    """#1, rejected by DUTY, whose reporter objected; #2, the same kind of trouble."""
    report(town, GARBAGE, FRIEND)
    town.wait(minutes=11)
    report(town, OTHER_GARBAGE, NEIGHBOUR)
    town.say("不受理 1 不在本村", by=DUTY, private=True)
    town.say("申诉 1 就在我们村", by=FRIEND, private=True)
    assert town.case().state == "new"
