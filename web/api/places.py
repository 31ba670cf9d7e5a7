"""``/areas``, ``/people`` and ``/figures``: the token's places, who answers there today, and how much lies there."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from fastapi import APIRouter

from models.rules.audiences import long_path_of
from models.rules.pacing import shanghai_date
from models.rules.scope import Scope
from models.rules.tally import day_began
from models.rules.town import AreaNode, Seat, Town
from web.api.cases import AreaAsked, Who, below
from web.api.cursors import cursor, row_after
from web.api.problems import problems
from web.api.shapes import After, AreaList, AreaShape, Code, FigureShape, Limit, PersonList, PersonShape
from web.api_door import ApiDoor

T = TypeVar("T")


def place_routes(door: ApiDoor) -> APIRouter:
    """Reading places, posts and counts."""
    routes = APIRouter(tags=["places"])

    @routes.get("/areas", responses=problems(), summary="区域，连着上下级")
    def list_areas(who: Who, after: After = None, limit: Limit = 100) -> AreaList:
        town = door.dispatch.known_town()
        start = row_after(door, "areas", after)
        page, last = _page(who.scope.areas_of(town), lambda node: node.id, start, limit)
        return AreaList(
            areas=[_area(node, town, who.scope) for node in page], next=cursor(door, "areas", last)
        )

    @routes.get("/people", responses=problems(404), summary="今天谁在什么岗位：只有岗位和姓")
    def list_people(who: Who, area: AreaAsked = None, after: After = None, limit: Limit = 100) -> PersonList:
        town, today = door.dispatch.current_town(), shanghai_date(door.clock())
        start, inside = row_after(door, "people", after), below(door, who, area)
        seats = [
            seat for seat in town.seats.values()
            if seat.in_force(today) and who.scope.reaches(seat.area) and (area is None or seat.area in inside)
        ]  # fmt: skip
        page, last = _page(seats, lambda seat: seat.id, start, limit)
        people = [_person(seat, town, away=town.is_absent(seat, today)) for seat in page]
        return PersonList(people=people, next=cursor(door, "people", last))

    @routes.get("/figures", responses=problems(404), summary="今日几个数，和后台首页一样")
    def read_figures(who: Who, area: AreaAsked = None) -> FigureShape:
        inside, now = below(door, who, area), door.clock()
        scope = replace(who.scope, areas=inside, whole=False) if area is not None else who.scope
        today = day_began(now)
        opened, closed = door.cases.day_counts(scope, today, today + timedelta(days=1))
        return FigureShape(at=now, **door.cases.counts(scope, now), opened_today=opened, closed_today=closed)

    return routes


def _page(
    rows: Iterable[T], number: Callable[[T], int], after: int | None, limit: int
) -> tuple[list[T], int | None]:
    """So many of the rows by their numbers, and the number to go on after; None: these were the last."""
    left = sorted((row for row in rows if after is None or number(row) > after), key=number)
    return left[:limit], number(left[limit - 1]) if len(left) > limit else None


def _area(node: AreaNode, town: Town, scope: Scope) -> AreaShape:
    seen = node.parent is not None and scope.reaches(node.parent)
    names = {level.code: level.name for level in town.preset.levels}
    return AreaShape(
        id=node.id, name=node.name, path=long_path_of(node.id, town), scheme=node.scheme,
        level=Code(code=node.level, name=names.get(node.level, node.level)), parent=node.parent if seen else None,
    )  # fmt: skip


def _person(seat: Seat, town: Town, *, away: bool) -> PersonShape:
    return PersonShape(
        post=Code(code=seat.post, name=seat.title), surname=seat.surname, area_id=seat.area,
        area=long_path_of(seat.area, town), bound=bool(seat.identities), away=away,
    )  # fmt: skip
