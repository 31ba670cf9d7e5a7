"""Notices: written by a cadre, shown before they go, confirmed, sent now, later or again and again (seed A09)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.case_steps.words import due_words
from handlers.confirming import ask_first, on_confirmed
from handlers.intents import Intent
from handlers.notice_asking import level_meant
from handlers.notice_forms import files_offered, tell_left_out
from handlers.notice_moments import EMERGENCY
from handlers.notice_plans import Draft, plan_of
from handlers.notice_preview import preview
from handlers.notice_second import ASKED, tell_author
from handlers.notice_steps import (
    Plan,
    entitled,
    fan_out,
    in_reach,
    line_of,
    plan_look,
    plan_next,
    publish,
)
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.actor import Door
from models.rules.misfires import Verdict, judge, policy_of
from models.rules.notice_life import LOOKS, WAITING, NoticeEnd, end_of
from models.rules.notice_rooms import STOPPED_BY_HAND
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.store.notices import NoticeStore
from models.tables import Notice

OVER = frozenset({"cancelled", *NoticeEnd})


@dataclass(frozen=True, slots=True)
class SendNotice(Intent):
    """Show what would be sent now; it goes after 确认. No ``audience``: all of one's own areas."""

    words: str
    audience: str = ""
    level: str = "normal"
    source: str = ""
    asks: str = ""
    """The word by which the cadre says that it is important."""
    urgent: str = ""
    """The word by which the cadre says that it is an emergency."""
    files: str = ""
    """The word by which the cadre says that what he just sent goes along."""
    ways: str = ""
    """By what else it goes than groups: (seed B10)."""


@dataclass(frozen=True, slots=True)
class ScheduleNotice(Intent):
    """Show what would be sent later, once or again and again."""

    words: str
    moment: str
    audience: str = ""
    level: str = "normal"
    source: str = ""
    asks: str = ""
    ways: str = ""


@dataclass(frozen=True, slots=True)
class PublishNotice(Draft):
    """Send without asking again: the web and the command line have shown the preview themselves."""


@dataclass(frozen=True, slots=True)
class CancelNotice(Intent):
    """Send no more of it. No ``no``: the asker's latest one."""

    no: int | None = None


@dataclass(frozen=True, slots=True)
class ListNotices(Intent):
    """What became of the last notices."""


@dataclass(frozen=True, slots=True)
class FireNotice(Intent):
    """Its moment has come: ``firing`` is the due instant (ISO)."""

    notice_id: int
    firing: str


@dataclass(frozen=True, slots=True)
class SettleNotice(Intent):
    """Look what became of it; ``doubted``: what is in doubt had its time to come back."""

    notice_id: int
    number: int
    doubted: bool = False


@handles(SendNotice, may=Permission.CASE_OPEN)  # who may is checked inside: residents' groups hear no refusal
def send_notice(ask: SendNotice, work: Work) -> Reply:
    """Preview of a notice for now."""
    level = EMERGENCY if ask.urgent else level_meant(ask.level, ask.asks)
    plan = plan_of(work, Draft(ask.words, ask.audience, "", level, ask.source, ask.ways))
    return _shown(replace(plan, files=files_offered(work)) if ask.files else plan, work)


@handles(ScheduleNotice, may=Permission.CASE_OPEN)
def schedule_notice(ask: ScheduleNotice, work: Work) -> Reply:
    """Preview of a notice for later."""
    level = level_meant(ask.level, ask.asks)
    return _shown(
        plan_of(work, Draft(ask.words, ask.audience, ask.moment, level, ask.source, ask.ways)), work
    )


@handles(PublishNotice, may=Permission.NOTICE_SEND)
def publish_notice(ask: PublishNotice, work: Work) -> Reply | None:
    """Write the notice and send it, or plan its moment."""
    return publish(work, plan_of(work, ask))


@on_confirmed("notice", explicit=True)
def notice_confirmed(fields: dict[str, Any], work: Work) -> Reply | None:
    """The cadre said 确认; a moment that passed meanwhile means now."""
    entitled(work)
    return publish(work, Plan(**fields))


