"""Opening what is not for everybody: one at a time, with a reason, written down before it is shown (safeguards §3).

What was opened is shown to whoever asked and kept nowhere; that it was opened stays.
"""

from dataclasses import dataclass, field

import structlog

from handlers.case_steps.steps import called
from handlers.case_steps.whom import ANONYMOUS
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.actor import Door
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.registers import HOUR, MOST_AN_HOUR, SHORTEST_REASON, Register, is_reason, may_open
from models.rules.scope import areas_with
from models.rules.town import Seat
from models.rules.web_access import Access
from models.secrets import UnreadableBox
from models.store.access import AccessStore
from models.store.registers import RegisterStore
from models.tables import Case, RegisterOpening

log = structlog.get_logger()
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class OpenRegister(Intent):
    """Show me one thing of one case, because of this."""

    register: Register
    no: CaseNo
    reason: str = field(repr=False)


@handles(OpenRegister, may=Permission.CASE_RESOLVE)
def open_register(ask: OpenRegister, work: Work) -> Reply:
    """What was asked for, once; whoever opens too much gets nothing more for an hour, and those above hear of it.

    Raises:
        Refusal: it is not theirs to open, no reason was given, or there is nothing.
    """
    if work.origin.door is not Door.WEB or work.actor.person is None:
        raise NotMeant
    case = work.store.find_case(ask.no)
    if case is None or not opens(work, ask.register, case):
        raise Refusal(RefusalKind.NOT_FOUND, "REGISTER_NONE")
    reason = mask(" ".join(ask.reason.split()))
    if not is_reason(reason):
        raise Refusal(RefusalKind.NOT_CLEAR, "REGISTER_REASON", n=SHORTEST_REASON)
    store = RegisterStore(work.store.session)
    if store.opened_since(work.actor.person, work.now - HOUR) >= MOST_AN_HOUR:
        return _too_many(work, store, work.actor.person)
    words = _READ[ask.register](work, store, case)
    if not words:
        raise Refusal(RefusalKind.NOT_FOUND, "REGISTER_EMPTY")
    store.write_down(
        RegisterOpening(
            person_id=work.actor.person, kind=ask.register, subject_id=case.id or 0, subject_no=case.no,
            area_id=case.area_id, reason=reason, at=work.now,
        )
    )  # fmt: skip
    return Reply("REGISTER_SHOWN", words=words)


def can_open(work: Work, register: Register, no: CaseNo) -> bool:
    """Whether there is something of that case, and whoever asks may open it. For looking only."""
    case = work.store.find_case(no)
    if case is None or not opens(work, register, case):
        return False
    return bool(_READ[register](work, RegisterStore(work.store.session), case))


def opens(work: Work, register: Register, case: Case) -> bool:
    """Whether whoever asks may open it: the one it lies with, or a post above with a right of its own."""
    above = areas_with(Permission.REGISTER_OPEN, work.actor.seats, work.town)
    return may_open(
        register, case.privacy,
        lies_with=bool({case.assignee_id, case.claimed_by, case.keeper_id} & set(work.actor.desk)),
        above=any(node.id in above for node in work.town.upward(case.area_id)),
        shut_out=work.actor.person in case.flags.get("accused", ()),
    )  # fmt: skip


def _phone(work: Work, store: RegisterStore, case: Case) -> str:
    """The number left with the case, else the reporter's own; whoever asked not to be named has none."""
    if case.flags.get(ANONYMOUS):
        return ""
    box = case.phone_box or (store.phone_of(case.reporter_id) if case.reporter_id is not None else None)
    return _opened(work, box)


def _home(work: Work, store: RegisterStore, case: Case) -> str:
    """The household of whoever reported it, as far as it is known whose contact it is; nobody's who is not to be named."""
    home = store.home_of(case.reporter_id) if case.reporter_id is not None else None
    if home is None or case.flags.get(ANONYMOUS):
        return ""
    label, box = home
    return "\n".join(part for part in (label, _opened(work, box)) if part)


def _words(_: Work, store: RegisterStore, case: Case) -> str:
    return "\n".join(store.lines_of(case.id or 0) or [case.text])


def _opened(work: Work, box: bytes | None) -> str:
    try:
        return work.standing.secrets.open(box) if box else ""
    except UnreadableBox:  # kept under another secret: nobody can read it any more
        return ""


_READ = {Register.CASE_PHONE: _phone, Register.CASE_HOME: _home, Register.CASE_WORDS: _words}


def _too_many(work: Work, store: RegisterStore, person: int) -> Reply:
    """Nothing is shown; it is said once an hour, to those above, on the page of the audit and in the log."""
    if not store.alarmed_since(person, work.now - HOUR):
        AccessStore(work.store.session).note(Access.TOO_MANY, person, work.now)
        log.error("alarm: somebody opens more registers than work needs", person=person)
        own = called(work.town.seats[work.actor.seats[0]] if work.actor.seats else None)
        for seat in _watchers(work, person)[:MOST_TOLD]:
            work.tell_seat(seat, "REGISTER_ALARM_DM", n=MOST_AN_HOUR, **own)
    return Reply("REGISTER_TOO_MANY", n=MOST_AN_HOUR)


def _watchers(work: Work, person: int) -> list[Seat]:
    """Others who may open registers in the places of this person, the nearest first."""
    town = work.town
    over = {node.id: -node.rank for seat in work.actor.seats for node in town.upward(town.seats[seat].area)}
    found = [
        seat for seat in town.seats.values()
        if seat.area in over and seat.person != person and seat.in_force(work.today)
        and Permission.REGISTER_OPEN in town.preset.posts[seat.post].may
    ]  # fmt: skip
    return sorted(found, key=lambda seat: (over[seat.area], seat.id))
