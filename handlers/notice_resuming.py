"""A notice that was stopped goes on where it was stopped; groups that it did not reach get it once more (seed D08)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.case_steps.words import due_words
from handlers.confirming import ask_first, on_confirmed
from handlers.intents import Intent
from handlers.notice_asking import plan_look_at_homes
from handlers.notice_moments import EMERGENCY, following
from handlers.notice_reach import reach_of
from handlers.notice_rooms import troubles
from handlers.notice_second import was_never_agreed
from handlers.notice_steps import (
    count_words,
    entitled,
    fan_out,
    in_reach,
    plan_firing,
    plan_look,
    plan_next,
    reach_words,
)
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.misfires import Verdict, judge, policy_of
from models.rules.notice_rooms import Share
from models.rules.notice_words import minutes_to_send
from models.rules.pacing import is_quiet
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.whom import whom_kept
from models.store.notice_rooms import NoticeRoomStore
from models.store.notices import NoticeStore
from models.tables import Notice

STOPPED = "cancelled"


@dataclass(frozen=True, slots=True)
class ResumeNotice(Intent):
    """Send it to the groups that have not heard it; shown first, done after 确认. No ``no``: the asker's latest one."""

    no: int | None = None


@dataclass(frozen=True, slots=True)
class GoOnWithNotice(Intent):
    """The same without asking again: the page has shown what is left."""

    no: int


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a notice."""

    rows: tuple[tuple[int, int | None], ...] = ()
    """Rows of the latest firing that nobody has heard, each with its group; a person's has none."""
    firing: str = ""
    sent: int = 0
    doubted: int = 0
    at: datetime | None = None
    """When it goes (again) as planned; None: nothing of it is planned."""

    def count(self, work: Work) -> str:
        """How many groups and people that is."""
        rooms = sum(room is not None for _, room in self.rows)
        return count_words(work, rooms, len(self.rows) - rooms)


@handles(ResumeNotice, may=Permission.CASE_OPEN)  # who may is checked inside, as for every notice
def resume_notice(ask: ResumeNotice, work: Work) -> Reply:
    """How many groups would hear it; nothing of it happens before 确认."""
    entitled(work)
    notice = _notice(ask.no, work)
    rest = rest_of(notice, work)
    ask_first(work, "notice_resume", {"no": notice.no})
    texts, shown = work.standing.texts, {"no": notice.no, "title": notice.title or notice.body[:20]}
    tip = texts.render("NOTICE_RESUME_DOUBT", {"n": rest.doubted}) if rest.doubted else ""
    if rest.rows:
        tip += _night_tip(work, notice)
        return Reply("NOTICE_RESUME_DM", count=rest.count(work), sent=rest.sent, tip=tip, **shown)
    tip += _night_tip(work, notice) if rest.at is not None and rest.at <= work.now else ""
    count = reach_words(work, reach_of(work, whom_kept(notice.audience)))
    return Reply("NOTICE_RESUME_PLAN_DM", count=count, when=due_words(work, rest.at), tip=tip, **shown)


@on_confirmed("notice_resume", explicit=True)
def resume_confirmed(fields: dict[str, Any], work: Work) -> Reply:
    """The cadre said 确认: what is left by now goes on."""
    entitled(work)
    notice = _notice(fields["no"], work)
    rest, store = rest_of(notice, work), NoticeRoomStore(work.store.session)
    was_stopped, row = notice.state == STOPPED, notice.id or 0
    store.forget_stopped(row)
    queued = store.queue_again([share for share, _ in rest.rows], work.now)
    if notice.state != "scheduled":
        notice.state, notice.cancelled_at = "sending", None
    if was_stopped and notice.cron:
        notice.state = "scheduled"
        plan_next(work, notice, work.now)
    elif rest.at is not None and rest.at > work.now:
        notice.state, notice.next_at = "scheduled", rest.at
        plan_firing(work, notice, rest.at)
    elif rest.at is not None:
        fan_out(work, notice, work.now)
    if queued:
        plan_look_at_homes(work, notice)
    if notice.state == "sending":
        plan_look(work, notice, store.looks(row) + 1)
    return _told(work, notice, rest)


@handles(GoOnWithNotice, may=Permission.NOTICE_SEND)
def go_on_with_notice(ask: GoOnWithNotice, work: Work) -> Reply | None:
    """What is left goes on."""
    return resume_confirmed({"no": ask.no}, work)


def _told(work: Work, notice: Notice, rest: Rest) -> Reply:
    """Who hears it now, or when it goes."""
    reach = reach_of(work, whom_kept(notice.audience))
    count = rest.count(work) if rest.rows else reach_words(work, reach)
    if not rest.rows and rest.at is not None and rest.at > work.now:
        return Reply("NOTICE_PLANNED_DM", no=notice.no, count=count, when=due_words(work, rest.at))
    if _held(work, notice):
        return Reply("NOTICE_PLANNED_DM", no=notice.no, count=count, when=work.pace.notice_opens_at)
    rooms = [work.town.rooms[room] for _, room in rest.rows if room in work.town.rooms] or reach.rooms
    minutes = minutes_to_send(rooms, work.pace) or 1
    return Reply("NOTICE_SENDING_DM", no=notice.no, count=count, minutes=minutes)


def rest_of(notice: Notice, work: Work) -> Rest:
    """What has not been said of a notice and may still be.

    Raises:
        Refusal: nothing is left, or a second person never agreed to it.
    """
    if was_never_agreed(work, notice):
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_RESUME_SECOND_DM", no=notice.no)
    store, row = NoticeRoomStore(work.store.session), notice.id or 0
    firing, stopped = store.last_firing(row), notice.state == STOPPED
    rows: tuple[tuple[int, int | None], ...] = ()
    sent = doubted = 0
    if firing is not None and _is_fresh(notice, datetime.fromisoformat(firing), work):
        rows = tuple(store.unheard(row, firing))
        found = troubles(store.counted(row, firing))
        sent, doubted = found[Share.SENT], found[Share.DOUBT]
    planned = store.planned(row)
    at = None
    if stopped and notice.cron and (planned is not None or firing is not None):
        at = following(work, notice.cron, work.now, notice.level)
    elif firing is None and planned is not None and notice.state in {STOPPED, "missed"}:
        at = max(planned, work.now)
    if not rows and at is None:
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_RESUME_NOTHING_DM", no=notice.no)
    return Rest(rows, firing or "", sent, doubted, at)


def _is_fresh(notice: Notice, firing: datetime, work: Work) -> bool:
    """Whether a firing may still be said: yesterday's round of a series is not, what is sent once always is."""
    if not notice.cron:
        return True
    return judge(policy_of(notice.level, repeats=True), firing, work.now) is not Verdict.LEAVE


def _held(work: Work, notice: Notice) -> bool:
    return is_quiet(work.now, work.pace.quiet) and notice.level != EMERGENCY


def _night_tip(work: Work, notice: Notice) -> str:
    if not _held(work, notice):
        return ""
    return work.standing.texts.render("NOTICE_TIP_QUIET_NOW", {"opens": work.pace.notice_opens_at})


def _notice(no: int | None, work: Work) -> Notice:
    """The notice of that number, if the asker may send there.

    Raises:
        Refusal: there is none.
    """
    store = NoticeStore(work.store.session)
    if no is None:
        mine = store.recent_notices(work.actor.person if work.actor.identity is not None else None, 1)
        no = next((notice.no for notice in mine), None)
    notice = store.find_notice(no=no) if no is not None else None
    if notice is None or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=no or 0)
    return notice