@handles(CancelNotice, may=Permission.CASE_OPEN)
def cancel_notice(ask: CancelNotice, work: Work) -> Reply:
    """Stop what was not said yet."""
    entitled(work)
    store = NoticeStore(work.store.session)
    mine = store.recent_notices(work.actor.person if work.actor.identity is not None else None, 1)
    no = ask.no if ask.no is not None else next((n.no for n in mine), None)
    notice = store.find_notice(no=no) if no is not None else None
    if notice is None or notice.state in OVER or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "NOTICE_NOT_FOUND_DM")
    stopped = store.stop_notice(notice.id or 0, STOPPED_BY_HAND)
    notice.state, notice.cancelled_at, notice.next_at = "cancelled", work.now, None
    sent = store.counts([notice.id or 0]).get(notice.id or 0, {}).get("sent", 0)
    return Reply("NOTICE_CANCELLED_DM", no=notice.no, sent=sent, stopped=stopped)


@handles(ListNotices, may=Permission.CASE_OPEN)
def list_notices(ask: ListNotices, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """The last notices of this person; the operator sees everybody's."""
    entitled(work)
    store = NoticeStore(work.store.session)
    notices = store.recent_notices(None if work.origin.door is Door.SHELL else work.actor.person)
    if not notices:
        return Reply("NOTICE_LIST_EMPTY_DM")
    counts = store.counts(n.id or 0 for n in notices)
    lines = [line_of(work, n, counts.get(n.id or 0, {})) for n in notices]
    return Reply("NOTICE_LIST_DM", list="\n".join(lines))


@handles(FireNotice, may=Permission.CLOCK_TICK)
def fire_notice(ask: FireNotice, work: Work) -> None:
    """Send one firing; the next one of a repeated notice is planned in the same transaction."""
    notice, due = (
        NoticeStore(work.store.session).find_notice(row=ask.notice_id),
        datetime.fromisoformat(ask.firing),
    )
    if notice is None or notice.state == "cancelled" or notice.next_at != due:
        return
    notice.next_at, waits = None, notice.state == ASKED
    last = plan_next(work, notice, due) if notice.cron else due
    if waits:
        _say_it_waits(work, notice, due)
        return
    verdict = (
        judge(policy_of(notice.level, repeats=bool(notice.cron)), last, work.now) if last else Verdict.LEAVE
    )
    if last is not None and verdict is not Verdict.LEAVE:
        if not notice.cron:
            notice.state = "sending"
            plan_look(work, notice, 1)
        fan_out(work, notice, last, late=verdict is Verdict.SAY_LATE)
    elif not notice.cron:
        notice.state = "missed"
        work.tell(notice.author_identity_id, "NOTICE_MISSED_DM", no=notice.no, when=due_words(work, due))


def _say_it_waits(work: Work, notice: Notice, due: datetime) -> None:
    """Nobody agreed in time: nothing is sent, and the author hears it."""
    notice.state = ASKED if notice.next_at is not None else "missed"
    tell_author(work, notice, "NOTICE_NOT_APPROVED_DM", no=notice.no, when=due_words(work, due))


@handles(SettleNotice, may=Permission.CLOCK_TICK)
def settle_notice(ask: SettleNotice, work: Work) -> None:
    """Once no room waits any more its state says how it went; a repeated notice has no end."""
    store = NoticeStore(work.store.session)
    notice = store.find_notice(row=ask.notice_id)
    if notice is None or notice.state != "sending":
        return
    rooms = store.counts([ask.notice_id]).get(ask.notice_id, {})
    waits = any(rooms.get(state) for state in WAITING)
    if waits and ask.number < LOOKS:
        plan_look(work, notice, ask.number + 1)
    elif rooms.get("unknown") and not ask.doubted:
        plan_look(work, notice, ask.number + 1, doubted=True)
    else:
        notice.state = end_of(rooms)
        tell_left_out(work, notice)


def _shown(plan: Plan, work: Work) -> Reply:
    ask_first(work, "notice", plan.kept())
    return preview(work, plan)
