"""Two cases that are one matter, one case that is two: who may say so, who goes where, who hears what."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.machine import ACCOUNT
from handlers.claims import ClaimCase
from handlers.dispatch import Outcome
from handlers.intents import Intent
from handlers.merging import MergeCase
from handlers.township.staging import StagedRoom
from models.rules.actor import Door, Origin
from models.rules.ids import CaseNo, IdempotencyKey
from models.tables import CaseEvent
from tests.town.test_rows_and_events import check_rows
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    PATHS,
    RESIDENT,
    ROOM,
    THIRD,
    Town,
    village,
)

GARBAGE = "桥头垃圾桶满了好几天没人收"
OTHER_GARBAGE = "老井边上的垃圾桶满了没人管"
AGAIN = "桥头那个垃圾桶又满出来了"


def two(town: Town, first: str = RESIDENT, second: str = NEIGHBOUR, text: str = OTHER_GARBAGE) -> None:
    """#1 and #2, the same kind of trouble, both on the same desk."""
    town.say(GARBAGE, by=first)
    town.wait(seconds=30)
    town.say(text, by=second)
    town.wait(seconds=30)


def test_a_merged_case_goes_on_in_the_other_and_the_group_hears_one_line(town: Town):
    two(town)
    before = len(town.room())
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.wait(minutes=2)

    assert (town.case(2).state, town.case(1).co_reporters) == ("merged", 1)
    assert town.heard(LEADER)[-1].startswith("#2 已并到 #1，现在2户一起等。")
    assert town.room()[before:] == ["垃圾已有 #1 在办，2户反映都记上了，不用再报。已转责任人。"]
    check_rows(town)


def test_a_friend_hears_of_the_merge_privately_and_the_group_hears_nothing(town: Town):
    two(town, second=FRIEND)
    before = len(town.room())
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.wait(minutes=40)

    assert [line for line in town.heard(FRIEND) if "并到 #1" in line] == [
        "您报的 #2 和 #1 是一回事，并到 #1 一起办，有消息照样告诉您。不是一回事，回“2 不是一回事”。"
    ]
    assert len(town.room()) == before


def test_a_receipt_that_was_not_said_yet_is_not_said_after_the_merge(town: Town):
    town.say(GARBAGE, by=RESIDENT)
    town.wait(seconds=40)
    town.say(OTHER_GARBAGE, by=NEIGHBOUR)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.wait(minutes=3)

    assert not [line for line in town.room() if "#2" in line]
    assert "2户反映都记上了" in town.room()[-1]


def test_whoever_was_merged_keeps_his_number_his_rating_and_his_reopening(town: Town):
    two(town)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.wait(minutes=10)
    town.say("2 修好没", by=NEIGHBOUR)
    assert "#1 垃圾：已受理，邻长张在办" in town.room()[-1]

    town.say("办结 1 已经清运干净", by=LEADER)
    town.say("2 没解决 又满了", by=NEIGHBOUR)

    assert (town.case(1).state, town.case(1).reopen_count) == ("new", 1)
    assert town.case(2).state == "merged"


def test_the_line_about_a_merge_is_not_said_after_the_end(town: Town):
    two(town)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.say("办结 1 已经清运干净", by=LEADER)
    town.wait(hours=1)

    assert "#1 办好了" in town.room()[-1]
    assert not [line for line in town.room() if "在办" in line]


def test_the_clocks_of_a_merged_case_stop(town: Town):
    two(town)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.say("接单 1", by=LEADER)
    town.wait(days=3)

    assert town.case(2).state == "merged"
    assert town.case(2).due_claim_at is None
    assert not [line for line in town.heard(OTHER_LEADER) if "#2" in line and "没人接单" in line]


def test_merging_into_a_merged_case_goes_to_the_case_that_speaks_for_it(town: Town):
    two(town)
    town.say("四组塘边垃圾桶也满了", by=THIRD)
    town.wait(seconds=30)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.say("并件 3 到 2", by=LEADER, private=True)

    assert town.case(3).state == "merged"
    assert town.case(1).co_reporters == 2
    assert "#3 已并到 #1" in town.heard(LEADER)[-1]


