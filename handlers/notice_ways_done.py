"""Whoever carries a notice says that it was read out, put up or told; who did not is reminded once, privately (seed B10)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.case_steps.offline import among_residents
from handlers.intents import Intent
from handlers.notice_steps import entitled, in_reach
from handlers.notice_ways import order_ways, tell_ways, ways_meant, where_words
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.offline_ways import WayKind, ways_said
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.whom import is_personal
from models.store.notice_ways import WayStore
from models.store.notices import NoticeStore
from models.tables import Notice, NoticeWay

TOO_LATE = timedelta(days=3)
"""A reminder that comes so late says nothing any more."""
AGAIN = {
    WayKind.ALOUD: "WAY_ALOUD_ONCE_DM",
    WayKind.BOARD: "WAY_BOARD_ONCE_DM",
    WayKind.DOOR: "WAY_DOOR_ONCE_DM",
    WayKind.MEETING: "WAY_MEETING_ONCE_DM",
    WayKind.LEAFLET: "WAY_LEAFLET_ONCE_DM",
}
NOT_GONE_YET = frozenset({"scheduled", "asked", "missed"})


@dataclass(frozen=True, slots=True)
class DoWay(Intent):
    """It was done: the field that holds a word says what; ``ways`` which of several, or where, no ``no``: what was asked last."""

    no: int | None = None
    aloud: str = ""
    board: str = ""
    door: str = ""
    meeting: str = ""
    leaflet: str = ""
    ways: str = ""


@dataclass(frozen=True, slots=True)
class HandOut(Intent):
    """A notice that was sent goes these ways too; no ``ways``: which there are."""

    no: int
    ways: str = ""


@dataclass(frozen=True, slots=True)
class LookAtWays(Intent):
    """Whoever was asked and said nothing hears once more."""

    notice_id: int
    due: str
    """The instant it was meant for (ISO)."""


@handles(DoWay, may=Permission.CASE_OPEN)  # who may is checked inside: residents' groups hear no refusal
def do_way(ask: DoWay, work: Work) -> Reply:
    """Only what that appointment, or its area, was asked to do; said twice it counts once."""
    if work.origin.late or not work.actor.desk:
        raise NotMeant
    notice = _notice(ask.no, work)
    kind = next(kind for kind in WayKind if getattr(ask, kind))
    ways = {way.name: way for way in work.town.preset.ways if way.kind is kind}
    said, places = ways_said(ask.ways, tuple(ways.values()), "")
    wanted = {way.name for way in said} or set(ways)
    mine = [row for row in _mine(work, notice, places) if row.way in wanted]
    if not mine and among_residents(work):
        raise NotMeant
    if not mine:
        raise Refusal(RefusalKind.NOT_FOUND, "WAY_NOT_YOURS_DM", no=notice.no)
    for row in (row for row in mine if row.done_at is None):
        row.done_at, row.done_by = work.now, work.actor.person
    names = dict.fromkeys(row.way for row in mine)
    comma = work.standing.texts.render("LIST_COMMA", {})
    where = where_words(work, {row.area_id: row for row in mine}.values())
    return Reply("WAY_DONE_DM", no=notice.no, ways=comma.join(names), where=where)


def _notice(no: int | None, work: Work) -> Notice:
    """The notice meant; without a number the one that was asked last.

    Raises:
        NotMeant: a number of no notice, or no number, in a group: it may be talk.
        Refusal: there is none.
    """
    if no is None:
        found = WayStore(work.store.session).latest_told(work.actor.desk)
    else:
        found = NoticeStore(work.store.session).find_notice(no=no)
    if found is not None and found.state != "cancelled":
        return found
    if among_residents(work):
        raise NotMeant
    if no is None:
        raise Refusal(RefusalKind.NOT_FOUND, "WAY_NONE_DM")
    raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=no)


def _mine(work: Work, notice: Notice, places: Collection[str]) -> list[NoticeWay]:
    """What was asked of the appointments on this desk, else of their areas; what is told later is nobody's yet.

    ``places`` are names of areas below them: whoever stands above notes what he was told on the phone.
    """
    rows = [row for row in WayStore(work.store.session).ways_of(notice.id or 0) if row.told_at is not None]
    areas = {work.town.seats[seat].area for seat in work.actor.desk}
    if places:
        here = [row for row in rows if work.town.areas[row.area_id].name in places]
        return [row for row in here if any(work.town.is_within(row.area_id, area) for area in areas)]
    asked = [row for row in rows if row.seat_id in work.actor.desk]
    return asked or [row for row in rows if row.area_id in areas]


@handles(HandOut, may=Permission.CASE_OPEN)
def hand_out(ask: HandOut, work: Work) -> Reply:
    """Whoever carries it is told now, or when the notice goes."""
    entitled(work)
    notice = NoticeStore(work.store.session).find_notice(no=ask.no)
    if notice is None or notice.state == "cancelled" or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=ask.no)
    ways, comma = work.town.preset.ways, work.standing.texts.render("LIST_COMMA", {})
    if not ask.ways or not ways:
        known = comma.join(way.name for way in ways) or work.standing.texts.render("STANDING_NOTHING", {})
        return Reply("WAY_WHICH_DM", no=notice.no, list=known)
    if notice.cron:
        raise Refusal(RefusalKind.NOT_CLEAR, "WAY_AGAIN_DM")
    if is_personal(notice.audience):
        raise Refusal(RefusalKind.NOT_CLEAR, "WAY_FOR_ALL_DM")
    names = [way.name for way in ways_meant(work, ask.ways)]
    number = order_ways(work, notice, names)
    work.store.flush()
    if notice.state not in NOT_GONE_YET:
        tell_ways(work, notice)
    return Reply("WAY_HANDED_DM", no=notice.no, list=comma.join(names), n=number)


@handles(LookAtWays, may=Permission.CLOCK_TICK)
def look_at_ways(ask: LookAtWays, work: Work) -> None:
    """One private line for each way and person; there is no second one, and no list of them for anybody."""
    notice = NoticeStore(work.store.session).find_notice(row=ask.notice_id)
    due = datetime.fromisoformat(ask.due)
    if notice is None or notice.state == "cancelled" or work.now - due > TOO_LATE:
        return
    ways = {way.name: way for way in work.town.preset.ways}
    left: dict[tuple[str, int], None] = {}
    for row in WayStore(work.store.session).ways_of(ask.notice_id):
        if row.done_at is None and row.seat_id in work.town.seats and row.way in ways and row.told_at:
            left[row.way, row.seat_id or 0] = None
    for name, seat in left:
        title = notice.title or notice.body[:20]
        work.tell_seat(
            work.town.seats[seat],
            AGAIN[ways[name].kind],
            rank=Rank.ROUTINE,
            no=notice.no,
            title=title,
            way=name,
        )
