"""What a cadre sees of a notice before agreeing: which groups and how many, who else, when, and who must agree too."""

from datetime import timedelta
from typing import Any

from handlers.case_steps.desk import joined
from handlers.case_steps.words import due_words
from handlers.notice_asking import asking_tips
from handlers.notice_forms import forms_tips
from handlers.notice_moments import EMERGENCY, series_tips
from handlers.notice_reach import Reach, reach_of
from handlers.notice_second import second_tips
from handlers.notice_steps import Plan, names_of, reach_words
from handlers.notice_ways import ways_tips
from handlers.work import Reply, Work
from models.rules.audiences import Audience, path_of
from models.rules.notice_words import headline, minutes_to_send
from models.rules.pacing import SHANGHAI, is_quiet, next_local
from models.rules.reaching import areas_meant
from models.rules.tally import day_began
from models.rules.town import RoomCard, Seat
from models.rules.whom import Whom, whom_kept
from models.store.notices import NoticeStore

NAMED = 3
"""Groups named in a preview; how many there are is always said."""
LONGEST_TITLE = 12
ROLES_NAMED = 4

Tips = list[tuple[str, dict[str, Any]]]


def preview(work: Work, plan: Plan) -> Reply:
    """The first words and what else is worth knowing."""
    whom, texts = whom_kept(plan.audience), work.standing.texts
    reach = reach_of(work, whom)
    tips = [*_whom_tips(work, whom, reach), *_timing(work, plan), *pace_tips(work, plan, reach)]
    tips += asking_tips(work, plan.level, plan.moment(work))
    tips += forms_tips(work, plan.files)
    tips += ways_tips(work, plan.ways, whom)
    tips += second_tips(work, plan.areas, len(reach.rooms), plan.level)
    title, body = headline(plan.words)
    tip = "".join(texts.render(key, blanks) for key, blanks in tips)
    return Reply("NOTICE_PREVIEW_DM", count=reach_words(work, reach), title=title or body[:30], tip=tip)


def _whom_tips(work: Work, whom: Whom, reach: Reach) -> Tips:
    tips: Tips = []
    if reach.rooms:
        tips.append(("NOTICE_TIP_ROOMS", {"rooms": _titles(work, reach.rooms)}))
    if len(reach.areas.areas) > 1:
        tips.append(("NOTICE_TIP_AREAS", {"areas": names_of(work, reach.areas)}))
    if whom.without:
        left_out = tuple(work.town.areas[a] for a in whom.without if a in work.town.areas)
        tips.append(("NOTICE_TIP_WITHOUT", {"areas": names_of(work, Audience(left_out, ()))}))
    if reach.mixed:
        tips.append(("NOTICE_TIP_MIXED", {"n": reach.mixed}))
    if whom.is_usual:
        inside = areas_meant(work.town, whom)
        if households := NoticeStore(work.store.session).households_in(inside):
            tips.append(("NOTICE_TIP_HOUSEHOLDS", {"households": households}))
    return [*tips, *_people_tips(work, reach)]


def _people_tips(work: Work, reach: Reach) -> Tips:
    tips: Tips = []
    if reach.people:
        tips.append(("NOTICE_TIP_PEOPLE", {"n": len(reach.people)}))
    if told := sum(len(person.passes_on) for person in reach.people):
        tips.append(("NOTICE_TIP_PASS_ON", {"n": told}))
    if reach.unreached:
        tips.append(
            ("NOTICE_TIP_UNBOUND", {"n": len(reach.unreached), "list": _roles(work, reach.unreached)})
        )
    if reach.homes_unreached:
        tips.append(("NOTICE_TIP_HOMES", {"n": reach.homes_unreached}))
    return tips


def _titles(work: Work, rooms: tuple[RoomCard, ...]) -> str:
    """The first few groups by title."""
    shown = [
        room.title if len(room.title) <= LONGEST_TITLE else f"{room.title[: LONGEST_TITLE - 1]}…"
        for room in rooms[:NAMED]
    ]
    more = work.standing.texts.render("AND_MORE_ROOMS", {"n": len(rooms)}) if len(rooms) > NAMED else ""
    return joined(work, shown) + more


def _roles(work: Work, seats: tuple[Seat, ...]) -> str:
    """Place, post and surname of those the cadre must call."""
    shown = [
        f"{path_of(work.town.areas[s.area], work.town)}{s.title}{s.surname}" for s in seats[:ROLES_NAMED]
    ]
    more = (
        work.standing.texts.render("AND_MORE_PEOPLE", {"n": len(seats)}) if len(seats) > ROLES_NAMED else ""
    )
    return joined(work, shown) + more


def _timing(work: Work, plan: Plan) -> Tips:
    moment, opens = plan.moment(work), work.pace.notice_opens_at
    when = due_words(work, moment)
    quiet = is_quiet(moment, work.pace.quiet) and plan.level != EMERGENCY
    tips = usual_tips(work, plan)
    if plan.cron:
        tips += series_tips(work, plan.cron, plan.when_words, plan.level)
    elif plan.at and not quiet:
        tips.append(("NOTICE_TIP_WHEN", {"when": when}))
    if quiet and plan.at and not plan.cron:
        tips.append(("NOTICE_TIP_QUIET_THEN", {"when": when, "opens": opens}))
    elif quiet and not plan.cron:
        tips.append(("NOTICE_TIP_QUIET_NOW", {"opens": opens}))
    return tips


def usual_tips(work: Work, plan: Plan) -> Tips:
    """The hour, where nobody said it."""
    clock = f"{plan.moment(work).astimezone(SHANGHAI):%H:%M}"
    return [("NOTICE_TIP_USUAL", {"clock": clock})] if plan.usual else []


def pace_tips(work: Work, plan: Plan, reach: Reach) -> Tips:
    """Groups that hear it tomorrow only, and how long the others take."""
    tips: Tips = []
    if full := _full_today(work, plan, reach.rooms):
        blanks = {"rooms": full, "cap": work.pace.room_notices_daily, "when": work.pace.quiet_digest_at}
        tips.append(("NOTICE_TIP_FULL", blanks))
    if (minutes := minutes_to_send(reach.rooms, work.pace, 1 + len(plan.files))) > 1:
        tips.append(("NOTICE_TIP_MINUTES", {"minutes": minutes}))
    return tips


def _full_today(work: Work, plan: Plan, audience: tuple[RoomCard, ...]) -> int:
    """How many rooms have their daily number of notices already, so that this one waits there until tomorrow."""
    moment = plan.moment(work)
    if is_quiet(moment, work.pace.quiet):
        moment = next_local(moment, work.pace.notice_opens_at)
    today, tomorrow = day_began(work.now), day_began(work.now) + timedelta(days=1)
    if plan.level == EMERGENCY or moment >= tomorrow:
        return 0
    rooms = [room.id for room in audience]
    heard = NoticeStore(work.store.session).notices_of_day(rooms, today, tomorrow)
    return sum(number >= work.pace.room_notices_daily for number in heard.values())
