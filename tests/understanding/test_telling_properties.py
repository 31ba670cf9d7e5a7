"""Whatever is typed: what is told beside the matter is read without failing, and is really there."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.understanding import Understanding
from models.rules.gazetteer import core, folded
from models.rules.told import Told

PIECES = (
    "三组", "桥头", "3栋2单元", "王家湾", "东风路", "解放路", "与", "和", "到", "的", "那个路口", "对面", "旁边", "家", "门口",
    "从", "昨晚", "三天了", "好几天", "半个月", "国庆那天", "一到下雨就", "十几户", "全村", "二百多人", "老人", "王组长",
    "不管", "物业", "楼上", "天天", "施工", "上周五", "10号", "去年", "幺", "零", "〇", "两", "百", "千", "几", "半", "多", "个",
    "月", "年", "周", " ", ",", "。", "1", "99999", "号", "我是", "住", "里", "这边", "第", "小组", "十", "😀", "\n", "A", "-",
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
NOW = datetime(2025, 7, 15, 1, 0, tzinfo=UTC)


@settings(max_examples=400, deadline=None)
@given(text=TEXTS)
def test_what_is_told_stands_in_the_text(understanding: Understanding, text: str):
    decision = understanding.with_words(understanding.understand(""), text)
    packed, told = decision.text.replace(" ", ""), decision.told

    assert len(decision.places) <= 4
    assert all(each and each in packed for each in decision.places)
    assert all(word in decision.text for word in spoken(told))
    assert (told.households or 2) >= 2
    lasting = told.lasting(NOW)
    assert lasting is None or lasting.total_seconds() >= 0


def spoken(told: Told) -> list[str]:
    """The words each part was heard by."""
    words = [told.recurring, told.affected, *(word for _, word in told.at_risk)]
    return [*words, *(each.words for each in told.accused), told.since.words if told.since else ""]


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_folding_names_twice_is_folding_once(text: str):
    assert folded(folded(text)) == folded(text)
    assert isinstance(core(text), str)
