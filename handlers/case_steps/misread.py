"""Which of our readings a leader puts right, and what is kept of the correction: never words that became no case."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from handlers.case_steps.drafts import unbox
from handlers.case_steps.steps import desk_list, item_of, numbered_case, parts_of, quoted_case
from handlers.work import Work
from models.lexicon import Item
from models.rules.case_life import ANY_LEADER, UNFINISHED_STATES
from models.rules.correcting import categories_named
from models.rules.decision import Kind
from models.rules.ids import CaseNo
from models.rules.merging import same_place
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.tables import Case, Correction, Draft

JUST_OPENED = timedelta(minutes=10)
"""How fresh the one case of a room must be for a correction without number and quote to mean it."""
MOST_NAMED = 6
ASKING, SUGGESTING = "K03", "L01"
"""Categories whose type is a question, and a suggestion."""


def case_meant(no: CaseNo | None, work: Work) -> Case | None:
    """By number, by quote, else the one case that was opened a moment ago; None: it may be a doubtful line."""
    if no is not None:
        return numbered_case(work, no)
    room = work.origin.room
    nearby = work.store.in_room(room, UNFINISHED_STATES) if room is not None else []
    desk = work.store.on_desk(work.actor.desk, UNFINISHED_STATES)
    quoted = quoted_case(work, {c.id: c for c in [*desk, *nearby]}.values())
    if quoted is not None or _quotes(work):
        return quoted
    fresh = [c for c in nearby or desk if work.now - c.heard_last_at <= JUST_OPENED]
    mine = [c for c in fresh if parts_of(c, work) & ANY_LEADER]
    return mine[0] if len(mine) == 1 else None


def _quotes(work: Work) -> str:
    message = work.origin.message
    return work.standing.plain(message.quote) if message is not None and message.quote else ""


def category_meant(work: Work, words: str, no: int, *, soft: bool = False) -> Item:
    """The one category somebody names.

    Raises:
        NotMeant: said in passing (``soft``) in a group, and it names none.
        Refusal: no category, or several, are called so.
    """
    found = categories_named(work.standing.items.values(), words)
    if len(found) == 1:
        return found[0]
    if soft and work.origin.room is not None and not _quotes(work):
        raise NotMeant
    if not found:
        raise Refusal(RefusalKind.NOT_CLEAR, "CORRECT_WHAT_DM", words=words, no=no)
    listed = work.standing.texts.render("LIST_COMMA", {}).join(i.name for i in found[:MOST_NAMED])
    raise Refusal(RefusalKind.NOT_CLEAR, "CORRECT_WHICH_DM", words=words, list=listed)


def hotline_of(work: Work, code: str) -> str:
    """The type that requests of a category usually have."""
    return item_of(work, code).hotline_type


def kind_of(work: Work, hotline: str) -> Kind:
    """The kind that a type stands for."""
    kinds = {hotline_of(work, ASKING): Kind.QUESTION, hotline_of(work, SUGGESTING): Kind.SUGGESTION}
    return kinds.get(hotline, Kind.REPORT)


def doubt_meant(work: Work) -> Draft | None:
    """The doubtful line that is quoted, else the only one of this room."""
    if work.origin.room is None:
        return None
    drafts, quote = work.store.doubts_in(work.origin.room, work.now), _quotes(work)
    if not quote:
        return drafts[0] if len(drafts) == 1 else None
    for draft in drafts:
        known = work.standing.plain(unbox(work, draft)[0])
        if known and (known in quote or quote in known) and same_place(known, quote):
            return draft
    return None


def seat_here(work: Work) -> Seat:
    """The appointment by which the actor may speak for this room. Raises Refusal."""
    areas = work.room.areas if work.room else ()
    seats = [work.town.seats[s] for s in work.actor.seats]
    near = [s for s in seats if any(work.town.related(s.area, area) for area in areas)]
    if not near:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_YOURS_DM")
    return near[0]


def unclear(work: Work) -> Exception:
    """In a group words without a quote may mean anything; whoever quotes, or asks privately, hears what is missing."""
    if work.origin.room is not None and not _quotes(work):
        return NotMeant()
    if work.origin.room is not None:
        return Refusal(RefusalKind.NOT_FOUND, "DOUBT_WHICH_DM")
    return Refusal(RefusalKind.NOT_CLEAR, "CORRECT_ONE_DM", list=desk_list(work))


def category_words(work: Work, because: Iterable[Any]) -> list[list[Any]]:
    """Of what counted only the lexicon's own words for categories: all that is left of what was no request."""
    items = work.standing.items.values()
    own = {word for item in items for word in (*item.keywords, *item.dialect, *item.hints)}
    # The same word may stand there again with what it says for or against a request.
    kept: dict[str, float] = {}
    for word, weight in because:
        if word in own:
            kept.setdefault(word, weight)
    return [[word, weight] for word, weight in kept.items()]


def keep_correction(
    work: Work,
    seat: Seat,
    case: Case | None,
    because: Iterable[Any],
    before: tuple[Kind, str | None],
    after: tuple[Kind, str | None],
) -> None:
    """Write the correction down: no words but those that had counted."""
    work.store.append(
        Correction,
        {
            "case_id": case.id if case else None, "seat_id": seat.id, "kind_before": before[0],
            "kind_after": after[0], "category_before": before[1], "category_after": after[1],
            "because": [list(each) for each in because], "at": work.now,
        },
    )  # fmt: skip
