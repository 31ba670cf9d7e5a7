"""What leaders and residents say wrongly: one clear private sentence each, and nothing else changes."""

from collections.abc import Callable

import pytest

from tests.town.test_rows_and_events import check_rows
from tests.town.town import FRIEND, LEADER, OTHER_LEADER, OUTSIDER, Town

GARBAGE = "桥头垃圾桶满了好几天没人收"
RESULT = "办结 1 已清运干净"
KEPT = ("case_file", "case_event", "rating", "co_reporter", "due_firing", "helping_hand", "approval")


def opened(town: Town) -> None:
    town.say(GARBAGE, by=FRIEND)
    town.wait(minutes=1)


def claimed(town: Town) -> None:
    opened(town)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=1)


def resolved(town: Town) -> None:
    claimed(town)
    town.wait(minutes=15)
    town.say(RESULT, by=LEADER)
    town.wait(minutes=1)


def closed(town: Town) -> None:
    resolved(town)
    town.say("1 评 5 5 5", by=FRIEND, private=True)
    town.wait(minutes=1)


def withdrawn(town: Town) -> None:
    opened(town)
    town.say("撤回 1", by=FRIEND, private=True)
    town.wait(minutes=1)


def extended(town: Town) -> None:
    claimed(town)
    town.say("延期 1 到明天18点 等垃圾车", by=LEADER, private=True)
    town.wait(minutes=1)
    town.say("同意 1", by=OTHER_LEADER, private=True)
    town.wait(minutes=1)


def kept(town: Town) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in town.rows().items() if name in KEPT}


CLOSED = "#1 现在是“已办结”，不用再做这一步"
WRONG = [
    (opened, LEADER, "办结 1", "办结要写结果"),
    (claimed, LEADER, "办结", "办结要写结果"),
    (claimed, LEADER, "1 办好了", "办结要写结果"),
    (claimed, LEADER, "办结 1 好", "办结要写结果"),
    (opened, OUTSIDER, "接单 1", "不在您负责的区域"),
    (claimed, OUTSIDER, RESULT, "不在您负责的区域"),
    (claimed, OTHER_LEADER, "接单 1", "邻长张已接单，不用再跑"),
    (claimed, LEADER, "接单 1", "已经在您手上"),
    (claimed, LEADER, "延期 1", "延期到哪天"),
    (claimed, LEADER, "延期 1 到周五", "延期要写原因"),
    (claimed, LEADER, "延期 1 到昨天 等配件", "延期到哪天"),
    (extended, LEADER, "延期 1 到周五 还等垃圾车", "已经延过一次"),
    (opened, FRIEND, "1 评 1 1 1", "还在办，办好后再评"),
    (closed, LEADER, "1 评 5 5 5", "要报事人本人评价"),
    (resolved, OUTSIDER, "1 评 1 1 1", "要报事人本人评价"),
    (opened, FRIEND, "1", "是回哪一条"),
    (opened, LEADER, "1", "是回哪一条"),
    (closed, LEADER, "１", "是回哪一条"),
    *((opened, LEADER, f"{words}", "没有 #99 这一件") for words in (
        "接单 99", "办结 99 已经修好了", "转派 99 给 刘明", "延期 99 到周五 等配件", "上报 99 要挖路面",
        "退回 99 不属本组", "已联系 99", "挂起 99 到周五 等配件", "时限 99", "稍后 99", "同意 99", "恢复 99",
    )),
    *((opened, FRIEND, f"{words}", "没有 #99 这一件") for words in (
        "进度 99", "催办 99", "撤回 99", "99 评 5 5 5", "99 没解决",
    )),
    *((closed, LEADER, f"{words}", CLOSED) for words in (
        "接单 1", RESULT, "办结 1", "转派 1 给 刘明", "上报 1 要挖路面", "退回 1 不属本组", "已联系 1", "稍后 1",
    )),
    (closed, LEADER, "延期 1 到周五 等配件", "#1 现在是“已办结”，不用延期"),
    (closed, LEADER, "挂起 1 到周五 等配件", "#1 现在是“已办结”，不用挂起"),
    (closed, LEADER, "参与 1", "#1 已经办完"),
    *((closed, FRIEND, f"{words}", "#1 已办结。没办好回“1 没解决”") for words in ("催办 1", "撤回 1", "补充 1 在桥头")),
    (withdrawn, FRIEND, "催办 1", "#1 已撤回，不用再做这一步"),
    (withdrawn, LEADER, "接单 1", "#1 现在是“已撤回”"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "by", "words", "answer"), WRONG, ids=[f"{b.__name__}-{who}-{w}" for b, who, w, _ in WRONG]
)
def test_what_is_said_wrongly_gets_one_private_sentence_and_changes_nothing(
    town: Town, before: Callable[[Town], None], by: str, words: str, answer: str
):
    before(town)
    rows, heard, room = kept(town), len(town.heard(by)), len(town.room())
    town.say(words, by=by, private=True)

    (said,) = town.heard(by)[heard:]
    assert answer in said
    assert len(town.room()) == room
    assert kept(town) == rows
    check_rows(town)


def test_said_in_the_group_it_is_answered_privately_all_the_same(town: Town):
    closed(town)
    rows, room = kept(town), len(town.room())
    for words in ("接单 1", "办结 1 已经修好了", "接单 99", "退回 1 不属本组"):
        heard = len(town.heard(LEADER))
        town.say(words, by=LEADER)
        assert len(town.heard(LEADER)) == heard + 1
    town.say("1", by=LEADER)

    assert len(town.room()) == room
    assert kept(town) == rows


def test_a_closed_case_that_takes_another_category_is_not_announced_as_work(town: Town):
    closed(town)
    room = len(town.room())
    town.say("改类 1 路灯", by=LEADER, private=True)

    assert town.case().state == "closed"
    assert len(town.room()) == room
