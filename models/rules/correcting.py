"""Which category people mean when they name one, and what a corrected category changes."""

from collections.abc import Iterable

from models.rules.lexicon import Item
from models.rules.urgency import URGENCY_ORDER, Privacy, Urgency


def categories_named(items: Iterable[Item], wanted: str) -> tuple[Item, ...]:
    """Categories a person may mean by a code, a name or a word: none, one, or those that fit equally well.

    The code goes before what the category is called, that before part of its name, and that before one of its words.
    """
    pool = tuple(items)
    word = wanted.strip().lower()
    if not word:
        return ()
    ways = (
        [item for item in pool if item.code.lower() == word],
        [item for item in pool if word in {item.name, item.spoken}],
        [item for item in pool if word in item.name or word in item.spoken],
        [item for item in pool if word in item.keywords or word in item.dialect],
    )
    return tuple(next((way for way in ways if way), []))


def corrected_urgency(urgency: Urgency, before: Item, after: Item) -> Urgency:
    """The new category's urgency; what circumstances had raised above its category's stays raised.

    An alarm does not: whoever corrects the category of an emergency says that it was none.
    """
    raised = URGENCY_ORDER[urgency] < URGENCY_ORDER[before.urgency] and urgency is not Urgency.U0
    if raised and URGENCY_ORDER[urgency] < URGENCY_ORDER[after.urgency]:
        return urgency
    return after.urgency


def corrected_privacy(privacy: Privacy, after: Item) -> Privacy:
    """Never looser than before: what was kept from others once may hold what is not for them."""
    return max(privacy, after.privacy)
