"""What corrections speak for, and what they do not: counts that anybody can count again."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_words import wording
from bot.parts import LEXICON
from handlers.learning.counting import Odds, odds_of, words_in
from handlers.learning.patches import joined, read, written
from handlers.learning.proposing import ADD, LESS, MORE, Material, Proposal, entry_of, propose
from models.lexicon import Lexicon, load_lexicon
from models.rules.decision import Kind
from models.rules.misreading import Correction, KeptCase, last_words
from models.rules.urgency import Privacy

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LOOSE = wording()["learning"]["loose"]
WORD = "夜光棒"
LAMPS = ("巷子里夜光棒瞎了三天", "祠堂门口夜光棒又瞎了", "学校后头夜光棒一闪一闪", "老井边夜光棒瞎了")
OTHERS = ("垃圾桶满了没人收", "三组又没水了", "下水道堵了", "桥栏杆断了一截", "电线垂下来了", "楼道堆满杂物")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(LEXICON)


def corrected(
    case: int | None, person: int, to: str | None, *, was: str = "C01", because: tuple[str, ...] = (), day: int = 0
) -> Correction:  # fmt: skip
    after = Kind.REPORT if to else Kind.CHAT
    words = tuple((word, 2.0) for word in because)
    at = MORNING + timedelta(days=day, minutes=case or 0)
    return Correction(case, person, Kind.REPORT, after, was, to, words, at)


def kept(
    number: int, text: str, category: str, because: tuple[str, ...] = (), privacy: Privacy = Privacy.P1
) -> KeptCase:
    return KeptCase(number, number, category, text, privacy, tuple((word, 2.0) for word in because))


def lamps(people: tuple[int, ...] = (1, 2, 1, 2), privacy: Privacy = Privacy.P1, **how: object) -> Material:
    """Lines about lamps that were read as something else and put right by these people."""
    cases = [kept(n, text, "B02", privacy=privacy) for n, text in enumerate(LAMPS[: len(people)], 1)]
    cases += [kept(n, text, "C01") for n, text in enumerate(OTHERS, 100)]
    given_ = {"rows": tuple(("A01", text) for text in OTHERS), "names": frozenset[str](), **how}
    return Material(
        tuple(corrected(n, person, "B02") for n, person in enumerate(people, 1)), tuple(cases), **given_
    )


def found(material: Material, lexicon: Lexicon) -> list[Proposal]:
    return propose(material, lexicon, LOOSE)


def test_a_word_that_several_people_put_into_a_category_is_proposed_with_its_counts(lexicon: Lexicon):
    [best, *_] = [p for p in found(lamps(), lexicon) if p.category == "B02"]

    assert WORD in best.word
    assert (best.action, best.weight, best.people) == (ADD, 1.0, 2)
    assert best.odds == Odds(best.corrections, 4 - best.corrections, 0, 12)
    assert best.corrections >= 3


@pytest.mark.parametrize("people", [(1, 2), (1, 1, 1, 1), (), (1,)])
def test_fewer_than_three_corrections_or_two_people_teach_nothing(lexicon: Lexicon, people: tuple[int, ...]):
    assert found(lamps(people), lexicon) == []


def test_a_word_that_stands_elsewhere_too_is_not_proposed(lexicon: Lexicon):
    rows = tuple(("C01", f"夜光棒{text}") for text in OTHERS)

    assert [p for p in found(lamps(rows=rows), lexicon) if WORD in p.word] == []


def test_names_of_people_and_places_are_not_learned(lexicon: Lexicon):
    assert [p for p in found(lamps(names=frozenset({"夜光棒"})), lexicon) if "夜光" in p.word] == []


def test_words_of_private_matters_are_not_looked_at(lexicon: Lexicon):
    assert found(lamps(privacy=Privacy.P3), lexicon) == []


def test_a_word_that_was_there_and_lost_counts_more(lexicon: Lexicon):
    word = next(w for w in lexicon.item("C03").keywords if len(w) > 2)
    cases = [kept(n, f"{place}{word}", "C03") for n, place in enumerate(("桥头", "祠堂", "学校"), 1)]
    cases += [kept(n, text.replace("下水道", "沟"), "C01") for n, text in enumerate(OTHERS, 100)]
    material = Material(
        tuple(corrected(n, n, "C03") for n in (1, 2, 3)), tuple(cases), (), frozenset()
    )  # fmt: skip

    assert [(p.action, p.word, p.weight) for p in found(material, lexicon) if p.word == word] == [
        (MORE, word, 1.5)
    ]


def test_a_word_that_people_keep_correcting_away_counts_as_often_as_it_was_right(lexicon: Lexicon):
    word = lexicon.item("C01").keywords[0]
    lost = tuple(corrected(n, n % 2, None, because=(word, "外人的话")) for n in range(1, 4))
    right = kept(50, f"{word}满了", "C01", because=(word,))
    [less] = found(Material(lost, (right,), (), frozenset()), lexicon)

    assert (less.action, less.category, less.word, less.weight) == (LESS, "C01", word, 0.2)
    assert less.odds == Odds(3, 0, 1, 0)


def test_a_word_that_is_mostly_right_keeps_its_weight(lexicon: Lexicon):
    word = lexicon.item("C01").keywords[0]
    lost = tuple(corrected(n, n % 2, None, because=(word,)) for n in range(1, 4))
    right = tuple(kept(n, f"{word}满了", "C01", because=(word,)) for n in range(100, 120))

    assert found(Material(lost, right, (), frozenset()), lexicon) == []


def test_of_several_corrections_of_a_case_the_last_one_counts():
    back = (corrected(1, 1, "B02"), corrected(1, 2, "C01", was="B02", day=1))
    on = (corrected(2, 1, "B02"), corrected(2, 2, "A04", was="B02", day=1))

    [left] = last_words((*on, *back))
    assert (left.case, left.category_before, left.category_after, left.person) == (2, "C01", "A04", 2)


def test_doubtful_lines_count_one_by_one():
    lines = tuple(corrected(None, 1, None, because=("路灯",)) for _ in range(3))

    assert last_words(lines) == lines


def test_words_that_the_dictionary_does_not_know_are_found_whole():
    words = words_in(["墙角 嘎斯灯灭了", "嘎斯灯又灭了"], LOOSE, frozenset())

    assert "嘎斯灯" in words
    assert not [word for word in words if word[0] in LOOSE or word[-1] in LOOSE]


def test_everyday_words_are_not_counted():
    assert words_in(["我们今天没有时间"], "", frozenset()).isdisjoint({"我们", "今天", "没有", "时间"})


texts = st.lists(st.text("路灯坏了亮没水电断", max_size=8), max_size=8)


@given(word=st.sampled_from(("路灯", "坏了", "没水")), corrected=texts, others=texts)
def test_the_counts_are_those_of_the_lines(word: str, corrected: list[str], others: list[str]):
    odds = odds_of(word, corrected, others)

    assert (odds.a + odds.b, odds.c + odds.d) == (len(corrected), len(others))
    assert odds.a == len([x for x in corrected if word in x])
    swapped = odds_of(word, others, corrected)
    assert math.isclose(odds.log, -swapped.log, abs_tol=1e-9)
    assert 0 <= odds.share <= 1


entries = st.lists(
    st.fixed_dictionaries(
        {
            "word": st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=6),
            "category": st.just("B02"),
            "weight": st.floats(0, 3).map(lambda x: round(x, 1)),
            "counts": st.lists(st.integers(0, 99), min_size=4, max_size=4),
        }
    ),
    max_size=4,
)


@given(entries=entries)
def test_a_patch_is_read_as_it_was_written(entries: list[dict[str, object]]):
    assert read(written(entries, head=["# 看看"])) == entries


def test_what_a_cadre_wrote_stays_as_it_was_when_a_patch_is_added():
    before = '# 我们村的话\nplaces = ["王家湾"]  # 老地名\n\n[words]\n"灯泡瞎了" = "路灯"'
    text = joined(before, [{"word": "夜光棒", "category": "B02"}], head=["# 采纳"])

    assert text.startswith(before)
    assert read(text) == [{"word": "夜光棒", "category": "B02"}]


def test_an_entry_shows_its_evidence(lexicon: Lexicon):
    proposal = Proposal(ADD, "B02", WORD, 1.0, 2, Odds(3, 1, 0, 12))
    entry = entry_of(proposal, lexicon.item("B02"), wording()["learning"])

    assert entry["counts"] == [3, 1, 0, 12]
    assert entry["log_odds"] == round(math.log(3.5 * 12.5 / (1.5 * 0.5)), 2)
    assert entry["why"] == "改成“路灯照明”的 4 件里有 3 件、其余 12 条里有 0 条说到“夜光棒”，2 人更正"
