"""What a case is found by: both databases make the same tokens, whatever is typed, and a word is cut as they are."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.case_words import (
    Choice,
    any_of,
    as_fts5,
    as_tsquery,
    case_tokens,
    fold,
    holding,
    pairs_in,
    tokens_beyond,
    words_in,
)


def test_a_text_is_kept_by_its_pairs_and_by_each_character_alone():
    assert pairs_in("停水 了") == {"00505c006c34", "00505c", "006c34", "004e86"}
    assert pairs_in("Ab") == pairs_in("aB") == {"000061000062", "000061", "000062"}


def test_a_longer_word_is_looked_for_by_pairs_that_hold_all_of_it():
    pair = {
        one: next(token for token in pairs_in(one) if len(token) == 12) for one in ("停水", "水了", "三天")
    }

    assert holding("停") == ("00505c",)
    assert holding("停水了") == (pair["停水"], pair["水了"])
    assert holding("停水三天") == (pair["停水"], pair["三天"])


@given(st.text(max_size=30), st.text(max_size=8))
def test_whatever_holds_a_word_holds_all_its_tokens(said: str, typed: str):
    pairs = pairs_in(said)
    for word in words_in(typed):
        if fold(word) in fold(said):
            for token in holding(word):
                assert token in pairs


def test_several_words_are_all_looked_for_and_odd_signs_part_them():
    assert words_in(" 停水　路灯\t停水\x00桥头 ") == ("停水", "路灯", "桥头")


def test_only_what_changed_goes_and_comes():
    before = case_tokens("停水", "桥头", "", 3, "B01", "U2", 7, None, 7)
    after = case_tokens("停电", "桥头", "", 3, "B01", "U1", 7, 8, 7)

    assert tokens_beyond(before, after) == "00505c006c34 006c34"
    assert tokens_beyond(after, before) == "s8 u1 00505c007535 007535"


def test_a_question_in_both_languages():
    asked = (Choice((("aa", "bb"), ("k1",))), any_of({"g2", "g1"}), Choice((("cc",),)))

    assert as_fts5(asked) == "((aa AND bb) OR (k1)) AND ((g1) OR (g2)) AND ((cc))"
    assert as_tsquery(asked, 26) == "((1a.aa & 1a.bb) | (1a.k1)) & ((1a.g1) | (1a.g2)) & ((1a.cc))"
