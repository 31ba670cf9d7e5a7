"""Additions and changes of weight that enough people's corrections speak for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers.learning.counting import Odds, odds_of, words_in
from models.lexicon import Item, Lexicon
from models.rules.decision import Kind
from models.rules.local_words import HEAVIEST
from models.rules.misreading import Correction, KeptCase, last_words

LEAST_CORRECTIONS = 3
LEAST_PEOPLE = 2
LEAST_LOG_ODDS = 2.0
"""About seven times as often in corrected lines as in others."""
LEAST_SHARE = 0.8
MOST_PER_CATEGORY = 8
HEAVIER = 1.5
"""How much more a word counts that was there and lost."""

ADD, MORE, LESS = "add", "more", "less"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change for a person to review. ``weight`` is a factor: 1 counts like the category's other words."""

    action: str
    category: str
    word: str
    weight: float
    people: int
    odds: Odds

    @property
    def corrections(self) -> int:
        """Corrected lines that speak for it."""
        return self.odds.a


@dataclass(frozen=True)
class Material:
    """What there is to learn from. ``rows`` are (category or another mark, line): sentences of known meaning."""

    corrections: tuple[Correction, ...]
    cases: tuple[KeptCase, ...]
    rows: tuple[tuple[str, str], ...]
    names: frozenset[str]
    """Of people and places: never learned as words."""

    def texts(self) -> dict[int, str]:
        """Case → its words, where they may be looked at."""
        return {each.id: each.text for each in self.cases if each.is_open_to_learning}


def propose(material: Material, lexicon: Lexicon, loose: str) -> list[Proposal]:
    """Everything the corrections speak for, most evidence first within each category."""
    settled = last_words(material.corrections)
    found: list[Proposal] = []
    for item in lexicon.items:
        gained = [c for c in settled if c.category_after == item.code and _is_gain(c)]
        found += _gains(item, gained, material, lexicon, loose)
        lost = [c for c in settled if c.category_before == item.code and c.category_after != item.code]
        found += _losses(item, lost, material, lexicon)
    return found


def _is_gain(correction: Correction) -> bool:
    return correction.category_before != correction.category_after or correction.kind_before is Kind.SUSPECTED


def _gains(
    item: Item, gained: list[Correction], material: Material, lexicon: Lexicon, loose: str
) -> list[Proposal]:
    """Words of lines that people put into this category: new ones, and own ones that weighed too little."""
    texts = material.texts()
    lines = [(c, texts[c.case]) for c in gained if c.case in texts]
    if len(lines) < LEAST_CORRECTIONS:
        return []
    corrected = [text for _, text in lines]
    others = [c.text for c in material.cases if c.is_open_to_learning and c.category != item.code]
    others += [text for meant, text in material.rows if meant != item.code]
    own = {*item.keywords, *item.dialect}
    found = []
    for word in sorted(own | words_in(corrected, loose, material.names)):
        people = {c.person for c, text in lines if word in text}
        if sum(word in text for text in corrected) < LEAST_CORRECTIONS or len(people) < LEAST_PEOPLE:
            continue
        odds = odds_of(word, corrected, others)
        if odds.log >= LEAST_LOG_ODDS and odds.share >= LEAST_SHARE:
            found.append(_gain(item, word, len(people), odds, lexicon, known=word in own))
    return _strongest(found, own)


def _gain(item: Item, word: str, people: int, odds: Odds, lexicon: Lexicon, *, known: bool) -> Proposal:
    if not known:
        return Proposal(ADD, item.code, word, 1.0, people, odds)
    weight = min(HEAVIEST, lexicon.factors.get((item.code, word), 1.0) * HEAVIER)
    return Proposal(MORE, item.code, word, round(weight, 1), people, odds)


def _strongest(found: list[Proposal], own: set[str]) -> list[Proposal]:
    """Of words inside each other with the same count the longest; none that a shipped word already stands in."""
    ranked = sorted(found, key=lambda p: (-p.odds.a, -p.odds.log, -len(p.word), p.word))
    kept: list[Proposal] = []
    for each in ranked:
        covered = any(
            each.word in k.word or (k.word in each.word and k.odds.a >= each.odds.a) for k in kept
        ) or (each.action == ADD and any(word in each.word for word in own))
        longer = any(each.word in o.word and o.odds.a == each.odds.a for o in found if o is not each)
        if not covered and not longer:
            kept.append(each)
    return kept[:MOST_PER_CATEGORY]


def _losses(item: Item, lost: list[Correction], material: Material, lexicon: Lexicon) -> list[Proposal]:
    """Words of this category that people keep correcting away: their weight falls to the share that was right."""
    own = {*item.keywords, *item.dialect}
    found = []
    for word in sorted({word for c in lost for word, _ in c.because if word in own}):
        wrong = [c for c in lost if _counted(c.because, word)]
        people = {c.person for c in wrong}
        if len(wrong) < LEAST_CORRECTIONS or len(people) < LEAST_PEOPLE:
            continue
        right = sum(c.category == item.code and _counted(c.because, word) for c in material.cases)
        odds = Odds(len(wrong), len(lost) - len(wrong), right, _standing(material.cases, item.code) - right)
        share = right / (right + len(wrong))
        weight = round(lexicon.factors.get((item.code, word), 1.0) * share, 1)
        if share < LEAST_SHARE:
            found.append(Proposal(LESS, item.code, word, weight, len(people), odds))
    return sorted(found, key=lambda p: (-p.odds.a, p.word))[:MOST_PER_CATEGORY]


def _standing(cases: Iterable[KeptCase], code: str) -> int:
    return sum(each.category == code for each in cases)


def _counted(because: tuple[tuple[str, float], ...], word: str) -> bool:
    return any(said == word for said, _ in because)


def entry_of(each: Proposal, item: Item, say: Mapping[str, str]) -> dict[str, object]:
    """One entry of a patch: what changes, and the evidence beside it. ``say`` holds why_add, why_more, why_less."""
    odds = each.odds
    why = say[f"why_{each.action}"].format(
        category=item.name, word=each.word, people=each.people, corrected=odds.a + odds.b, with_word=odds.a,
        others=odds.c + odds.d, elsewhere=odds.c,
    )  # fmt: skip
    return {
        "word": each.word, "category": each.category, "weight": each.weight, "corrections": each.corrections,
        "people": each.people, "log_odds": round(odds.log, 2), "counts": [odds.a, odds.b, odds.c, odds.d], "why": why,
    }  # fmt: skip
