"""The approved texts that hold for somebody, ready to be compared with a question."""

from datetime import timedelta

from handlers.case_steps.steps import is_private, item_of
from handlers.work import Work
from models.rules.case_life import OPEN_STATES
from models.rules.knowledge import Knowing, Library, Text, speak_of_the_same
from models.store.knowledge import KnowledgeStore
from models.tables import Case

UNSORTED = "K03"
"""The category of questions that name no other."""
ANSWERED_WITHIN = timedelta(hours=1)
"""So long a leader's words in the group may answer a question that became a case there."""


def areas_above(work: Work, area: int | None) -> list[int]:
    """An area and all above it, the deepest first; of somebody unknown only what holds for the whole place."""
    if area is not None:
        return [node.id for node in work.town.upward(area)]
    tops = [node.id for node in work.town.areas.values() if node.parent is None]
    return tops if len(tops) == 1 else []


def library_of(work: Work, areas: list[int], knowing: Knowing) -> Library:
    """Every text in force today in these areas."""
    plain = work.standing.plain
    texts = [
        Text(
            item.no, plain(item.title), plain(item.answer), tuple(plain(way) for way in item.asked),
            item.dated_on, len(areas) - areas.index(item.area_id),
        )
        for item in KnowledgeStore(work.store.session).in_force(areas, work.today)
    ]  # fmt: skip
    return Library(texts, knowing)


def without_areas(work: Work, area: int | None, text: str) -> str:
    """A question without the names of the asker's own areas: they are no subject."""
    for above in areas_above(work, area):
        text = text.replace(work.standing.plain(work.town.areas[above].name), " ")
    return text


def hush_answers(work: Work) -> bool:
    """A leader speaks: what was about to be quoted in his group is not said; whether there was anything."""
    if work.origin.room is None or not work.actor.seats:
        return False
    return bool(KnowledgeStore(work.store.session).take_back_answers(work.origin.room, "leader answered"))


def questions_answered(work: Work) -> list[Case]:
    """Open questions of this group's last hour that a leader's line speaks of (he is not corrected nor repeated)."""
    message, knowing = work.origin.message, work.standing.knowing
    if work.origin.room is None or message is None or knowing is None:
        return []
    asked = item_of(work, UNSORTED).hotline_type
    since = work.now - ANSWERED_WITHIN
    open_here = work.store.in_room(work.origin.room, OPEN_STATES)
    said = work.standing.plain(message.text)
    return [
        case
        for case in open_here
        if case.hotline == asked
        and case.created_at >= since
        and not is_private(case)
        and speak_of_the_same(said, case.text, knowing)
    ]
