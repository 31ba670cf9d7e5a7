"""Turning down: only by a person, only for a reason of the law, with a way on; one objection, decided by somebody else."""

import pytest
from sqlalchemy import select

from bot.machine import ACCOUNT
from handlers.rooms import MeetFriend
from models.tables import CaseEvent, OutboxMessage
from tests.town.test_rows_and_events import check_rows
from tests.town.town import CHIEF, DUTY, FRIEND, LEADER, OTHER_LEADER, OUTSIDER, OVERSIGHT, RESIDENT, Town

GARBAGE = "桥头垃圾桶满了好几天没人收"
REVIEWER = "post:town_station"


def report(town: Town, who: str = FRIEND, text: str = GARBAGE) -> None:
    town.say(text, by=who)
    town.wait(seconds=30)


def reject(town: Town, words: str = "不在本村", by: str = DUTY) -> None:
    town.say(f"不受理 1 {words}", by=by, private=True)


def test_the_reporter_alone_hears_the_reason_and_the_way_on(town: Town):
    report(town)
    said = len(town.room())
    reject(town)

    assert town.case().state == "rejected"
    assert town.heard(FRIEND)[-1] == (
        "#1 这里办不了：这个地方不归我们管。请到那个村（社区）的群里说，或打12345转过去；不知道找谁，问村两委值班。"
        "不同意，7天内回“申诉 1 理由”，由上一级复核一次。"
    )
    assert len(town.room()) == said
    town.wait(days=3)
    assert not [line for line in town.heard(OTHER_LEADER) if "没人接单" in line]
    check_rows(town)


def test_whom_nothing_private_reaches_is_called_and_the_group_hears_no_reason(town: Town):
    report(town, RESIDENT)
    reject(town, "已经起诉到法院了")

    assert "请您打电话告诉他" in town.heard(DUTY)[-1]
    assert town.room()[-1] == "收到，会有人单独联系您。个人的事请私信我，不用在群里细说。"
    assert all("诉讼" not in line for line in town.room())
    town.ask(MeetFriend("simulator", RESIDENT))
    town.wechat.accept_friend(ACCOUNT, town.wechat.ask_friend(RESIDENT))
    town.say("进度 1", by=RESIDENT, private=True)
    assert "要走诉讼、仲裁" in town.heard(RESIDENT)[-1]


@pytest.mark.parametrize(
    ("words", "reason", "way"),
    [
        ("该打110", "emergency_line", "110、119、120"),
        ("已经在打官司", "legal_route", "12348"),
        ("涉及别人隐私", "private_secret", "带证件"),
        ("买卖合同的事", "market", "12315"),
        ("要求违法", "unlawful", "12348"),
        ("不是我们村的地方", "out_of_area", "12345"),
    ],
)
def test_each_reason_of_the_law_has_its_way_on(town: Town, words: str, reason: str, way: str):
    report(town)
    reject(town, words)

    with town.session() as session:
        last = session.execute(select(CaseEvent).order_by(CaseEvent.id.desc())).scalars().first()
        assert last is not None
        assert (last.step, last.reason) == ("reject", reason)
    assert way in town.heard(FRIEND)[-1]


def test_a_repeat_is_rejected_with_the_result_of_the_case_that_ended(town: Town):
    report(town)
    town.say("办结 1 已经清运干净", by=LEADER)
    town.wait(days=8)
    report(town)
    town.say("不受理 2 重复 同7", by=DUTY, private=True)
    assert "没查到已办结的那一件" in town.heard(DUTY)[-1]

    town.say("不受理 2 重复 同1", by=DUTY, private=True)
    assert town.case(2).state == "rejected"
    assert "同一件事 #1 7月15日已办结（已经清运干净）" in town.heard(FRIEND)[-1]


