"""A leader of sixty writes as he speaks: about time, about later, about what is on his desk, about leave."""

import pytest

from tests.town.test_rows_and_events import check_rows
from tests.town.town import CHIEF, FRIEND, OTHER_LEADER, Town

LIMIT = "#1 垃圾 明天09:00前办结：24小时。"
LATER = "#1 今天11:21再提醒您"
MORNING = "#1 明天07:30再提醒您"
DESK = "您手上1件：#1垃圾"
HOW_LONG = "没看懂请到哪天。请写“请假 3天”"


@pytest.fixture
def busy(town: Town) -> Town:
    """组长刘 has one case in hand."""
    town.say("四组桥头垃圾没人清", by=FRIEND)
    town.wait(minutes=1)
    town.say("转派 1 给 四组的组长", by=CHIEF)
    town.wait(minutes=9)
    town.say("接单 1", by=OTHER_LEADER)
    town.wait(minutes=11)
    return town


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("这个事么子时候到期", LIMIT), ("1还有好久到期", LIMIT), ("1 怎么算的", LIMIT), ("什么时候要办完", LIMIT),
        ("1 最晚哪天办完", LIMIT), ("1 截止时间", LIMIT), ("还剩多少时间", LIMIT),
        ("稍后", LATER), ("等会再说", LATER), ("1 晚点", LATER), ("1 先放一放", LATER), ("先莫催 1", LATER),
        ("1 过两个小时再提醒我", LATER), ("明天再提醒我", MORNING), ("1 明天再说", MORNING),
        ("还有哪些没办", DESK), ("我手上有几件", DESK), ("手上还有啥", DESK), ("今天有哪些事", DESK),
        ("请三天假", "7月15日到7月17日请假"), ("请病假3天", "7月15日到7月17日请假"),
        ("请假两天 谷梅代", "事先转给村两委值班谷"), ("请假两天，让张建国代一下", "事先转给邻长张"),
        ("明天到后天请假 让胡片长代", "7月16日到7月17日请假，事先转给片长胡"),
        ("明天开始请假3天 由胡片长代", "7月16日到7月18日请假，事先转给片长胡"),
        ("从明天起请假3天", "7月16日到7月18日请假"), ("明天请假 由胡片长代", "好的，7月16日请假，事先转给片长胡"),
        ("我明天要去医院 请假一天", HOW_LONG), ("这几天不在家 由张建国代", HOW_LONG), ("请假 由张建国代", HOW_LONG),
        ("不请假了", "没有请假"), ("取消请假", "没有请假"),
    ],
)  # fmt: skip
def test_what_he_means_is_understood_or_asked_about_in_one_private_sentence(
    busy: Town, words: str, answer: str
):
    heard, room = len(busy.heard(OTHER_LEADER)), len(busy.room())
    busy.say(words, by=OTHER_LEADER, private=True)

    (said,) = busy.heard(OTHER_LEADER)[heard:]
    assert answer in said
    assert len(busy.room()) == room
    check_rows(busy)


def test_the_same_words_of_a_resident_or_among_residents_mean_nothing(busy: Town):
    rows, room = busy.rows()["case_event"], len(busy.room())
    heard = len(busy.heard(FRIEND)), len(busy.heard(OTHER_LEADER))
    for words in ("还有几件", "今天有哪些事", "稍后", "怎么算的", "由张建国代"):
        busy.say(words, by=FRIEND, private=True)
        busy.say(words, by=OTHER_LEADER)

    assert (len(busy.heard(FRIEND)), len(busy.heard(OTHER_LEADER))) == heard
    assert len(busy.room()) == room
    assert busy.rows()["case_event"] == rows


def test_a_result_that_speaks_of_somebodys_leave_is_a_result(busy: Town):
    busy.say("办结 1 保洁员请假在家 我已清走", by=OTHER_LEADER, private=True)

    assert busy.case().state == "resolved"
