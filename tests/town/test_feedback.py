"""After the result: ratings in free words, reminders, follow-ups by somebody else, the monthly phone round."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.machine import ACCOUNT
from bot.parts import Parts
from handlers.phone_rounds import DrawPhoneSample
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from jobs.schedule import do_scheduled, load_jobs
from models.rules.following_up import lot
from models.rules.outgoing import guard
from models.rules.pacing import SHANGHAI
from models.tables import Case, CaseEvent, FollowUp, Rating
from tests.town.test_rows_and_events import check_rows
from tests.town.town import (
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

LIGHT = "四组桥头路灯不亮"
TOWNSHIP = "post:town_station"


def finish(town: Town, no: int = 1, by: str = LEADER) -> None:
    town.say(f"已联系 {no} 师傅在修", by=by)
    town.say(f"办结 {no} 灯泡已经换好", by=by)


def report(town: Town, by: str = RESIDENT, text: str = LIGHT, *, private: bool = False) -> None:
    town.say(text, by=by, private=private)
    town.wait(seconds=30)


def finished(town: Town, by: str = RESIDENT, text: str = LIGHT) -> None:
    report(town, by, text)
    finish(town)


def marks(town: Town) -> list[tuple[int, int, int]]:
    with town.session() as session:
        rows = session.execute(select(Rating).order_by(col(Rating.id))).scalars()
        return [(r.effect, r.duration, r.attitude) for r in rows]


def follow_ups(town: Town) -> list[FollowUp]:
    with town.session() as session:
        return list(session.execute(select(FollowUp).order_by(col(FollowUp.id))).scalars())


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("都好", (4, 4, 4)), ("太慢了", (3, 2, 3)), ("人挺好就是慢", (4, 2, 4)), ("545", (5, 4, 5)),
        ("修好了但是态度不好", (4, 4, 2)), ("非常满意 谢谢", (5, 5, 5)), ("满意 就是慢了点", (4, 2, 4)),
    ],
)  # fmt: skip
def test_the_next_words_of_the_reporter_rate_and_are_not_repeated(
    town: Town, said: str, given: tuple[int, int, int]
):
    finished(town)
    heard = len(town.room())
    town.say(said, by=RESIDENT)

    assert marks(town) == [given]
    assert town.case().state == "closed"
    assert len(town.room()) == heard


def test_words_that_could_answer_anything_rate_only_as_a_quote_of_our_line(town: Town):
    finished(town)
    town.say("修好了", by=RESIDENT)
    town.say("可以", by=RESIDENT)
    town.say("不错", by=NEIGHBOUR)
    assert marks(town) == []

    town.say("修好了", by=RESIDENT, quote=town.room()[-1])
    assert marks(town) == [(4, 4, 4)]


def test_hours_later_only_words_that_say_what_they_rate_count(town: Town):
    finished(town)
    town.wait(hours=3)
    town.say("挺好的", by=RESIDENT)
    assert marks(town) == []

    town.say("态度挺好", by=RESIDENT)
    assert marks(town) == [(4, 4, 4)]


def test_words_about_another_line_rate_nothing(town: Town):
    finished(town)
    town.say("太慢了", by=RESIDENT, quote="快递到哪了")

    assert marks(town) == []
    assert town.case().state == "resolved"


def test_a_complaint_about_manner_goes_one_level_up_without_saying_whose(town: Town):
    finished(town)
    town.say("态度恶劣", by=RESIDENT)

    assert town.case().state == "closed"
    town.wait_until("07:40", day=1)
    assert town.heard(OTHER_LEADER)[-1] == "#1 办完后评价偏低，请您了解一下，别问是谁评的。"
    assert not any("偏低" in line for line in [*town.heard(LEADER), *town.room()])


def test_dissatisfaction_with_the_result_opens_the_case_again(town: Town):
    finished(town)
    town.say("不太满意", by=RESIDENT)

    assert (town.case().state, town.case().reopen_count) == ("new", 1)
    with town.session() as session:
        assert all(not e.reason for e in session.execute(select(CaseEvent)).scalars() if e.step == "reopen")


def test_a_rating_is_changed_once_and_only_for_seven_days(town: Town):
    finished(town, by=FRIEND)
    town.say("评 5 5 5", by=FRIEND, private=True)
    town.say("评 4 3 5", by=FRIEND, private=True)
    assert marks(town) == [(4, 3, 5)]

    town.say("评 1 1 1", by=FRIEND, private=True)
    assert marks(town) == [(4, 3, 5)]
    assert "改过一次" in town.heard(FRIEND)[-1]
    assert town.case().state == "closed"


def test_a_rating_older_than_seven_days_stays(town: Town):
    finished(town, by=FRIEND)
    town.say("评 5 5 5", by=FRIEND, private=True)
    town.wait(days=8)
    town.say("评 3 3 3", by=FRIEND, private=True)

    assert marks(town) == [(5, 5, 5)]
    assert "超过7天" in town.heard(FRIEND)[-1]


def test_nobody_rates_a_case_of_somebody_else(town: Town):
    finished(town)
    town.say("太慢了", by=THIRD)
    town.say("1 态度恶劣", by=THIRD)

    assert marks(town) == []
    assert town.case().state == "resolved"


def test_whoever_we_may_write_to_is_reminded_once_and_then_asked_by_a_person(town: Town):
    finished(town, by=FRIEND)
    planned = len(follow_ups(town))
    town.wait(days=3, minutes=1)
    reminders = [line for line in town.heard(FRIEND) if "办好三天了" in line]
    town.wait(days=4, minutes=1)

    assert len(reminders) == 1
    assert sum("办好三天了" in line for line in town.heard(FRIEND)) == 1
    assert not any("办好三天了" in line for line in town.room())
    assert len(follow_ups(town)) == max(planned, 1)


def test_whoever_is_no_friend_is_not_reminded(town: Town):
    finished(town)
    said = len(town.room())
    town.wait(days=7, minutes=1)

    assert not town.heard(RESIDENT)
    assert len(town.room()) == said


def urgent(town: Town) -> None:
    """A case that is always followed up: a missing manhole cover is U1."""
    finished(town, text="三邻路口井盖不见了 有个大洞")
    assert town.case().urgency == "U1"


def test_an_urgent_case_is_followed_up_by_somebody_who_did_not_handle_it(town: Town):
    urgent(town)
    (row,) = follow_ups(town)
    town.wait(days=3, minutes=1)

    assert (row.way, row.why) == ("door", "rule")
    assert any("请上门回访 #1" in line for line in town.heard(OTHER_LEADER))
    assert not any("回访" in line for line in [*town.heard(LEADER), *town.room()])
    town.say("回访 1 满意 井盖换了新的", by=OTHER_LEADER, private=True)
    (row,) = follow_ups(town)
    assert (row.outcome, row.note) == ("solved", "井盖换了新的")
    assert row.asked_by is not None
    assert row.asked_at is not None
    town.wait(days=9)
    assert sum("回访" in line for line in town.heard(OTHER_LEADER)) == 2


def test_the_handler_may_not_follow_up_his_own_work(town: Town):
    urgent(town)
    town.say("回访 1 满意", by=LEADER, private=True)

    assert town.heard(LEADER)[-1] == "#1 是您经手或报的，回访要请别人做。"
    assert follow_ups(town)[0].outcome == ""


def test_a_follow_up_is_written_once(town: Town):
    urgent(town)
    town.say("回访 1 部分解决 盖子还晃", by=OTHER_LEADER, private=True)
    town.say("回访 1 满意", by=OTHER_LEADER, private=True)
    town.say("回访 1 没解决", by=DUTY, private=True)

    assert [(row.outcome, row.note) for row in follow_ups(town)] == [("partly", "盖子还晃")]
    assert "记了就不改" in town.heard(DUTY)[-1]
    assert town.case().state == "resolved"


def test_unsolved_at_the_door_opens_the_case_again(town: Town):
    urgent(town)
    town.say("回访 1 没解决 还是个洞", by=OTHER_LEADER, private=True)

    assert (town.case().state, town.case().reopen_count) == ("new", 1)
    assert town.heard(OTHER_LEADER)[-1] == "#1 回访记下了，已重开，责任人24小时内联系。"
    assert "已重开" in town.heard(LEADER)[-1]
    check_rows(town)


def test_a_follow_up_nobody_makes_is_reminded_on_day_seven_and_climbs(town: Town):
    urgent(town)
    town.wait(days=7, minutes=1)
    assert "还没回访" in town.heard(OTHER_LEADER)[-1]
    town.wait(days=2, minutes=1)
    assert "到时没人回访" in town.heard(DUTY)[-1]

    town.wait(days=5)
    town.say("统计 本月", by=DUTY, private=True)
    town.wait(minutes=1)
    assert town.heard(DUTY)[-1] == "该回访没回访的1件，请安排。"


@pytest.mark.parametrize(
    ("line", "by", "answer"),
    [
        ("回访 1", OTHER_LEADER, "没看懂 #1 的结果"),
        ("回访 99 满意", OTHER_LEADER, "没有 #99 这一件"),
        ("回访 1 满意", OUTSIDER, "没派给您"),
        ("回访 1 满意", FRIEND, "没绑定"),
    ],
)
def test_a_follow_up_said_wrongly_gets_one_private_sentence(town: Town, line: str, by: str, answer: str):
    urgent(town)
    said = len(town.room())
    town.say(line, by=by, private=True)

    assert answer in town.heard(by)[-1]
    assert follow_ups(town)[0].outcome == ""
    assert len(town.room()) == said


def test_a_case_that_is_still_open_is_not_followed_up(town: Town):
    report(town)
    town.say("回访 1 满意", by=OTHER_LEADER, private=True)

    assert town.heard(OTHER_LEADER)[-1] == "#1 还在办，办结以后再回访。"


def test_a_resident_may_decline(town: Town):
    urgent(town)
    town.wait(days=3, minutes=1)
    town.say("不用回访", by=RESIDENT)

    assert follow_ups(town)[0].outcome == "refused"
    assert town.heard(OTHER_LEADER)[-1] == "#1 居民说不用回访，不必再问。"
    town.wait(days=10)
    assert town.heard(OTHER_LEADER)[-1] == "#1 居民说不用回访，不必再问。"


def test_what_is_reopened_is_no_longer_asked_about(town: Town):
    urgent(town)
    town.say("没解决", by=RESIDENT)
    town.wait(days=4)

    assert follow_ups(town)[0].outcome == "moot"
    assert not any("回访" in line for line in town.heard(OTHER_LEADER))


def test_a_leader_lists_what_waits_for_his_questions(town: Town):
    urgent(town)
    town.say("我的回访", by=OTHER_LEADER, private=True)
    town.say("我的回访", by=CHIEF, private=True)

    assert "等您回访1件：#1" in town.heard(OTHER_LEADER)[-1]
    assert town.heard(CHIEF)[-1] == "没有等您回访的。"


def close_many(town: Town, n: int, by: str = LEADER) -> None:
    """Cases that ended last month, as if long lived through: thirty reports would take the whole room's patience."""
    report(town, text="桥头路灯不亮")
    finish(town, by=by)
    with town.session() as session:
        first = session.execute(select(Case)).scalar_one()
        session.execute(FollowUp.__table__.delete())
        for no in range(2, n + 1):
            same = first.model_dump(exclude={"id"})
            session.add(Case(**{**same, "no": no, "token": f"token {no}", "place": f"{no}号"}))
        session.commit()


