"""How households are called, and which ones somebody means who writes "12户、张家" or "12 13"."""

from collections.abc import Sequence

from handlers.case_steps.desk import joined
from handlers.work import Work
from models.rules.notice_receipts import homes_said, is_called
from models.store.notice_receipts import Home

MOST_NAMED = 40
"""Households named in one message; the others are named once these are ticked."""


def homes_named(work: Work, words: str, homes: Sequence[Home]) -> tuple[list[Home], list[str]]:
    """Of these the ones that the words name, and the words that name none, or several."""
    ticked: dict[int, Home] = {}
    unknown: list[str] = []
    for name in homes_said(words):
        found = [home for home in homes if is_called(home.label, work.town.areas[home.area].name, name)]
        if len(found) == 1:
            ticked[found[0].household] = found[0]
        else:
            unknown.append(name)
    return list(ticked.values()), unknown


def home_labels(work: Work, homes: Sequence[Home]) -> str:
    """Their names; a label that several of them have stands with its area."""
    labels = [home.label for home in homes]
    names = [
        home.label if labels.count(home.label) == 1 else f"{work.town.areas[home.area].name}{home.label}"
        for home in homes[:MOST_NAMED]
    ]
    more = work.standing.texts.render("RECEIPT_OPEN_MORE", {"n": len(homes)})
    return joined(work, names) + (more if len(homes) > MOST_NAMED else "")
