"""What the notice handlers share: who may, to whom, in which words, when, and the fan-out itself."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.case_steps.words import due_words
from handlers.notice_asking import asking_words, plan_look_at_homes
from handlers.notice_forms import take_files, with_forms
from handlers.notice_moments import EMERGENCY, following, out_of_the_night
from handlers.notice_reach import Reach, reach_of
from handlers.notice_second import ASKED, ask_afterwards, ask_before, names_of_seats
from handlers.notice_sending import say_in_rooms, say_to_people
from handlers.notice_ways import order_ways, tell_ways
from handlers.work import Reply, Work
from models.rules.actor import Door
from models.rules.audiences import Audience, path_of
from models.rules.notice_life import DOUBTS_LAST, WAITING, look_after
from models.rules.notice_words import headline, minutes_to_send
from models.rules.pacing import is_quiet
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.scope import areas_to_speak_to
from models.rules.series import is_cron, series_of
from models.rules.whom import whom_kept
from models.store.notices import NoticeStore
from models.tables import Notice

LOOK_AGAIN = timedelta(days=30)
"""So much later a series is asked again whose next days off are not announced yet."""
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A notice before it is written: JSON-able, so that a confirmation can keep it."""

    words: str
    areas: list[int]
    level: str = "normal"
    source: str = ""
    when_words: str = ""
    at: str = ""
    """First moment (ISO); empty: now."""
    cron: str = ""
    usual: bool = False
    """Whether nobody said the hour."""
    files: list[int] = field(default_factory=list)
    """What goes along (``sent_file``)."""
    ways: list[str] = field(default_factory=list)
    """By what else it goes than groups (seed B10)."""
    whom: dict[str, Any] = field(default_factory=dict)
    """What was said beyond the areas (``models.rules.whom``): exceptions, kinds of groups, posts, tags."""

    @property
    def audience(self) -> dict[str, Any]:
        """As ``Notice.audience`` keeps it."""
        return {**self.whom, "areas": self.areas}

    def kept(self) -> dict[str, Any]:
        """As a confirmation keeps it."""
        return asdict(self)

    def moment(self, work: Work) -> datetime:
        """When it goes; a moment that passed while the cadre was thinking means now."""
        if not self.at:
            return work.now
        first = max(datetime.fromisoformat(self.at), work.now)
        if self.cron and first <= work.now:
            return following(work, self.cron, work.now, self.level) or first
        return first


def entitled(work: Work) -> None:
    """Notices are written privately or in a working room, by those who may.

    Raises:
        NotMeant: said in a residents' group, where 通知 is a word like any other, or replayed from history.
        Refusal: no permission.
    """
    in_group = work.origin.room is not None
    if work.origin.late or (in_group and (work.room is None or not work.room.of_leaders)):
        raise NotMeant
    if Permission.NOTICE_SEND not in work.actor.permissions:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NO_PERM_DM", admin=work.town.contact)


def own_areas(work: Work) -> tuple[int, ...]:
    """Areas the asker may address: those of appointments that carry the permission; the operator's are all."""
    town = work.town
    if work.origin.door is Door.SHELL or work.actor.permissions == THE_OPERATOR:
        return tuple(a.id for a in town.areas.values() if a.parent is None)
    return areas_to_speak_to(work.actor.seats, town)


def in_reach(work: Work, areas: list[int]) -> bool:
    """Whether all of these lie within the asker's own areas."""
    reach = {below for own in own_areas(work) for below in work.town.downward(own)}
    return set(areas) <= reach


def names_of(work: Work, audience: Audience) -> str:
    """The areas by name, the first few of them."""
    names = [path_of(area, work.town) for area in audience.areas[:6]]
    more = len(audience.areas) - len(names)
    return "、".join(names) + (work.standing.texts.render("AND_MORE", {"n": more}) if more else "")


def post_of(work: Work, words: str, level: str, source: str) -> tuple[str, dict[str, Any]]:
    """The sentence a group hears, and its blanks."""
    title, brief = headline(words)
    src = work.standing.texts.render("NOTICE_SRC", {"source": source}) if source else ""
    src += asking_words(work, level)
    if level == EMERGENCY:
        key = "NOTICE_POST_EMERGENCY" if title else "NOTICE_POST_EMERGENCY_PLAIN"
    else:
        key = "NOTICE_POST" if title else "NOTICE_POST_PLAIN"
    return key, {"title": title, "brief": brief, "src": src}


def publish(work: Work, plan: Plan) -> Reply | None:
    """Write the notice and let it go, or plan its moment. One room that hears it at once needs no words."""
    meant, reach = plan.moment(work), reach_of(work, whom_kept(plan.audience))
    now = meant <= work.now
    moment = meant if now else out_of_the_night(work, meant, plan.level)
    title, _ = headline(plan.words)
    notice = NoticeStore(work.store.session).add_notice(
        Notice(
            no=work.store.next_no("last_notice_no"), title=title, body=plan.words, source=plan.source,
            level=plan.level, audience=plan.audience, state="sending" if now else "scheduled",
            author_person_id=work.actor.person, author_identity_id=work.actor.identity,
            when_text=plan.when_words, cron=plan.cron or None, next_at=None if now else moment,
            created_at=work.now, confirmed_at=work.now,
        )
    )  # fmt: skip
    work.number = notice.no
    take_files(work, notice, plan.files)
    order_ways(work, notice, plan.ways)
    others = ask_before(work, notice, len(reach.rooms))
    if not now:
        plan_firing(work, notice, moment)
    if others:
        names = names_of_seats(work, others)
        return Reply("NOTICE_ASKED_DM", no=notice.no, n=len(reach.rooms), names=names)
    if now:
        fan_out(work, notice, moment)
        plan_look(work, notice, 1)
    ask_afterwards(work, notice, len(reach.rooms))
    return _on_its_way(work, plan, notice, reach)


