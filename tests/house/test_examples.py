"""What the manuals tell people to say is understood as they say it is: every quoted phrase in their tables."""

import re
import tomllib

import pytest

from bot.parts import LEXICON, LOCALE
from handlers.registry import intent_named, load_handlers
from handlers.understanding import Understanding, load_understanding
from models.rules.rating_words import RatingWords, rating_words
from tests.house.source import ROOT

MANUALS = {"residents": "resident", "leaders": "leader", "cadres": "cadre"}
ROW = re.compile(r"^\|[^|]+\|(.+)\|$", re.MULTILINE)
SAID = re.compile(r"“([^”]+)”")


def phrases() -> list[tuple[str, str]]:
    """Manual and phrase, for every phrase that stands between quotation marks in a table's second column."""
    return [
        (manual, said)
        for manual in MANUALS
        for row in ROW.findall((ROOT / "docs" / f"{manual}.md").read_text(encoding="utf-8"))
        for said in SAID.findall(row)
    ]


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    load_handlers()
    return load_understanding(LEXICON, LOCALE)


@pytest.fixture(scope="module")
def ratings() -> RatingWords:
    table = tomllib.loads((LOCALE / "feedback.toml").read_text(encoding="utf-8"))
    return rating_words(table["rating_words"], table["rating_lists"])


@pytest.mark.parametrize(("manual", "said"), phrases())
def test_what_a_manual_tells_to_say_is_answered(
    understanding: Understanding, ratings: RatingWords, manual: str, said: str
):
    words = said.replace("…", "路口积水请绕行")
    decision = understanding.understand(words, sender_role=MANUALS[manual], room_kind="private")

    answered = [match.intent for match in decision.commands if intent_named(match.intent)]
    assert answered or decision.cues or ratings.read(words), decision
