"""Who is asked next about a case, and who never is."""

from handlers.work import Work
from models.rules.town import Found
from models.tables import Case


def climb_with(work: Work, case: Case, start: int, *shunned: int | None) -> Found:
    """The first filled post of the ladder from ``start``, past whoever the case speaks against, and others to avoid."""
    avoid = {*case.flags.get("accused", ()), *shunned} - {None}
    return work.town.climb(case.area_id, work.today, start, [p for p in avoid if p is not None])
