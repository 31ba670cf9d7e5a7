"""A cadre's own file: what he may write, what he is told, and what understanding makes of it."""

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.understanding_reference import ROOT
from bot.local_words import slips_of, told, with_local, wording
from bot.parts import LEXICON, LOCALE
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from models.lexicon import Lexicon, LexiconError, load_lexicon
from models.local_lexicon import UnusableLocalWords, load_local
from models.rules.correcting import categories_named
from models.rules.decision import Kind
from models.rules.local_words import LocalWord, LocalWords, Slip, merge_local, read_local

GOOD = """
# 安全村的话
places = ["王家湾井边", "老井头"]
not_requests = ["打牌三缺一", "村晚彩排"]

[words]
"夜光棒瞎了" = "路灯"
"土路稀巴烂" = { category = "道路破损", weight = 1.5 }
"河里翻白肚" = "C04"

[[learned]]
word = "漏得跟筛子样"
category = "F01"
weight = 2.0
corrections = 4
why = "给人看的"
"""


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(LEXICON)


def understanding_with(lexicon: Lexicon, local: LocalWords) -> Understanding:
    return Understanding(merge_local(lexicon, local), load_phrases(LOCALE))


def written(folder: Path, text: str) -> Path:
    file = folder / "local.toml"
    file.write_text(text, encoding="utf-8")
    return file


def same(word: str) -> str:
    return word


def test_everything_in_the_file_is_read(lexicon: Lexicon, tmp_path: Path):
    local = load_local(written(tmp_path, GOOD), lexicon, same)

    assert local.places == ("王家湾井边", "老井头")
    assert local.not_requests == ("打牌三缺一", "村晚彩排")
    assert set(local.words) == {
        LocalWord("夜光棒瞎了", "B02"), LocalWord("土路稀巴烂", "B01", 1.5), LocalWord("河里翻白肚", "C04"),
        LocalWord("漏得跟筛子样", "F01", 2.0),
    }  # fmt: skip


def test_local_words_and_places_are_understood(lexicon: Lexicon, tmp_path: Path):
    """The words stand in no shipped file; what is understood comes from the cadre's."""
    place = written(tmp_path, GOOD)
    asked = "报事 王家湾井边夜光棒瞎了，麻烦来个人修一下"
    ours = Understanding(with_local(lexicon, place), load_phrases(LOCALE)).understand(asked)

    assert (ours.kind, ours.category) == (Kind.REPORT, "B02")
    assert "夜光棒瞎了" in dict(ours.because)
    assert any("王家湾井边" in each for each in ours.places)


def test_words_may_be_written_as_people_type_them(lexicon: Lexicon, tmp_path: Path):
    file = written(tmp_path, 'places = ["王家灣"]\n[words]\n"ＬＥＤ燈瞎了" = "路灯"\n')
    found = with_local(lexicon, file).item("B02").dialect

    assert "led灯瞎了" in found


def test_the_heavier_of_two_local_words_wins(lexicon: Lexicon):
    text = "报事 老樟树那里夜光棒和翻白肚"
    for light, heavy, wanted in (("C04", "B02", "B02"), ("B02", "C04", "C04")):
        words = (LocalWord("翻白肚", light, 0.5), LocalWord("夜光棒", heavy, 3.0))
        local = LocalWords(words=words)
        assert understanding_with(lexicon, local).understand(text).category == wanted


def test_a_shipped_word_can_be_taken_away(lexicon: Lexicon):
    word = lexicon.item("B02").keywords[0]
    merged = merge_local(lexicon, LocalWords(words=(LocalWord(word, "B02", 0.0),)))

    assert word in lexicon.item("B02").keywords
    assert word not in (*merged.item("B02").keywords, *merged.item("B02").dialect)


