"""Whom somebody means when he names places, or one sentence that says why that is not clear."""

from collections.abc import Iterable

from handlers.work import Work
from models.rules.audience_words import read_places
from models.rules.audiences import Audience, AudienceUnclear
from models.rules.refusals import Refusal, RefusalKind


def audience_said(words: str, own: Iterable[int], work: Work) -> Audience:
    """The places named, all within ``own`` areas; without a name all of these.

    Raises:
        Refusal: a place nobody knows, one of several of that name, or one that is somebody else's.
    """
    try:
        return read_places(words, work.town, tuple(own))
    except AudienceUnclear as unclear:
        raise not_clear(unclear, work) from unclear


def not_clear(unclear: AudienceUnclear, work: Work) -> Refusal:
    """What is said of it."""
    areas = "、".join(unclear.names)
    if unclear.why == "outside":
        return Refusal(RefusalKind.NOT_ALLOWED, "AUDIENCE_OUTSIDE_DM", areas=areas, admin=work.town.contact)
    key = "AUDIENCE_SEVERAL_DM" if unclear.why == "several" else "AUDIENCE_UNKNOWN_DM"
    return Refusal(RefusalKind.NOT_CLEAR, key, areas=areas)
