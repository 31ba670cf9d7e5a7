"""Where two features meet and a clock runs: what must not be lost, said twice, or said to the wrong person."""

from datetime import timedelta

from sqlmodel import col, select

from models.rules.message import MessageKind
from models.tables import Case, ChatIdentity, DueFiring, Leave, OutboxMessage
from tests.town.test_morning_message import morning
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    RESIDENT,
    THIRD,
    Town,
)

GARBAGE = "桥头垃圾桶满了好几天没人收"
LIGHT = "四组桥头路灯不亮"
PIPE = "老井边上的水管漏水"
HOLE = "四组桥头路面塌了一块"


def report(town: Town, text: str = GARBAGE, by: str = RESIDENT, *, private: bool = False) -> None:
    town.say(text, by=by, private=private)
    town.wait(seconds=30)


def states(town: Town) -> list[str]:
    return [case.state for case in town.cases()]


def planned(town: Town, intent: str, no: int) -> list[str]:
    """How the firings of a case stand."""
    with town.session() as session:
        rows = session.exec(select(DueFiring).where(col(DueFiring.intent) == intent)).all()
        return [row.state for row in rows if f":{no}:" in row.key]


def two_results(town: Town) -> None:
    """#2 is done in the morning, #1 five hours later."""
    report(town)
    town.wait(minutes=20)
    report(town, LIGHT)
    town.say("接单 2", by=CHIEF)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=10)
    town.say("办结 2 路灯已经修好了", by=CHIEF)
    town.wait(hours=5)
    town.say("办结 1 垃圾已经清走了", by=LEADER)
    town.wait(minutes=2)


def test_not_solved_means_the_newest_result_not_the_newest_number(town: Town):
    two_results(town)
    town.say("没解决", by=RESIDENT)

    assert states(town) == ["new", "resolved"]


def test_a_rating_without_a_number_is_of_the_newest_result(town: Town):
    two_results(town)
    town.say("满意", by=RESIDENT)

    assert states(town) == ["closed", "resolved"]


def test_not_solved_means_the_matter_it_names(town: Town):
    two_results(town)
    town.say("没解决，路灯还是不亮", by=RESIDENT)

    assert states(town) == ["resolved", "new"]


def test_a_further_line_that_makes_it_urgent_starts_the_clock_of_urgent_cases(town: Town):
    report(town, LIGHT)
    town.wait(minutes=3)
    heard = town.say("四组桥头路灯不亮，老人摔伤了", by=RESIDENT)

    assert heard.steps == ["add"]
    assert town.case().urgency == "U1"
    assert planned(town, "PressClaim", 1) == ["waiting"]


def test_a_merge_that_makes_it_urgent_starts_the_clock_of_urgent_cases(town: Town):
    report(town, LIGHT)
    report(town, "村口路灯不亮，老人摔伤了", by=NEIGHBOUR)
    town.say("并件 2 到 1", by=DUTY, private=True)

    assert town.case().urgency == "U1"
    assert planned(town, "PressClaim", 1) == ["waiting"]
    assert planned(town, "PressClaim", 2) == ["cancelled"]


def test_a_merge_with_a_danger_to_life_rings_the_chain(town: Town):
    report(town, LIGHT)
    report(town, "村口路灯不亮，老人摔伤了", by=NEIGHBOUR)
    with town.session() as session:
        row = session.exec(select(Case).where(col(Case.no) == 2)).one()
        row.urgency = "U0"
        session.commit()
    rung = town.rung()
    town.say("并件 2 到 1", by=DUTY, private=True)

    assert town.case().urgency == "U0"
    assert {LEADER, OTHER_LEADER, CHIEF, DUTY} <= town.rung() - rung
    assert planned(town, "ClimbCase", 1).count("waiting") == 1


def test_what_rests_wakes_when_something_urgent_is_merged_into_it(town: Town):
    report(town, LIGHT)
    town.say("接单 1", by=CHIEF, private=True)
    town.say("挂起 1 到周五 等配件", by=CHIEF, private=True)
    town.say("同意 1", by=DUTY, private=True)
    assert town.case().state == "waiting"
    report(town, "村口路灯不亮，老人摔伤了", by=NEIGHBOUR)
    town.say("并件 2 到 1", by=DUTY, private=True)

    assert (town.case().state, town.case().urgency) == ("in_progress", "U1")
    assert any("#1" in line and "急" in line for line in town.heard(CHIEF))


