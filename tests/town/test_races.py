"""Two phones at the same instant: two processes hear two lines at once on one database, and one of them wins."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from bot.listener import Listener
from bot.parts import Parts
from handlers.dispatch import Dispatch, Outcome, Status
from models.rules.message import Message
from tests.town.test_bad_input import RESULT, claimed, extended, opened
from tests.town.test_rows_and_events import check_rows
from tests.town.town import CHIEF, DUTY, FRIEND, LEADER, OTHER_LEADER, Town

Line = tuple[str, str]
"""(who, words), said privately."""


def another_process(town: Town, parts: Parts) -> Listener:
    """A listener with connections and a snapshot of its own, as a second process has them."""
    dispatch = Dispatch(town.engine, parts.standing, town.clock)
    standing = parts.standing
    return Listener(
        dispatch, parts.understanding, standing.pace, standing.secrets, town.clock, moods=parts.moods
    )


def at_once(town: Town, parts: Parts, *lines: Line) -> list[list[Outcome]]:
    """Everybody's line is heard at the same instant, each by a process of its own; then it is said what must be."""
    heard: list[list[Outcome]] = [[] for _ in lines]
    messages = [town.wechat.say(who, words, at=town.clock()) for who, words in lines]
    barrier = Barrier(len(lines))

    def hear(slot: int, listener: Listener, message: Message) -> None:
        barrier.wait()
        heard[slot] += listener.hear(message)

    threads = [
        Thread(target=hear, args=(slot, another_process(town, parts), message))
        for slot, message in enumerate(messages)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    town.wait(minutes=1)
    return heard


def stepped(outcomes: list[Outcome]) -> bool:
    """Whether a line changed a case."""
    return any(outcome.steps for outcome in outcomes)


STANDS = "不用再做这一步|没办好回"
RACES = [
    (opened, [(LEADER, "接单 1"), (OTHER_LEADER, "接单 1")], "已接单，不用再跑", {"claimed"}),
    (opened, [(LEADER, "接单 1"), (CHIEF, "接单 1"), (DUTY, "接单 1")], "已接单，不用再跑", {"claimed"}),
    (claimed, [(LEADER, RESULT), (LEADER, "办结 1 已经拖走了")], STANDS, {"resolved"}),
    (claimed, [(LEADER, RESULT), (OTHER_LEADER, "办结 1 已经拖走了")], STANDS, {"resolved"}),
    (claimed, [(LEADER, RESULT), (FRIEND, "撤回 1")], STANDS, {"resolved", "withdrawn"}),
    (
        claimed,
        [(LEADER, "延期 1 到明天18点 等垃圾车"), (LEADER, "延期 1 到明天19点 等车来")],
        "有一个申请在等",
        {"claimed"},
    ),
    (
        extended,
        [(LEADER, "延期 1 到周五 还等垃圾车"), (LEADER, "延期 1 到周六 还没等到")],
        "已经延过一次",
        {"claimed"},
    ),
]
"""What was before, who says what, what whoever came second hears, and how the case may stand."""


@pytest.mark.parametrize(("before", "lines", "answer", "states"), RACES)
def test_of_two_phones_at_once_one_wins_and_the_other_hears_one_sentence(
    town: Town,
    parts: Parts,
    before: Callable[[Town], None],
    lines: list[Line],
    answer: str,
    states: set[str],
):
    before(town)
    counts = {who: len(town.heard(who)) for who, _ in lines}
    heard = at_once(town, parts, *lines)
    losers = [who for (who, _), outcomes in zip(lines, heard, strict=True) if not stepped(outcomes)]

    assert all(outcome.status is not Status.DUPLICATE for each in heard for outcome in each)
    assert len(losers) >= len(lines) - 1
    for who in losers:
        said = [line for line in town.heard(who)[counts[who] :] if re.search(answer, line)]
        assert len(said) == losers.count(who), town.heard(who)[counts[who] :]
    assert town.case().state in states
    assert len(town.cases()) == 1
    check_rows(town)


def test_who_takes_it_and_who_takes_it_back_at_once_are_both_heard_in_some_order(town: Town, parts: Parts):
    opened(town)
    heard = at_once(town, parts, (LEADER, "接单 1"), (FRIEND, "撤回 1"))

    assert stepped(heard[1])
    assert town.case().state == "withdrawn"
    assert re.search("已撤回", town.heard(LEADER)[-1])
    check_rows(town)


def test_who_passes_it_up_twice_at_once_passes_it_up_once(town: Town, parts: Parts):
    claimed(town)
    heard = at_once(town, parts, (LEADER, "上报 1 要请环卫公司"), (LEADER, "上报 1 垃圾车进不来"))

    assert sum(map(stepped, heard)) == 1
    assert town.case().assignee_post == "zu_head"
    check_rows(town)


def test_one_line_that_two_processes_hear_does_its_work_once(town: Town, parts: Parts):
    opened(town)
    message = town.wechat.say(LEADER, "接单 1", at=town.clock())
    barrier, outcomes = Barrier(4), list[Outcome]()

    def hear(listener: Listener) -> None:
        barrier.wait()
        outcomes.extend(listener.hear(message))

    threads = [Thread(target=hear, args=(another_process(town, parts),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    town.wait(minutes=1)

    assert sum(bool(outcome.steps) for outcome in outcomes) == 1
    assert sum("归您了" in line for line in town.heard(LEADER)) == 1
    check_rows(town)
