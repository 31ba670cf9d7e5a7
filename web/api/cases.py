"""``/cases``: the list, one case with its steps and lines."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from models.case_desk import CaseFilter
from models.rules.api_tokens import Caller
from web.api.bearer import caller_here
from web.api.problems import not_here, problems
from web.api.reading import CaseReading
from web.api.shapes import ROW, After, CaseList, Group, Limit, LineList, StepList, WholeCase
from web.api_door import ApiDoor

Who = Annotated[Caller, Depends(caller_here)]
No = Annotated[int, Path(ge=1, le=ROW, description="编号")]
AreaAsked = Annotated[int | None, Query(ge=1, le=ROW, description="只要这个区域和它下面的")]


def case_reading(door: ApiDoor) -> APIRouter:
    """Reading cases; it takes no permission beyond the token."""
    routes, read = APIRouter(tags=["cases"]), CaseReading(door)

    @routes.get("/cases", responses=problems(404), summary="诉求列表，新的在前")
    def list_cases(
        who: Who,
        group: Annotated[Group, Query(description="在办、超期、没人接、重办、办好、全部")] = "open",
        area: AreaAsked = None,
        category: Annotated[
            str | None, Query(pattern=r"^[A-Z][0-9]{2}$", description="类别代码，如 B01")
        ] = None,
        urgent: Annotated[bool, Query(description="只要急的（U0、U1）")] = False,
        after: After = None,
        limit: Limit = 30,
    ) -> CaseList:
        kinds = frozenset({category}) if category is not None else frozenset[str]()
        wanted = CaseFilter(group, below(door, who, area), kinds, urgent=urgent)
        return read.listed(who, wanted, after, limit)

    @routes.get("/cases/{no}", responses=problems(404), summary="一件诉求")
    def read_case(who: Who, no: No) -> WholeCase:
        return read.one(who, no)

    @routes.get("/cases/{no}/steps", responses=problems(404), summary="一件诉求的经过")
    def read_steps(who: Who, no: No) -> StepList:
        return read.steps(who, no)

    @routes.get("/cases/{no}/lines", responses=problems(404), summary="一件诉求的原话")
    def read_lines(who: Who, no: No) -> LineList:
        return read.lines(who, no)

    return routes


def below(door: ApiDoor, who: Caller, area: int | None) -> frozenset[int]:
    """An area with all below it; none asked for: none.

    Raises:
        Trouble: it is not within the token's reach.
    """
    if area is None:
        return frozenset()
    town = door.dispatch.known_town()
    if area not in town.areas or not who.scope.reaches(area):
        raise not_here()
    return frozenset(town.downward(area))