@pytest.mark.parametrize(
    ("lines", "last", "answer"),
    [
        ((), "并件 2 到 2", "不能并到它自己"),
        (("并件 2 到 1",), "并件 2 到 1", "#2 已经并到 #1"),
        (("并件 2 到 1",), "并件 1 到 2", "#1 不能并到它自己"),
        (("办结 1 已经清运干净",), "并件 2 到 1", "#1 已经结束"),
        (("接单 2",), "并件 2 到 1", "#2 已经有人在办"),
        (("改类 1 路灯",), "并件 2 到 1", "不是同一类事"),
        ((), "并件 2 到 77", "没有 #77 这一件"),
        (("并件 2 到 1",), "办结 2 已经清运干净", "#2 已经并到 #1"),
        (("并件 2 到 1",), "接单 2", "#2 已经并到 #1"),
        ((), "拆件 2", "另一件写出来"),
    ],
)
def test_what_cannot_be_merged_or_split_gets_one_clear_sentence(
    town: Town, lines: tuple[str, ...], last: str, answer: str
):
    two(town)
    for line in lines:
        town.say(line, by=DUTY, private=True)
    states, said, heard = [c.state for c in town.cases()], len(town.room()), len(town.heard(DUTY))
    town.say(last, by=DUTY, private=True)

    assert answer in town.heard(DUTY)[-1]
    assert len(town.heard(DUTY)) == heard + 1
    assert ([c.state for c in town.cases()], len(town.room())) == (states, said)


def test_private_matters_are_never_merged(town: Town):
    two(town)
    for no in (1, 2):
        town.say(f"改类 {no} 家暴", by=DUTY, private=True)
    town.say("并件 2 到 1", by=DUTY, private=True)

    assert town.heard(DUTY)[-1] == "#2 这类事涉及个人，要一件一件办，不能并。"
    assert [c.state for c in town.cases()] == ["new", "new"]


def test_somebody_elses_case_is_not_merged(town: Town):
    two(town)
    town.say("转派 1 给 刘明", by=DUTY, private=True)
    town.say("并件 2 到 1", by=LEADER, private=True)
    assert "都归您办才能并" in town.heard(LEADER)[-1]

    town.say("并件 2 到 1", by=OUTSIDER, private=True)
    town.say("并件 2 到 1", by=FRIEND, private=True)
    assert town.heard(OUTSIDER)[-1] == "这件不在您负责的区域，不能操作。"
    assert "还没绑定" in town.heard(FRIEND)[-1]
    assert town.case(2).state == "new"

    town.say("并件 2 到 1", by=DUTY, private=True)
    assert town.case(2).state == "merged"


@pytest.mark.parametrize(("covers", "state"), [((), "new"), ((("四邻", "三邻", "utility"),), "merged")])
def test_only_a_shared_supply_joins_two_neighbourhoods(
    make_town: Callable[..., Town], covers: tuple[tuple[str, str, str], ...], state: str
):
    rooms = (*village().rooms, StagedRoom("next", "四邻群", "四邻", account=ACCOUNT))
    paths = (*PATHS, "安全村/一片/四组/四邻")
    town = make_town(stage=village(rooms=rooms, paths=paths, covers=covers))
    town.say(GARBAGE, by=RESIDENT)
    town.say(OTHER_GARBAGE, by=NEIGHBOUR, room="next")
    town.wait(minutes=1)
    town.say("并件 2 到 1", by=DUTY, private=True)

    assert town.case(2).state == state
    if state == "new":
        assert "不在同一个地方" in town.heard(DUTY)[-1]


def test_every_room_that_reported_hears_the_result_once(make_town: Callable[..., Town]):
    rooms = (*village().rooms, StagedRoom("next", "四邻群", "四邻", account=ACCOUNT))
    town = make_town(
        stage=village(
            rooms=rooms, paths=(*PATHS, "安全村/一片/四组/四邻"), covers=(("四邻", "三邻", "utility"),)
        )
    )
    town.say(GARBAGE, by=RESIDENT)
    town.say(OTHER_GARBAGE, by=NEIGHBOUR, room="next")
    town.wait(minutes=1)
    town.say("并件 2 到 1", by=DUTY, private=True)
    town.wait(minutes=5)
    town.say("办结 1 已经清运干净", by=DUTY, private=True)
    town.wait(minutes=1)

    for room in (ROOM, "next"):
        assert sum("#1 办好了" in line for line in town.room(room)) == 1


