"""A case begins: its row, its route, its clocks, its first words."""

from datetime import timedelta
from typing import Any

from handlers.case_steps.receipts import speak_of_new_case
from handlers.case_steps.steps import add_line, claim_due, item_of, plan_climb, resolve_due, write_event
from handlers.work import Work
from models.rules.accused import accused_seats, named_seats
from models.rules.case_life import Step
from models.rules.decision import Cue, Decision
from models.rules.gazetteer import area_meant, area_named, known_places, place_said_before
from models.rules.message import Attachment
from models.rules.preset import LEGAL_CHANNEL
from models.rules.refusals import NotMeant
from models.rules.town import AreaNode, Found, Seat, Town
from models.rules.urgency import Privacy
from models.secrets import new_link_token
from models.store import fill, new_row
from models.tables import Attachment as AttachmentRow
from models.tables import Case, ChatIdentity

LIVES = "home_area"
"""The flag that keeps in which part of the case's area its reporter lives."""


def area_of(work: Work, who: ChatIdentity) -> int | None:
    """The room's area, else the person's home, else the area of the group last heard in."""
    room = work.room
    if room is None and who.home_room_id is not None:
        room = work.town.rooms.get(who.home_room_id)
    if work.room is None and (home := home_of(work, who)) is not None:
        return home
    return room.areas[0] if room and room.areas else None


def home_of(work: Work, who: ChatIdentity) -> int | None:
    """Where a verified person lives, when that is known and still stands."""
    if who.person_id is None or who.verified_at is None:
        return None
    home = work.store.person(who.person_id).home_area_id
    return home if home in work.town.areas else None


def contact_area(work: Work, who: ChatIdentity, area: int) -> int:
    """Where to look for somebody's first responder: his home if it lies within ``area`` (a group of several 邻)."""
    lives = home_of(work, who)
    return lives if lives is not None and _is_within(work, lives, area) else area


def _is_within(work: Work, area: int, upper: int) -> bool:
    """Whether an area lies within another, or is that one."""
    return any(node.id == upper for node in work.town.upward(area))


def area_in_words(town: Town, words: str) -> AreaNode | None:
    """The deepest area the words name, when its upper names do not contradict."""
    return area_named(town, words)


def _where(work: Work, home: int, decision: Decision) -> tuple[int, str]:
    """The area meant, ``home`` or one below it, and the place: said now, or known from earlier cases here."""
    place = decision.places[0] if decision.places else ""
    if place and not work.town.children.get(home):
        return home, place
    earlier = work.store.places_said(work.origin.room, home)
    known = known_places(work.town, earlier, within=home)
    area = area_meant(work.town, known, home, decision.places, decision.text)
    return area, place or place_said_before(known, decision.text)


def open_case(
    work: Work,
    who: ChatIdentity,
    decision: Decision,
    *,
    attachments: tuple[Attachment, ...] = (),
    area: int | None = None,
    source: str = "group",
    quietly: bool = False,
    names_reporter: bool = True,
) -> Case:
    """Open a case, route it, start its clocks, and write what must be said.

    Raises:
        NotMeant: nobody knows where (private chat of an unknown contact); the caller asks.
    """
    home = area if area is not None else area_of(work, who)
    if home is None or decision.category is None:
        raise NotMeant
    where, place = _where(work, home, decision)
    case = _new_case(work, who, decision, where, place, source)
    if not names_reporter:
        case.reporter_id = None
    elif (lives := contact_area(work, who, home)) != home:
        case.flags = {**case.flags, LIVES: lives}
    _assign(work, case)
    add_line(work, case, who.id, decision.text)
    work.store.absorb_doubts(who.id or 0, case.room_id, work.now - timedelta(seconds=work.pace.burst_max_s))
    attach(work, case, attachments)
    plan_climb(work, case, first=True)
    if not quietly:
        speak_of_new_case(work, case, who, decision)
    return case


def _assign(work: Work, case: Case) -> None:
    """Who answers and who keeps contact; the clocks start. A complaint about an official has no other keeper.

    First contact is the reporter's own: the first responder of where he lives, wherever the trouble is (B18, C17).
    """
    found = route(work, case)
    accused = case.flags.get("accused", ())
    keeper = (
        found
        if case.privacy == Privacy.P4
        else work.town.climb(case.flags.get(LIVES, case.area_id), work.today, avoid=accused)
    )
    assignee = found.seat.id if found.seat else None
    fill(
        case, assignee_id=assignee, keeper_id=keeper.seat.id if keeper.seat else assignee, rung=found.step,
        due_claim_at=claim_due(work, case), due_resolve_at=resolve_due(work, case),
        event_count=1 + len(found.vacant),
    )  # fmt: skip
    work.store.add(case)
    write_event(work, case, Step.CREATE, None, "", _first_facts(case), 1)
    for seq, post in enumerate(found.vacant, 2):
        write_event(work, case, Step.VACANCY, case.state, post, {}, seq)


