"""What a group may not hear, and how long texts are cut."""

import pytest

from models.rules.outgoing import OPEN_NUMBERS, Blocked, guard, parts_of

MASKED = [
    ("打13812345678找他", "打138****78找他"),
    ("打 138 1234 5678 找他", "打 138****78 找他"),
    ("+8613812345678", "+86****78"),
    ("证件420106199001011234", "证件420****34"),
    ("证件42010619900101123X", "证件420****3X"),
    ("卡号6222 0212 3456 7890 123", "卡号622****23"),
    ("卡号6222021234567890123", "卡号622****23"),
]
PLAIN = [
    "#1023 组长刘已接单，上午联系。", "请打110、119、120、122",
    "12345、12338、12356、96110、12388、95598", "2025-12-01 08:00停水",
    "没好回“没解决”，办好回“评 5 5 5”（效果 时长 态度）", "村值班 0731-8123456", "5分钟内到",
]  # fmt: skip
BLOCKED = [
    ("红黑榜公示", "banned_word"), ("这户要扣分", "banned_word"), ("曝光如下", "banned_word"),
    ("李家评了2 3 1", "rating_echo"), ("效果：2", "rating_echo"), ("他打了1分", "rating_echo"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "heard"), MASKED)
def test_personal_numbers_are_masked_in_groups_only(text: str, heard: str):
    assert guard(text, in_group=True) == heard
    assert guard(text, in_group=False) == text


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_sentences_pass_as_they_are(text: str):
    assert guard(text, in_group=True) == text


@pytest.mark.parametrize("number", sorted(OPEN_NUMBERS))
def test_numbers_everybody_should_call_are_never_masked(number: str):
    assert guard(f"请马上打{number}！", in_group=True) == f"请马上打{number}！"


@pytest.mark.parametrize(("text", "why"), BLOCKED)
def test_what_shames_or_tells_a_rating_is_not_said_in_a_group(text: str, why: str):
    assert guard(text, in_group=True) == Blocked(why)


def test_a_text_that_fits_stays_whole():
    assert parts_of("短", 2000) == ("短",)


@pytest.mark.parametrize("text", ["长" * 3000, "一句话。" * 700, "😀" * 1200, "a\n" * 3000])
def test_long_texts_are_cut_between_characters_in_order_and_numbered(text: str):
    parts = parts_of(text, 2000)

    assert all(len(part.encode()) <= 2000 for part in parts)
    assert [part[: part.index(")") + 1] for part in parts] == [
        f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)
    ]
    assert "".join(part[part.index(")") + 1 :] for part in parts).replace("\n", "") == text.replace("\n", "")