def test_every_room_that_reported_hears_that_it_waits(make_town: Callable[..., Town]):
    rooms = (*village().rooms, StagedRoom("next", "四邻群", "四邻", account=ACCOUNT))
    paths = (*PATHS, "安全村/一片/四组/四邻")
    town = make_town(stage=village(rooms=rooms, paths=paths, covers=(("四邻", "三邻", "utility"),)))
    town.say(GARBAGE, by=RESIDENT)
    town.say(OTHER_GARBAGE, by=NEIGHBOUR, room="next")
    town.wait(minutes=1)
    town.say("并件 2 到 1", by=DUTY, private=True)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=15)
    town.say("挂起 1 到周五 等清运车修好", by=LEADER)
    town.say("同意 1", by=OTHER_LEADER, private=True)
    town.wait(minutes=1)

    assert town.case().state == "waiting"
    for room in (ROOM, "next"):
        assert sum("#1 要等一等：等清运车修好" in line for line in town.room(room)) == 1


def test_a_merge_taken_back_starts_the_claim_clock_anew_and_keeps_the_time_of_saying(town: Town):
    two(town)
    said_at = town.case(2).said_at
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.wait(days=2)
    town.say("拆件 2", by=LEADER, private=True)
    town.wait(seconds=10)

    case = town.case(2)
    assert (case.state, case.said_at, town.case(1).co_reporters) == ("new", said_at, 0)
    assert case.due_claim_at is not None
    assert case.due_claim_at > town.clock()
    assert town.room()[-1] == "#2 改为单独办，由邻长张联系您。"
    town.say("拆件 2", by=LEADER, private=True)
    assert "没有并过件" in town.heard(LEADER)[-1]
    check_rows(town)


def test_a_week_later_a_merge_stands(town: Town):
    two(town)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.wait(days=7, minutes=1)
    town.say("拆件 2", by=DUTY, private=True)

    assert "超过7天" in town.heard(DUTY)[-1]
    assert town.case(2).state == "merged"


def test_the_reporter_takes_his_case_out_and_nobody_merges_it_again(town: Town):
    two(town)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.wait(minutes=5)
    town.say("2 不是一回事", by=THIRD)
    assert town.case(2).state == "merged"

    town.say("不是一回事", by=NEIGHBOUR)
    assert (town.case(2).state, town.case(2).reporter) == ("new", NEIGHBOUR)
    town.say("并件 2 到 1", by=LEADER, private=True)
    assert "说过不是一回事" in town.heard(LEADER)[-1]


def test_the_same_words_about_something_else_split_nothing(town: Town):
    two(town)
    town.say("这不是一回事", by=NEIGHBOUR)
    assert [c.state for c in town.cases()] == ["new", "new"]

    town.say("并件 2 到 1", by=LEADER, private=True)
    town.wait(days=2)
    town.say("这不是一回事", by=NEIGHBOUR)
    assert town.case(2).state == "merged"


def test_whoever_was_only_counted_gets_a_case_of_his_own_by_quoting(town: Town):
    town.say("三邻停水了", by=RESIDENT)
    town.wait(minutes=2)
    town.say("我家也停水了 水表那里漏得厉害", by=NEIGHBOUR)
    assert town.case(1).co_reporters == 1
    town.say("不是一回事", by=NEIGHBOUR, quote="停水已有 #1 在办，2户反映都记上了，不用再报。")
    town.wait(minutes=2)

    assert len(town.cases()) == 2
    assert (town.case(2).reporter, town.case(1).co_reporters) == (NEIGHBOUR, 0)
    check_rows(town)


def test_whoever_left_does_not_come_back_by_a_split(town: Town):
    two(town)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.say("撤回 2", by=NEIGHBOUR)
    town.say("拆件 2", by=LEADER, private=True)

    assert "不用拆" in town.heard(LEADER)[-1]
    assert (town.case(1).co_reporters, town.case(2).state) == (0, "merged")


def test_the_last_one_left_is_not_split_from_what_speaks_for_him(town: Town):
    two(town)
    town.say("并件 2 到 1", by=LEADER, private=True)
    town.say("撤回 1", by=RESIDENT)
    assert town.case(1).reporter == NEIGHBOUR
    town.say("拆件 2", by=LEADER, private=True)

    assert "只剩这一户" in town.heard(LEADER)[-1]
    assert (town.case(1).reporter, town.case(2).state) == (NEIGHBOUR, "merged")