def test_pictures_of_a_merged_case_are_still_fetched_and_those_of_a_withdrawn_one_are_not(town: Town):
    report(town, by=NEIGHBOUR)
    report(town, "老井边上的垃圾桶满了没人管")
    town.say("[图]", by=RESIDENT, kind=MessageKind.IMAGE)
    town.wait(minutes=1)
    town.say("并件 2 到 1", by=LEADER, private=True)
    assert town.case(2).state == "merged"
    assert planned(town, "FetchAttachment", 2) == ["waiting"]
    town.say("拆件 2", by=LEADER, private=True)
    town.say("撤回 2", by=RESIDENT)

    assert town.case(2).state == "withdrawn"
    assert planned(town, "FetchAttachment", 2) == ["cancelled"]


def test_a_card_of_the_night_that_was_withdrawn_is_never_said(town: Town):
    town.wait_until("22:10")
    report(town)
    town.say("撤回 1", by=RESIDENT)
    morning(town, 1)

    assert town.heard(LEADER) == []


def test_a_danger_that_was_withdrawn_at_night_still_says_where(town: Town):
    town.wait_until("22:10")
    report(town, "桥头井盖松了，晃得响")
    assert town.case().category == "B03"
    town.say("撤回 1", by=RESIDENT)
    morning(town, 1)

    assert any("#1" in line and "桥头" in line for line in town.heard(town.case().assignee_contact or ""))


def test_nobody_is_asked_in_the_morning_about_a_case_that_is_done(town: Town):
    report(town, HOLE)
    town.say("接单 1", by=LEADER)
    town.say("挂起 1 到周五 等配件", by=LEADER, private=True)
    town.say("办结 1 路面已经补好了", by=LEADER)
    before = len(town.heard(OTHER_LEADER))
    morning(town, 1)

    assert town.heard(OTHER_LEADER)[before:] == []


def test_whoever_is_complained_about_hears_nothing_of_it_in_the_morning(town: Town):
    report(town, "刘组长把垃圾都倒在我家门口 臭死了")
    town.say("接单 1", by=CHIEF, private=True)
    town.say("已联系 1", by=CHIEF, private=True)
    town.say("挂起 1 到7月20日 等清运车", by=CHIEF, private=True)
    town.say("请假 3天，由刘明代", by=DUTY, private=True)
    morning(town, 1)
    town.say("同意", by=OTHER_LEADER, private=True)

    assert not any("#1" in line for line in town.heard(OTHER_LEADER))
    assert town.case().state == "in_progress"


def test_what_gathered_about_whoever_hears_it_is_not_said_in_the_morning(town: Town):
    report(town, "刘组长把垃圾都倒在我家门口 臭死了")
    town.wait_until("22:10")
    with town.session() as session:
        other = session.exec(select(ChatIdentity).where(col(ChatIdentity.contact) == OTHER_LEADER)).one()
        case = session.exec(select(Case)).one()
        assert case.flags["accused"]
        held = {
            "state": "queued",
            "gathers": "digest",
            "medium": "chat",
            "rank": 4,
            "cause": "test",
            "blanks": {"no": 1},
        }
        at = town.clock() + timedelta(hours=10)
        for key in ("REOPENED_CC_DM", "BAD_RATING_DM"):
            session.add(
                OutboxMessage(
                    key=key,
                    identity_id=other.id,
                    case_id=case.id,
                    not_before=at,
                    created_at=town.clock(),
                    **held,
                )
            )
        session.commit()
    morning(town, 1)

    assert not any("#1" in line or "评价" in line for line in town.heard(OTHER_LEADER))


def test_a_private_matter_is_not_named_to_whoever_only_decides(town: Town):
    report(town, "三邻桥头，不要透露我的名字，桥头垃圾桶满了好几天没人收", by=FRIEND, private=True)
    assert town.case().privacy == "P3"
    town.say("接单 1", by=LEADER, private=True)
    town.say("挂起 1 到周五 等配件", by=LEADER, private=True)
    morning(town, 1)

    assert town.heard(OTHER_LEADER)[-1] == "早上好，请您留意：#1私事(等您批)。看哪件回“进度”加编号。"
    assert "#1垃圾" in town.heard(LEADER)[-1]


def finished(town: Town) -> None:
    report(town)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=30)
    town.say("办结 1 垃圾已经清走了", by=LEADER)


def test_a_bad_word_to_a_neighbour_opens_nothing_again(town: Town):
    finished(town)
    town.wait(minutes=50)
    town.say("明天中午吃饭那家饭店怎么样", by=NEIGHBOUR)
    heard = town.say("不怎么样", by=RESIDENT)

    assert heard.steps == []
    assert states(town) == ["resolved"]


