"""One message in the morning instead of many in the day; what a leader hears in a week is counted."""

from collections import Counter
from collections.abc import Callable
from datetime import time, timedelta

from sqlmodel import select

from jobs.schedule import do_scheduled, load_jobs
from models.rules.pacing import SHANGHAI
from models.tables import Appointment, Approval, Case, Person
from tests.town.town import (
    CHIEF,
    DUTY,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    RESIDENT,
    THIRD,
    Town,
    village,
)

GARBAGE = "桥头垃圾桶满了好几天没人收"
SURNAMES = "张李王赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦许何吕施孔曹严华金魏陶"


def matters(number: int) -> list[str]:
    """So many requests for the first responder, each of another place."""
    return [f"{name}家湾路口垃圾桶满了好几天没人收" for name in SURNAMES[:number]]


def report(town: Town, text: str = GARBAGE, by: str = RESIDENT) -> None:
    town.say(text, by=by)
    town.wait(seconds=30)


def morning(town: Town, day: int) -> None:
    """The night passes with its jobs; it is a little after half past seven."""
    load_jobs()
    town.wait_until("03:05", day=day)
    do_scheduled(town.machine.dispatch, town.clock, {})
    town.wait_until("07:40", day=day)


def heard_by_day(town: Town, person: str) -> Counter[int]:
    """How many private words somebody heard on each day of the month."""
    said = [s for s in town.wechat.said if not s.in_room and s.conversation == person]
    return Counter(s.at.astimezone(SHANGHAI).day for s in said)


def test_the_morning_says_once_what_is_new_due_and_overdue(town: Town):
    report(town)
    report(town, "四组桥头路灯不亮", by=NEIGHBOUR)
    town.say("接单 1", by=LEADER)
    before = len(town.heard(LEADER))
    morning(town, 1)

    told = town.heard(LEADER)[before:]
    assert len(told) == 1
    assert told[0].startswith("早上好，您手上")
    assert len(told[0]) <= 120


