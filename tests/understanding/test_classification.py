"""Which matter it is: keywords, hints and leanings together, whatever kind of message they stand in."""

import tomllib
from dataclasses import replace

import pytest

from benchmarks.leaning_rows import Sorter
from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_stream import table
from handlers.understanding import Understanding
from handlers.understanding.classify import EVEN, HINT
from handlers.understanding.leanings import Leanings
from handlers.understanding.terms import OnePass, Scan, Vocabulary
from models.leanings import areas_of, written
from models.lexicon import Lexicon
from models.rules.lexicon import Area
from models.rules.urgency import Privacy

ROWS = [(row["meant"], row["text"]) for row in table(ROOT / "tests" / "understanding" / "sorted.tsv")]
KEPT = ROOT / "lexicon" / "leanings.toml"


@pytest.fixture(scope="module")
def sorter(understanding: Understanding) -> Sorter:
    return Sorter(understanding.lexicon)


def named(lexicon: Lexicon, **words: str) -> Lexicon:
    """A lexicon of a few categories with one keyword each."""
    items = [each for each in lexicon.items if each.code in words]
    nothing = {"dialect": (), "exclude": (), "patterns": (), "hints": (), "hint_patterns": ()}
    return replace(
        lexicon,
        items=tuple(replace(each, keywords=(words[each.code],), **nothing) for each in items),
        leanings=(),
    )


def test_what_residents_of_five_regions_say_finds_its_category(sorter: Sorter):
    first = [(meant, text, next(iter(sorter.codes(text)), ("", 0.0))[0]) for meant, text in ROWS]
    wrong = [each for each in first if each[0] != each[2]]

    assert len({meant for meant, _ in ROWS}) >= 65
    assert len(wrong) <= 0.05 * len(ROWS), wrong


def test_greetings_and_thanks_around_a_matter_do_not_change_it(sorter: Sorter):
    for meant, text in ROWS[:40]:
        bare, wrapped = sorter.codes(text)[0][0], sorter.codes(f"大家好 打扰了 {text} 谢谢")[0][0]
        assert wrapped == bare, meant


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("桥头路灯坏了 垃圾也没人收", {"B02", "C01"}),
        ("电梯坏了一周 物业费照收", {"F03", "F04"}),
        ("停水两天了 路面又塌了个大坑", {"A01", "B01"}),
        ("狗不牵绳 半夜还吵得睡不着", {"D10", "C07"}),
    ],
)
def test_two_matters_in_one_message_are_its_first_two_candidates(
    understanding: Understanding, text: str, both: set[str]
):
    assert {code for code, _ in understanding.understand(text).candidates[:2]} == both


def test_of_two_equal_matters_the_more_urgent_leads(understanding: Understanding):
    sorter = Sorter(named(understanding.lexicon, B02="乙字号的灯", A05="甲字号的线"))

    (first, high), (second, low) = sorter.codes("乙字号的灯和甲字号的线")

    assert (first, second) == ("A05", "B02")
    assert high - low < EVEN


def test_of_two_equal_matters_of_one_urgency_the_one_named_first_leads(understanding: Understanding):
    sorter = Sorter(named(understanding.lexicon, B02="乙字号的灯", B01="甲字号的路"))

    assert [code for code, _ in sorter.codes("乙字号的灯和甲字号的路")] == ["B02", "B01"]
    assert [code for code, _ in sorter.codes("甲字号的路和乙字号的灯")] == ["B01", "B02"]


def test_saying_the_same_again_counts_once(sorter: Sorter):
    assert sorter.codes("路灯 路灯 路灯")[0] == sorter.codes("路灯")[0]


def test_a_thing_alone_names_a_category_and_opens_nothing(understanding: Understanding, sorter: Sorter):
    code, rank = sorter.codes("电梯")[0]

    assert code == "F03"
    assert rank >= HINT
    assert understanding.understand("电梯").category is None


def test_an_everyday_word_decides_between_categories_of_equal_words(understanding: Understanding):
    lexicon = named(understanding.lexicon, B02="甲字号", B01="乙字号")
    leaning = replace(
        lexicon, leanings=(Area("灯", ("B02",), {"晚上": 0.5}), Area("路", ("B01",), {"骑车": 0.5}))
    )

    assert Sorter(leaning).codes("甲字号乙字号 晚上看不见")[0][0] == "B02"
    assert Sorter(leaning).codes("甲字号乙字号 骑车摔了")[0][0] == "B01"


def test_a_word_that_leans_is_told_with_its_weight():
    areas = (Area("灯", ("B02", "B01"), {"晚上": 0.5}), Area("路", ("B01",), {"晚上": -0.2}))
    words = Vocabulary()
    Leanings.learn(areas, words)
    leanings = Leanings(areas)
    leaning = leanings.of(OnePass(words).scan("晚上") or Scan())

    assert leaning.words("B02") == [("晚上", 0.5)]
    assert leaning.words("B01") == [("晚上", 0.3)]
    assert [leaning.cells[leanings.cell(code)] for code in ("B02", "B01")] == [500, 300]
    assert list(leaning.usual) == ["B02", "B01"]


def test_hints_make_a_message_no_more_private_than_it_is(understanding: Understanding):
    decision = understanding.understand("书记 四组桥头路灯坏了好几天 干部也不来看看")

    assert (decision.category, decision.privacy) == ("B02", Privacy.P1)


def test_a_word_that_local_people_say_in_another_sense_counts_less(understanding: Understanding):
    quiet = replace(understanding.lexicon, factors={("B02", "路灯"): 0.0})

    assert (
        dict(Sorter(quiet).codes("路灯")).get("B02", 0.0)
        < dict(Sorter(understanding.lexicon).codes("路灯"))["B02"]
    )


def test_every_area_holds_known_categories_and_small_weights(understanding: Understanding):
    codes = {each.code for each in understanding.lexicon.items}
    areas = understanding.lexicon.leanings

    assert areas
    assert all(set(each.codes) <= codes for each in areas)
    assert all(0.1 < abs(weight) <= 1.5 for each in areas for weight in each.words.values())
    assert all(len(word) > 1 for each in areas for word in each.words)


def test_the_file_of_leanings_is_what_its_program_writes():
    text = KEPT.read_text(encoding="utf-8")

    assert text.endswith(written(areas_of(tomllib.loads(text))))