def test_a_bad_word_right_after_the_result_answers_it_and_plain_words_always_do(town: Town):
    finished(town)
    town.wait(minutes=3)
    assert town.say("不怎么样", by=RESIDENT).steps == ["reopen"]
    town.say("接单 1", by=LEADER)
    town.say("办结 1 又清了一遍", by=LEADER)
    town.wait(minutes=50)

    assert town.say("不满意", by=RESIDENT).steps == ["reopen"]


def away_from_tomorrow(town: Town) -> None:
    """Three cards of the night, and whoever they are for is away from the morning on."""
    town.wait_until("22:10")
    for who, words in ((RESIDENT, GARBAGE), (NEIGHBOUR, LIGHT), (THIRD, PIPE)):
        town.say(words, by=who)
        town.wait(minutes=2)
    town.say("请假 明天到后天，由刘明代", by=LEADER, private=True)


def test_what_gathered_for_somebody_who_is_away_is_said_to_the_stand_in_once(town: Town):
    away_from_tomorrow(town)
    before = len(town.heard(LEADER))
    morning(town, 1)

    assert town.heard(LEADER)[before:] == []
    told = town.heard(OTHER_LEADER)
    assert [sum(f"#{no}" in line for line in told) for no in (1, 2, 3)] == [1, 1, 1]
    assert any("请假" in line and "没办完2件：#3水管漏水、#1垃圾" in line for line in told)


def test_what_gathered_before_a_leave_that_began_in_the_night_is_said_to_the_stand_in(town: Town):
    town.wait_until("22:10")
    report(town)
    report(town, PIPE, by=THIRD)
    town.say("请假 3天，由刘明代", by=LEADER, private=True)
    before = len(town.heard(LEADER))
    morning(town, 1)

    assert town.heard(LEADER)[before:] == []
    assert town.heard(OTHER_LEADER)[-1].startswith("早上好，您手上2件：没接2")


def test_leave_from_tomorrow_to_the_day_after_is_two_days(town: Town):
    town.say("请假 明天到后天，由刘明代", by=LEADER, private=True)
    with town.session() as session:
        leave = session.exec(select(Leave)).one()

    assert leave.until - leave.since == timedelta(days=1)
    assert "7月16日到7月17日" in town.heard(LEADER)[-1]


def test_leave_that_ends_before_it_begins_is_refused(town: Town):
    town.say("请假 后天到明天，由刘明代", by=LEADER, private=True)

    assert "请到哪天" in town.heard(LEADER)[-1]


def put_off(town: Town) -> None:
    report(town)
    town.say("接单 1", by=LEADER)
    town.say("稍后 1 3小时", by=LEADER, private=True)


def test_what_was_put_off_and_then_handed_on_is_not_brought_up_again(town: Town):
    put_off(town)
    town.say("转派 1 给 胡敏", by=LEADER, private=True)
    before = len(town.heard(LEADER))
    town.wait(hours=4)

    assert town.heard(LEADER)[before:] == []


def test_an_urge_held_for_the_end_of_a_delay_is_not_said_after_a_withdrawal(town: Town):
    put_off(town)
    town.wait(hours=1)
    assert town.say("催办 1", by=RESIDENT).steps == ["urge"]
    town.wait(minutes=5)
    town.say("撤回 1", by=RESIDENT)
    before = len(town.heard(LEADER))
    town.wait(hours=4)

    assert town.heard(LEADER)[before:] == []


def test_whoever_put_off_what_he_only_watches_is_reminded_as_promised(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.say("稍后 1 3小时", by=CHIEF, private=True)
    town.wait(hours=4)

    assert town.heard(CHIEF)[-1].startswith("#1 垃圾到您说的时候了")


def test_a_stand_in_answers_without_a_number(town: Town):
    report(town, HOLE)
    town.say("接单 1", by=LEADER)
    town.say("请假 3天，由胡敏代", by=OTHER_LEADER, private=True)
    town.say("挂起 1 到周五 等配件", by=LEADER, private=True)
    town.say("同意", by=CHIEF, private=True)

    assert town.case().state == "waiting"


def test_a_stand_in_sees_whom_to_ask_again(town: Town):
    report(town, "三邻路口井盖不见了 有个大洞")
    town.say("已联系 1", by=LEADER)
    town.say("办结 1 井盖换了新的", by=LEADER)
    town.wait(days=4)
    assert any("请上门回访 #1" in line for line in town.heard(OTHER_LEADER))
    town.say("请假 3天，由胡敏代", by=OTHER_LEADER, private=True)
    town.say("待回访", by=CHIEF, private=True)

    assert "#1" in town.heard(CHIEF)[-1]