CENTRE, GRID = "centre", "grid"


def luoshui() -> Stage:
    """A grid of 罗水乡, whose office calls every month."""
    people = (
        StagedPerson(RESIDENT),
        StagedPerson(GRID, "郑莉", "郑", post="grid_worker", area="三网格", verified=True, friend=True),
        StagedPerson(CENTRE, "彭涛", "彭", post="town_center", area="罗水乡", verified=True, friend=True),
    )
    rooms = (StagedRoom(ROOM, "三网格群", "三网格", account=ACCOUNT),)
    return village(preset="luoshui", paths=("罗水乡/龙凤村/二片区/三网格",), people=people, rooms=rooms)


def test_d13_a_tenth_of_last_month_is_drawn_reproducibly_and_gives_an_index(make_town: Callable[..., Town]):
    town = make_town(stage=luoshui())
    close_many(town, 30, by=GRID)
    town.machine.advance(datetime(2025, 8, 1, 8, 30, tzinfo=SHANGHAI).astimezone(UTC))
    load_jobs()
    done: dict[str, datetime] = {}
    do_scheduled(town.machine.dispatch, town.clock, done)
    do_scheduled(town.machine.dispatch, town.clock, {})  # another process looks at the same moment
    town.wait(minutes=1)
    chosen = sorted(sorted(range(1, 31), key=lambda no: lot(f"luoshui:{town_name(town)}", no, 0))[:3])

    listed = town.heard(CENTRE)
    assert listed[-2].startswith("7月电话回访：办结30件，抽3件。")
    assert listed[-1] == f"请打：{'、'.join(f'#{no}路灯' for no in chosen)}。"
    first, second, third = chosen
    town.say(f"回访 {first} 满意", by=CENTRE, private=True)
    town.say(f"回访 {second} 满意 很快", by=CENTRE, private=True)
    town.say(f"回访 {third} 没解决 还是黑的", by=CENTRE, private=True)
    town.wait(minutes=1)

    assert any(line.endswith("指数=（2+0÷2）÷3=66.7。") for line in town.heard(CENTRE))
    assert town.case(third).state == "new"
    town.say("统计 上月", by=CENTRE, private=True)
    town.wait(minutes=1)
    assert "问到3件，解决2件、部分0件，指数（2+0÷2）÷3=66.7。" in town.heard(CENTRE)[-1]


