"""Where two rules meet: what protects somebody in one place is not undone in another."""

from collections.abc import Callable

from bot.machine import ACCOUNT
from handlers.phone_rounds import DrawPhoneSample
from handlers.township.staging import StagedRoom
from tests.town.test_coming_back import root_of
from tests.town.test_feedback import follow_ups, marks
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    PATHS,
    RESIDENT,
    ROOM,
    Town,
    village,
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


def test_a_whisper_is_linked_to_nothing_its_reporter_said_openly(town: Town):
    report(town, LAMP, FRIEND)
    finish(town)
    town.wait(days=40)
    whisper(town)

    assert root_of(town, 2) is None
    assert not any("上次" in line for line in [*town.heard(CHIEF), *town.heard(LEADER), *town.heard(DUTY)])


def test_what_is_said_openly_is_linked_to_no_whisper_before_it(town: Town):
    whisper(town)
    finish(town)
    town.wait(days=40)
    report(town, LAMP, FRIEND)

    assert root_of(town, 2) is None
    assert "before" not in town.case(2).flags


def test_a_card_names_no_complaint_about_somebody_with_a_post_as_its_double(town: Town):
    report(town, DUMPED)
    assert town.case().flags["accused"]
    town.wait(minutes=11)
    report(town, "垃圾都倒在我家门口 臭死了", NEIGHBOUR)

    assert town.case(2).category == town.case(1).category
    assert "twin" not in town.case(2).flags
    assert not any("疑似重复" in line for line in town.heard(LEADER) + town.heard(OTHER_LEADER))


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


def test_what_nobody_asked_climbs_above_a_post_beside_the_ladder(town: Town):
    report(town, "我家想申请低保 老头子住院没钱了", FRIEND)
    town.say("接单 1", by=DUTY, private=True)
    town.say("已联系 1", by=DUTY, private=True)
    town.say("办结 1 材料已经报上去", by=DUTY, private=True)
    (row,) = follow_ups(town)
    asked = town.machine.dispatch.known_town().seats[row.seat_id]
    town.wait(days=10)
    (row,) = follow_ups(town)
    after = town.machine.dispatch.known_town().seats[row.seat_id]

    assert (asked.post, after.post) == ("supervision", "town_station")
    for who in (LEADER, OTHER_LEADER, CHIEF):
        assert not any("回访" in line for line in town.heard(who))


def test_whoever_handled_it_does_not_ask_again_behind_the_post_of_somebody_away(town: Town):
    town.say("请假 9天，由张建国代", by=OTHER_LEADER, private=True)
    report(town, MANHOLE)
    for words in ("接单 1", "已联系 1 师傅在修", "办结 1 盖子已经换好"):
        town.say(words, by=LEADER)
    (row,) = follow_ups(town)
    town.wait(days=8)

    assert town.machine.dispatch.known_town().seats[row.seat_id].surname == "谷"
    assert any("回访 #1" in line for line in town.heard(DUTY))
    assert not any("回访" in line for line in town.heard(LEADER))


def test_nobody_is_asked_again_about_what_was_whispered(town: Town):
    whisper(town, "匿名 三邻路口井盖不见了 有个大洞")
    finish(town)
    assert follow_ups(town) == []
    town.wait(days=17)
    town.ask(DrawPhoneSample("2025-07"), "draw")
    town.wait(minutes=5)

    assert follow_ups(town) == []
    town.say("统计 本月", by=DUTY, private=True)
    assert not any("该回访没回访" in line for line in town.heard(DUTY))


def test_whoever_handled_it_does_not_rate_it_as_a_co_reporter(town: Town):
    report(town, "三邻停水了")
    town.say("接单 1", by=LEADER)
    town.wait(minutes=2)
    town.say("我家也停水了", by=LEADER)
    town.say("已联系 1", by=LEADER)
    town.say("办结 1 阀门已换新", by=LEADER)
    assert (town.case().co_reporters, town.case().state) == (1, "resolved")
    said = len(town.room())
    town.say("1 评 5 5 5", by=LEADER)

    assert marks(town) == []
    assert town.heard(LEADER)[-1] == "#1 是您经手的，要请别的报事人评价。"
    assert (len(town.room()), town.case().state) == (said, "resolved")


def test_whoever_joined_a_case_does_not_take_it(town: Town):
    report(town, "三邻停水了")
    town.wait(minutes=2)
    town.say("我家也停水了", by=LEADER)
    assert town.case().co_reporters == 1
    town.say("接单 1", by=LEADER, private=True)

    assert town.case().state == "new"
    assert town.case().assignee_contact != LEADER


def test_only_the_reporter_declines_to_be_asked(town: Town):
    report(town, "三邻停水了")
    town.say("接单 1", by=LEADER)
    town.wait(minutes=2)
    town.say("我家也停水了", by=LEADER)
    town.say("我家也停水了", by=NEIGHBOUR)
    assert town.case().co_reporters == 2
    town.say("已联系 1", by=LEADER)
    town.say("办结 1 阀门已换新", by=LEADER)
    for who in (LEADER, NEIGHBOUR):
        town.say("不用回访", by=who)
    assert [row.outcome for row in follow_ups(town)] == [""]

    town.say("不用回访", by=RESIDENT)
    assert [row.outcome for row in follow_ups(town)] == ["refused"]


def reviewed(town: Town) -> None:
    """#1, rejected by DUTY, whose reporter objected; #2, the same kind of trouble."""
    report(town, GARBAGE, FRIEND)
    town.wait(minutes=11)
    report(town, OTHER_GARBAGE, NEIGHBOUR)
    town.say("不受理 1 不在本村", by=DUTY, private=True)
    town.say("申诉 1 就在我们村", by=FRIEND, private=True)
    assert town.case().state == "new"


