"""亮牌: the address of an area's board is made and stopped by cadres; what stands on it of a person, that person decides."""

from dataclasses import dataclass

from handlers.case_steps.desk import joined
from handlers.case_steps.opening import area_of, contact_area
from handlers.case_steps.steps import asker
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.boards import BoardLine, Shown, board_of
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.scope import scope_of
from models.secrets import new_link_token
from models.store.boards import BoardStore

MOST_IN_CHAT = 5
"""People of a board whom one line in a group names."""


@dataclass(frozen=True, slots=True)
class MakeBoard(Intent):
    """An area shall have a board that can be put up. One that has it keeps its address."""

    area: int


@dataclass(frozen=True, slots=True)
class StopBoard(Intent):
    """The boards of an area that are put up are no longer valid."""

    area: int


@dataclass(frozen=True, slots=True)
class AgreeToBoard(Intent):
    """Put my full ``name`` or my ``phone`` on the boards as well."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawFromBoard(Intent):
    """Take it off again."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ShowBoard(Intent):
    """Who answers for this place?"""


@handles(MakeBoard, may=Permission.NOTICE_SEND)
def make_board(ask: MakeBoard, work: Work) -> Reply:
    """Whoever may speak to a whole village may put up its boards, within the own areas."""
    _ensure_own(ask.area, work)
    store = BoardStore(work.store.session)
    if store.find_link(ask.area) is None:
        store.add_link(ask.area, new_link_token(), work.actor.person, work.now)
    return Reply("BOARD_MADE_DM")


@handles(StopBoard, may=Permission.NOTICE_SEND)
def stop_board(ask: StopBoard, work: Work) -> Reply:
    """Whoever scans one of them reads that it is not valid (seed C04)."""
    _ensure_own(ask.area, work)
    if not BoardStore(work.store.session).stop_links(ask.area, work.now):
        raise Refusal(RefusalKind.NOT_NOW, "BOARD_NOT_UP_DM")
    return Reply("BOARD_STOPPED_DM")


def _ensure_own(area: int, work: Work) -> None:
    """Raises Refusal: it is not one of the asker's areas."""
    scope = scope_of(work.actor, work.town)
    if area not in work.town.areas or not (scope.whole or area in scope.areas):
        raise Refusal(RefusalKind.NOT_FOUND, "BOARD_NO_AREA_DM")


@handles(AgreeToBoard, may=Permission.CASE_OPEN)  # who may is checked inside: it is the asker's own name
def agree_to_board(ask: AgreeToBoard, work: Work) -> Reply:
    """Only the person, of the own name and number; it holds for every board the person stands on."""
    person, shown = _holder(work), _shown(ask)
    if shown is Shown.PHONE and work.store.person(person).phone_box is None:
        raise Refusal(RefusalKind.NOT_NOW, "BOARD_NO_PHONE_DM", contact=work.town.contact)
    store = BoardStore(work.store.session)
    if not store.has_agreed(person, shown):
        store.agree(person, work.actor.identity, shown, work.now)
    return Reply("BOARD_PHONE_ON_DM" if shown is Shown.PHONE else "BOARD_NAME_ON_DM")


@handles(WithdrawFromBoard, may=Permission.CASE_OPEN)  # who may is checked inside: it is the asker's own name
def withdraw_from_board(ask: WithdrawFromBoard, work: Work) -> Reply:
    """At once on the pages; what hangs on doors must be printed anew."""
    person, shown = _holder(work), _shown(ask)
    BoardStore(work.store.session).take_back(person, shown, work.now)
    return Reply("BOARD_PHONE_OFF_DM" if shown is Shown.PHONE else "BOARD_NAME_OFF_DM")


def _holder(work: Work) -> int:
    """The person who asks, privately or on a page.

    Raises:
        NotMeant: said in a group.
        Refusal: nobody who holds a post.
    """
    if work.origin.room is not None:
        raise NotMeant
    if work.actor.person is None or not work.actor.seats:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_AUTH_DM", contact=work.town.contact)
    return work.actor.person


def _shown(ask: AgreeToBoard | WithdrawFromBoard) -> Shown:
    return Shown.PHONE if ask.phone else Shown.NAME


@handles(ShowBoard, may=Permission.CASE_OPEN)
def show_board(ask: ShowBoard, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Post and surname of those who answer for the asker's area, and the address of its board (seeds A17, B20)."""
    who = asker(work)
    area = area_of(work, who)
    if area is None:
        return Reply("BOARD_NONE_HERE", contact=work.town.contact)
    area = contact_area(work, who, area)
    people: dict[int, BoardLine] = {}
    for line in board_of(work.town, area, work.today):
        if line.seat is not None:
            people.setdefault(line.seat.person, line)  # the first of several posts
    if not people:
        return Reply("BOARD_NONE_HERE", contact=work.town.contact)
    token, here = BoardStore(work.store.session).find_link(area), work.standing.public_url
    more = work.standing.texts.render("BOARD_AT", {"link": f"{here}/b/{token}"}) if token and here else ""
    said = joined(work, [_said(line) for line in [*people.values()][:MOST_IN_CHAT]])
    return Reply("BOARD", area=work.town.areas[area].name, list=said, more=more)


def _said(line: BoardLine) -> str:
    seat = line.stand_in or line.seat
    return f"{seat.title}{seat.surname}" if seat is not None else ""