def test_what_is_laid_over_in_two_steps_is_laid_over(lexicon: Lexicon):
    """A patch is compared over a lexicon that holds the place's words already."""
    first = LocalWords((LocalWord("夜光棒", "B02", 2.0),), ("老井头",), ("村晚彩排",))
    then = LocalWords(
        (LocalWord("夜光棒", "B02", 1.0), LocalWord("翻白肚", "C04", 0.5)), ("老井头东边",), ("打牌三缺一",)
    )
    both = merge_local(merge_local(lexicon, first), then)

    assert both.places.names == ("老井头东边", "老井头")
    assert both.item("A01").exclude[-2:] == ("村晚彩排", "打牌三缺一")
    assert dict(both.factors) == {("C04", "翻白肚"): 0.5}
    assert both.evidence["not_here"] == ("村晚彩排", "打牌三缺一")


def test_without_a_file_nothing_is_different(lexicon: Lexicon):
    assert with_local(lexicon, None) is lexicon
    assert merge_local(lexicon, LocalWords()) is lexicon


def test_a_saying_that_is_no_request_here_counts_against_all_categories(lexicon: Lexicon):
    text = "村晚彩排垃圾"
    before = understanding_with(lexicon, LocalWords(places=("某地某地",))).understand(text)
    after = understanding_with(lexicon, LocalWords(not_requests=("村晚彩排",))).understand(text)

    assert max((score for _, score in after.candidates), default=0) <= max(
        (score for _, score in before.candidates), default=0
    )
    assert after.kind is Kind.CHAT


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1", "不认识“colour”"),
        ('places = "王家湾"', "places 要写成列表"),
        ('places = ["湾"]', "“湾”太短或太长：一个词要 2 到 20 个字"),
        ('words = ["甲乙"]', "words 写法不对"),
        ('learned = "甲乙"', "learned 写法不对"),
        ('imported = ["甲乙"]', "imported 写法不对"),
        ('[[imported]]\nword = "夜光棒"\nplace = "老井头"', "imported 写法不对"),
        ("[[imported]]\nplace = 3", "imported 写法不对"),
        ('[[imported]]\nplace = "湾"', "“湾”太短或太长"),
        ('[[imported]]\nword = "夜光棒"', "“夜光棒”没有写类别"),
        ('[[imported]]\nnot_request = "着火"', "“着火”碰到紧急词（火情）"),
        ('[words]\n"夜光棒" = "火星"', "“夜光棒”的类别“火星”没有"),
        ('[words]\n"夜光棒" = "水"', "“夜光棒”的类别“水”可能是：停水水压"),
        ('[words]\n"夜光棒" = 3', "“夜光棒”没有写类别"),
        ('[words]\n"夜光棒" = { category = "B02", weight = 9 }', "“夜光棒”的分量 9 不行：要写 0 到 3 的数"),
        ('[words]\n"夜光棒" = { category = "B02", heavy = 1 }', "不认识“夜光棒: heavy”"),
        ('not_requests = ["着火"]', "“着火”碰到紧急词（火情）"),
        ('not_requests = ["路灯"]', "“路灯”是“路灯照明”常用的词"),
        ('[words]\n夜光棒 = "路灯"', '第2行看不懂：夜光棒 = "路灯"'),
        ('[words]\n"夜光棒" = “路灯”', "第2行用了中文标点 “ ："),
        ('places = ["王家湾"，"老井头"]', "第1行用了中文标点 ， ："),
        ('[words]\n"夜光棒" = "路灯"\n"夜光棒" = "路灯"', "第3行的词或段落前面写过一次了"),
        ('[words]\n"夜光棒" = "路灯', "第2行看不懂"),
    ],
)
def test_each_mistake_is_one_sentence_a_cadre_can_act_on(
    lexicon: Lexicon, tmp_path: Path, text: str, says: str
):
    with pytest.raises(UnusableLocalWords) as refused:
        load_local(written(tmp_path, text), lexicon, same)

    [sentence] = slips_of(refused.value)
    assert sentence.startswith(f"local.toml：{says}")
    assert "\n" not in sentence


