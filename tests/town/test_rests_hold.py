"""Whatever people say in whatever order: a case that waits comes back, and nothing runs for one that waits or is over."""

from random import Random
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.approvals import ApproveAsked, DeclineAsked
from handlers.dispatch import Outcome
from handlers.intents import Intent
from handlers.rests import ResumeCase, SuspendCase
from models.rules.actor import Door, Origin
from models.rules.case_life import State
from models.rules.ids import CaseNo, IdempotencyKey
from models.tables import Approval, Case, DueFiring
from tests.town.test_rests import ROAD, resting
from tests.town.test_rows_and_events import check_rows
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, Town

HANDLER = "whoever handles it"
OFTEN = (
    (LEADER, "接单 {n}"), (HANDLER, "挂起 {n} 到周五 等配件"), (HANDLER, "{n} 等配件 明天再办"), (HANDLER, "挂起 {n} 9天 等批复"),
    (HANDLER, "延期 {n} 1天 等配件"), (HANDLER, "延期 {n} 到下周三 缺人手"), (HANDLER, "恢复 {n}"), (HANDLER, "已联系 {n} 好了"),
    (OTHER_LEADER, "接单 {n}"), (OTHER_LEADER, "同意 {n}"), (OTHER_LEADER, "不同意 {n} 太久了"), (LEADER, "挂起 {n} 3天 等施工"),
    (CHIEF, "同意 {n}"), (CHIEF, "同意 {n}"), (DUTY, "同意 {n}"), (RESIDENT, "催办 {n}"),
)  # fmt: skip
SELDOM = (
    (LEADER, "办结 {n} 已经修补好"), (LEADER, "转派 {n} 给 刘明"), (LEADER, "吹哨 {n} 要村里出面"), (LEADER, "改类 {n} 停水"),
    (LEADER, "改类 {n} 路灯"), (OTHER_LEADER, "转派 {n} 给 张建国"), (CHIEF, "接单 {n}"), (CHIEF, "恢复 {n}"),
    (RESIDENT, "{n} 没解决"), (NEIGHBOUR, "{n} 没解决"), (RESIDENT, "评 5 5 5"), (RESIDENT, "撤回 {n}"),
)  # fmt: skip
OVER = (State.RESOLVED, State.CLOSED, State.WITHDRAWN, State.MERGED, State.REJECTED)


def check_clocks(town: Town) -> None:
    """The invariant, on the rows as they stand."""
    with town.session() as session:
        planned = session.execute(select(DueFiring).where(col(DueFiring.state) == "waiting")).scalars().all()
        asked = session.execute(select(Approval).where(col(Approval.answer) == "")).scalars().all()
        for case in session.execute(select(Case)).scalars():
            mine = [f for f in planned if f.case_id == case.id]
            wakes = [f.due_at for f in mine if f.intent == "WakeCase"]
            if case.state == State.WAITING:
                assert wakes == [case.waiting_until]
                assert case.due_resolve_at is None
                assert case.hours_left is not None
                assert case.hours_left >= 0
            else:
                assert (wakes, case.waiting_until, case.hours_left) == ([], None, None)
                assert case.due_resolve_at is not None
            if case.state in {State.WAITING, *OVER}:
                assert not [f for f in mine if f.intent == "ClimbCase"]
            assert case.extend_count <= 1
            assert sum(a.case_id == case.id for a in asked) <= 1


@pytest.mark.parametrize("seed", [1, 2])
def test_no_walk_leaves_a_case_waiting_for_nothing_nor_a_clock_running_in_vain(town: Town, seed: int):
    dice, states = Random(seed), set()  # noqa: S311 - a seeded walk
    for who, where in ((RESIDENT, "四组桥头"), (NEIGHBOUR, "老井边上"), (RESIDENT, "晒谷场边上")):
        town.say(f"{where}路面塌了一块", by=who)
        town.wait(minutes=3)
    no = 1
    for _ in range(90):
        no = no if dice.random() < 0.7 else dice.randint(1, 3)  # a matter is talked about for a while
        who, words = dice.choice(OFTEN if dice.random() < 0.9 else SELDOM)
        who = town.case(no).claimed_by_contact or LEADER if who == HANDLER else who
        town.say(words.format(n=no), by=who, private=dice.random() < 0.5)
        town.wait(minutes=dice.choice((0, 0, 20, 60, 600)))
        check_clocks(town)
        states |= {str(case.state) for case in town.cases()}
    town.wait(days=40)

    check_clocks(town)
    check_rows(town)
    assert "waiting" in states
    assert "waiting" not in {str(case.state) for case in town.cases()}


def at_once(town: Town, asks: list[tuple[str, Intent]]) -> list[Outcome]:
    """Several people act at the same instant, each on a thread of their own."""
    barrier, outcomes = Barrier(len(asks)), list[Outcome]()

    def act(contact: str, intent: Intent, key: str) -> None:
        actor = town.machine.dispatch.actor("simulator", contact)
        barrier.wait()
        origin = Origin(Door.CHAT, IdempotencyKey(key), town.clock(), room=1)
        outcomes.append(town.machine.dispatch(intent, actor, origin))

    threads = [Thread(target=act, args=(*ask, f"at once:{town.clock()}:{n}")) for n, ask in enumerate(asks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    town.wait(minutes=1)
    return outcomes


def test_of_several_answers_at_the_same_instant_one_counts(town: Town):
    town.say(ROAD, by=RESIDENT)
    town.wait(minutes=1)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=15)
    town.say("挂起 1 到周五 等配件", by=LEADER)
    no = CaseNo(1)
    people = (OTHER_LEADER, CHIEF, DUTY)
    outcomes = at_once(
        town, [(who, ApproveAsked(no)) for who in people] + [(CHIEF, DeclineAsked(no, "太久了"))]
    )

    assert sum(bool(outcome.steps) for outcome in outcomes) == 1
    assert sum("已经答复" in line for who in people for line in town.heard(who)) == 3
    assert sum("要等一等" in line for line in town.room()) <= 1
    check_clocks(town)
    check_rows(town)


def test_two_phones_ask_once_and_resume_once(town: Town):
    resting(town)
    no = CaseNo(1)
    resumed = at_once(town, [(LEADER, ResumeCase(no)), (CHIEF, ResumeCase(no))])
    assert sum(bool(outcome.steps) for outcome in resumed) == 1

    asked = at_once(town, [(LEADER, SuspendCase(no, "到周五 等配件"))] * 2)
    assert sum(bool(outcome.steps) for outcome in asked) == 1
    assert sum("有一个申请在等组长刘答复" in line for line in town.heard(LEADER)) == 1
    check_clocks(town)
    check_rows(town)
