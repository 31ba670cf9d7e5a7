"""Standing reminders: planned from the preset's rows and what cadres changed, said at their moments (seed E10, B21, D10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from handlers.case_steps.desk import joined
from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.standing_days import hold_day
from handlers.work import Work
from models.rules import metrics
from models.rules.audiences import RESIDENTS, path_of
from models.rules.case_life import HANDLED_STATES, OPEN_STATES
from models.rules.misfires import Verdict, judge
from models.rules.pacing import SHANGHAI, Rank, is_quiet, next_local, shanghai_date
from models.rules.periods import Span, span_named
from models.rules.permissions import Permission
from models.rules.standing import AHEAD, DIGEST, KINDS, Said, Setting, Standing, key_of, said_on, setting_for
from models.rules.town import AreaNode, Seat
from models.rules.urgency import Privacy
from models.store.figures import FiguresStore
from models.store.standing import StandingStore

SAYS = {
    "month_meeting": "STANDING_MEETING_DM",
    "quarter_review": "STANDING_QUARTER_DM",
    "talk_day": "STANDING_TALK_DAY",
    "talk_eve": "STANDING_TALK_EVE",
    "talk_host": "STANDING_TALK_HOST_DM",
    "talk_summary": "STANDING_TALK_SUMMARY",
    "talk_topics": "STANDING_TALK_TOPICS",
    "volunteer_eve": "STANDING_VOLUNTEER_EVE",
    "words": "STANDING_WORDS",
}
MOST_NAMED = 3
"""Categories named in one sentence."""
SINCE_AT_MOST = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class PlanStanding(Intent):
    """Plan what is said on that Shanghai date (ISO) and the days after it."""

    on: str


@dataclass(frozen=True, slots=True)
class SayStanding(Intent):
    """The moment of one reminder in one area has come: ``due`` is the instant it is meant for (ISO)."""

    code: str
    area: int
    due: str


@handles(PlanStanding, may=Permission.CLOCK_TICK)
def plan_standing(ask: PlanStanding, work: Work) -> None:
    """One row of the due table for each reminder, area and moment."""
    first, settings = date.fromisoformat(ask.on), StandingStore(work.store.session).settings()
    for reminder in work.town.preset.reminders:
        plan_reminder(work, reminder, settings, first)


def plan_reminder(work: Work, reminder: Standing, settings: list[Setting], first: date) -> None:
    """Its moments of these days that are still to come; the digest is planned by itself (handlers.digests)."""
    if reminder.kind == DIGEST:
        return
    days = [first + timedelta(days=ahead) for ahead in range(AHEAD)]
    since, rows = work.now - reminder.policy.until, []
    for area in areas_of(work, reminder):
        again = again_of(work, reminder, settings, area.id)
        found = (
            [each for day in days for each in said_on(reminder, again, day, work.standing.days)]
            if again
            else []
        )
        rows += [_row(work, reminder, area, said) for said in found if said.at > since]
    work.store.plan(rows)


def _row(work: Work, reminder: Standing, area: AreaNode, said: Said) -> dict[str, Any]:
    """``due`` names the moment; what lies in the quiet hours happens when they end."""
    at = next_local(said.at, work.pace.notice_opens_at) if is_quiet(said.at, work.pace.quiet) else said.at
    return {
        "key": key_of(reminder.code, area.id, said.at), "intent": "SayStanding", "state": "waiting",
        "fields": {"code": reminder.code, "area": area.id, "due": said.at.isoformat()},
        "due_at": at.astimezone(work.now.tzinfo), "attempts": 0, "why": "",
    }  # fmt: skip


def areas_of(work: Work, reminder: Standing) -> Iterator[AreaNode]:
    """The areas that have it, in order."""
    for area in sorted(work.town.areas.values(), key=lambda node: node.id):
        if area.level == reminder.level:
            yield area


def again_of(work: Work, reminder: Standing, settings: list[Setting], area: int) -> str | None:
    """The series that counts for an area; None: it is stopped there."""
    found = setting_for(settings, reminder.code, (node.id for node in work.town.upward(area)))
    if found is not None and found.stopped:
        return None
    return (found.again if found is not None else "") or reminder.again


@handles(SayStanding, may=Permission.CLOCK_TICK)
def say_standing(ask: SayStanding, work: Work) -> None:
    """Said once, unless it was stopped, moved, or is too late by its own policy."""
    reminder = next((each for each in work.town.preset.reminders if each.code == ask.code), None)
    area, due = work.town.areas.get(ask.area), datetime.fromisoformat(ask.due)
    if reminder is None or area is None:
        return
    again = again_of(work, reminder, StandingStore(work.store.session).settings(), area.id)
    meant = said_on(reminder, again, shanghai_date(due), work.standing.days) if again else []
    said = next((each for each in meant if each.at == due), None)
    if said is None:
        return
    opens = next_local(due, work.pace.notice_opens_at) if is_quiet(due, work.pace.quiet) else due
    verdict = judge(reminder.policy, opens, work.now)
    if verdict is Verdict.LEAVE:
        return
    late = work.standing.texts.render("STANDING_LATE", {"when": due_words(work, due)})
    _say(work, reminder, area, said, late if verdict is Verdict.SAY_LATE else "")


def _say(work: Work, reminder: Standing, area: AreaNode, said: Said, late: str) -> None:
    key = SAYS[reminder.kind]
    known = {
        "late": late, "name": reminder.about or reminder.name, "words": reminder.words,
        "month": said.about.month, "day": said.about.day, **_figures(work, reminder, area, said),
    }  # fmt: skip
    blanks = {name: known[name] for name in work.standing.texts.sentences[key].blanks}
    for seat in _hearers(work, reminder, area):
        work.tell_seat(seat, key, **blanks)
    rooms = _rooms(work, area)
    if not reminder.posts and not hold_day(work, reminder, area, said, rooms, late):
        for room in rooms:
            work.tell_room(room, key, rank=Rank.BROADCAST, **blanks)


def _rooms(work: Work, area: AreaNode) -> list[int]:
    """Residents' groups of the area; a group of several areas hears it with its first one only."""
    inside = set(work.town.downward(area.id))
    found = (r for r in work.town.rooms_within(area.id) if r.tier == RESIDENTS)
    return [room.id for room in found if room.areas[0] in inside]


