"""A notice as a letter on paper: first responders tick the households they brought it to, the cadre sees the count (seed D07).

Whoever was not at home is named to his own first responder alone; the cadre sees numbers by area.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from handlers.case_steps.desk import fitting, joined
from handlers.home_names import home_labels, homes_named, notice_asked
from handlers.intents import Intent
from handlers.notice_steps import in_reach
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.notice_receipts import first_responder, in_house_order
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Seat
from models.store.letter_rounds import LetterStore
from models.store.notice_receipts import Home, ReceiptStore
from models.tables import Notice


@dataclass(frozen=True, slots=True)
class TickLetter(Intent):
    """A first responder brought a letter. No field: which are left; ``every``: all; ``but``: all but these; ``back``: undo."""

    no: int
    homes: str = ""
    every: str = ""
    but: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True)
class ShowLetter(Intent):
    """How many households have the letter."""

    no: int


@dataclass(frozen=True, slots=True)
class _Round:
    """A first responder's households of one letter."""

    homes: list[Home]
    brought: set[int]

    @property
    def left(self) -> list[Home]:
        """Those that have no letter yet."""
        return [home for home in self.homes if home.household not in self.brought]

    @property
    def done(self) -> int:
        """How many have one."""
        return len(self.homes) - len(self.left)


@handles(TickLetter, may=Permission.CASE_OPEN)  # who may is checked inside: it is his households that count
def tick_letter(ask: TickLetter, work: Work) -> Reply:
    """Tick what he brought, or hear which are left; only households whose first responder he is."""
    notice = notice_asked(ask.no, work, "LETTER_PRIVATELY_DM")
    mine = _round(work, notice)
    if not mine.homes:
        if _oversees(work, notice):
            return _counts(work, notice)
        return Reply("LETTER_NONE_DM", no=notice.no)
    if ask.back:
        return _taken_back(ask, work, notice, mine)
    if not (ask.homes or ask.every or ask.but):
        return _left(work, notice, mine)
    if ask.every or ask.but:
        out, unknown = homes_named(work, ask.but, mine.homes)
        ticked = [home for home in mine.left if home not in out] if not unknown else []
    else:
        ticked, unknown = homes_named(work, ask.homes, mine.homes)
    if unknown and not ticked:
        raise Refusal(RefusalKind.NOT_FOUND, "LETTER_UNKNOWN_DM", no=notice.no, list=joined(work, unknown))
    fresh = [home for home in ticked if home.household not in mine.brought]
    store = LetterStore(work.store.session)
    store.bring(notice.id or 0, (home.household for home in fresh), work.actor.person, work.now)
    mine.brought.update(home.household for home in fresh)
    if not mine.left:
        return Reply("LETTER_ALL_DM", no=notice.no, n=len(mine.homes))
    render = work.standing.texts.render
    tip = render("RECEIPT_TIP_UNKNOWN", {"list": joined(work, unknown)}) if unknown else ""
    return Reply(
        "LETTER_TICKED_DM", no=notice.no, list=home_labels(work, ticked), done=mine.done, n=len(mine.homes),
        left=home_labels(work, _ordered(mine.left)), tip=tip,
    )  # fmt: skip


def _homes(work: Work, notice: Notice) -> list[Home]:
    inside = {
        below
        for area in notice.audience["areas"]
        if area in work.town.areas
        for below in work.town.downward(area)
    }
    return ReceiptStore(work.store.wire()).homes(0, sorted(inside))


def _round(work: Work, notice: Notice) -> _Round:
    """The asker's own households; a stand-in's are those of whoever is away."""

    @cache
    def responder(area: int) -> Seat | None:
        return first_responder(work.town, area, work.today)

    mine = []
    for home in _homes(work, notice):
        seat = responder(home.area)
        if seat is not None and seat.person == work.actor.person:
            mine.append(home)
    return _Round(_ordered(mine), LetterStore(work.store.session).brought_to(notice.id or 0))


def _ordered(homes: list[Home]) -> list[Home]:
    return sorted(homes, key=lambda home: in_house_order(home.label))


def _left(work: Work, notice: Notice, mine: _Round) -> Reply:
    if not mine.left:
        return Reply("LETTER_ALL_DM", no=notice.no, n=len(mine.homes))
    return Reply(
        "LETTER_ROUND_DM", no=notice.no, n=len(mine.homes), done=mine.done,
        list=home_labels(work, mine.left), example=mine.left[0].label,
    )  # fmt: skip


def _taken_back(ask: TickLetter, work: Work, notice: Notice, mine: _Round) -> Reply:
    found, unknown = homes_named(work, ask.back, mine.homes)
    if not found:
        raise Refusal(
            RefusalKind.NOT_FOUND, "LETTER_UNKNOWN_DM", no=notice.no, list=joined(work, unknown) or ask.back
        )
    households = {home.household for home in found}
    LetterStore(work.store.session).take_back(notice.id or 0, households)
    mine.brought.difference_update(households)
    return Reply(
        "LETTER_BACK_DM", no=notice.no, list=home_labels(work, found), done=mine.done, n=len(mine.homes)
    )


def _oversees(work: Work, notice: Notice) -> bool:
    return Permission.NOTICE_SEND in work.actor.permissions and in_reach(work, notice.audience["areas"])


@handles(ShowLetter, may=Permission.CASE_OPEN)
def show_letter(ask: ShowLetter, work: Work) -> Reply:
    """The cadre's count by area; a first responder sees his own round."""
    notice = notice_asked(ask.no, work, "LETTER_PRIVATELY_DM")
    if _oversees(work, notice):
        return _counts(work, notice)
    mine = _round(work, notice)
    return _left(work, notice, mine) if mine.homes else Reply("LETTER_NONE_DM", no=notice.no)


def _counts(work: Work, notice: Notice) -> Reply:
    """All households and how many have it, by area: those that are not through first."""
    homes = _homes(work, notice)
    brought = LetterStore(work.store.session).brought_to(notice.id or 0)
    every = Counter(_part_of(work, notice, home.area) for home in homes)
    done = Counter(_part_of(work, notice, home.area) for home in homes if home.household in brought)
    parts = sorted(every, key=lambda area: (done[area] == every[area], work.town.areas[area].name, area))

    def said(areas: Sequence[int]) -> str:
        return joined(
            work,
            [
                work.standing.texts.render(
                    "LETTER_OF", {"area": work.town.areas[area].name, "done": done[area], "n": every[area]}
                )
                for area in areas
            ],
        )

    blanks = {"no": notice.no, "done": done.total(), "n": every.total(), "tip": ""}
    shown, count = fitting(work, "LETTER_COUNTS_DM", blanks, parts, said)
    if count < len(parts):
        blanks["tip"] = work.standing.texts.render("LETTER_MORE", {"n": len(parts) - count})
    return Reply("LETTER_COUNTS_DM", list=shown, **blanks)


def _part_of(work: Work, notice: Notice, area: int) -> int:
    """The area directly below the notice's own one that an area belongs to, or that one itself."""
    last = area
    for node in work.town.upward(area):
        if node.id in notice.audience["areas"]:
            return last
        last = node.id
    return last
