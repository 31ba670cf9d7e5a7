"""Talk of whole sources, made up for this project: flat agents, adverts, posts, news, petitions; a part of it never tuned on."""

from collections.abc import Iterable

from benchmarks.fit_evidence import STANDING_IN, own_rows
from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_stream import table
from handlers.understanding import Understanding
from models.rules.decision import CASES, Decision, Kind

FOLDER = ROOT / "tests" / "understanding"
CHATTER = ("estate_talk", "adverts", "public_posts", "news_lines")
PETITIONS = "petitions"


def held(name: str) -> list[str]:
    """Sentences that were written after the numbers were fitted."""
    return [row["text"] for row in table(FOLDER / f"{name}.tsv") if row["half"] == "held"]


def read(understanding: Understanding, names: Iterable[str]) -> list[Decision]:
    return [understanding.understand(text) for name in names for text in held(name)]


def opened(decisions: list[Decision]) -> float:
    return sum(each.kind in CASES for each in decisions) / len(decisions)


def test_sentences_kept_apart_are_not_tuned_on():
    tuned = {row.text for row in own_rows()}
    kept = {text for name in (*CHATTER, PETITIONS) for text in held(name)}

    assert len(kept) >= 140
    assert kept.isdisjoint(tuned)
    assert {*STANDING_IN} < {*CHATTER, PETITIONS}


def test_agents_adverts_posts_and_news_seldom_open_a_case(understanding: Understanding):
    assert opened(read(understanding, CHATTER)) <= 0.05


def test_petitions_are_opened_or_shown_to_a_person(understanding: Understanding):
    heard = read(understanding, [PETITIONS])

    assert opened(heard) >= 0.85
    assert sum(each.kind in CASES | {Kind.SUSPECTED} for each in heard) >= 0.9 * len(heard)


def test_no_flat_agent_or_advert_rings_the_bell(understanding: Understanding):
    assert [each for each in read(understanding, CHATTER) if each.kind is Kind.EMERGENCY] == []