def test_files_that_are_missing_or_not_text_are_told(lexicon: Lexicon, tmp_path: Path):
    with pytest.raises(LexiconError, match="没有这个文件"):
        with_local(lexicon, tmp_path / "nowhere.toml")
    (tmp_path / "gbk.toml").write_bytes('places = ["王家湾"]'.encode("gb18030"))
    with pytest.raises(LexiconError, match="不是 UTF-8"):
        with_local(lexicon, tmp_path / "gbk.toml")


def test_the_start_names_the_first_mistake_and_how_many_there_are(lexicon: Lexicon, tmp_path: Path):
    with pytest.raises(LexiconError, match=r"“湾”太短.*（共3处"):
        with_local(lexicon, written(tmp_path, 'places = ["湾", "屋"]\n[words]\n"夜光棒" = "火星"\n'))


def test_every_mistake_has_its_sentence():
    source = (ROOT / "models" / "rules" / "local_words.py").read_text(encoding="utf-8")
    source += (ROOT / "models" / "local_lexicon.py").read_text(encoding="utf-8")

    assert {key for key in wording()["local_slips"] if key != "MORE" and f'"{key}"' not in source} == set()
    assert told(Slip("NOT_A_LIST", {"key": "places"})).startswith("places 要写成列表")


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ("B02", {"B02"}), ("b02", {"B02"}), ("路灯", {"B02"}), ("路灯照明", {"B02"}), ("物业", {"F04"}),
        ("家里的事", {"E04", "E05"}), ("家庭暴力", {"E05"}), ("火星", set()), ("", set()), ("  ", set()),
    ],
)  # fmt: skip
def test_a_category_is_known_by_code_name_and_word(lexicon: Lexicon, wanted: str, codes: set[str]):
    assert {item.code for item in categories_named(lexicon.items, wanted)} == codes


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=80)
@given(
    table=st.dictionaries(
        st.sampled_from(("places", "not_requests", "words", "learned", "imported", "x")), anything
    )
)
def test_whatever_stands_in_the_file_is_read_or_told(lexicon: Lexicon, table: dict[str, Any]):
    local, slips = read_local(table, lexicon, same)

    assert all(told(slip) for slip in slips)
    codes = {item.code for item in lexicon.items}
    assert {each.category for each in local.words} <= codes


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=60))
def test_whatever_bytes_a_file_holds_are_read_or_told(
    lexicon: Lexicon, tmp_path_factory: pytest.TempPathFactory, text: str
):
    file = tmp_path_factory.mktemp("words") / "local.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(UnusableLocalWords):
        assert load_local(file, lexicon, same) == LocalWords()


ALARMS = [
    line.split("\t")
    for line in (ROOT / "tests" / "understanding" / "spoken.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


@settings(deadline=None, max_examples=12)
@given(picked=st.data())
def test_no_local_saying_silences_an_emergency(lexicon: Lexicon, picked: st.DataObject):
    types = {each.code for each in lexicon.emergencies}
    urgent = [(meant, text) for meant, text in ALARMS if meant in types]
    quiet = []
    for _, text in urgent:
        start = picked.draw(st.integers(0, max(0, len(text) - 4)))
        quiet.append(text[start : start + picked.draw(st.integers(2, 8))])
    local, _ = read_local({"not_requests": quiet}, lexicon, same)
    heard = understanding_with(lexicon, local)

    assert [text for meant, text in urgent if heard.understand(text).emergency != meant] == []


def test_the_example_of_the_manual_can_be_used(lexicon: Lexicon):
    page = (ROOT / "docs" / "lexicon.md").read_text(encoding="utf-8")
    examples = [block.split("```")[0] for block in page.split("```toml\n")[1:]]

    assert examples
    for example in examples:
        assert read_local(tomllib.loads(example), lexicon, same)[1] == ()


def test_the_manual_lists_every_category(lexicon: Lexicon):
    page = (ROOT / "docs" / "lexicon.md").read_text(encoding="utf-8")

    assert [item.code for item in lexicon.items if f"{item.code} {item.name}" not in page] == []
    assert all(item.spoken in page for item in lexicon.items)
