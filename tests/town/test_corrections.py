"""A leader puts our reading right: what changes, who hears it, and what is kept to learn from."""

import random

import pytest
from sqlalchemy import select

from bot.parts import LEXICON
from models.lexicon import load_lexicon
from models.tables import Attachment, CaseEvent, CaseLine, Correction, Draft
from tests.town.test_rows_and_events import check_rows
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    RESIDENT,
    THIRD,
    Town,
)

LAMP = "四组桥头路灯不亮好几天了"
GARBAGE = "桥头垃圾桶满了好几天没人收"
DOUBTFUL = "呱呱那里的路灯不亮"
"""To a village that takes nothing for a request without doubt."""
OWN = {w for item in load_lexicon(LEXICON).items for w in (*item.keywords, *item.dialect, *item.hints)}
"""Words of categories: all that is kept of what was no request."""


def report(town: Town, text: str = GARBAGE) -> None:
    town.say(text, by=RESIDENT)
    town.wait(seconds=30)


def corrections(town: Town) -> list[Correction]:
    with town.session() as session:
        return list(session.execute(select(Correction).order_by(Correction.id)).scalars())


def test_a_corrected_category_changes_the_case_and_the_group_hears_it_once(town: Town):
    report(town)
    said = town.say("改类 1 下水道", by=LEADER)

    case = town.case()
    assert (case.category, case.state) == ("C03", "new")
    assert said.steps == ["correct"]
    assert "#1 更正为下水道" in town.room()[-1]
    assert len(town.room()) == 2
    check_rows(town)


def test_a_correction_keeps_who_what_and_the_words_but_no_text(town: Town):
    report(town, LAMP)
    because = [list(each) for each in town.case().because]
    town.say("1 应该是停电", by=LEADER)

    [kept] = corrections(town)
    assert (kept.case_id, kept.kind_before, kept.kind_after) == (1, "report", "report")
    assert (kept.category_before, kept.category_after) == ("B02", "A04")
    assert kept.because == because != []
    assert kept.seat_id in {seat.id for seat in town.machine.dispatch.known_town().seats.values()}
    assert town.case().urgency == "U1"
    assert LAMP not in str(kept.because)


@pytest.mark.parametrize(
    ("said", "category"),
    [("改类 1 路灯", "B02"), ("1改类b02", "B02"), ("改分类 #1 为 路灯照明", "B02"), ("1 转为路灯", "B02"),
     ("1应该是物业", "F04")],
)  # fmt: skip
def test_a_category_may_be_called_by_its_code_or_its_names(town: Town, said: str, category: str):
    report(town)
    town.say(said, by=LEADER)

    assert town.case().category == category


def test_a_quote_tells_which_case_is_meant(town: Town):
    report(town)
    town.wait(minutes=11)
    town.say("三邻停水了", by=NEIGHBOUR)
    town.wait(seconds=30)
    town.say("改类 下水道", by=LEADER, quote=GARBAGE)

    assert [case.category for case in town.cases()] == ["C03", "A01"]


def test_who_answers_for_the_new_category_gets_the_case(town: Town):
    report(town)
    town.say("改类 1 邻里纠纷", by=LEADER)

    assert town.case().assignee_contact == OTHER_LEADER
    assert "转到您手上：#1 更正为邻里的事" in town.heard(OTHER_LEADER)[-1]
    check_rows(town)


def test_who_gets_a_case_by_a_late_correction_may_still_return_it(town: Town):
    report(town)
    town.wait(hours=5)
    town.say("改类 1 邻里纠纷", by=LEADER)
    town.say("退回 1 不是我们组的", by=OTHER_LEADER)

    assert town.case().assignee_contact == DUTY
    check_rows(town)


