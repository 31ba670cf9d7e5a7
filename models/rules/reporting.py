"""Who may draw up reports of which areas, and how much of a person they show there (reports.md §4; safeguards §3)."""

from datetime import timedelta
from enum import StrEnum

from models.rules.actor import Actor
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.scope import Scope
from models.rules.town import Town
from models.rules.urgency import Privacy

_TOWNSHIP, _VILLAGE = 2, 3
"""Ranks of levels (presets): 2 township or street, 3 village or community."""


class Tier(StrEnum):
    """How much is left of a person in a report."""

    GROUP = "group"
    """组内: P2."""
    VILLAGE = "village"
    """村级: P2 without door numbers."""
    TOWN = "town"
    """乡镇: P1; of P2 only that there is one."""


class Export(StrEnum):
    """In what form a report goes out."""

    SHEET = "report_xlsx"
    PRINT = "report_print"
    PICTURE = "report_png"


KEPT_FOR = timedelta(days=30)
"""After an export: whoever made it is reminded once to delete it (reports.md §4)."""

SHOWN = {
    Tier.GROUP: frozenset({Privacy.P0, Privacy.P1, Privacy.P2}),
    Tier.VILLAGE: frozenset({Privacy.P0, Privacy.P1, Privacy.P2}),
    Tier.TOWN: frozenset({Privacy.P0, Privacy.P1}),
}
"""Cases of these classes show more than their number."""


def reporting_scope(actor: Actor, town: Town) -> Scope:
    """Areas of one's own posts that handle cases, and all below: never by standing in for somebody."""
    seats = [seat for seat in map(town.seats.get, actor.seats) if seat is not None]
    held = [seat for seat in seats if Permission.CASE_RESOLVE in town.preset.posts[seat.post].may]
    areas = frozenset(below for seat in held for below in town.downward(seat.area))
    whole = actor.permissions == THE_OPERATOR
    return Scope(areas, frozenset(s.id for s in held), actor.person, actor.permissions, whole)


def tier_of(actor: Actor, town: Town, area: int) -> Tier:
    """The strictest that fits the asker's posts above this area; the operator of the server sees least."""
    scope = reporting_scope(actor, town)
    ranks = [
        town.preset.rank_of_post(town.seats[seat].post)
        for seat in scope.seats
        if town.is_within(area, town.seats[seat].area)
    ]
    if scope.whole or not ranks or min(ranks) <= _TOWNSHIP:
        return Tier.TOWN
    return Tier.VILLAGE if min(ranks) == _VILLAGE else Tier.GROUP


def top_area(scope: Scope, town: Town) -> int | None:
    """The area a report is of where none is named: the highest of one's own; None: there is none."""
    mine = town.areas.keys() if scope.whole else scope.areas & town.areas.keys()
    return min(mine, key=lambda area: (town.areas[area].rank, area), default=None)
