"""A leader puts a reminder off: the clock itself goes on, and nobody else's reminders change."""

from dataclasses import dataclass
from datetime import datetime

from handlers.case_steps.desk import later
from handlers.case_steps.meaning import case_in_hand
from handlers.case_steps.steps import item_of, not_now, numbered_case, parts_of
from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.attention import DIGESTED, REMINDER, SNOOZED
from models.rules.case_life import ANY_LEADER, OPEN_STATES
from models.rules.ids import CaseNo
from models.rules.moments import UnclearMoment
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.snoozing import delay_for
from models.rules.urgency import Urgency
from models.tables import Case, Snooze

ANSWERS = {
    "": "SNOOZED_DM",
    "due": "SNOOZED_DUE_DM",
    "late": "SNOOZED_LATE_DM",
    "urgent": "SNOOZED_URGENT_DM",
}


@dataclass(frozen=True, slots=True)
class SnoozeCase(Intent):
    """A leader wants to hear of a case later; without a moment in two hours."""

    no: CaseNo | None = None
    until: str = ""


@dataclass(frozen=True, slots=True)
class RemindAgain(Intent):
    """What a leader put off is due to be said. ``until`` is that delay's end (ISO): a later delay goes before it."""

    no: CaseNo
    person: int
    until: str
    in_hand: bool = True
    """Whether the case lay with that leader when it was put off: somebody above may put off what he only hears of."""


@handles(SnoozeCase, may=Permission.CASE_OPEN)
def snooze_case(ask: SnoozeCase, work: Work) -> Reply:
    """Never in an emergency, and not beyond what the case allows; the answer says until when and that time runs on."""
    if work.actor.person is None or not work.actor.seats:
        raise NotMeant
    act = work.standing.texts.render("ACT_SNOOZE", {})
    case = case_in_hand(work, None, act=act) if ask.no is None else numbered_case(work, ask.no)
    if not parts_of(case, work) & ANY_LEADER:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_YOURS_DM")
    if case.state not in OPEN_STATES:
        raise not_now(work, case)
    if case.urgency == Urgency.U0:
        raise Refusal(RefusalKind.NOT_NOW, "SNOOZE_NEVER_DM", no=case.no)
    try:
        delay = delay_for(ask.until, work.now, case.due_resolve_at, case.urgency, work.pace)
    except UnclearMoment:
        raise Refusal(RefusalKind.NOT_CLEAR, "SNOOZE_WHEN_DM", no=case.no) from None
    person, until = work.actor.person, delay.until.isoformat()
    work.store.snooze(case.id or 0, person, delay.until)
    in_hand = (case.claimed_by or case.assignee_id) in work.actor.desk
    fields = {"no": case.no, "person": person, "until": until, "in_hand": in_hand}
    plan = later(f"RemindAgain:{case.no}:{person}:{until}", "RemindAgain", fields, delay.until)
    work.store.plan([{**plan, "case_id": case.id}])
    return _answer(work, case, delay.cut, delay.until)


def _answer(work: Work, case: Case, cut: str, until: datetime) -> Reply:
    at = due_words(work, until)
    if cut:
        return Reply(ANSWERS[cut], no=case.no, until=at)
    return Reply("SNOOZED_DM", no=case.no, until=at, due=due_words(work, case.due_resolve_at))


@handles(RemindAgain, may=Permission.CLOCK_TICK)
def remind_again(ask: RemindAgain, work: Work) -> None:
    """One reminder, with what came meanwhile; nothing when it is done, put off again, or with somebody else now."""
    case = numbered_case(work, ask.no)
    row = work.store.session.get(Snooze, (case.id, ask.person))
    if row is None or row.until.isoformat() != ask.until:
        return
    mine = work.town.seats_of(ask.person, work.today)
    contacts = mine[0].identities if mine else ()
    waiting = work.store.waiting_for(contacts, (SNOOZED,))
    held = [r for r in waiting if r.case_id == case.id]
    work.store.say_together(held, "said after the delay")
    if not mine or case.state not in OPEN_STATES:
        return
    desk = {*(s.id for s in mine), *work.town.stood_in_for(ask.person, work.today)}
    if ask.in_hand and (case.claimed_by or case.assignee_id) not in desk:
        return
    why = ""
    if held:
        texts = work.standing.texts
        label = texts.render(DIGESTED.get(held[-1].key, REMINDER).label, {})
        why = texts.render("WHY", {"why": label})
    work.tell_seat(
        mine[0], "SNOOZE_OVER_DM", case=case, no=case.no, cat=item_of(work, case.category).spoken, why=why,
        due=due_words(work, case.due_resolve_at),
    )  # fmt: skip
