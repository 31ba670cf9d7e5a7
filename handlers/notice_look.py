"""A notice looked at before it is sent, for a page: the words as a group reads them, who does and who does not, and when.

It writes nothing: whoever only looks leaves no trace.
"""

from dataclasses import dataclass
from typing import Any

from handlers.case_steps.words import due_words
from handlers.notice_asking import asking_tips, asks
from handlers.notice_forms import LONG
from handlers.notice_moments import EMERGENCY, five_moments, out_of_the_night
from handlers.notice_plans import Draft, plan_of
from handlers.notice_preview import pace_tips, usual_tips
from handlers.notice_reach import Reach, reach_of
from handlers.notice_second import is_asked_first, names_of_seats, second_tips, seconds
from handlers.notice_sending import for_whom
from handlers.notice_steps import Plan, post_of
from handlers.notice_ways import ways_tips
from handlers.work import Work
from models.rules.audiences import path_of
from models.rules.outgoing import guard, parts_of
from models.rules.pacing import is_quiet
from models.rules.reaching import areas_meant
from models.rules.town import RoomCard, Seat
from models.rules.unserved import places_without
from models.rules.whom import Whom, whom_kept
from models.store.notices import NoticeStore

LINK_TO_COME = "/n/…"
"""Stands for the address that a long notice gets when it is written."""


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who hears it, and who does not."""

    groups: tuple[str, ...]
    """Titles, in the order of their places."""
    people: int
    """So many are told privately."""
    passes_on: int
    """So many households are told by somebody who looks in on them."""
    households: int
    """Known households of the places; 0: none are registered, or only some are meant."""
    mixed: int
    """Groups that people of a place that is left out read along."""
    unreached: tuple[str, ...]
    """Place, post and surname of those who have no contact and must be called."""
    homes_unreached: int
    bare: tuple[str, ...]
    """Places without any group."""
    bare_households: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a page shows of a notice that is not sent yet."""

    bubbles: tuple[str, ...]
    """What a group reads; a long one in several parts."""
    hearers: Hearers
    when: str
    """The moment in words; empty: at once."""
    firings: tuple[str, ...]
    """The next moments of a series."""
    timing: tuple[str, ...]
    """Sentences: the usual hour, the quiet hours, full groups, how long it takes."""
    second: str
    """Who must agree before it goes; empty: nobody."""
    more: tuple[str, ...]
    """Sentences: receipts, other ways than groups, who agrees or countersigns."""


def look_at(work: Work, draft: Draft) -> Look:
    """What sending the draft would do.

    Raises:
        Refusal: it could not be sent (handlers.notice_plans).
    """
    plan = plan_of(work, draft)
    whom = whom_kept(plan.audience)
    reach = reach_of(work, whom)
    when, firings, timing = times_of(work, plan)
    rooms = len(reach.rooms)
    asked = seconds(work, plan.areas, work.actor.person) if is_asked_first(work, rooms, plan.level) else ()
    more = [
        *asking_tips(work, plan.level, plan.moment(work)), *ways_tips(work, plan.ways, whom),
        *second_tips(work, plan.areas, rooms, plan.level),
    ]  # fmt: skip
    return Look(
        bubbles_of(work, plan.words, plan.level, plan.source, whom), hearers_of(work, whom, reach), when, firings,
        (*timing, *_said(work, pace_tips(work, plan, reach))), names_of_seats(work, asked), _said(work, more),
    )  # fmt: skip


def bubbles_of(
    work: Work, words: str, level: str, source: str, whom: Whom, link: str = ""
) -> tuple[str, ...]:
    """What a group reads of a notice; ``link``: the address of its page, where it has one already."""
    key, blanks = post_of(work, words, level, source)
    there = link or (work.standing.public_url and work.standing.public_url + LINK_TO_COME)
    if there and not whom.is_personal and (asks(level) or len(words) > LONG):
        blanks["src"] += work.standing.texts.render("NOTICE_FULL", {"link": there})
    blanks["src"] += for_whom(work, whom)
    text = guard(work.standing.texts.render(key, blanks), in_group=True)
    return parts_of(text, work.pace.max_bytes) if isinstance(text, str) else ()


def hearers_of(work: Work, whom: Whom, reach: Reach) -> Hearers:
    """Who hears a notice as things stand now."""
    store, meant = NoticeStore(work.store.session), areas_meant(work.town, whom)
    bare = places_without(work.town, meant, reach.rooms) if whom.is_usual else ()
    without = {below for area in bare for below in work.town.downward(area)} & meant
    return Hearers(
        groups=tuple(room.title for room in _by_place(work, reach)),
        people=len(reach.people),
        passes_on=sum(len(person.passes_on) for person in reach.people),
        households=store.households_in(meant) if whom.is_usual else 0,
        mixed=reach.mixed,
        unreached=tuple(_called(work, seat) for seat in reach.unreached),
        homes_unreached=reach.homes_unreached,
        bare=tuple(path_of(work.town.areas[area], work.town) for area in bare),
        bare_households=store.households_in(without) if without else 0,
    )


def _by_place(work: Work, reach: Reach) -> list[RoomCard]:
    """As people look for them: the upper ones first, then place by place."""
    order: dict[int, int] = {}
    line = [area.id for area in reversed(reach.areas.areas)]
    while line:
        area = line.pop()
        order[area] = len(order)
        line.extend(reversed(work.town.children.get(area, ())))
    last = len(order)
    return sorted(
        reach.rooms,
        key=lambda room: (
            -room.tier,
            min((order.get(a, last) for a in room.areas), default=last),
            room.title,
        ),
    )


def times_of(work: Work, plan: Plan) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """When it goes in words, the next moments of a series, and what else is to be said of it."""
    said, moment = usual_tips(work, plan), plan.moment(work)
    if plan.cron:
        five, unsure = five_moments(work, plan.cron, plan.level)
        return five[0] if five else "", tuple(five), _said(work, [*said, *unsure])
    if plan.level == EMERGENCY or not is_quiet(moment, work.pace.quiet):
        return (due_words(work, moment) if plan.at else ""), (), _said(work, said)
    opens = work.pace.notice_opens_at
    key = "NOTICE_TIP_QUIET_THEN" if plan.at else "NOTICE_TIP_QUIET_NOW"
    blanks = {"when": due_words(work, moment), "opens": opens} if plan.at else {"opens": opens}
    morning = due_words(work, out_of_the_night(work, moment, plan.level))
    return morning, (), _said(work, [*said, (key, blanks)])


def _said(work: Work, tips: list[tuple[str, dict[str, Any]]]) -> tuple[str, ...]:
    return tuple(work.standing.texts.render(key, blanks) for key, blanks in tips)


def _called(work: Work, seat: Seat) -> str:
    return f"{path_of(work.town.areas[seat.area], work.town)}{seat.title}{seat.surname}"
