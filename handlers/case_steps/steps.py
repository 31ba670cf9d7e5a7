"""What several topics do with a case: find the one meant, note a step, hand it to somebody, tell the room."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from handlers.case_steps.clocks import claim_due, plan_clocks
from handlers.case_steps.pauses import clock_runs_again
from handlers.case_steps.whom import is_whispered
from handlers.work import Reply, StepTaken, Work
from models.lexicon import Item
from models.rules.case_life import ANY_LEADER, State, Step, Who, advance
from models.rules.ids import CaseNo
from models.rules.merging import same_place
from models.rules.pacing import Rank
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Found, Seat
from models.rules.urgency import Privacy
from models.tables import Case, CaseEvent, CaseLine, ChatIdentity

STATUS_LINES = ("CLAIMED", "ARRIVED", "TRANSFERRED", "ESCALATED", "ESCALATED_PLAIN", "EXTENDED")
"""Of several within ten minutes about one case a room hears the first (conversation §4.3)."""


def item_of(work: Work, category: str) -> Item:
    """The category's entry in the lexicon."""
    return work.standing.items[category]


def asker(work: Work) -> ChatIdentity:
    """The asker's contact row, made if this is the first thing to remember of them.

    Raises:
        Refusal: the asker has no chat contact (web, clock).
    """
    message = work.origin.message
    if work.actor.identity is not None:
        row = work.store.identity(work.actor.identity)
        if work.origin.room is not None:
            row.home_room_id = work.origin.room
        return row
    if message is None or work.actor.contact is None:
        raise Refusal(RefusalKind.NOT_ALLOWED, None)
    return work.store.ensure_identity(
        message.channel, work.actor.contact, work.now, is_friend=work.actor.is_friend, room=work.origin.room
    )


def seat_of(work: Work, seat: int | None, case: Case | None = None) -> Seat | None:
    """The appointment with that id and whoever takes its work today; in a case never a stand-in it speaks against."""
    given = work.town.seats.get(seat) if seat is not None else None
    accused = case.flags.get("accused", ()) if case is not None else ()
    return work.town.filled(given, work.today, accused) if given else None


def handler_of(work: Work, case: Case) -> Seat | None:
    """Whoever handles the case: who claimed it, else whom it was given to."""
    return seat_of(work, case.claimed_by, case) or seat_of(work, case.assignee_id, case)


def rung_of(work: Work, seat: Seat | None, otherwise: int = 0) -> int:
    """How high a post stands on the ladder; ``otherwise`` for one that is not on it."""
    ladder = work.town.preset.ladder
    return ladder.index(seat.post) if seat and seat.post in ladder else otherwise


def called(seat: Seat | None) -> dict[str, Any]:
    """The blanks ``role`` and ``surname`` of a post holder: never a full name."""
    return {"role": seat.title, "surname": seat.surname} if seat else {"role": "", "surname": ""}


def parts_of(case: Case, work: Work) -> Who:
    """In which parts the actor stands to this case."""
    if work.from_clock:
        return Who.SYSTEM
    part = Who(0)
    if work.actor.identity is not None:
        if case.reporter_id == work.actor.identity:
            part |= Who.REPORTER
        elif case.id is not None and work.store.is_co_reporter(case.id, work.actor.identity):
            part |= Who.CO_REPORTER
    if work.actor.person in case.flags.get("accused", ()):
        return part
    for seat_id in work.actor.seats:
        part |= _part_of_seat(case, work, work.town.seats[seat_id])
    for seat_id in work.actor.stands_for:
        part |= _part_on_desk(case, seat_id)
    return part


def _part_on_desk(case: Case, seat: int) -> Who:
    """What comes with an appointment because the case lies on its desk."""
    part = Who.ASSIGNEE if seat in {case.assignee_id, case.claimed_by} else Who(0)
    return part | Who.KEEPER if seat == case.keeper_id else part


