"""Talk of whole sources, made up for this project: flat agents, adverts, posts, news, petitions; a part of it never tuned on."""

from collections.abc import Iterable

from benchmarks.fit_evidence import own_rows
from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_stream import table
from handlers.understanding import Understanding
from models.rules.decision import CASES, Decision, Kind

FOLDER = ROOT / "tests" / "understanding"
CHATTER = ("estate_talk", "adverts", "public_posts", "news_lines")
PETITIONS = "petitions"
HALVES = ("held", "hard")


def kept_apart(name: str, half: str = "held") -> list[str]:
    """Sentences that no number was fitted on; ``hard`` ones were written to be mistaken."""
    return [row["text"] for row in table(FOLDER / f"{name}.tsv") if row["half"] == half]


def read(understanding: Understanding, names: Iterable[str], half: str = "held") -> list[Decision]:
    return [understanding.understand(text) for name in names for text in kept_apart(name, half)]


def opened(decisions: list[Decision]) -> float:
    return sum(each.kind in CASES for each in decisions) / len(decisions)


def test_sentences_kept_apart_are_not_tuned_on():
    tuned = {row.text for row in own_rows()}
    kept = {text for name in (*CHATTER, PETITIONS) for half in HALVES for text in kept_apart(name, half)}

    assert len(kept) >= 440
    assert kept.isdisjoint(tuned)


def test_agents_adverts_posts_and_news_seldom_open_a_case(understanding: Understanding):
    assert opened(read(understanding, CHATTER)) <= 0.06
    assert opened(read(understanding, CHATTER, "hard")) <= 0.2


def test_petitions_are_opened_or_shown_to_a_person(understanding: Understanding):
    heard = read(understanding, [PETITIONS])

    assert opened(heard) >= 0.85
    assert sum(each.kind in CASES | {Kind.SUSPECTED} for each in heard) >= 0.9 * len(heard)


def test_half_of_the_petitions_that_only_tell_what_happened_are_opened(understanding: Understanding):
    """They name nobody, ask for nothing and call nothing wrong: who posts one may have to say what he wants."""
    heard = read(understanding, [PETITIONS], "hard")

    assert opened(heard) >= 0.4
    assert sum(each.kind in CASES | {Kind.SUSPECTED} for each in heard) >= 0.6 * len(heard)


def test_no_flat_agent_or_advert_rings_the_bell(understanding: Understanding):
    decisions = [each for half in HALVES for each in read(understanding, CHATTER, half)]

    assert [each.text for each in decisions if each.kind is Kind.EMERGENCY] == []
