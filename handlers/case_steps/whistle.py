"""A level is called and must report in; nobody comes: its working group hears one line, then the next level is called.

"村巷吹哨、两委报到、乡站呼应" (seed B07). Every hop stands in the case's events, and is told once.
"""

from datetime import datetime
from typing import Any

from handlers.case_steps.clocks import claim_due, plan_clocks, reminded_at
from handlers.case_steps.ladder import ask_the_top_again, called_from, next_rung
from handlers.case_steps.steps import (
    called,
    hand_over,
    is_private,
    item_of,
    record,
    seat_of,
)
from handlers.case_steps.words import due_words, heard_at, told_words
from handlers.work import Work
from models.rules.case_life import State, Step, Who
from models.rules.pacing import Rank
from models.rules.town import Found, RoomCard, Seat
from models.rules.urgency import Urgency
from models.rules.whistle import arrival_due
from models.tables import Case

WHISTLE = "whistle"
ANSWER = "answer"
"""The flag that keeps what the called level answered."""
SHORT_WHY = 12
LONGEST_WHY = 30
"""Characters of the reason that the called level hears at once."""


def call_level(work: Work, case: Case, found: Found, by: Seat, why: str) -> None:
    """Give the case to the called level, start the time in which somebody must report in, and tell them."""
    facts = {"at": work.now.isoformat(), "why": why[:60], "by": by.id, "of": seat_id(found), "grouped": False}
    hand_over(
        work, case, found, Step.ESCALATE, reason=why, due_claim_at=_due(work, case),
        flags={**case.flags, WHISTLE: facts},
    )  # fmt: skip
    _call_in(work, case, found.seat, "WHISTLE_DM", **called(by))


def seat_id(found: Found) -> int | None:
    """The found appointment's id."""
    return found.seat.id if found.seat else None


def awaits_arrival(case: Case) -> bool:
    """Whether a called level still has to report in."""
    facts = case.flags.get(WHISTLE)
    return facts is not None and case.state == State.NEW and facts["of"] == case.assignee_id


def group_called(case: Case) -> bool:
    """Whether the called level's working group was told that nobody has come yet."""
    return awaits_arrival(case) and bool(case.flags[WHISTLE]["grouped"])


def still_to_come(work: Work, case: Case) -> datetime | None:
    """Until when the called level must come; never later than it was told. None: nobody was called."""
    if not awaits_arrival(case) or case.due_claim_at is None:
        return None
    return min(case.due_claim_at, _due(work, case))


def nobody_came(work: Work, case: Case) -> None:
    """First the level's working group hears of it, once; when that brings nobody either, the next level is called."""
    facts = case.flags[WHISTLE]
    before = seat_of(work, case.assignee_id, case)
    room = _group_of(work, before)
    if room is not None and not facts["grouped"] and not is_private(case):
        due = _due(work, case)
        flags = {**case.flags, WHISTLE: {**facts, "grouped": True}}
        record(work, case, Step.UPDATE, reason="group called", due_claim_at=due, flags=flags)
        plan_clocks(work, case)
        work.tell_room(
            room.id, "WHISTLE_GROUP", case=case, no=case.no, due=due_words(work, due, heard_at(work))
        )
        return
    found = called_from(work, case, next_rung(work, case), before)
    if found.seat is None:
        ask_the_top_again(work, case)
        return
    flags = {**case.flags, WHISTLE: {**facts, "of": seat_id(found), "grouped": False}}
    hand_over(
        work, case, found, Step.AUTO_ESCALATE, by=Who.SYSTEM, reason="nobody arrived",
        due_claim_at=_due(work, case), flags=flags,
    )  # fmt: skip
    _call_in(work, case, found.seat, "WHISTLE_UP_DM")
    work.tell_seat(before, "OVERDUE_DM", not_before=reminded_at(work, case), case=case, no=case.no)


def called_since(work: Work, case: Case, *, short: bool = False) -> str:
    """Since when and why a case stands higher, for those who handle it; empty when nobody was called (seed D12).

    Of a private matter nothing: why it was passed up may say what it is about.
    """
    facts = case.flags.get(WHISTLE)
    if not facts or is_private(case):
        return ""
    since = due_words(work, datetime.fromisoformat(facts["at"]))
    texts = work.standing.texts
    if short:
        return texts.render("CALLED_SHORT", {"since": since, "why": facts["why"][:SHORT_WHY]})
    return texts.render("CALLED_SINCE", {"since": since, "why": facts["why"]})


def _due(work: Work, case: Case) -> datetime:
    """Until when somebody must come; emergencies keep their ten minutes."""
    urgency = Urgency(case.urgency)
    if urgency is Urgency.U0:
        return claim_due(work, case)
    return arrival_due(heard_at(work), urgency, work.town.preset.whistle, work.timetable)


def _rank(case: Case) -> Rank:
    return Rank.EMERGENCY if case.urgency == Urgency.U0 else Rank.REPLY


def _call_in(work: Work, case: Case, seat: Seat | None, key: str, **more: Any) -> None:
    urgent = case.urgency == Urgency.U0
    heard = work.now if urgent else heard_at(work)
    private = work.standing.texts.render("TEXT_PRIVATE", {"no": case.no})
    work.tell_seat(
        seat, key, rank=_rank(case), call=urgent, case=case, no=case.no, cat=item_of(work, case.category).spoken,
        told=told_words(work, case, heard), due=due_words(work, case.due_claim_at, heard),
        why=private if is_private(case) else case.flags[WHISTLE]["why"][:LONGEST_WHY], **more,
    )  # fmt: skip


def _group_of(work: Work, seat: Seat | None) -> RoomCard | None:
    """The working group bound to the area that a post holder answers for."""
    if seat is None:
        return None
    rooms = [r for r in work.town.rooms.values() if r.of_leaders and seat.area in r.areas]
    return min(rooms, key=lambda room: room.id, default=None)