def _part_of_seat(case: Case, work: Work, seat: Seat) -> Who:
    part = _part_on_desk(case, seat.id)
    preset = work.town.preset
    if case.privacy == Privacy.P4:
        return part
    if work.town.related(seat.area, case.area_id):
        part |= Who.SAME_AREA
        if seat.post == preset.dispatcher_post:
            part |= Who.DISPATCHER
        if any(n.id == seat.area for n in work.town.upward(case.area_id)):
            part |= Who.HIGHER
    return part


def record(
    work: Work, case: Case, step: Step, *, by: Who | None = None, reason: str = "", **changes: Any
) -> None:
    """Take a step: the state moves by the table, the row's fields change, the event says all of it.

    Raises:
        Refusal: the table does not allow it.
    """
    before = case.state
    part = by if by is not None else parts_of(case, work)
    try:
        case.state = advance(State(case.state), step, part)
    except Refusal as refused:
        if refused.kind is RefusalKind.NOT_NOW and part & (ANY_LEADER | Who.REPORTER | Who.CO_REPORTER):
            raise not_now(work, case, reporter=not part & ANY_LEADER) from None
        raise
    if before == State.WAITING and case.state != State.WAITING:
        changes = {**clock_runs_again(work, case), **changes}
    for name, value in changes.items():
        setattr(case, name, value)
    write_event(work, case, step, before, reason, changes)


def not_now(work: Work, case: Case, *, reporter: bool = False) -> Refusal:
    """To a post holder of the case, or who reported it: how it stands, and that this step is not due."""
    state = work.standing.texts.render(f"STATE_{case.state}", {})
    ended = "ENDED_REPORTER_DM" if case.state in {State.RESOLVED, State.CLOSED} else "STANDS_REPORTER_DM"
    key = ended if reporter else "STANDS_SO_DM"
    return Refusal(RefusalKind.NOT_NOW, key, no=case.no, state=state)


def write_event(
    work: Work,
    case: Case,
    step: Step,
    before: str | None,
    reason: str,
    changes: dict[str, Any],
    seq: int | None = None,
) -> None:
    """Append one event and remember it for the outcome; ``seq`` where the case's row counts it already."""
    if seq is None:
        seq = case.event_count = case.event_count + 1
    if case.id is None:
        work.store.session.flush()
    plain = {
        k: v.isoformat() if isinstance(v, datetime) else v
        for k, v in changes.items()
        if not isinstance(v, bytes)
    }
    work.store.append(
        CaseEvent,
        {
            "case_id": case.id, "seq": seq, "step": step, "from_state": before,
            "to_state": case.state, "identity_id": work.actor.identity,
            "seat_id": work.actor.seats[0] if work.actor.seats else None, "token_id": work.actor.token,
            "reason": reason, "changes": plain, "at": work.now,
        },
    )  # fmt: skip
    if case.id is not None:
        work.steps.append(StepTaken(case.id, case.no, step, case.state, plain, before, seq))


def add_line(work: Work, case: Case, identity: int | None, text: str) -> None:
    """Keep a line with the case, so that a quote of it is recognised."""
    work.store.append(
        CaseLine,
        {
            "case_id": case.id, "identity_id": identity, "text": text,
            "message_key": work.origin.key, "said_at": work.origin.at,
        },
    )  # fmt: skip


def hand_over(
    work: Work,
    case: Case,
    found: Found,
    step: Step,
    *,
    by: Who | None = None,
    reason: str = "",
    **changes: Any,
) -> None:
    """Give a case to somebody and start its claim clock (until ``due_claim_at`` if given); empty posts are noted first."""
    for post in found.vacant:
        write_event(work, case, Step.VACANCY, case.state, post, {})
    changes = {"due_claim_at": claim_due(work, case), **changes}
    record(
        work, case, step, by=by, reason=reason, assignee_id=found.seat.id if found.seat else None, rung=found.step,
        claimed_by=None, claimed_at=None, **changes,
    )  # fmt: skip
    plan_clocks(work, case)


