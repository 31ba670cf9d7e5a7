"""What comes back: within a month the same case, later a new one that names it; and a danger taken back is looked at."""

from sqlalchemy import select

from models.tables import Case, CaseEvent
from tests.town.test_rows_and_events import check_rows
from tests.town.town import CHIEF, DUTY, FRIEND, LEADER, NEIGHBOUR, OUTSIDER, RESIDENT, Town

LAMP = "四组桥头路灯不亮好几天了"
AGAIN = "四组桥头路灯又坏了"
DANGER = "桥头井盖丢了 好大一个坑"


def finish(town: Town, no: int = 1, by: str = CHIEF) -> None:
    town.say(f"办结 {no} 灯泡已经换好", by=by)


def report(town: Town, text: str = LAMP, by: str = RESIDENT) -> None:
    town.say(text, by=by)
    town.wait(seconds=40)


def root_of(town: Town, no: int) -> int | None:
    with town.session() as session:
        case = session.execute(select(Case).where(Case.no == no)).scalar_one()
        return session.get(Case, case.root_id).no if case.root_id else None


def cards(town: Town, no: int, who: str = CHIEF) -> list[str]:
    return [line for line in town.heard(who) if f"】#{no} " in line]


def test_within_a_month_what_broke_again_is_the_same_case(town: Town):
    report(town)
    finish(town)
    town.wait(days=20)
    report(town, AGAIN)

    assert len(town.cases()) == 1
    assert (town.case().state, town.case().reopen_count) == ("new", 1)


def test_who_stands_above_says_in_a_word_that_it_is_done_again(town: Town):
    report(town)
    town.say("办结 1 灯泡已经换好", by=LEADER)
    town.say("重开 1", by=DUTY, private=True)
    assert town.heard(DUTY)[-1] == "#1 要重新办，请写一句为什么，如“重开 1 晚上还是不亮”。"
    town.say("重开 1 晚上还是不亮", by=DUTY, private=True)
    town.wait(minutes=2)

    assert (town.case().state, town.case().reopen_count) == ("new", 1)
    assert "#1 已重开，由邻长张办，24小时内联系报事人。" in town.heard(DUTY)
    assert any(
        line.startswith("#1 村两委值班谷看了结果，要重新办：晚上还是不亮。") for line in town.heard(LEADER)
    )
    check_rows(town)


def test_later_it_is_a_new_case_that_names_the_last_one_to_whoever_handles_it(town: Town):
    report(town)
    finish(town)
    town.wait(days=40)
    report(town, AGAIN)

    assert (len(town.cases()), root_of(town, 2)) == (2, 1)
    assert "上次 #1 7月15日办结" in cards(town, 2)[0]
    assert all("上次" not in line for line in town.room())
    with town.session() as session:
        steps = [(e.step, e.reason) for e in session.execute(select(CaseEvent)).scalars() if e.step == "link"]
    assert steps == [("link", "#1")]
    check_rows(town)


def test_the_same_place_continues_it_whoever_reports(town: Town):
    report(town)
    finish(town)
    town.wait(days=40)
    report(town, "四组桥头路灯不亮了", by=NEIGHBOUR)
    town.wait(minutes=11)
    report(town, "老井那里路灯不亮", by=FRIEND)

    assert (root_of(town, 2), root_of(town, 3)) == (1, None)


def test_after_another_month_nothing_is_continued(town: Town):
    report(town)
    finish(town)
    town.wait(days=61)
    report(town, AGAIN)

    assert root_of(town, 2) is None


def test_a_case_that_came_back_three_times_is_continued_by_a_new_one(town: Town):
    report(town)
    finish(town)
    for _ in range(3):
        town.say("1 没解决", by=RESIDENT)
        town.wait(minutes=11)
        town.say("接单 1", by=str(town.case().assignee_contact), private=True)
        town.say("办结 1 灯泡已经换好", by=str(town.case().assignee_contact), private=True)
        town.wait(minutes=11)
    assert (town.case().reopen_count, town.case().state) == (3, "resolved")
    report(town, AGAIN)

    assert root_of(town, 2) == 1


def test_a_danger_taken_back_is_looked_at_once_and_what_was_seen_is_kept(town: Town):
    report(town, DANGER)
    assert town.case().category == "B03"
    town.say("撤回 1", by=RESIDENT)
    assert town.case().state == "withdrawn"
    handler = str(town.case().assignee_contact)
    assert "请还是去看一眼" in town.heard(handler)[-1]

    town.wait(days=1, minutes=1)
    assert "去看过请回“已看 1 看到的情况”" in town.heard(handler)[-1]
    asked = len(town.heard(handler))
    town.wait(days=3)
    assert len(town.heard(handler)) == asked
    town.say("已看 1 井盖已经盖好", by=handler, private=True)

    assert town.heard(handler)[-1] == "#1 已记下，辛苦了。"
    with town.session() as session:
        seen = [e.reason for e in session.execute(select(CaseEvent)).scalars() if e.step == "follow_up"]
    assert seen == ["asked to look", "井盖已经盖好"]
    check_rows(town)


def test_who_has_looked_already_is_not_asked(town: Town):
    report(town, DANGER)
    town.say("撤回 1", by=RESIDENT)
    handler = str(town.case().assignee_contact)
    town.say("已看 1 井盖已经盖好", by=handler, private=True)
    heard = len(town.heard(handler))
    town.wait(days=2)

    assert len(town.heard(handler)) == heard


def test_a_look_is_reported_by_those_who_answer_and_only_for_a_lead(town: Town):
    report(town)
    town.say("撤回 1", by=RESIDENT)
    town.say("已看 1 好好的", by=LEADER, private=True)
    assert "不是撤回后要去看的事" in town.heard(LEADER)[-1]

    town.wait(minutes=11)
    report(town, DANGER)
    town.say("撤回 2", by=RESIDENT)
    town.say("已看 2 好好的", by=OUTSIDER, private=True)
    assert town.heard(OUTSIDER)[-1] == "这件不在您负责的区域，不能操作。"
    town.say("已看 2", by=str(town.case(2).assignee_contact), private=True)
    assert "请写一句看到什么" in town.heard(str(town.case(2).assignee_contact))[-1]
