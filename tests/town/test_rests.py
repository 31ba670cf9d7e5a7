"""A case waits, goes on, or takes longer: who asks, who answers, what the resident hears, what the clock does."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.township.staging import StagedPerson, StagedRoom
from models.rules.pacing import SHANGHAI
from models.tables import Case, DueFiring
from tests.town.test_rows_and_events import check_rows
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    OVERSIGHT,
    RESIDENT,
    Town,
    village,
)

ROAD = "四组桥头路面塌了一块"  # 5 working days, due on Tuesday 22 July 09:00:30
LAMP = "四组桥头路灯不亮"  # 48 hours
WATER = "三邻停水了"


def local(day: int, clock: str, month: int = 7) -> datetime:
    return (
        datetime.fromisoformat(f"2025-{month:02}-{day:02}T{clock}").replace(tzinfo=SHANGHAI).astimezone(UTC)
    )


def claimed(town: Town, text: str = ROAD) -> None:
    """A case in the hands of the 邻长, some time after its claim was told."""
    town.say(text, by=RESIDENT)
    town.wait(seconds=30)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=15)


def resting(town: Town, words: str = "挂起 1 到周五 等配件") -> None:
    claimed(town)
    town.say(words, by=LEADER)
    town.say("同意 1", by=OTHER_LEADER, private=True)


def row(town: Town, no: int = 1) -> Case:
    with town.session() as session:
        return session.execute(select(Case).where(col(Case.no) == no)).scalar_one()


def wakes(town: Town) -> list[datetime]:
    with town.session() as session:
        found = select(DueFiring).where(
            col(DueFiring.intent) == "WakeCase", col(DueFiring.state) == "waiting"
        )
        return [firing.due_at for firing in session.execute(found).scalars()]


def test_the_level_above_is_asked_privately_and_the_clock_runs_on(town: Town):
    claimed(town)
    due, said = town.case().due_resolve_at, len(town.room())
    town.say("挂起 1 到周五 等配件", by=LEADER)

    assert town.heard(OTHER_LEADER)[-1] == (
        "邻长张想把 #1 路坏了 挂起到7月18日：等配件。请回“同意 1”或“不同意 1 理由”。"
    )
    assert town.heard(LEADER)[-1] == "#1 挂起已私下请组长刘批。答复前时限照走。"
    assert (town.case().state, town.case().due_resolve_at, len(town.room())) == ("claimed", due, said)


def test_an_approved_rest_stops_the_clock_and_the_room_hears_why_and_until_when_once(town: Town):
    resting(town)

    assert town.room()[-1] == "#1 要等一等：等配件。预计7月18日接着办，邻长张盯着。"
    assert town.heard(LEADER)[-1] == ("组长刘同意 #1 挂起，7月18日早上自动恢复。提前好了请回“恢复 1”。")
    case = row(town)
    assert (case.state, case.due_resolve_at, case.waiting_until) == ("waiting", None, local(18, "07:30"))
    assert case.hours_left == pytest.approx(5 * 24 - 0.25, abs=0.1)
    assert wakes(town) == [local(18, "07:30")]


def test_it_comes_back_by_itself_in_the_morning_with_what_its_clock_had_left(town: Town):
    resting(town)
    left = row(town).hours_left
    said = len(town.room())
    town.wait_until("07:29", 3)
    assert town.case().state == "waiting"

    town.wait_until("07:31", 3)
    case = row(town)
    assert (case.state, case.waiting_until, case.hours_left) == ("in_progress", None, None)
    # Friday 07:30, some minutes less than five working days: Friday 25 July, about 07:15.
    assert case.due_resolve_at is not None
    assert local(25, "07:10") < case.due_resolve_at < local(25, "07:30")
    assert left is not None
    assert town.heard(LEADER)[-1].startswith("#1 挂起到期，今天恢复办理，7月25日07:")
    assert len(town.room()) == said
    check_rows(town)


def test_whoever_handles_it_goes_on_early(town: Town):
    resting(town)
    town.wait(hours=3)
    town.say("恢复 1", by=LEADER)

    assert (town.case().state, wakes(town)) == ("in_progress", [])
    assert town.heard(LEADER)[-1].startswith("#1 已恢复办理，7月22日")
    town.say("恢复 1", by=LEADER)
    assert town.heard(LEADER)[-1] == "#1 没有挂起，现在是“办理中”。"


def test_the_same_morning_can_be_waited_for_twice(town: Town):
    resting(town)
    town.say("恢复 1", by=LEADER)
    town.say("挂起 1 到周五 配件又发错了", by=LEADER)
    town.say("同意 1", by=OTHER_LEADER, private=True)

    assert wakes(town) == [local(18, "07:30")]
    town.wait_until("07:31", 3)
    assert town.case().state == "in_progress"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("1 等配件 周五再办", local(18, "07:30")),
        ("挂起 1 等配件 3天", local(18, "07:30")),
        ("1 挂起 到明天 等师傅", local(16, "07:30")),
        ("挂起 1 下周一 等批复下来", local(21, "07:30")),
        ("挂起 等水泥干透 到7月20号", local(20, "07:30")),
        ("挂起 1 到7月30日 等施工队", local(30, "07:30")),
    ],
)
def test_the_day_is_said_as_people_say_it(town: Town, words: str, day: datetime):
    claimed(town)
    town.say(words, by=LEADER)
    town.say("同意", by=OTHER_LEADER, private=True)

    assert row(town).waiting_until == day


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("挂起 1", "挂起到哪天？请写日期和原因，如“挂起 1 到周五 等配件”，也可写“3天”“下周一”“月底”。"),
        ("挂起 1 到周五", "挂起要写原因，居民会听到，如“挂起 1 到周五 等配件”。"),
        ("挂起 1 到周五 等", "挂起要写原因，居民会听到，如“挂起 1 到周五 等配件”。"),
        ("挂起 1 到2月30日 等配件", "这个日期不对，或者已经过了。请重写，如“挂起 1 到周五 等配件”。"),
        ("挂起 1 到今天 等配件", "这个日期不对，或者已经过了。请重写，如“挂起 1 到周五 等配件”。"),
        ("挂起 1 6小时 等配件", "#1 挂起最早到明天。今天能办就不用挂起。"),
        ("挂起 1 月底 等配件", "#1 最多挂起15天，到7月30日为止。请改个日期。"),
        ("挂起 99 到周五 等配件", "没有 #99 这一件。您手上：#1路坏了"),
        ("恢复 1", "#1 没有挂起，现在是“有人接了”。"),
        ("延期 1 到7月20日 等配件", "#1 本来就是7月22日09:00到期，请写更晚的日期。"),
        ("延期 1 到7月25日 等配件", "#1 最多延到7月24日21:00（原时限的一半）。请改个日期。"),
        ("延期 1", "延期到哪天？请写日期和原因，如“延期 1 到周五 等配件”，也可写“3天”“下周一”“月底”。"),
    ],
)
def test_what_cannot_be_asked_is_said_privately_and_nothing_changes(town: Town, words: str, told: str):
    claimed(town)
    before, said = town.case(), len(town.room())
    town.say(words, by=LEADER)

    assert (town.heard(LEADER)[-1], town.case(), len(town.room())) == (told, before, said)
    assert all("想把 #1" not in line for line in town.heard(OTHER_LEADER))


def test_what_is_urgent_never_rests(town: Town):
    claimed(town, WATER)
    town.say("挂起 1 到周五 等配件", by=LEADER)

    assert town.heard(LEADER)[-1] == "#1 是急事，不能挂起。办不了请回“上报 1 缘由”。"


def test_only_whoever_handles_it_asks_and_not_before_the_claim(town: Town):
    town.say(ROAD, by=RESIDENT)
    town.wait(seconds=30)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    assert town.heard(LEADER)[-1] == "#1 还没人接单。先回“接单 1”，再申请挂起。"

    town.say("接单 1", by=LEADER)
    town.say("延期 1 到7月23日 等配件", by=CHIEF)
    assert town.heard(CHIEF)[-1] == "#1 由邻长张在办，延期要他本人申请。"
    town.say("挂起 1 到周五 等配件", by=OUTSIDER)
    assert town.heard(OUTSIDER)[-1] == "这件不在您负责的区域，不能操作。"
    town.say("挂起 1 到周五 等配件", by=NEIGHBOUR)
    assert town.case().state == "claimed"


def test_the_asker_does_not_answer_himself_and_neither_does_anybody_below_or_elsewhere(town: Town):
    claimed(town)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    town.say("同意 1", by=LEADER)
    assert town.heard(LEADER)[-1] == "#1 没有等您答复的申请。"
    town.say("同意 1", by=OUTSIDER)
    assert town.heard(OUTSIDER)[-1] == "#1 没有等您答复的申请。"
    for stranger in (NEIGHBOUR, FRIEND):
        said = len(town.heard(stranger))
        town.say("同意 1", by=stranger)
        assert len(town.heard(stranger)) == said
    assert town.case().state == "claimed"


def test_one_question_about_a_case_at_a_time(town: Town):
    claimed(town)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    town.say("延期 1 到7月24日 等配件", by=LEADER)

    assert town.heard(LEADER)[-1] == "#1 有一个申请在等组长刘答复。急的话请打电话问。"


def test_a_refusal_is_told_with_its_reason_and_may_be_followed_by_another_question(town: Town):
    claimed(town)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    town.say("不同意 1", by=OTHER_LEADER)
    assert town.heard(OTHER_LEADER)[-1] == "不同意也请写一句理由，如“不同意 1 先借一个换上”。"

    said = len(town.room())
    town.say("不同意 1 先借一个换上", by=OTHER_LEADER, private=True)
    assert town.heard(LEADER)[-1] == "组长刘不同意 #1 挂起：先借一个换上。时限照旧。"
    assert (town.case().state, len(town.room())) == ("claimed", said)
    town.say("挂起 1 到明天 借不到 等配件", by=LEADER)
    assert "借不到" in town.heard(OTHER_LEADER)[-1]


def test_of_two_who_answer_the_second_hears_that_it_was_answered(town: Town):
    resting(town)
    town.say("同意 1", by=CHIEF)
    assert town.heard(CHIEF)[-1] == "#1 的申请组长刘已经答复：同意。"
    town.say("不同意 1 太久了", by=DUTY)
    assert town.heard(DUTY)[-1] == "#1 的申请组长刘已经答复：同意。"
    assert town.case().state == "waiting"


def test_an_answer_after_the_end_or_to_somebody_elses_case_does_nothing(town: Town):
    claimed(town)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    town.say("办结 1 坑补好了", by=LEADER)
    town.say("同意 1", by=OTHER_LEADER)
    assert town.heard(OTHER_LEADER)[-1] == "#1 已经往下走了，原来的申请作废，不用再答复。"
    assert town.case().state == "resolved"

    town.say("挂起 1 到周五 等配件", by=LEADER)
    assert town.heard(LEADER)[-1] == "#1 现在是“已办好，等您评价”，不用挂起。"


def test_a_question_of_a_former_handler_is_void(town: Town):
    claimed(town)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    town.say("转派 1 给 胡敏", by=LEADER)
    town.say("接单 1", by=CHIEF)
    town.say("同意 1", by=OTHER_LEADER)

    assert town.heard(OTHER_LEADER)[-1] == "#1 已换人办，原来的申请作废，不用再答复。"
    town.say("挂起 1 到周五 等路政来人", by=CHIEF)
    assert "村两委值班谷" in town.heard(CHIEF)[-1]


def test_an_extension_moves_the_date_once_and_the_room_hears_it(town: Town):
    claimed(town)
    town.say("延期 1 到周三 等配件", by=LEADER)
    town.say("不同意 1 太久了", by=OTHER_LEADER)
    town.say("延期 1 到下周三 等配件", by=LEADER)
    assert town.heard(OTHER_LEADER)[-1] == (
        "邻长张想把 #1 路坏了 从7月22日09:00延到7月23日18:00：等配件。请回“同意 1”或“不同意 1 理由”。"
    )
    town.say("同意 1", by=OTHER_LEADER, private=True)

    assert town.case().due_resolve_at == local(23, "18:00")
    assert town.room()[-1] == "#1 要晚一些：等配件。改为7月23日18:00前办好，抱歉。"
    assert town.heard(LEADER)[-1] == "组长刘同意 #1 延期，7月23日18:00前办好，只能延这一次。"
    town.say("延期 1 到7月24日 又缺人手", by=LEADER)
    assert town.heard(LEADER)[-1] == "#1 已经延过一次，不能再延。办不了请回“上报 1 缘由”。"
    check_rows(town)


def test_what_is_overdue_is_extended_no_more(town: Town):
    claimed(town, LAMP)
    town.wait(days=3)
    town.say("延期 1 到周六 等配件", by=LEADER)

    assert town.heard(LEADER)[-1].endswith("已到期，延期要在到期前申请。办不了请回“上报 1 缘由”。")


def test_days_are_added_to_the_date_it_had_and_a_day_ends_where_half_the_term_does(town: Town):
    claimed(town, LAMP)
    due = town.case().due_resolve_at
    town.say("延期 1 到周五 等配件", by=LEADER)
    town.say("同意 1", by=OTHER_LEADER)
    assert due is not None
    assert town.case().due_resolve_at == due.replace(day=18)


def test_an_unanswered_question_goes_one_level_higher_once_then_the_asker_shall_call(town: Town):
    claimed(town)
    town.say("挂起 1 到7月25日 等配件", by=LEADER)
    town.wait(hours=24, minutes=1)
    assert "想把 #1 路坏了 挂起到7月25日" in town.heard(CHIEF)[-1]
    asked = len([line for line in town.heard(DUTY) if "想把" in line])
    town.wait(hours=24, minutes=1)

    assert town.heard(LEADER)[-1] == "#1 挂起还没人答复，请直接打电话问片长胡。时限照走。"
    town.wait(days=2)
    assert asked == len([line for line in town.heard(DUTY) if "想把" in line]) == 0
    town.say("同意 1", by=OTHER_LEADER)
    assert town.case().state == "waiting"


def test_a_day_that_passed_unanswered_stops_nothing(town: Town):
    claimed(town)
    town.say("挂起 1 到明天 等配件", by=LEADER)
    town.wait(hours=23)
    town.say("同意 1", by=OTHER_LEADER)

    assert town.heard(OTHER_LEADER)[-1] == "#1 申请的日期已经过了，没有改动。已请经办人重新申请。"
    assert "请重新申请" in town.heard(LEADER)[-1]
    assert town.case().state == "claimed"


def test_where_nobody_stands_above_the_dispatcher_is_asked(make_town: Callable[..., Town]):
    station = StagedPerson(
        "station", "罗京", "罗", post="town_station", area="安全村", verified=True, friend=True
    )
    town = make_town(stage=village(people=(*village().people, station)))
    town.say(ROAD, by=RESIDENT)
    town.wait(seconds=30)
    town.say("接单 1", by="station")
    town.say("挂起 1 到周五 等配件", by="station")

    assert town.heard("station")[-1] == "#1 挂起已私下请村两委值班谷批。答复前时限照走。"
    town.wait(hours=24, minutes=1)
    assert town.heard("station")[-1] == "#1 挂起还没人答复，请直接打电话问村两委值班谷。时限照走。"
    town.say("同意 1", by=DUTY)
    assert town.case().state == "waiting"


def test_whoever_is_complained_about_is_not_asked(town: Town):
    town.say("四组桥头路面坏了 组长收了钱不修", by=RESIDENT)
    town.wait(minutes=2)
    town.say("接单 1", by=CHIEF, private=True)
    with town.session() as session:
        accused = session.execute(select(Case)).scalar_one().flags.get("accused")
    assert accused
    town.say("挂起 1 到周五 等配件", by=CHIEF, private=True)

    assert all("想把" not in line for line in town.heard(OTHER_LEADER))
    town.say("同意 1", by=OTHER_LEADER)
    assert town.case().state == "claimed"
    assert "想把 #1" in town.heard(DUTY)[-1]


def test_a_bare_yes_is_an_answer_in_private_and_in_the_working_room_only(make_town: Callable[..., Town]):
    rooms = (*village().rooms, StagedRoom("work", "安全村工作群", "安全村", kind="working", tier=2))
    town = make_town(stage=village(rooms=rooms))
    claimed(town)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    said = len(town.heard(OTHER_LEADER))
    town.say("同意", by=OTHER_LEADER)
    assert (town.case().state, len(town.heard(OTHER_LEADER))) == ("claimed", said)

    town.say("同意", by=OTHER_LEADER, room="work")
    assert town.case().state == "waiting"
    assert town.room("work") == []


def test_of_several_questions_the_quoted_one_is_answered(town: Town):
    claimed(town)
    town.say("老井边上的路灯不亮", by=NEIGHBOUR)
    town.wait(seconds=30)
    town.say("接单 2", by=LEADER)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    town.say("挂起 2 到周五 等沙石料", by=LEADER)
    town.say("同意", by=OTHER_LEADER, private=True)
    assert town.heard(OTHER_LEADER)[-1] == "有几件在等您答复：#1路坏了、#2路灯。请带编号，如“同意 1”。"

    town.say("同意", by=OTHER_LEADER, private=True, quote=town.heard(OTHER_LEADER)[-2])
    assert (town.case(1).state, town.case(2).state) == ("claimed", "waiting")


@pytest.mark.parametrize(
    ("by", "words", "state"),
    [(RESIDENT, "撤回 1", "withdrawn"), (LEADER, "办结 1 配件到了 已修好", "resolved")],
)
def test_a_rest_ends_with_the_case(town: Town, by: str, words: str, state: str):
    resting(town)
    town.say(words, by=by)

    assert (town.case().state, wakes(town), row(town).waiting_until) == (state, [], None)
    town.wait(days=5)
    assert all("挂起到期" not in line for line in town.heard(LEADER))
    check_rows(town)


def test_a_result_in_answer_to_what_the_room_heard_is_of_the_case_that_waits(town: Town):
    resting(town)
    town.say("老井边上的路灯不亮", by=NEIGHBOUR)
    town.wait(seconds=30)
    town.say("接单 2", by=LEADER)
    heard = next(line for line in town.room() if "要等一等" in line)
    town.say("已联系 1 配件到了", by=LEADER)
    assert town.case(1).state == "waiting"

    town.say("办结 配件到了 已修好", by=LEADER, quote=heard)
    assert (town.case(1).state, town.case(2).state) == ("resolved", "claimed")


def test_a_complaint_about_officials_is_asked_about_past_them(town: Town):
    station = "post:town_station"
    town.say("我要举报村支书 修路款不公开 吃拿卡要", by=FRIEND, private=True)
    town.say("三邻", by=FRIEND, private=True)
    town.wait(minutes=2)
    assert (town.case().privacy, town.case().assignee_contact) == ("P4", OVERSIGHT)
    town.say("接单 1", by=OVERSIGHT, private=True)
    town.say("挂起 1 到周五 等账目送来", by=OVERSIGHT, private=True)

    assert "监督" in town.heard(station)[-1]
    assert all("想把" not in line for who in (DUTY, CHIEF) for line in town.heard(who))
    town.say("同意 1", by=DUTY, private=True)
    assert town.case().state == "claimed"
    assert town.heard(DUTY)[-1].startswith("没有 #1 这一件")
    town.say("同意 1", by=station, private=True)
    assert town.case().state == "waiting"
    assert town.heard(FRIEND)[-1].startswith("#1 要等一等：等账目送来")
    assert town.room() == []


def test_how_things_stand_while_it_waits(town: Town):
    resting(town)
    town.say("进度 1", by=RESIDENT)
    assert town.room()[-1] == "#1 路坏了：等待中，预计7月18日接着办，邻长张盯着。"
    town.say("挂起 1 到周四 等配件", by=LEADER)
    assert town.heard(LEADER)[-1] == "#1 已经挂起，7月18日恢复。要提前办请回“恢复 1”。"


def test_what_becomes_urgent_waits_no_longer(town: Town):
    resting(town)
    town.say("改类 1 停水", by=CHIEF)

    assert (town.case().state, wakes(town)) == ("in_progress", [])
    assert "变成急事" in town.heard(LEADER)[-1]


def test_nobody_is_disturbed_at_night(town: Town):
    claimed(town)
    town.wait_until("22:00")
    town.say("挂起 1 到周五 等配件", by=LEADER)
    assert all("想把" not in line for line in town.heard(OTHER_LEADER))
    town.wait_until("07:31", 1)
    assert "想把 #1" in town.heard(OTHER_LEADER)[-1]


def test_what_is_private_is_told_to_its_reporter_alone(town: Town):
    town.say("我家低保断了 想申请救助", by=FRIEND, private=True)
    town.say("三邻", by=FRIEND, private=True)
    town.wait(minutes=2)
    case = town.case()
    assert case.privacy == "P3"
    handler = case.assignee_contact
    assert handler is not None
    town.say("接单 1", by=handler, private=True)
    said = len(town.room())
    town.say("挂起 1 到周五 等民政所答复", by=handler, private=True)
    above = next(
        p
        for p in ("post:town_station", CHIEF, OTHER_LEADER, DUTY)
        if any("想把 #1" in x for x in town.heard(p))
    )
    assert "救助" not in town.heard(above)[-1]
    town.say("同意 1", by=above, private=True)

    assert town.case().state == "waiting"
    assert town.heard(FRIEND)[-1].startswith("#1 要等一等：等民政所答复。预计7月18日接着办")
    assert len(town.room()) == said