def test_what_is_in_hand_stays_in_hand(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.say("改类 1 邻里纠纷", by=LEADER)

    assert (town.case().state, town.case().claimed_by_contact) == ("claimed", LEADER)


def test_a_correction_within_the_burst_is_heard_only_in_the_receipt(town: Town):
    town.say(GARBAGE, by=RESIDENT)
    town.say("改类 1 路灯", by=LEADER)
    town.wait(minutes=2)

    assert len(town.room()) == 1
    assert "#1 路灯" in town.room()[0]


def test_what_turns_out_private_is_not_called_by_its_name_in_the_group(town: Town):
    report(town)
    said = len(town.room())
    town.say("改类 1 家庭暴力", by=LEADER)
    town.wait(minutes=2)

    assert town.case().privacy == "P3"
    assert town.room()[said:] == []


def test_privacy_is_never_loosened_by_a_correction(town: Town):
    town.say("我老公天天打我", by=FRIEND)
    town.wait(seconds=30)
    privacy = town.case().privacy
    town.say("改类 1 路灯", by=DUTY)

    assert privacy >= "P3"
    assert town.case().privacy == privacy


def test_a_kind_is_corrected_without_another_category(town: Town):
    report(town)
    category = town.case().category
    town.say("1 转为咨询", by=LEADER)

    assert (town.case().category, town.case().hotline, town.case().urgency) == (category, "咨询", "Q")
    assert [(c.kind_before, c.kind_after) for c in corrections(town)] == [("report", "question")]
    check_rows(town)


def test_a_wrong_alarm_stops_climbing_in_minutes(town: Town):
    town.say("快来人啊三邻着火了", by=RESIDENT)
    assert town.case().urgency == "U0"
    town.say("改类 1 焚烧油烟异味", by=LEADER)

    assert town.case().urgency == "U2"
    town.wait(minutes=25)
    assert town.case().assignee_contact == LEADER


def test_an_unknown_or_ambiguous_category_is_asked_about_privately(town: Town):
    report(town)
    said = len(town.room())
    town.say("改类 1 火星", by=LEADER)
    assert "没有叫“火星”的类别" in town.heard(LEADER)[-1]
    town.say("改类 1 水", by=LEADER)
    assert "可能是：" in town.heard(LEADER)[-1]

    assert corrections(town) == []
    assert len(town.room()) == said


def test_nobody_without_a_post_here_corrects_anything(town: Town):
    report(town)
    for who in (FRIEND, NEIGHBOUR, OUTSIDER):
        for text in ("改类 1 路灯", "不是诉求 1", "1 转为咨询"):
            assert town.say(text, by=who).steps == []

    assert (town.case().category, town.case().state) == ("C01", "new")
    assert corrections(town) == []


def test_what_was_no_request_is_forgotten_and_its_words_are_kept(town: Town):
    report(town)
    because = [list(each) for each in town.case().because]
    said = town.say("不是诉求 1 他们在说笑", by=LEADER)

    case = town.case()
    assert said.steps == ["not_a_case"]
    assert (case.state, case.text, case.place) == ("withdrawn", "", "")
    assert "#1 按闲聊撤了" in town.room()[-1]
    with town.session() as session:
        assert {line.text for line in session.execute(select(CaseLine)).scalars()} == {""}
        assert list(session.execute(select(Attachment)).scalars()) == []
    [kept] = corrections(town)
    assert (kept.kind_after, kept.category_before, kept.category_after) == ("chat", "C01", None)
    assert {word for word, _ in kept.because} == {word for word, _ in because if word in OWN}
    assert kept.because
    check_rows(town)


def test_of_what_was_no_request_no_line_is_left_in_any_table(town: Town):
    report(town, "桥头垃圾桶满了好几天没人收 呱呱唧唧")
    assert "呱呱唧唧" in str(town.rows())
    town.say("不是诉求 1", by=LEADER)
    town.wait(minutes=2)

    assert "呱呱唧唧" not in str(town.rows())
    assert "没人收" not in "".join(str(row) for row in town.rows()["outbox"])


def test_who_dismisses_a_case_is_seen_by_the_rung_above(town: Town):
    report(town)
    town.say("1 不是诉求", by=LEADER)

    assert "邻长张把 #1（垃圾）记为“不是诉求”" in town.heard(OTHER_LEADER)[-1]


def test_a_misreading_noticed_at_once_is_never_heard_in_the_group(town: Town):
    town.say(GARBAGE, by=RESIDENT)
    town.say("不是诉求", by=LEADER, quote=GARBAGE)
    town.wait(minutes=2)

    assert town.room() == []
    assert town.case().state == "withdrawn"


def test_what_several_people_report_cannot_be_dismissed_as_talk(town: Town):
    report(town, "三邻停水了")
    town.say("我家也停水了", by=NEIGHBOUR)
    town.say("不是诉求 1", by=LEADER)

    assert town.case().state == "new"
    assert "另有1户跟着反映" in town.heard(LEADER)[-1]


def test_what_somebody_has_been_in_touch_about_cannot_be_dismissed(town: Town):
    report(town)
    town.say("接单 1", by=LEADER)
    town.say("已联系 1 下午去", by=LEADER)
    town.say("不是诉求 1", by=LEADER)

    assert town.case().state == "in_progress"
    assert corrections(town) == []


def test_a_leader_turns_a_doubtful_line_into_a_case_of_its_sender(doubting_town: Town):
    town = doubting_town
    town.say(DOUBTFUL, by=RESIDENT)
    town.wait(minutes=5)
    assert town.cases() == []
    town.say("转诉求 路灯", by=LEADER, quote=DOUBTFUL)
    town.wait(seconds=40)

    case = town.case()
    assert (case.category, case.reporter, case.state) == ("B02", RESIDENT, "new")
    assert "记下了 #1 路灯" in town.room()[-1]
    [kept] = corrections(town)
    assert (kept.case_id, kept.kind_before, kept.kind_after) == (1, "suspected", "report")
    with town.session() as session:
        assert list(session.execute(select(Draft)).scalars()) == []
    check_rows(town)


def test_of_a_doubtful_line_that_was_nothing_only_the_words_stay(doubting_town: Town):
    town = doubting_town
    town.say(DOUBTFUL, by=RESIDENT)
    town.wait(minutes=5)
    town.say("不是诉求", by=LEADER, quote=DOUBTFUL)
    town.wait(days=2)

    [kept] = corrections(town)
    assert (kept.case_id, kept.kind_before, kept.kind_after) == (None, "suspected", "chat")
    assert kept.because
    assert town.cases() == []
    assert "呱呱" not in str(town.rows())


def test_a_line_that_is_gone_is_not_made_up(town: Town):
    town.say("今晚吃什么", by=RESIDENT)
    town.say("转诉求 路灯", by=LEADER, quote="今晚吃什么")

    assert town.cases() == []
    assert "最多一天" in town.heard(LEADER)[-1]


def test_passing_words_of_a_leader_correct_nothing_and_are_not_answered(town: Town):
    for text in ("不是诉求", "转为群聊", "转成明天开会", "误报"):
        town.say(text, by=LEADER)

    assert town.room() == []
    assert town.heard(LEADER) == []


def test_passing_words_beside_a_fresh_case_do_not_touch_it(town: Town):
    report(town)
    said = len(town.heard(LEADER))
    for text in ("转成明天开会", "转为群聊", "误报", "改类别的事明天说"):
        town.say(text, by=LEADER)

    assert (town.case().category, town.case().state) == ("C01", "new")
    assert corrections(town) == []
    assert len(town.heard(LEADER)) == said


def test_two_corrections_of_one_case_at_once_leave_its_history_whole(town: Town):
    report(town)
    town.say("改类 1 路灯", by=LEADER)
    town.say("改类 1 下水道", by=CHIEF)
    town.say("改类 1 下水道", by=DUTY)

    assert town.case().category == "C03"
    assert len(corrections(town)) == 2
    assert "本来就是下水道" in town.heard(DUTY)[-1]
    check_rows(town)


def test_whatever_leaders_correct_in_whatever_order_history_and_privacy_hold(town: Town):
    """Sixty random corrections, claims and reports: rows follow from events, nothing private becomes public."""
    dice = random.Random(7)  # noqa: S311 - the same village each time
    leaders = (LEADER, OTHER_LEADER, CHIEF, DUTY)
    names = ("路灯", "下水道", "邻里纠纷", "家庭暴力", "反映干部", "停水", "火情", "b07", "咨询", "没有的类")
    told = ("桥头垃圾桶满了好几天没人收", "四组桥头路灯不亮好几天了", "三邻停水了", "家门口下水道堵了")
    strictest: dict[int, str] = {}
    for _ in range(60):
        numbers = [case.no for case in town.cases()] or [1]
        no, name = dice.choice(numbers), dice.choice(names)
        said = (
            f"改类 {no} {name}",
            f"{no} 转为{name}",
            f"不是诉求 {no}",
            f"接单 {no}",
            f"已联系 {no} 下午到",
            dice.choice(told),
        )
        words = dice.choice(said)
        by = dice.choice((RESIDENT, NEIGHBOUR, THIRD)) if words in told else dice.choice(leaders)
        town.say(words, by=by)
        town.wait(minutes=dice.choice((0, 1, 12)))
        for case in town.cases():
            assert case.privacy >= strictest.get(case.no, "P0")
            strictest[case.no] = case.privacy
            assert bool(case.text) != (case.state == "withdrawn")

    check_rows(town)
    with town.session() as session:
        steps = [event.step for event in session.execute(select(CaseEvent)).scalars()]
    assert len(corrections(town)) == steps.count("correct") + steps.count("not_a_case") > 10
