"""A case row says how things stand, its events how they came to be; and exactly one of many wins."""

from datetime import datetime
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from handlers.claims import ClaimCase
from handlers.dispatch import Outcome
from models.rules.actor import Door, Origin
from models.rules.ids import CaseNo, IdempotencyKey
from models.tables import Case, CaseEvent
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, THIRD, Town

NOT_IN_EVENTS = {
    "id", "no", "token", "text", "score", "because", "created_at", "event_count", "flags", "forgotten_at", "phone_box", "root_id",
}  # fmt: skip
"""Set once at the beginning, or (words) kept where they can be forgotten."""


def rebuilt(case: Case, events: list[CaseEvent]) -> dict[str, Any]:
    """The row as its events tell it."""
    fields = {name: field.get_default(call_default_factory=True) for name, field in Case.model_fields.items()}
    row = {name: fields[name] for name in fields if name not in NOT_IN_EVENTS}
    row["heard_last_at"] = events[0].at
    for event in events:
        row["state"] = event.to_state
        for name, value in event.changes.items():
            if name in row:
                moment = isinstance(value, str) and isinstance(getattr(case, name), datetime)
                row[name] = datetime.fromisoformat(value) if moment else value
    return row


def check_rows(town: Town) -> None:
    """Every case row equals what its events tell."""
    with town.session() as session:
        for case in session.execute(select(Case)).scalars():
            found = select(CaseEvent).where(col(CaseEvent.case_id) == case.id).order_by(col(CaseEvent.seq))
            events = list(session.execute(found).scalars())
            stands = {name: getattr(case, name) for name in rebuilt(case, events)}
            assert rebuilt(case, events) == stands
            assert [e.seq for e in events] == list(range(1, case.event_count + 1))


def test_a_row_is_rebuilt_from_its_events(town: Town):
    for who, text in (
        (RESIDENT, "三邻停水了"), (RESIDENT, "四组桥头这一排都没有"), (NEIGHBOUR, "我家也停水了"), (LEADER, "接单 1"),
        (LEADER, "上报 1 要挖路面 村里出面"), (OTHER_LEADER, "转派 1 给 胡敏"), (CHIEF, "接单 1"),
        (CHIEF, "已联系 1 水厂来人"), (CHIEF, "办结 1 管道已换新"), (RESIDENT, "1 没解决"), (CHIEF, "已联系 1 再来"),
        (CHIEF, "办结 1 又换了一段"), (NEIGHBOUR, "1 评 1 1 1"), (DUTY, "接单 1"), (RESIDENT, "撤回 1"),
        (THIRD, "四组桥头路灯不亮"), (THIRD, "撤回 2"), (THIRD, "老井边上的垃圾桶满了"), (LEADER, "退回 3 不归我管"),
    ):  # fmt: skip
        town.say(text, by=who)
        town.wait(minutes=3)
    town.wait(days=3)

    assert len(town.cases()) == 3
    check_rows(town)


def test_a_lead_names_nobody_neither_in_its_row_nor_in_its_events(town: Town):
    town.say("村里发补贴 点链接填银行卡号验证码 今天截止", by=RESIDENT)

    assert (town.case().category, town.case().reporter) == ("D07", None)
    check_rows(town)


def together(town: Town, claims: list[tuple[str, str]]) -> list[Outcome]:
    """Several people claim case 1 at the same instant, each on a thread of their own: (contact, key)."""
    barrier, outcomes = Barrier(len(claims)), []

    def claim(contact: str, key: str) -> None:
        actor = town.machine.dispatch.actor("simulator", contact)
        origin = Origin(Door.CHAT, IdempotencyKey(key), town.clock(), room=1)
        barrier.wait()
        outcomes.append(town.machine.dispatch(ClaimCase(CaseNo(1)), actor, origin))

    threads = [Thread(target=claim, args=each) for each in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_leaders_who_claim_at_the_same_instant_exactly_one_wins(town: Town):
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.wait(seconds=30)
    leaders = (LEADER, OTHER_LEADER, CHIEF, DUTY)
    outcomes = together(town, [(who, f"claim:{who}") for who in leaders])
    town.wait(minutes=1)

    assert len(outcomes) == 4
    assert sum(bool(outcome.steps) for outcome in outcomes) == 1
    winner = town.case().claimed_by_contact
    assert sum("已接单" in line for line in town.room()) == 1
    for loser in set(leaders) - {winner}:
        assert "不用再跑" in town.heard(loser)[-1]
    check_rows(town)


def test_one_message_heard_by_several_threads_does_its_work_once(town: Town):
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.wait(seconds=30)
    outcomes = together(town, [(LEADER, "the same message")] * 4)
    town.wait(minutes=1)

    assert sorted(str(o.status) for o in outcomes) == ["done", "duplicate", "duplicate", "duplicate"]
    assert sum("已接单" in line for line in town.room()) == 1
