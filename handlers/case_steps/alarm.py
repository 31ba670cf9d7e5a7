"""Danger to life: the whole chain is told privately and rung, working groups hear one line, whatever the hour."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from handlers.case_steps.clocks import firing
from handlers.case_steps.receipts import area_name, place_in_group
from handlers.case_steps.steps import (
    called,
    hand_over,
    handler_of,
    is_private,
    item_of,
    record,
    seat_of,
    tell_case_room,
    write_event,
)
from handlers.work import Work
from models.rules.case_life import Step, Who
from models.rules.emergency import is_pressing, next_update
from models.rules.pacing import SHANGHAI, Rank
from models.rules.town import Found, RoomCard, Seat
from models.tables import Case

SAFETY_ROLE = "R_SAFETY"
WORDS_KEPT = 40
ALARM_WORDS = ("EMERG_LEADER_DM", "EMERG_LATE_DM", "EMERG_AGAIN_DM", "EMERG_PLACE_DM", "EMERG_WORKING")
"""What is still on its way to people who shall come, and need not any more."""


def alarm_for(work: Work, case: Case) -> None:
    """Every filled rung, the responsible post and the safety post at once: privately, by call, in working groups.

    Heard too late, its card says when it was said: nobody can tell any more whether it still is.
    """
    blanks = _card(work, case)
    late = work.origin.late
    reached = False
    for seat in _chain(work, case):
        reached |= bool(seat.identities)
        if late:
            clock = f"{case.said_at.astimezone(SHANGHAI):%H:%M}"
            work.tell_seat(
                seat, "EMERG_LATE_DM", rank=Rank.EMERGENCY, call=True, case=case, clock=clock, **blanks
            )
        else:
            work.tell_seat(seat, "EMERG_LEADER_DM", rank=Rank.EMERGENCY, call=True, case=case, **blanks)
    if not reached:
        write_event(work, case, Step.VACANCY, case.state, "nobody can be reached", {})
    if late:
        case.flags = {**case.flags, "late": True}
    tell_workers(work, case, "EMERG_WORKING", no=case.no, place=place_in_group(work, case))
    plan_update(work, case)


def _card(work: Work, case: Case) -> dict[str, Any]:
    private = work.standing.texts.render("TEXT_PRIVATE", {"no": case.no})
    text = private if is_private(case) else _cut(case.text)
    place = case.place or area_name(work, case)
    return {"no": case.no, "cat": item_of(work, case.category).spoken, "place": place, "text": text}


def _cut(words: str) -> str:
    return words.replace("\n", " ")[:WORDS_KEPT]


def _chain(work: Work, case: Case) -> list[Seat]:
    """Whom an emergency concerns, each person once, nobody whom it speaks against."""
    on = work.today
    seats = [seat_of(work, each) for each in (case.claimed_by, case.keeper_id, case.assignee_id)]
    seats += work.town.holders(work.town.preset.post_for(SAFETY_ROLE), case.area_id, on)
    seats += work.town.chain(case.area_id, on)
    accused = case.flags.get("accused", ())
    people: dict[int, Seat] = {}
    for seat in seats:
        if seat is not None and seat.person not in accused:
            people.setdefault(seat.person, seat)
    return list(people.values())


def ring_the_top(work: Work, words: str, *, private: bool = False) -> None:
    """Nobody knows yet where it is: the highest filled rung that can be reached is rung, of a private danger without words."""
    on = work.today
    text = work.standing.texts.render("A_PRIVATE_MATTER", {}) if private else _cut(words)
    roots = [a.id for a in work.town.areas.values() if a.parent is None]
    for post in reversed(work.town.preset.ladder):
        for root in roots:
            for seat in (s for s in work.town.holders(post, root, on) if s.identities):
                work.tell_seat(seat, "EMERG_SOMEWHERE_DM", rank=Rank.EMERGENCY, call=True, text=text)
                return


def tell_workers(work: Work, case: Case, key: str, **more: Any) -> None:
    """One line without names in every working group of the area or above; nothing of private matters, nothing late."""
    if is_private(case) or case.flags.get("late"):
        return
    for room in working_rooms(work, case.area_id):
        if room.id != case.room_id:
            work.tell_room(room.id, key, rank=Rank.EMERGENCY, case=case, **more)


def working_rooms(work: Work, area: int) -> list[RoomCard]:
    """Working groups bound to an area or to one above it, by id."""
    above = {node.id for node in work.town.upward(area)}
    found = (r for r in work.town.rooms.values() if r.of_leaders and above.intersection(r.areas))
    return sorted(found, key=lambda r: r.id)


def ring_further(work: Work, case: Case, found: Found) -> None:
    """Nobody has answered: the next rung has it and is rung again; at the top everybody is. Each round is a step."""
    before = seat_of(work, case.assignee_id, case)
    if found.seat is None:
        found = Found(before, (), case.rung)
        again: Iterable[Seat] = _chain(work, case)
    else:
        accused = case.flags.get("accused", ())
        holders = work.town.holders(found.seat.post, case.area_id, work.today)
        again = [s for s in holders if s.person not in accused]
    hand_over(work, case, found, Step.AUTO_ESCALATE, by=Who.SYSTEM, reason="unanswered")
    blanks = _card(work, case)
    del blanks["text"]
    rung = {seat.person: seat for seat in again}
    for seat in rung.values():
        work.tell_seat(seat, "EMERG_AGAIN_DM", rank=Rank.EMERGENCY, call=True, case=case, **blanks)
    if before is not None and before.person not in rung:
        work.tell_seat(before, "OVERDUE_DM", rank=Rank.EMERGENCY, case=case, no=case.no)
    hush(work, case)


def hush(work: Work, case: Case) -> None:
    """Other talk of ours in its group waits, and again while nobody answers; what waits is said afterwards."""
    if case.room_id is None or not is_pressing(work.now, case.created_at):
        return
    room = work.store.room_row(case.room_id)
    until = work.now + timedelta(minutes=work.pace.emergency_hush_min)
    room.hush_until = max(until, room.hush_until or until)


def plan_update(work: Work, case: Case) -> None:
    """When its group hears of it next; counted anew from what a person says."""
    work.store.unplan(case.id or 0, "UpdateEmergency")
    work.store.plan([firing(case, "UpdateEmergency", next_update(work.now, case.created_at))])


def end_alarm(work: Work, case: Case) -> None:
    """A person said how it ended: no more updates, nobody else is sent for, working groups hear it once."""
    work.store.unplan(case.id or 0, "UpdateEmergency")
    work.store.cancel_held(case.id or 0, ALARM_WORDS, "resolved")
    tell_workers(work, case, "EMERG_OVER_PLAIN", no=case.no)


def tell_place(work: Work, case: Case) -> None:
    """Where it is became known, or another place was named: whoever is on the way hears it at once."""
    place = case.place or area_name(work, case)
    taken = seat_of(work, case.claimed_by, case)
    for seat in [taken] if taken else _chain(work, case):
        work.tell_seat(seat, "EMERG_PLACE_DM", rank=Rank.EMERGENCY, case=case, no=case.no, place=place)


def question_alarm(work: Work, case: Case) -> None:
    """A resident says that it was nothing. He may be pressed to: a leader looks and says so, nothing stops till then."""
    if case.flags.get("questioned"):
        return
    record(
        work, case, Step.HINT, by=Who.SYSTEM, reason="false alarm", flags={**case.flags, "questioned": True}
    )
    seats = (
        [handler_of(work, case)]
        if case.claimed_by
        else [handler_of(work, case), seat_of(work, case.keeper_id, case)]
    )
    for seat in {s.person: s for s in seats if s is not None}.values():
        work.tell_seat(seat, "FALSE_ALARM_ASK_DM", rank=Rank.EMERGENCY, case=case, no=case.no)
    if not is_private(case):
        tell_case_room(work, case, "FALSE_ALARM_HEARD", rank=Rank.EMERGENCY, no=case.no)


def stand_down(work: Work, case: Case, seat: Seat) -> None:
    """It was a false alarm: everybody who was told hears once that nobody needs to come."""
    for intent in ("ClimbCase", "UpdateEmergency"):
        work.store.unplan(case.id or 0, intent)
    work.store.cancel_held(case.id or 0, ALARM_WORDS, "false alarm")
    blanks = {"no": case.no, **called(seat)}
    for other in _chain(work, case):
        if other.person != seat.person:
            work.tell_seat(other, "FALSE_ALARM_DM", rank=Rank.EMERGENCY, case=case, **blanks)
    if not is_private(case):
        tell_case_room(work, case, "FALSE_ALARM_OVER", rank=Rank.EMERGENCY, **blanks)
    tell_workers(work, case, "FALSE_ALARM_OVER", **blanks)