def test_another_matter_in_a_case_becomes_one_of_its_own(town: Town):
    town.say("桥头路灯不亮 旁边垃圾也没人清", by=RESIDENT)
    town.wait(minutes=12)
    said_at, place = town.case(1).said_at, town.case(1).place
    town.say("拆件 1 垃圾也没人清", by=CHIEF, private=True)
    town.wait(minutes=1)

    case = town.case(2)
    assert (case.category, case.reporter, case.place, case.room) == ("C01", RESIDENT, place, "三邻群")
    assert (case.said_at, case.state, town.case(1).state) == (said_at, "new", "new")
    assert "#1 里说的垃圾另立 #2，由邻长张联系您。" in town.room()
    assert "#2 垃圾" in town.heard(LEADER)[-1]
    with town.session() as session:
        found = select(CaseEvent).where(col(CaseEvent.step) == "split").order_by(col(CaseEvent.id))
        assert [e.reason for e in session.execute(found).scalars()] == ["#2", "#1"]
    check_rows(town)


def test_a_stranger_splits_nothing(town: Town):
    two(town)
    town.say("拆件 1 路灯也不亮", by=OUTSIDER, private=True)
    town.say("拆件 1 路灯也不亮", by=FRIEND, private=True)

    assert len(town.cases()) == 2
    assert town.heard(OUTSIDER)[-1] == "这件不在您负责的区域，不能操作。"


def test_a_likely_duplicate_is_told_on_the_card_to_whoever_answers_and_to_nobody_else(town: Town):
    two(town, text=AGAIN)

    [first, second] = [line for line in town.heard(LEADER) if "【" in line]
    assert "疑似重复" not in first
    assert "疑似重复：#1，是一回事回“并件 2 到 1”" in second
    assert all("疑似重复" not in line for line in town.room())
    assert town.case(2).state == "new"


def test_a_duplicate_of_somebody_elses_case_is_to_be_returned(town: Town):
    town.say(GARBAGE, by=RESIDENT)
    town.wait(minutes=12)
    town.say("转派 1 给 刘明", by=DUTY, private=True)
    town.say(AGAIN, by=NEIGHBOUR)
    town.wait(minutes=1)

    assert "疑似重复：#1 有人在办，是一回事回“退回 2 重复”" in town.heard(LEADER)[-1]


def test_what_is_not_alike_brings_no_hint(town: Town):
    two(town)

    assert all("疑似重复" not in line for line in town.heard(LEADER))


def at_once(town: Town, *asked: tuple[str, Intent]) -> list[Outcome]:
    """Several people ask for something at the same instant, each on a thread of his own."""
    barrier, outcomes = Barrier(len(asked)), []

    def ask(contact: str, intent: Intent) -> None:
        actor = town.machine.dispatch.actor("simulator", contact)
        origin = Origin(Door.CHAT, IdempotencyKey(f"{contact}:{intent}"), town.clock(), room=1)
        barrier.wait()
        outcomes.append(town.machine.dispatch(intent, actor, origin))

    threads = [Thread(target=ask, args=each) for each in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    town.wait(minutes=2)
    return outcomes


def test_of_two_merges_the_other_way_round_at_the_same_instant_one_is_done(town: Town):
    two(town)
    there, back = MergeCase(CaseNo(1), CaseNo(2)), MergeCase(CaseNo(2), CaseNo(1))
    outcomes = at_once(town, (LEADER, there), (DUTY, back))

    assert sorted(str(o.status) for o in outcomes) == ["done", "refused"]
    assert sorted(c.state for c in town.cases()) == ["merged", "new"]
    check_rows(town)


def test_of_a_merge_and_a_claim_at_the_same_instant_one_is_done(town: Town):
    two(town)
    outcomes = at_once(town, (LEADER, ClaimCase(CaseNo(2))), (DUTY, MergeCase(CaseNo(2), CaseNo(1))))

    assert town.case(2).state in {"claimed", "merged"}
    assert sorted(bool(o.steps) for o in outcomes) == [False, True]
    check_rows(town)