def test_whoever_rejected_a_case_under_review_does_not_make_it_disappear(town: Town):
    reviewed(town)
    for words in ("1 不是诉求", "并件 1 到 2"):
        town.say(words, by=DUTY, private=True)
        assert "您不能再定" in town.heard(DUTY)[-1], words

    assert (town.case().state, town.case().text) == ("new", f"{GARBAGE}\n就在我们村")


def test_a_danger_under_review_is_not_called_off_by_whoever_rejected_it(town: Town):
    town.say("厨房着火了 快来人", by=FRIEND)
    town.wait(minutes=1)
    town.say("不受理 1 该打119", by=DUTY, private=True)
    town.say("申诉 1 就在我们村", by=FRIEND, private=True)
    assert town.case().state == "new"
    town.say("误报 1", by=DUTY, private=True)

    assert "您不能再定" in town.heard(DUTY)[-1]
    assert town.case().state == "new"


def test_sides_of_a_quarrel_are_not_merged(town: Town):
    report(town, "隔壁老李占了我家的地 天天骂人")
    report(town, "隔壁老王占了我家的地 天天骂人", NEIGHBOUR)
    town.say("并件 2 到 1", by=DUTY, private=True)

    assert town.heard(DUTY)[-1] == "#2 这类事涉及个人，要一件一件办，不能并。"
    assert [c.state for c in town.cases()] == ["new", "new"]


def test_private_requests_of_two_families_are_not_merged(town: Town):
    for no, (text, who) in enumerate(((GARBAGE, RESIDENT), (OTHER_GARBAGE, NEIGHBOUR)), 1):
        report(town, text, who)
        town.say(f"改类 {no} 残疾人服务", by=DUTY, private=True)
        assert town.case(no).privacy == "P3"
    town.say("并件 2 到 1", by=DUTY, private=True)

    assert "不能并" in town.heard(DUTY)[-1]
    assert [c.state for c in town.cases()] == ["new", "new"]


def test_a_complaint_about_somebody_is_not_merged_with_one_about_nobody(town: Town):
    report(town, DUMPED)
    town.wait(minutes=11)
    report(town, GARBAGE, NEIGHBOUR)
    for words in ("并件 2 到 1", "并件 1 到 2"):
        town.say(words, by=DUTY, private=True)
        assert "不能并" in town.heard(DUTY)[-1]

    assert [c.state for c in town.cases()] == ["new", "new"]


def test_who_asked_not_to_be_named_is_not_merged_with_others(town: Town):
    report(town, GARBAGE)
    report(town, f"{OTHER_GARBAGE} 不要说是我说的", NEIGHBOUR)
    assert town.case(2).flags["anonymous"]
    town.say("并件 2 到 1", by=DUTY, private=True)

    assert "不能并" in town.heard(DUTY)[-1]
    assert town.case(2).state == "new"


def test_a_repeat_without_a_number_reveals_no_whisper_of_the_same_reporter(town: Town):
    whisper(town)
    finish(town)
    town.wait(days=40)
    report(town, LAMP, FRIEND)
    for words in ("不受理 2 重复", "不受理 2 重复 同1"):
        town.say(words, by=DUTY, private=True)
        assert "没查到已办结的那一件" in town.heard(DUTY)[-1]

    assert town.case(2).state == "new"
    assert not any("换好" in line for line in town.heard(DUTY))


def test_a_repeat_without_a_number_is_the_reporters_own(town: Town):
    report(town, LAMP)
    finish(town)
    town.wait(days=40)
    report(town, LAMP, NEIGHBOUR)
    town.say("不受理 2 重复", by=DUTY, private=True)
    assert "没查到已办结的那一件" in town.heard(DUTY)[-1]
    town.say("不受理 2 重复 同1", by=DUTY, private=True)

    assert town.case(2).state == "rejected"


def test_who_asked_not_to_be_named_is_not_called_on_in_the_group(town: Town):
    report(town, f"{GARBAGE} 不要说是我说的")
    assert town.case().flags["anonymous"]
    said = len(town.room())
    town.say("不受理 1 不在本村", by=DUTY, private=True)
    town.wait(minutes=1)

    assert town.case().state == "rejected"
    assert not [s for s in town.wechat.said[said:] if s.in_room and s.mentions]


def test_each_is_called_on_in_the_group_where_he_reported(make_town: Callable[..., Town]):
    rooms = (*village().rooms, StagedRoom("next", "四邻群", "四邻", account=ACCOUNT))
    paths, covers = (*PATHS, "安全村/一片/四组/四邻"), (("四邻", "三邻", "utility"),)
    town = make_town(stage=village(rooms=rooms, paths=paths, covers=covers))
    report(town, GARBAGE)
    report(town, OTHER_GARBAGE, NEIGHBOUR, room="next")
    town.say("并件 2 到 1", by=DUTY, private=True)
    town.say("不受理 1 不在本村", by=DUTY, private=True)
    town.wait(minutes=1)

    called_on = {s.conversation: s.mentions for s in town.wechat.said if s.in_room and s.mentions}
    assert called_on == {ROOM: (RESIDENT,), "next": (NEIGHBOUR,)}


def test_the_words_of_a_private_danger_are_not_rung_to_the_top(town: Town):
    town.say("我想死了算了 药都准备好了", by=FRIEND, private=True)
    told = [line for line in town.heard("post:town_station") if "还不知道在哪" in line]

    assert len(told) == 1
    assert "私事" in told[0]
    assert "药" not in told[0]