def town_name(town: Town) -> str:
    return town.machine.dispatch.current_town().name


def test_the_same_month_is_drawn_once(town: Town):
    close_many(town, 2)
    town.wait(days=17)
    town.ask(DrawPhoneSample("2025-07"), "draw")
    town.ask(DrawPhoneSample("2025-07"), "draw")
    town.wait(hours=1)

    assert len(follow_ups(town)) == 2
    assert sum("抽2件" in line for line in town.heard(TOWNSHIP)) == 1


def test_figures_are_told_to_leaders_alone_and_of_their_own_areas(town: Town):
    finished(town)
    town.say("都好", by=RESIDENT)
    said = len(town.room())
    town.say("统计 本月", by=OTHER_LEADER)
    told = town.heard(OTHER_LEADER)[-3:]

    assert told[0] == "一片四组本月：响应率0/0，解决率1/1，满意率1/1，有评价或回访的1/1。"
    assert told[1].startswith("有效1件，另撤回0件。")
    assert told[2] == "1份评价里效果好1、时长好1、态度好1。重办0/1，上报0/1，重复0/1，部分解决0件。"
    assert len(town.room()) == said
    town.say("三率", by=OUTSIDER, private=True)
    assert town.heard(OUTSIDER)[-1].endswith("响应率0/0，解决率0/0，满意率0/0，有评价或回访的0/0。")
    town.say("统计 本月 一片", by=OUTSIDER, private=True)
    assert "不在您管的范围" in town.heard(OUTSIDER)[-1]
    town.say("统计 本月", by=FRIEND, private=True)
    assert "没绑定" in town.heard(FRIEND)[-1]