def is_private(case: Case) -> bool:
    """Whether nothing about the case may be said in a group."""
    return case.privacy in {Privacy.P3, Privacy.P4}


def tell_case_room(work: Work, case: Case, key: str, *, rank: Rank = Rank.REPLY, **more: Any) -> None:
    """Say something about a case where it was reported; private matters go to the reporter alone, a whisperer hears the end."""
    if is_whispered(case):
        return
    if is_private(case) or case.room_id is None:
        work.tell(case.reporter_id, key, rank=rank, case=case, **more)
        return
    if key in STATUS_LINES and _said_status_lately(work, case):
        return
    work.tell_room(case.room_id, key, rank=rank, case=case, **more)


def room_hears(work: Work, case: Case) -> bool:
    """Whether the group the actor speaks in is told about the case, so that he needs no answer of his own."""
    return work.origin.room is not None and work.origin.room == case.room_id and not is_private(case)


def answer_about(work: Work, case: Case, key: str, **blanks: Any) -> Reply | None:
    """An answer in the room it was asked in; about a private matter to the asker alone."""
    if is_private(case):
        work.tell(work.actor.identity, key, case=case, **blanks)
        return None
    return Reply(key, **blanks)


def _said_status_lately(work: Work, case: Case) -> bool:
    since = work.now - timedelta(minutes=10)
    return work.store.said_since(case.room_id or 0, STATUS_LINES, case.id or 0, since)


def reporters_except(work: Work, case: Case, identity: int | None) -> Iterable[int]:
    """Everybody who reported the case, without one."""
    everybody = [case.reporter_id, *work.store.co_reporters(case.id or 0)]
    return (x for x in everybody if x is not None and x != identity)


def numbered_case(work: Work, no: CaseNo) -> Case:
    """The case with that number.

    Raises:
        Refusal: there is none; the asker hears which ones are on his desk.
    """
    case = work.store.find_case(no)
    # Whoever is no part of a private case, or of one about himself, hears what he would hear of a number never given.
    if case is None or (_is_hidden(case, work) and not work.from_clock and not parts_of(case, work)):
        raise Refusal(RefusalKind.NOT_FOUND, "NUM_NOT_FOUND_DM", no=no, list=desk_list(work))
    return case


def _is_hidden(case: Case, work: Work) -> bool:
    return is_private(case) or work.actor.person in case.flags.get("accused", ())


def desk_list(work: Work, limit: int = 8) -> str:
    """The cases on the actor's desk as "#1023停水、#1025路灯", or the sign for none."""
    return names_of(work, without_own_complaints(work, work.store.on_desk(work.actor.desk))[:limit])


def without_own_complaints(work: Work, cases: Iterable[Case]) -> list[Case]:
    """Those that do not complain about the actor: he may stand in for whoever handles them."""
    return [
        c for c in cases if work.actor.person is None or work.actor.person not in c.flags.get("accused", ())
    ]


def names_of(work: Work, cases: Iterable[Case]) -> str:
    """Case numbers with their spoken category."""
    words = work.standing.texts
    named = [words.render("CASE_NAME", {"no": c.no, "cat": item_of(work, c.category).spoken}) for c in cases]
    return words.render("LIST_COMMA", {}).join(named) if named else words.render("NONE", {})


def quoted_case(work: Work, cases: Iterable[Case]) -> Case | None:
    """The case whose number or words the message quotes."""
    message = work.origin.message
    if message is None or not message.quote:
        return None
    quote = work.standing.plain(message.quote)
    pool = {c.id or 0: c for c in cases}
    for case in pool.values():
        if re.search(rf"#{case.no}(?!\d)", quote):
            return case
    for line in reversed(work.store.lines_of(pool)):
        known = work.standing.plain(line.text)
        if known and (known in quote or quote in known) and same_place(known, quote):
            return pool[line.case_id]
    return None