@pytest.mark.parametrize(
    ("before", "by", "words", "answer"),
    [
        ((), DUTY, "太麻烦了", "只有七种"),
        ((), DUTY, "", "只有七种"),
        ((), LEADER, "不在本村", "由村（社区）值班来定"),
        ((), OUTSIDER, "不在本村", "不在您负责的区域"),
        ((), FRIEND, "不在本村", "还没绑定办件身份"),
        (((LEADER, "接单 1"),), DUTY, "不在本村", "已经有人接单"),
        (((DUTY, "不受理 1 不在本村"),), DUTY, "不在本村", "早已记为不受理"),
    ],
)
def test_what_may_not_be_rejected_gets_one_clear_sentence(
    town: Town, before: tuple[tuple[str, str], ...], by: str, words: str, answer: str
):
    report(town, RESIDENT)
    for who, line in before:
        town.say(line, by=who, private=True)
    state, heard = town.case().state, len(town.heard(by))
    reject(town, words, by)

    assert answer in town.heard(by)[-1]
    assert (town.case().state, len(town.heard(by))) == (state, heard + 1)


def test_an_objection_goes_one_level_up_to_somebody_who_did_not_reject(town: Town):
    report(town)
    reject(town)
    town.wait(days=2)
    town.say("申诉 1 这就是我们村的路口", by=FRIEND, private=True)

    assert (town.case().state, town.case().assignee_contact) == ("new", REVIEWER)
    assert "请您复核" in town.heard(REVIEWER)[-1]
    assert "已交上一级没经手的人复核" in town.heard(FRIEND)[-1]
    reject(town)
    assert "您不能再定" in town.heard(DUTY)[-1]
    reject(town, by=CHIEF)
    assert "由上一级没经手的人复核" in town.heard(CHIEF)[-1]
    assert town.case().state == "new"
    check_rows(town)


def test_rejected_again_is_final_and_names_the_written_way(town: Town):
    report(town)
    reject(town)
    town.say("申诉 1 就在我们村", by=FRIEND, private=True)
    reject(town, by=REVIEWER)

    assert town.case().state == "rejected"
    assert "乡镇信访办" in town.heard(FRIEND)[-1]
    assert "申诉" not in town.heard(FRIEND)[-1]
    town.say("申诉 1 我还是不同意", by=FRIEND, private=True)
    assert "已经复核过一次" in town.heard(FRIEND)[-1]
    assert town.case().state == "rejected"


def test_whoever_reviews_may_take_it_on_and_its_clocks_run_again(town: Town):
    report(town)
    reject(town)
    town.say("申诉 1", by=FRIEND, private=True)
    town.say("接单 1", by=REVIEWER, private=True)

    assert town.case().state == "claimed"
    town.say("申诉 1", by=FRIEND, private=True)
    assert "已经复核过一次" in town.heard(FRIEND)[-1]


def test_an_objection_is_the_reporters_own_and_has_seven_days(town: Town):
    report(town)
    reject(town)
    town.say("申诉 1 我看该办", by=OTHER_LEADER, private=True)
    assert "不是您报的" in town.heard(OTHER_LEADER)[-1]

    town.wait(days=7, minutes=1)
    town.say("申诉 1 我不同意", by=FRIEND, private=True)
    assert "已过7天申诉期" in town.heard(FRIEND)[-1]
    assert town.case().state == "rejected"


def test_whoever_was_merged_into_a_rejected_case_hears_it_and_may_object(town: Town):
    report(town, RESIDENT)
    report(town, FRIEND, "老井边上的垃圾桶满了没人管")
    town.say("并件 2 到 1", by=DUTY, private=True)
    reject(town)
    assert "#1 这里办不了" in town.heard(FRIEND)[-1]

    town.say("申诉 2 就在我们村", by=FRIEND, private=True)
    assert (town.case(1).state, town.case(1).assignee_contact) == ("new", REVIEWER)


def test_an_objection_to_points_goes_where_it_went_before(town: Town):
    report(town)
    town.say("申诉 3户的积分扣错了", by=FRIEND, private=True)

    assert town.heard(FRIEND)[-1] == "申诉已登记。复核期间这条不生效，15天内书面答复您。"
    assert (town.case(2).category, town.case(2).assignee_contact) == ("J04", OVERSIGHT)


def test_the_words_of_an_objection_stand_in_no_event(town: Town):
    report(town)
    reject(town)
    town.say("申诉 1 隔壁老王家也知道", by=FRIEND, private=True)

    with town.session() as session:
        told = [*session.execute(select(CaseEvent.reason)).scalars()]
        rows = [str(r.blanks) for r in session.execute(select(OutboxMessage)).scalars()]
    assert not [text for text in (*told, *rows) if "老王" in text]
    assert "隔壁老王家也知道" in town.case().text