def test_figures_of_a_whole_township_are_still_short(parts: Parts):
    texts = parts.standing.texts
    share = texts.render("STATS_SHARE", {"n": "9876", "of": 9999, "percent": "99"})
    contact = texts.render("STATS_CONTACTS", {"n": 9999, "half": 12.5, "most": 123.5})
    gap = texts.render("STATS_GAP", {"points": "25"})
    big = {
        "area": "安全乡安全村、安全乡平安村", "period": "上季", "response": share, "solved": share, "satisfied": share,
        "covered": share, "valid": 9999, "withdrawn": 999, "claimed": share, "ontime": share, "reported": share,
        "contact": contact, "n": 9999, "effect": "9999", "duration": "9999", "attitude": "9999", "reopened": share,
        "up": share, "repeated": share, "partly": 999, "gap": gap,
    }  # fmt: skip

    for key in ("STATS_RATES", "STATS_WORK", "STATS_VOICES"):
        sentence = texts.render(key, big)
        assert len(sentence) <= 120
        assert guard(sentence, in_group=True) == sentence


def test_a_working_group_hears_the_figures_itself(make_town: Callable[..., Town]):
    rooms = (
        *village().rooms,
        StagedRoom("work", "村工作群", "安全村", tier=2, kind="working", account=ACCOUNT),
    )
    town = make_town(stage=village(rooms=rooms))
    town.say("三率", by=DUTY, room="work")

    assert town.room("work")[-1].endswith("响应率0/0，解决率0/0，满意率0/0，有评价或回访的0/0。")
    assert town.heard(DUTY) == []