def test_nothing_open_is_nothing_said(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.say("办结 1 已清运干净", by=LEADER)
    heard = {who: len(town.heard(who)) for who in (LEADER, OTHER_LEADER, CHIEF, DUTY)}
    morning(town, 1)

    assert {who: len(town.heard(who)) for who in heard} == heard


def test_a_reminder_of_the_day_waits_for_the_morning_and_says_why(town: Town):
    report(town)
    town.wait_until("10:00", day=1)
    assert town.case().assignee_contact == OTHER_LEADER
    assert not any("往上报" in line for line in town.heard(LEADER))
    morning(town, 2)

    assert town.heard(LEADER)[-1] == "早上好，请您留意：#1垃圾(没人接,已上报)。看哪件回“进度”加编号。"


def test_without_the_job_nothing_that_waited_is_lost(town: Town):
    report(town)
    town.wait_until("10:00", day=1)
    town.wait_until("07:36", day=2)

    assert "往上报" in town.heard(LEADER)[-1]


def test_at_night_an_urge_wakes_nobody_and_stands_in_the_morning_message(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.wait_until("22:30")
    before = len(town.heard(LEADER))
    town.say("催办 1", by=RESIDENT)
    town.wait_until("03:00", day=1)
    assert len(town.heard(LEADER)) == before
    morning(town, 1)

    assert town.heard(LEADER)[before:] == [
        "早上好，您手上1件：今天到期1。先看#1垃圾(今天到期,居民催)。全部回“我的单”，缓办回“稍后”加编号。"
    ]


def test_a_leader_who_spoke_of_it_a_moment_ago_is_not_reminded(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=5)
    town.say("明天一早我叫车来拉", by=LEADER, quote=GARBAGE)
    before = len(town.heard(LEADER))
    town.say("催办 1", by=RESIDENT)
    assert len(town.heard(LEADER)) == before

    town.wait(minutes=30)
    town.say("催办 1", by=RESIDENT)
    assert "居民又催了" in town.heard(LEADER)[-1]


def test_beyond_a_persons_day_new_cases_wait_for_the_morning_and_urgent_ones_do_not(town: Town):
    for n, words in enumerate(matters(20)):
        report(town, words, by=(RESIDENT, NEIGHBOUR, THIRD)[n % 3])
        town.wait(minutes=12)
    assert len(town.cases()) == 20
    assert heard_by_day(town, LEADER)[15] == 12
    report(town, "三邻停水了", by=NEIGHBOUR)
    assert "停水" in town.heard(LEADER)[-1]
    morning(town, 1)
    assert town.heard(LEADER)[-1].startswith("早上好，您手上20件：没接20、今天到期20。先看#13垃圾")


def test_what_a_leader_with_twenty_open_cases_hears_in_a_week(town: Town):
    for n, words in enumerate(matters(20)):
        report(town, words, by=(RESIDENT, NEIGHBOUR, THIRD)[n % 3])
        town.wait(minutes=10)
    mine = [c for c in town.cases() if c.assignee_contact == LEADER]
    for case in mine:
        town.say(f"接单 {case.no}", by=LEADER)
    assert len(mine) == 20
    for day in range(1, 8):
        morning(town, day)
        for case in mine[day::7]:
            town.say(f"催办 {case.no}", by=RESIDENT, at=town.clock())
    by_day = heard_by_day(town, LEADER)

    week = [by_day[day] for day in range(16, 23)]
    assert max(week) <= 14, (
        week
    )  # all twenty fall due on one day: his twelve, the morning's one and an answer
    assert max(week[1:]) <= 4, week
    assert sum(week) <= 28, week
    digests = [line for line in town.heard(LEADER) if line.startswith("早上好")]
    assert len(digests) <= 7
    assert all(len(line) <= 120 for line in town.heard(LEADER))
    times = [s.at.astimezone(SHANGHAI).time() for s in town.wechat.said if s.conversation == LEADER]
    assert all(time(7) <= at < time(21, 30) for at in times)


def test_the_desk_has_pages(town: Town):
    for n, words in enumerate(matters(12)):
        report(town, words, by=(RESIDENT, NEIGHBOUR, THIRD)[n % 3])
        town.wait(minutes=10)
    town.say("我的单", by=LEADER, private=True)
    first = town.heard(LEADER)[-1]
    town.say("我的单 2", by=LEADER, private=True)
    second = town.heard(LEADER)[-1]
    town.say("我的单 99", by=LEADER, private=True)

    assert "第1到8" in first
    assert "回“我的单 2”" in first
    assert "第9到" in second
    assert second.endswith("没有了。")
    assert town.heard(LEADER)[-1] == second


def test_once_a_week_the_dispatcher_hears_which_posts_are_empty(make_town: Callable[..., Town]):
    held = tuple(p for p in village().people if p.contact not in {OTHER_LEADER, OUTSIDER})
    town = make_town(stage=village(people=held, vacant=("zu_head",)))
    load_jobs()
    town.wait_until("09:01", day=6)
    do_scheduled(town.machine.dispatch, town.clock, {})
    town.wait(minutes=1)

    assert town.heard(DUTY) == ["这周有1个岗位空着：一片四组组长。空着时事情自动转给上一级，请尽快补人。"]


def test_whoever_stands_in_hears_of_the_absent_persons_cases_in_the_morning(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.say("请假 3天，由刘明代", by=LEADER, private=True)
    before = len(town.heard(LEADER))
    morning(town, 1)

    assert len(town.heard(LEADER)) == before
    assert town.heard(OTHER_LEADER)[-1].startswith("早上好，您手上1件：今天到期1。先看#1垃圾(今天到期)")


def test_what_waits_for_a_decision_is_named_first(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    with town.session() as session:
        case = session.exec(select(Case)).one()
        chief = session.exec(select(Appointment).join(Person).where(Person.name == "胡敏")).one()
        session.add(
            Approval(
                case_id=case.id or 0,
                step="extend",
                reason="等配件",
                until=case.created_at,
                asked_by=case.claimed_by or 0,
                asked_of=chief.id or 0,
                asked_at=case.created_at,
            )
        )
        session.commit()
    morning(town, 1)

    assert town.heard(CHIEF)[-1] == "早上好，请您留意：#1垃圾(等您批)。看哪件回“进度”加编号。"


def test_a_morning_that_was_missed_is_made_up_when_the_program_comes_back(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    load_jobs()
    town.wait_until("03:05", day=1)
    do_scheduled(town.machine.dispatch, town.clock, {})
    before = len(town.heard(LEADER))
    town.clock.at += timedelta(hours=7)  # ten in the morning: nothing ran since
    town.wait(minutes=1)

    assert [line[:3] for line in town.heard(LEADER)[before:]].count("早上好") == 1
