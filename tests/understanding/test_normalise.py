"""What people type, in the one form the lexicon is written in."""

import pytest

from benchmarks.understanding_reference import ROOT
from handlers.understanding import normalise
from handlers.understanding.normalise import Normaliser
from models.lexicon import load_lexicon


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser(load_lexicon(ROOT / "lexicon").folding)


def test_full_width_becomes_half_width():
    assert normalise.fold_width("１０２３ＫＴＶ！") == "1023KTV!"


def test_traditional_becomes_simplified():
    assert normalise.simplify("我們這裡停水了") == "我们这里停水了"


def test_simplified_text_never_meets_the_converter():
    assert normalise.traditional_only().isdisjoint("四组桥头路灯不亮好几天了")


def test_invisible_characters_go():
    assert normalise.drop_invisible("停\u200b水\ufeff了\u2060") == "停水了"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("快！！！！！", "快！！"),
        ("哈哈哈哈哈哈", "哈哈哈"),
        ("13800008888", "13800008888"),
        ("- - -", "- - -"),
    ],
)
def test_repetitions_are_folded_but_digits_are_not(typed: str, folded: str):
    assert normalise.fold_repeats(typed) == folded


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("@便民小助手 我家停水了", "我家停水了"),
        ("@小 王\u2005三组没水", "三组没水"),
        ("三组没水 @李邻长", "三组没水"),
        ("@便民小助手 ", ""),
        ("三组没水[流泪][流泪]", "三组没水"),
        ("KTV太吵", "ktv太吵"),
        ("  三组\u3000没水 ", "三组 没水"),
    ],
)
def test_mentions_emoji_spaces_and_case(normaliser: Normaliser, typed: str, own: str):
    assert normaliser.clean(typed).own == own


def test_a_mention_inside_a_command_stays_with_the_command(normaliser: Normaliser):
    assert normaliser.clean("@小助手 转派 1023 给 @王师傅").spoken == "转派 1023 给 @王师傅"


def test_a_quote_block_is_split_off(normaliser: Normaliser):
    clean = normaliser.clean("「许姨：3栋门禁坏了\n谁都能进」\n- - - - - - - - - -\n办结 已换锁芯")

    assert (clean.quote, clean.own) == ("3栋门禁坏了\n谁都能进", "办结 已换锁芯")


def test_brackets_alone_are_no_quote(normaliser: Normaliser):
    assert normaliser.clean("「三组」停水了").quote is None


@pytest.mark.parametrize(
    ("spoken", "figures"),
    [
        ("井号一零二三修好没", "#1023修好没"),
        ("一零二三号修好没", "1023号修好没"),
        ("接单 一零二三", "接单 1023"),
        ("七号不用来了", "7号不用来了"),
        ("工单十二怎么样了", "#12怎么样了"),
        ("单号 二十三", "#23"),
        ("井号幺洞二三", "#1023"),
        ("三组一下雨就积水", "三组一下雨就积水"),
        ("停了三四天", "停了三四天"),
        ("四组桥头", "四组桥头"),
    ],
)
def test_spoken_numbers_become_figures_only_where_they_are_numbers(
    normaliser: Normaliser, spoken: str, figures: str
):
    assert normaliser.digits(spoken) == figures


def test_the_head_of_a_very_long_message_is_kept(normaliser: Normaliser):
    own = normaliser.clean("三组停水了。" + "今天天气不错" * 200_000).own

    assert own.startswith("三组停水了")
    assert len(own) <= normaliser.longest