def _on_its_way(work: Work, plan: Plan, notice: Notice, reach: Reach) -> Reply | None:
    """What the cadre hears who confirmed it; ``how_many`` is said by groups, or by people where there are only these."""
    meant, count = plan.moment(work), reach_words(work, reach)
    held = is_quiet(meant, work.pace.quiet) and plan.level != EMERGENCY
    if notice.next_at is not None or held:
        when = work.pace.notice_opens_at if held else due_words(work, notice.next_at)
        return Reply("NOTICE_PLANNED_DM", no=notice.no, count=count, when=when)
    minutes = minutes_to_send(reach.rooms, work.pace, 1 + len(plan.files)) or 1
    many = len(reach.rooms) + len(reach.people) > 1 or work.origin.door is Door.WEB
    return Reply("NOTICE_SENDING_DM", no=notice.no, count=count, minutes=minutes) if many else None


def reach_words(work: Work, reach: Reach) -> str:
    """``12个群``, ``7个人``, ``2个群和3个人``."""
    return count_words(work, len(reach.rooms), len(reach.people))


def count_words(work: Work, groups: int, persons: int) -> str:
    """The same from numbers; nobody at all is no group."""
    texts = work.standing.texts
    rooms = texts.render("REACH_ROOMS", {"n": groups}) if groups or not persons else ""
    people = texts.render("REACH_PEOPLE", {"n": persons}) if persons else ""
    both = {"rooms": rooms, "people": people}
    return texts.render("REACH_BOTH", both) if rooms and people else rooms or people


def plan_firing(work: Work, notice: Notice, due: datetime) -> None:
    """Let the clock send it then; a firing that is planned already stays as it is."""
    firing = due.isoformat()
    _plan(work, notice, "FireNotice", firing, due, {"firing": firing})


def plan_look(work: Work, notice: Notice, number: int, *, doubted: bool = False) -> None:
    """Let the clock look what became of it: the first look is number 1."""
    due = work.now + (DOUBTS_LAST if doubted else look_after(number))
    _plan(work, notice, "SettleNotice", f"look:{number}", due, {"number": number, "doubted": doubted})


def _plan(work: Work, notice: Notice, intent: str, key: str, due: datetime, fields: dict[str, Any]) -> None:
    work.store.plan(
        [
            {
                "key": f"notice:{notice.id}:{key}", "intent": intent, "due_at": due, "state": "waiting",
                "fields": {"notice_id": notice.id, **fields}, "notice_id": notice.id, "attempts": 0, "why": "",
            }
        ]
    )  # fmt: skip


def plan_next(work: Work, notice: Notice, due: datetime) -> datetime | None:
    """Plan what comes after this firing; the last moment that was due until now, None: the days off moved it.

    Moments missed meanwhile are one; where days off decide that are not announced yet, somebody looks again later.
    """
    again, level = notice.cron or "", notice.level
    last = due if following(work, again, due - _MOMENT, level) == due else None
    upcoming = following(work, again, due, level)
    while upcoming is not None and upcoming <= work.now:
        last, upcoming = upcoming, following(work, again, upcoming, level)
    notice.next_at = upcoming
    if upcoming is not None:
        plan_firing(work, notice, upcoming)
    elif is_cron(again) or not series_of(again).ends:
        notice.next_at = work.now + LOOK_AGAIN
        plan_firing(work, notice, notice.next_at)
    else:
        notice.state = "sending"
        plan_look(work, notice, 1)
    return last


def fan_out(work: Work, notice: Notice, due: datetime, *, late: bool = False) -> None:
    """One outbox row for each room and person without a share of this firing; ``late``: with a note when it was meant for."""
    reach = reach_of(work, whom_kept(notice.audience))
    key, blanks = post_of(work, notice.body, notice.level, notice.source)
    if late:
        blanks["src"] += work.standing.texts.render("NOTICE_LATE_NOTE", {"when": due_words(work, due)})
    post = key, with_forms(work, notice, blanks)
    say_in_rooms(work, notice, due, reach, post)
    say_to_people(work, notice, due, reach, post)
    plan_look_at_homes(work, notice)
    tell_ways(work, notice)


def line_of(work: Work, notice: Notice, rooms: dict[str, int]) -> str:
    """One notice in a list."""
    texts, name = work.standing.texts, {"no": notice.no, "title": notice.title or notice.body[:20]}
    sent, waiting = rooms.get("sent", 0), sum(rooms.get(state, 0) for state in WAITING)
    if notice.state == "cancelled":
        return texts.render("NOTICE_LIST_CANCELLED", {**name, "sent": sent})
    if notice.state == ASKED:
        return texts.render("NOTICE_LIST_ASKED", name)
    if notice.state == "missed":
        return texts.render("NOTICE_LIST_MISSED", name)
    if notice.state == "scheduled" and not rooms:
        return texts.render("NOTICE_LIST_PLANNED", {**name, "when": due_words(work, notice.next_at)})
    doubted, counts = (
        rooms.get("unknown", 0),
        {"sent": sent, "waiting": waiting, "failed": rooms.get("dead", 0)},
    )
    doubt = texts.render("NOTICE_LIST_DOUBT", {"n": doubted}) if doubted else ""
    return texts.render("NOTICE_LIST_ITEM", {**name, **counts, "doubt": doubt})
