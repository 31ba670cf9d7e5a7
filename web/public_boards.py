"""``/b/<token>``: the board of an area for whoever scans it (seeds A17, C04), with what its groups were told lately."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from fastapi import APIRouter, Request, Response

from models.boards import BoardReader, Published
from models.rules.boards import NEWS_FOR, Agreed, BoardLine, board_of, concerns, rooms_of
from models.rules.loudspeaker import sentences
from models.rules.outgoing import Blocked, guard
from models.rules.pacing import Pace, parse_span
from models.rules.place_settings import pace_of
from models.rules.report_periods import period_coded
from models.rules.town import Town
from web.pages import Pages
from web.residents import FOR_ALL, Residents, is_token, kept

MOST_NEWS = 15
NEWS_LETTERS, NEWS_LETTERS_WITH_PAGE = 300, 60
"""Letters of one notice on the board, and of one that has a page of its own."""
NO_TITLE_LETTERS = 20
MOST_ROOMS = 3


@dataclass(frozen=True, slots=True)
class LineView:
    """One post on a board. ``called``: post and surname, or the full name where that was agreed to."""

    title: str
    called: str
    vacant: bool
    area: str
    duties: str
    phone: str = ""
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class BoardView:
    """What stands on a board, on the page and on paper."""

    area: str
    path: str
    """The areas above it, the topmost first."""
    within: tuple[str, ...]
    """Names of the areas right below it."""
    boundary: str
    centre: str
    lines: tuple[LineView, ...]
    rooms: tuple[str, ...]
    hours: str
    quiet: str
    contact: str


@dataclass(frozen=True, slots=True)
class NewsView:
    """One notice on a board."""

    title: str
    words: str
    cut: bool
    said_at: datetime
    stopped: bool
    page: str


def draw_board(boards: BoardReader, town: Town, area: int, on: date, pace: Pace) -> BoardView:
    """The board of an area of this town, as it stands on that date."""
    lines = board_of(town, area, on)
    agreed = boards.agreed({line.seat.person for line in lines if line.seat is not None})
    bounds, path = boards.bounds(area), [node.name for node in town.upward(area)][1:]
    return BoardView(
        area=town.areas[area].name,
        path="".join(reversed(path[:-1] or path)),
        within=tuple(town.areas[below].name for below in town.children.get(area, ())),
        boundary=bounds.boundary,
        centre=bounds.centre,
        lines=tuple(_line(town, line, agreed) for line in lines),
        rooms=tuple(room.title for room in rooms_of(town, area)[:MOST_ROOMS]),
        hours=_span(pace_of(pace, town.changed).service_hours),
        quiet=_span(pace.quiet) if pace.quiet else "",
        contact=town.contact,
    )


def _line(town: Town, line: BoardLine, agreed: dict[int, Agreed]) -> LineView:
    known = agreed.get(line.seat.person) if line.seat is not None else None
    acting = line.stand_in
    return LineView(
        title=line.title,
        called=line.called(agreed),
        vacant=line.seat is None,
        area=town.areas[line.area].name,
        duties=line.duties,
        phone=known.phone if known is not None else "",
        stand_in=f"{acting.title}{acting.surname}" if acting is not None else "",
    )


def _span(span: str) -> str:
    """``08:00-20:00`` → ``8:00 到 20:00``."""
    begin, end = parse_span(span)
    return f"{begin.hour}:{begin.minute:02} 到 {end.hour}:{end.minute:02}"


def board_routes(residents: Residents, pages: Pages) -> APIRouter:
    """The page of one board."""
    routes = APIRouter(prefix="/b")

    @routes.get("/{token}")
    def one(request: Request, token: str, big: str = "") -> Response:
        found = residents.boards.opened(token) if is_token(token) else None
        town, now = residents.town(), residents.clock()
        frame = {"here": request.url.path, "large": bool(big), "contact": town.contact}
        if found is None or found.stopped or found.area not in town.areas:
            known = {"stopped": found is not None}
            return pages.show(request, "board_gone.html", {**frame, **known}, 410 if found else 404)
        pace = residents.dispatch.standing.pace
        shown = {
            "board": draw_board(residents.boards, town, found.area, residents.today, pace),
            "results": _results(residents, town, found.area),
            "news": _news(residents, town, found.area, now), "signed": town.name, "now": now, "days": NEWS_FOR.days,
        }  # fmt: skip
        return kept(request, pages.show(request, "board.html", {**frame, **shown}), FOR_ALL)

    return routes


def _results(residents: Residents, town: Town, area: int) -> list[tuple[str, str]]:
    """Published results of the area and those above it: what each is called, and its page."""
    up = residents.results.of_areas({node.id for node in town.upward(area)})
    return [
        (f"{town.areas[one.area].name} {period_coded(one.period).title}", f"/r/{one.token}") for one in up
    ]


def _news(residents: Residents, town: Town, area: int, now: datetime) -> list[NewsView]:
    """What everybody of the area was told lately in its groups, the latest first."""
    near = {*(node.id for node in town.upward(area)), *town.downward(area)}
    found = residents.boards.published(near, now - NEWS_FOR)
    here = (each for each in found if concerns(each.whom, town, area))
    return list(islice(_shown(here), MOST_NEWS))


def _shown(found: Iterable[Published]) -> Iterator[NewsView]:
    """As groups heard them: what they may not hear stands on no board either."""
    for each in found:
        title = each.title or each.body[:NO_TITLE_LETTERS]
        words = "".join(sentences(each.body, each.title)) if each.title else each.body
        said = guard(title, in_group=True), guard(words, in_group=True)
        if isinstance(said[0], Blocked) or isinstance(said[1], Blocked):
            continue
        page = f"/n/{each.token}" if each.token else ""
        most = NEWS_LETTERS_WITH_PAGE if page else NEWS_LETTERS
        short = "" if each.stopped else said[1][:most]
        yield NewsView(said[0], short, len(said[1]) > most, each.said_at, each.stopped, page)