def _new_case(work: Work, who: ChatIdentity, decision: Decision, area: int, place: str, source: str) -> Case:
    item = item_of(work, decision.category or "")
    flags = told_facts(work, decision)
    if decision.service_mode:
        flags["service_mode"] = decision.service_mode
    if Cue.ANONYMOUS in decision.cues:
        flags["anonymous"] = True
    if Cue.LIFE_SUPPORT in decision.cues:
        flags["life_support"] = True
    if accused := spoken_against(work, area, decision, item.role):
        flags["accused"] = accused
    return new_row(
        Case, no=work.store.next_no("last_case_no"), token=new_link_token(), category=item.code,
        hotline=decision.hotline or item.hotline_type, urgency=decision.urgency or item.urgency,
        privacy=max(decision.privacy, item.privacy), state="new", area_id=area, room_id=work.origin.room,
        place=place, text=decision.text,
        source=source if work.origin.room is not None or source != "group" else "dm", reporter_id=who.id,
        score=decision.score, because=[list(b) for b in decision.because], flags=flags,
        said_at=work.origin.at, created_at=work.now, heard_last_at=work.now,
    )  # fmt: skip


def told_facts(work: Work, decision: Decision) -> dict[str, Any]:
    """Since when and for how many, as figures: the words stay in the text and go with it when it is taken back."""
    told = decision.told
    lasting = told.lasting(work.origin.at)
    flags: dict[str, Any] = {"since": (work.origin.at - lasting).isoformat()} if lasting else {}
    if told.recurring:
        flags["recurring"] = True
    if told.households:
        flags["households"] = told.households
    if told.whole:
        flags["whole"] = told.whole
    return flags


def _first_facts(case: Case) -> dict[str, Any]:
    """What a rebuilt row starts from."""
    names = (
        "category", "hotline", "urgency", "privacy", "area_id", "room_id", "place", "source", "reporter_id",
        "assignee_id", "keeper_id", "rung", "said_at", "due_claim_at", "due_resolve_at",
    )  # fmt: skip
    stands = vars(case)
    return {name: stands[name] for name in names}


def accused_persons(work: Work, area: int, text: str) -> list[int]:
    """Post holders of the area's chain whom a complaint names by post, title or name: they never handle it."""
    return sorted({s.person for s in named_seats(_holders(work, area), work.town.preset, text)})


def spoken_against(work: Work, area: int, decision: Decision, role: str) -> list[int]:
    """Persons a request speaks against: anybody it names where officials are its subject, else whom it complains of."""
    if work.town.preset.responsibility.get(role) == LEGAL_CHANNEL:
        return accused_persons(work, area, decision.text)
    if not decision.told.accused:
        return []
    found = accused_seats(_holders(work, area), work.town.preset, decision.told.accused)
    return sorted({s.person for s in found})


def _holders(work: Work, area: int) -> list[Seat]:
    """Everybody who holds a post that answers for the area."""
    posts = sorted({s.post for s in work.town.seats.values()})
    return list({s.id: s for p in posts for s in work.town.holders(p, area, work.today)}.values())


def route(work: Work, case: Case) -> Found:
    """Who answers for the case now."""
    role = item_of(work, case.category).role
    lead = work.town.preset.matter_of(role, case.category, case.hotline).lead
    lives = case.flags.get(LIVES, case.area_id)
    area = lives if _is_within(work, lives, case.area_id) else case.area_id
    return work.town.responsible(role, area, work.today, case.flags.get("accused", ()), lead)


def attach(work: Work, case: Case, attachments: tuple[Attachment, ...], phase: str = "before") -> None:
    """Note pictures and places with the case; their bytes stay with the channel."""
    message = work.origin.message
    if message is None:
        return
    rows = [
        {
            "case_id": case.id, "kind": a.kind, "channel": message.channel, "account": message.account,
            "key": a.key, "caption": a.caption, "seconds": a.seconds, "phase": phase, "at": work.now,
            "stored": "", "size": 0, "fetch_attempts": 0,
        }
        for a in attachments
    ]  # fmt: skip
    work.store.insert_rows(AttachmentRow, rows)