def _hearers(work: Work, reminder: Standing, area: AreaNode) -> list[Seat]:
    """Holders of its posts in the area, each person once; whoever is away is stood in for."""
    found = [seat for post in reminder.posts for seat in work.town.holders(post, area.id, work.today)]
    return list({seat.person: seat for seat in found}.values())


def _figures(work: Work, reminder: Standing, area: AreaNode, said: Said) -> dict[str, Any]:
    """How many requests there were, are done and are open; of areas, never of persons."""
    if not KINDS[reminder.kind]:
        return {}
    span = _span(KINDS[reminder.kind], said, work)
    areas = list(work.town.downward(area.id))
    happened = FiguresStore(work.store.session).happened(areas, span, work.timetable)
    cases = metrics.valid(happened, span)
    overdue = [
        c for c in cases if c.state in OPEN_STATES and c.due_resolve_at and c.due_resolve_at < work.now
    ]
    return {
        "n": len(cases), "done": sum(c.state in HANDLED_STATES for c in cases),
        "open": sum(c.state in OPEN_STATES for c in cases), "overdue": len(overdue),
        "low": sum(r.effect < metrics.SATISFIED for r in happened.ratings if span.holds(r.at)),
        "list": _most(work, [c.category for c in cases]), "area": _name(work, area),
    }  # fmt: skip


def _name(work: Work, area: AreaNode) -> str:
    """The area's name, with the one above it where several are called so."""
    alone = len(work.town.areas_named(area.name)) == 1
    return area.name if alone else path_of(area, work.town)


def _span(name: str, said: Said, work: Work) -> Span:
    """The span the figures are of: one with a name, or since the day it was about the last time."""
    if name != "since":
        return span_named(name, work.now)
    begin = datetime.combine(said.about.replace(day=1), datetime.min.time(), SHANGHAI) - timedelta(days=1)
    last = begin.replace(day=min(said.about.day, begin.day))
    return Span(max(last, work.now - SINCE_AT_MOST).astimezone(work.now.tzinfo), work.now)


def _most(work: Work, categories: list[str]) -> str:
    """What there was most of, by name; what is private is counted and not named."""
    items = work.standing.items
    named = [items[c].spoken for c in categories if items[c].privacy < Privacy.P3]
    ordered = sorted(set(named), key=lambda name: (-named.count(name), name))[:MOST_NAMED]
    counted = [work.standing.texts.render("STATS_OF", {"name": n, "n": named.count(n)}) for n in ordered]
    return joined(work, counted) or work.standing.texts.render("STANDING_NOTHING", {})
