"""Households not heard from after an important notice: told once to their first responder alone, ticked by him (seed D07)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from handlers.case_steps.desk import joined
from handlers.home_names import home_labels, homes_named, notice_asked
from handlers.intents import Intent
from handlers.notice_asking import asks
from handlers.notice_forms import page_address
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.notice_receipts import first_responder, in_house_order, rooms_of_areas
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import RoomCard, Seat
from models.secrets import new_link_token
from models.store.notice_forms import FormStore
from models.store.notice_receipts import Home, ReceiptStore
from models.store.notices import NoticeStore
from models.tables import Notice

TOO_LATE = timedelta(days=3)
"""A look that comes so late says nothing any more."""


@dataclass(frozen=True, slots=True)
class TellOpenHomes(Intent):
    """First responders hear once which of their households are not heard from."""

    notice_id: int
    due: str
    """The instant it was meant for (ISO)."""


@dataclass(frozen=True, slots=True)
class TickHomes(Intent):
    """A first responder told households himself. No ``homes``: asks which are left; ``every``: all that are left."""

    no: int
    homes: str = ""
    every: str = ""


@dataclass(frozen=True, slots=True)
class LinkHome(Intent):
    """A first responder wants a link to pass on to one household: whoever of it taps, answers for it."""

    no: int
    home: str


@dataclass(frozen=True, slots=True)
class _Open:
    """A household not heard from, the group it belongs to and its first responder."""

    home: Home
    room: RoomCard
    seat: Seat | None


def homes_reached(
    work: Work, notice: int, rooms: set[int], store: ReceiptStore
) -> Iterator[tuple[Home, RoomCard]]:
    """The households of these groups, each once and with the group nearest to it."""
    served = rooms_of_areas(work.town, (work.town.rooms[room] for room in rooms if room in work.town.rooms))
    for home in store.homes(notice, served):
        yield home, served[home.area]


def _open_homes(work: Work, notice: Notice) -> list[_Open]:
    store, row = ReceiptStore(work.store.wire()), notice.id or 0

    @cache
    def responder(area: int) -> Seat | None:
        return first_responder(work.town, area, work.today)

    found = homes_reached(work, row, store.rooms_reached(row), store)
    return [_Open(home, room, responder(home.area)) for home, room in found if home.kind is None]


@handles(TellOpenHomes, may=Permission.CLOCK_TICK)
def tell_open_homes(ask: TellOpenHomes, work: Work) -> None:
    """One private message to each first responder who has any; there is no second one."""
    notice = NoticeStore(work.store.session).find_notice(row=ask.notice_id)
    late = work.now - datetime.fromisoformat(ask.due) > TOO_LATE
    if notice is None or notice.state == "cancelled" or late:
        return
    by_seat: dict[int, list[_Open]] = defaultdict(list)
    for each in _open_homes(work, notice):
        if each.seat is not None:
            by_seat[each.seat.person].append(each)
    for person in sorted(by_seat):
        found = by_seat[person]
        reply = _left(work, notice, found)
        work.tell_seat(found[0].seat, reply.key, rank=Rank.ROUTINE, **reply.blanks)


@handles(TickHomes, may=Permission.CASE_OPEN)  # who may is checked inside: it is his households that count
def tick_homes(ask: TickHomes, work: Work) -> Reply:
    """Tick what he told at the door, or hear which are left; only households whose first responder he is."""
    notice = _notice(ask.no, work)
    mine = [each for each in _open_homes(work, notice) if each.seat and _is_asker(each.seat, work)]
    if not (ask.homes or ask.every):
        return _left(work, notice, mine)
    ticked, unknown = (mine, []) if ask.every else _named(ask.homes, mine, work)
    if not ticked and unknown:
        raise Refusal(
            RefusalKind.NOT_FOUND, "RECEIPT_HOME_UNKNOWN_DM", no=notice.no, list=joined(work, unknown)
        )
    store = ReceiptStore(work.store.wire())
    for each in ticked:
        store.write(notice.id or 0, work.now, household=each.home.household, told_by=work.actor.person)
    if not ticked:
        return Reply("RECEIPT_NONE_OPEN_DM", no=notice.no)
    tip = (
        work.standing.texts.render("RECEIPT_TIP_UNKNOWN", {"list": joined(work, unknown)}) if unknown else ""
    )
    left = len(mine) - len(ticked)
    return Reply("RECEIPT_TOLD_DM", no=notice.no, list=_labels(work, ticked), n=left, tip=tip)


@handles(LinkHome, may=Permission.CASE_OPEN)  # who may is checked inside: it is his households that count
def link_home(ask: LinkHome, work: Work) -> Reply:
    """The household's own link, the same whenever he asks; he passes it on himself, and nobody is reminded by us."""
    notice, store = _notice(ask.no, work), FormStore(work.store.session)
    if not work.standing.public_url:
        raise Refusal(RefusalKind.NOT_NOW, "HOME_LINK_NO_PAGE_DM")
    mine = [each for each in _open_homes(work, notice) if each.seat and _is_asker(each.seat, work)]
    found, _ = _named(ask.home, mine, work)
    if len(found) != 1:
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_HOME_UNKNOWN_DM", no=notice.no, list=ask.home)
    row, home = notice.id or 0, found[0].home
    token = store.find_link(row, home.household)
    if token is None:
        token = new_link_token()
        store.add_link(row, token, work.now, household=home.household, told_by=work.actor.person)
    return Reply("HOME_LINK_DM", home=home.label, link=page_address(work, token))


def _notice(no: int, work: Work) -> Notice:
    """The important notice of that number, for somebody who holds a post and asks privately; raises as ``notice_asked``."""
    notice = notice_asked(no, work, "RECEIPT_PRIVATELY_DM")
    if not asks(notice.level):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=no)
    return notice


def _is_asker(seat: Seat, work: Work) -> bool:
    return seat.person == work.actor.person


def _named(words: str, mine: list[_Open], work: Work) -> tuple[list[_Open], list[str]]:
    """The households these words name, and the words that name none, or several."""
    found, unknown = homes_named(work, words, [each.home for each in mine])
    ticked = {home.household for home in found}
    return [each for each in mine if each.home.household in ticked], unknown


def _left(work: Work, notice: Notice, found: list[_Open]) -> Reply:
    """What is left, by group; those nobody of whom is in the chat stand apart."""
    if not found:
        return Reply("RECEIPT_NONE_OPEN_DM", no=notice.no)
    texts, rooms = work.standing.texts, {each.room.id: each.room for each in found}
    shown = sorted(found, key=lambda each: in_house_order(each.home.label))
    lines = []
    for room in sorted(rooms.values(), key=lambda each: (each.title, each.id)):
        here = [each for each in shown if each.room.id == room.id and each.home.in_chat]
        if here:
            lines.append(texts.render("RECEIPT_OPEN_ROOM", {"room": room.title, "list": _labels(work, here)}))
    if doors := [each for each in shown if not each.home.in_chat]:
        lines.append(texts.render("RECEIPT_OPEN_DOORS", {"list": _labels(work, doors)}))
    others = ReceiptStore(work.store.wire()).unplaced(notice.id or 0, rooms)
    tip = texts.render("RECEIPT_TIP_UNPLACED", {"n": others}) if others else ""
    blanks = {"title": notice.title or notice.body[:20], "example": shown[0].home.label, "tip": tip}
    return Reply("RECEIPT_OPEN_DM", no=notice.no, n=len(found), list="\n".join(lines), **blanks)


def _labels(work: Work, homes: list[_Open]) -> str:
    return home_labels(work, [each.home for each in homes])
