"""Questions answered from approved texts, or become cases; texts written, listed and stopped by chat (seeds E13, D07)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from handlers.township.staging import StagedRoom
from models.rules.knowledge import PolicyEntry
from models.tables import Area, Draft, KnowledgeItem
from tests.town.town import ACCOUNT, DUTY, FRIEND, LEADER, NEIGHBOUR, OUTSIDER, RESIDENT, Town, village

INSURANCE = PolicyEntry(
    "居民医保缴费", "每人400元，12月31日前交，村部可代交", "县医保局", date(2025, 3, 5), date(2025, 12, 31), 0,
    ("医保", "医保什么时候截止", "医保怎么交"),
)  # fmt: skip
ALLOWANCE = PolicyEntry(
    "低保申请", "写申请交村部，带户口本和收入证明，公示后镇里批", "镇民政办", date(2025, 1, 8), date(2026, 6, 30), 0,
    ("低保", "低保申请"),
)  # fmt: skip
STRAW = PolicyEntry(
    "秸秆禁烧",
    "全年不许露天烧，可卖给收储点",
    "县政府",
    date(2024, 5, 1),
    date(2025, 12, 31),
    0,
    ("秸秆 烧",),
)
OLD = replace(STRAW, title="旧规定", expires_on=date(2025, 7, 14), asked=("居住证", "居住证怎么办"))
TEXTS = (INSURANCE, ALLOWANCE, STRAW, OLD)
ANSWER = (
    "据《居民医保缴费》（县医保局 2025-03）：每人400元，12月31日前交，村部可代交。"
    "以窗口答复为准，不是您问的回“不是这个”。"
)
WORK = StagedRoom("work", "工作群", "安全村", kind="working", tier=2, account=ACCOUNT)
WRITTEN = (
    "政策 录入 标题：高龄补贴 答复：满80岁每月50元，带身份证到村部申请 来源：镇民政办 "
    "日期：2025-03 有效到：2025-12 问法：高龄补贴、老人补贴"
)
Make = Callable[..., Town]


@pytest.fixture
def town(make_town: Make) -> Town:
    return make_town(stage=village(policies=TEXTS, rooms=(*village().rooms, WORK)))


def items(town: Town) -> list[KnowledgeItem]:
    with town.session() as session:
        return list(session.scalars(select(KnowledgeItem).order_by(KnowledgeItem.no)))


def move(town: Town, title: str, area: str) -> str:
    """Let a text hold in another area; where it held before."""
    with town.session() as session:
        item = session.scalars(select(KnowledgeItem).where(KnowledgeItem.title == title)).one()
        before = session.get_one(Area, item.area_id).name
        item.area_id = session.scalars(select(Area).where(Area.name == area)).one().id or 0
        session.commit()
    return before


def drafts(town: Town) -> list[Any]:
    with town.session() as session:
        return list(session.scalars(select(Draft)))


def test_a_question_is_answered_once_with_source_and_date_and_no_case(town: Town):
    town.say("今年医保多少钱", by=RESIDENT)
    assert town.room() == []

    town.wait(seconds=30)

    assert town.room() == [ANSWER]
    assert town.cases() == []
    assert town.heard(LEADER) == []


def test_a_burst_of_questions_has_one_answer(town: Town):
    town.say("请问今年医保多少钱", by=RESIDENT)
    town.say("什么时候截止啊", by=RESIDENT)
    town.say("医保怎么交", by=RESIDENT)
    town.wait(minutes=2)

    assert town.room() == [ANSWER]
    assert town.cases() == []


def test_what_stands_in_the_group_is_not_said_again_to_the_next_who_asks(town: Town):
    town.say("医保什么时候截止", by=RESIDENT)
    town.wait(minutes=1)
    town.say("医保多少钱一个人", by=NEIGHBOUR)
    town.wait(minutes=1)
    assert town.room() == [ANSWER]

    town.wait(minutes=15)
    town.say("医保怎么交", by=NEIGHBOUR)
    town.wait(minutes=1)

    assert town.room() == [ANSWER, ANSWER]


def test_a_private_question_is_answered_privately(town: Town):
    town.say("医保怎么交", by=FRIEND, private=True)
    town.say("医保怎么交", by=FRIEND)
    town.wait(minutes=1)

    assert town.heard(FRIEND) == [ANSWER]
    assert town.room() == [ANSWER]


def test_what_no_text_answers_becomes_a_case(town: Town):
    town.say("那我妈户口在外省 医保在这能交不", by=RESIDENT)
    town.wait(minutes=1)

    assert len(town.cases()) == 1
    assert [line for line in town.room() if "据《" in line] == []
    assert "#1" in town.room()[0]


def test_not_this_one_makes_a_case_of_the_question(town: Town):
    town.say("今年医保多少钱", by=RESIDENT)
    town.wait(minutes=1)

    town.say("不是这个，我问的是外省户口怎么交", by=RESIDENT)
    town.wait(minutes=1)

    assert "今年医保多少钱" in town.case().text
    assert "外省户口" in town.case().text
    assert town.room()[-1].startswith("这个我拿不准")
    assert drafts(town) == []


@pytest.mark.parametrize("words", ["没解决", "还是不明白", "答非所问"])
def test_an_answer_that_does_not_help_becomes_a_case_once(town: Town, words: str):
    town.say("今年医保多少钱", by=RESIDENT)
    town.wait(minutes=1)
    town.say(words, by=RESIDENT)
    town.say(words, by=RESIDENT)
    town.wait(minutes=1)

    assert [case.text for case in town.cases()] == ["今年医保多少钱"]


def test_an_answer_refused_before_it_was_said_is_not_said(town: Town):
    town.say("今年医保多少钱", by=RESIDENT)
    town.say("不是这个 我问的是医保卡丢了", by=RESIDENT)
    town.wait(minutes=2)

    assert [line for line in town.room() if "据《" in line] == []
    assert len(town.cases()) == 1


def test_somebody_elses_not_this_one_changes_nothing(town: Town):
    town.say("今年医保多少钱", by=RESIDENT)
    town.wait(minutes=1)
    before = town.room()

    town.say("不是这个", by=NEIGHBOUR)
    town.say("没解决", by=NEIGHBOUR)
    town.wait(minutes=1)

    assert town.cases() == []
    assert town.room() == before


def test_after_a_day_nothing_is_kept_of_the_question(town: Town):
    town.say("今年医保多少钱", by=RESIDENT)
    town.wait(hours=25)
    town.say("不是这个", by=RESIDENT)
    town.wait(minutes=1)

    assert town.cases() == []


def test_what_was_asked_stands_nowhere_in_plain_words(town: Town):
    town.say("俺家今年医保要交多少钱哟", by=RESIDENT)
    town.wait(minutes=1)

    assert town.room() == [ANSWER]
    assert "俺家" not in str(town.rows())


def test_an_expired_text_is_never_quoted(town: Town):
    town.say("居住证怎么办", by=RESIDENT)
    town.wait(minutes=1)

    assert [line for line in town.room() if "旧规定" in line] == []
    assert len(town.cases()) == 1


def test_a_text_is_quoted_on_its_last_day_and_not_on_the_next(make_town: Make):
    last = replace(INSURANCE, expires_on=date(2025, 7, 15))
    town = make_town(stage=village(policies=(last,)))
    town.say("今年医保多少钱", by=RESIDENT)
    town.wait(minutes=1)
    assert town.room() == [ANSWER]

    town.wait_until("09:00", day=1)
    town.say("医保怎么交", by=NEIGHBOUR)
    town.wait(minutes=1)

    assert town.room()[1:] != [ANSWER]
    assert len(town.cases()) == 1


def test_one_s_own_matter_is_always_a_case(town: Town):
    town.say("我家低保申请怎么还没批下来", by=RESIDENT)
    town.wait(minutes=1)

    assert len(town.cases()) == 1
    assert [line for line in town.room() if "据《" in line] == []


def test_the_rule_at_large_may_be_told_in_the_group(town: Town):
    town.say("低保怎么申请", by=RESIDENT)
    town.wait(minutes=1)

    assert town.room()[0].startswith("据《低保申请》（镇民政办 2025-01）")
    assert town.cases() == []


def test_a_private_matter_of_one_s_people_is_answered_privately_or_becomes_a_case(town: Town):
    town.say("我妈低保怎么申请", by=FRIEND)
    town.wait(minutes=1)
    assert town.heard(FRIEND)[0].startswith("据《低保申请》")
    assert town.room() == []

    town.say("我妈低保怎么申请", by=RESIDENT)
    town.wait(minutes=1)

    assert len(town.cases()) == 1
    assert [line for line in town.room() if "低保" in line] == []


def test_not_this_one_said_privately_after_a_private_answer(town: Town):
    town.say("我妈低保怎么申请", by=FRIEND)
    town.wait(minutes=1)
    town.say("不是这个", by=FRIEND, private=True)
    town.wait(minutes=1)

    assert len(town.cases()) == 1
    assert town.room() == []


def test_a_complaint_with_the_words_of_a_text_is_a_case(town: Town):
    town.say("谁家在烧秸秆 呛死人了 怎么没人管", by=RESIDENT)
    town.wait(minutes=1)

    assert [line for line in town.room() if "据《" in line] == []
    assert len(town.cases()) == 1


def test_chat_is_not_answered_unless_it_was_said_to_us(town: Town):
    town.say("田里稻草可以烧吗", by=RESIDENT)
    town.wait(minutes=1)
    assert town.room() == []

    town.say("田里稻草可以烧吗", by=RESIDENT, to_us=True)
    town.wait(minutes=1)

    assert town.room()[0].startswith("据《秸秆禁烧》")
    assert town.cases() == []


def test_a_leader_who_explains_a_rule_is_not_answered(town: Town):
    town.say("低保怎么申请，大家可以问我", by=LEADER)
    town.wait(minutes=1)

    assert [line for line in town.room() if "据《" in line] == []


def test_a_leader_s_own_answer_goes_before_ours(town: Town):
    town.say("今年医保多少钱", by=RESIDENT)
    town.say("400块，年底前交", by=LEADER)
    town.wait(minutes=2)

    assert town.room() == []
    assert town.cases() == []


def test_a_text_of_another_area_is_not_quoted(make_town: Make):
    stage = village(policies=TEXTS, rooms=(*village().rooms, WORK))
    town = make_town(stage=stage)
    town.say(f"{WRITTEN} 范围：四组", by=DUTY, room="work")
    town.say("确认", by=DUTY, room="work")
    home = move(town, "高龄补贴", "平安村")
    town.say("高龄补贴怎么领", by=RESIDENT)
    town.wait(minutes=1)
    assert [line for line in town.room() if "据《" in line] == []

    move(town, "高龄补贴", home)
    town.say("高龄补贴怎么领取啊", by=NEIGHBOUR)
    town.wait(minutes=1)

    assert [line for line in town.room() if "据《高龄补贴》" in line]


def test_at_night_an_answer_waits_for_the_morning(town: Town):
    town.wait_until("23:00")
    town.say("今年医保多少钱", by=RESIDENT)
    town.wait(minutes=5)
    assert town.room() == []

    town.wait_until("08:00", day=1)

    assert town.room() == [ANSWER]


def test_a_cadre_writes_a_text_sees_it_and_confirms(town: Town):
    town.say(WRITTEN, by=DUTY, private=True)
    assert "确认" in town.heard(DUTY)[0]
    assert town.heard(DUTY)[1].startswith(
        "据《高龄补贴》（镇民政办 2025-03）：满80岁每月50元，带身份证到村部申请。"
    )
    assert [item.title for item in items(town)].count("高龄补贴") == 0

    town.say("确认", by=DUTY, private=True)
    item = items(town)[-1]

    assert "政策5《高龄补贴》已能答了，到2025-12-31为止" in town.heard(DUTY)[-1]
    assert (item.expires_on, item.asked) == (date(2025, 12, 31), ["高龄补贴", "老人补贴"])
    town.say("高龄补贴怎么领", by=RESIDENT)
    town.wait(minutes=1)
    assert town.room()[0].startswith("据《高龄补贴》")


def test_written_again_it_takes_the_place_of_the_old_one(town: Town):
    for words in (WRITTEN, WRITTEN.replace("50元", "60元")):
        town.say(words, by=DUTY, private=True)
        town.say("确认", by=DUTY, private=True)

    assert "换掉原来的政策5" in "\n".join(town.heard(DUTY))
    assert [item.answer for item in items(town) if item.title == "高龄补贴"] == [
        "满80岁每月60元，带身份证到村部申请"
    ]


def test_without_confirmation_nothing_is_kept(town: Town):
    town.say(WRITTEN, by=DUTY, private=True)
    town.wait(minutes=6)
    town.say("确认", by=DUTY, private=True)

    assert len(items(town)) == len(TEXTS)


def test_lines_of_their_own_are_read_too(town: Town):
    town.say(WRITTEN.replace(" ", "\n").replace("政策\n录入", "政策 录入"), by=DUTY, private=True)
    town.say("确认", by=DUTY, private=True)

    assert items(town)[-1].title == "高龄补贴"
    assert items(town)[-1].asked == ["高龄补贴", "老人补贴"]


BAD = {
    "nothing": ("政策 录入", "这样写"),
    "no source": (WRITTEN.replace("来源：镇民政办 ", ""), "还缺来源"),
    "over": (WRITTEN.replace("有效到：2025-12", "有效到：2025-06"), "已经过了"),
    "no date": (WRITTEN.replace("日期：2025-03", "日期：前年春天"), "前年春天"),
    "not yet": (WRITTEN.replace("日期：2025-03", "日期：2025-09"), "还没到"),
    "too long": (WRITTEN.replace("满80岁", "满80岁" * 25), "最多 84 个"),
    "elsewhere": (f"{WRITTEN} 范围：平安村", "不在您负责的范围里"),
    "nowhere": (f"{WRITTEN} 范围：月亮村", "不是系统里的区域"),
    "shaming": (WRITTEN.replace("满80岁", "不交的曝光，满80岁"), "不宜在群里说"),
}


@pytest.mark.parametrize(("words", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_a_text_is_told_in_one_sentence(town: Town, words: str, told: str):
    town.say(words, by=DUTY, private=True)

    assert len(town.heard(DUTY)) == 1
    assert told in town.heard(DUTY)[0]
    assert len(items(town)) == len(TEXTS)


def test_texts_are_listed_and_stopped(town: Town):
    town.say(WRITTEN, by=DUTY, private=True)
    town.say("确认", by=DUTY, private=True)
    town.say("政策", by=DUTY, private=True)
    told = town.heard(DUTY)[-1]
    assert "5 高龄补贴（安全村，到2025-12-31）" in told
    assert "1 居民医保缴费（" in told
    assert "2025-07-14已到期，不再答" in told

    town.say("政策 停 5", by=DUTY, private=True)
    assert town.heard(DUTY)[-1] == "政策5《高龄补贴》已停，不再答。"
    town.say("高龄补贴怎么领", by=RESIDENT)
    town.wait(minutes=1)

    assert [line for line in town.room() if "据《" in line] == []
    assert len(town.cases()) == 1
    town.say("政策 停 5", by=DUTY, private=True)
    assert town.heard(DUTY)[-1].startswith("没有找到")


def test_a_village_cannot_stop_what_the_township_wrote(town: Town):
    town.say("政策 停 1", by=DUTY, private=True)

    assert town.heard(DUTY)[-1].startswith("没有找到")
    assert items(town)[0].stopped_at is None


@pytest.mark.parametrize("who", [LEADER, OUTSIDER, FRIEND])
@pytest.mark.parametrize("words", [WRITTEN, "政策 停 1", "政策列表"])
def test_who_may_not_send_notices_changes_no_text(town: Town, who: str, words: str):
    before = [item.stopped_at for item in items(town)]
    town.say(words, by=who, private=True)
    town.say("确认", by=who, private=True)

    assert [item.stopped_at for item in items(town)] == before
    assert "居民医保缴费" not in "".join(town.heard(who))


def test_in_a_residents_group_the_commands_are_words_like_any_other(town: Town):
    town.say("政策 停 1", by=DUTY)
    town.say(WRITTEN, by=DUTY)
    town.wait(minutes=1)

    assert town.room() == []
    assert [item.stopped_at for item in items(town)] == [None] * len(TEXTS)
