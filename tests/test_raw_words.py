"""What people read stands as it was written, whatever understanding made of it."""

import pytest

from bot.parts import LEXICON, LOCALE
from bot.raw_words import with_raw_words
from handlers.understanding import Understanding, load_understanding


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return load_understanding(LEXICON, LOCALE)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("办结 水厂已换接头，四组恢复供水（KTV旁）", "水厂已换接头，四组恢复供水（KTV旁）"),
        ("１０２３搞定了 阀门已换新能用", "阀门已换新能用"),
        ("@便民小助手 接单 3，下午两家到现场", "下午两家到现场"),
        ("发通知 全村 明天停电！详见 https://A.cn/X", "明天停电！详见 https://A.cn/X"),
    ],
)
def test_the_words_of_a_command_keep_their_punctuation_and_case(
    understanding: Understanding, said: str, words: str
):
    decision = with_raw_words(understanding.understand(said, sender_role="cadre"), said, understanding.plain)

    assert decision.commands[0].groups["words"] == words


def test_numbers_in_a_result_stay_masked_and_in_a_notice_stay_readable(understanding: Understanding):
    result, notice = "办结 已修好，电话13800001234", "发通知 全村 有事打13800001234，随时接"

    kept = [
        with_raw_words(understanding.understand(t, sender_role="cadre"), t, understanding.plain).commands[0]
        for t in (result, notice)
    ]

    assert "13800001234" not in kept[0].groups["words"]
    assert "13800001234" in kept[1].groups["words"]
