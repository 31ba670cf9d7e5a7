"""Everybody who reported a case, whichever way he came to it, and where each of them hears of it."""

from handlers.case_steps.steps import is_private
from handlers.case_steps.whom import ANONYMOUS, is_dispute
from handlers.work import Work
from models.tables import Case


def people_of(work: Work, case: Case) -> list[int]:
    """Everybody who is attached to a case, its reporter first."""
    others = work.store.co_reporters(case.id or 0) if case.co_reporters else []
    return list(dict.fromkeys(x for x in (case.reporter_id, *others) if x is not None))


def hearers(work: Work, case: Case) -> tuple[list[int], list[int]]:
    """Rooms that hear how a case ended, and contacts who hear it privately: each reporter one way, where he reported."""
    people = people_of(work, case)
    if is_private(case):
        return [], people
    brought_by = came_with(work, case)
    where = {p: brought_by.get(p, case).room_id for p in people}
    rooms = [case.room_id, *where.values()]
    return (
        list(dict.fromkeys(room for room in rooms if room is not None)),
        [p for p, room in where.items() if room is None],
    )


def mentioned(case: Case, room: int) -> list[int]:
    """Who is called on in a room that hears of a case: its reporter where he reported; nobody who is not to be named."""
    if case.reporter_id is None or room != case.room_id or case.flags.get(ANONYMOUS) or is_dispute(case):
        return []
    return [case.reporter_id]


def came_with(work: Work, case: Case) -> dict[int | None, Case]:
    """The case by which somebody came to this one, for everybody who was merged into it."""
    return {c.reporter_id: c for c in _all_merged(work, case)} if case.co_reporters else {}


def _all_merged(work: Work, case: Case) -> list[Case]:
    """Every case that this one speaks for, however many merges ago."""
    found: list[Case] = []
    layer = work.store.merged_into([case.id or 0])
    while layer:
        found += layer
        layer = work.store.merged_into([c.id or 0 for c in layer])
    return found
