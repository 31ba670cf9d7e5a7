"""A case begins: its row, its route, its clocks, its first words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.case_steps.clocks import claim_due, plan_clocks, resolve_due
from handlers.case_steps.fetching import fetching, kept
from handlers.case_steps.ladder import highest_rung
from handlers.case_steps.looking_back import look_back, note_link
from handlers.case_steps.receipts import speak_of_new_case
from handlers.case_steps.steps import add_line, is_private, item_of, write_event
from handlers.case_steps.whom import ANONYMOUS
from handlers.work import Work
from models.rules.accused import (
    accused_seats,
    called_for_short,
    named_seats,
    speaks_of_officials,
    with_colleagues,
)
from models.rules.case_life import Step
from models.rules.decision import Cue, Decision, Kind
from models.rules.gazetteer import area_meant, area_named, known_places, place_said_before
from models.rules.message import Attachment
from models.rules.preset import LEGAL_CHANNEL
from models.rules.refusals import NotMeant
from models.rules.town import AreaNode, Found, Seat, Town
from models.rules.urgency import Privacy, Urgency
from models.secrets import new_link_token
from models.store import fill, new_row
from models.tables import Attachment as AttachmentRow
from models.tables import Case, ChatIdentity

LIVES = "home_area"
"""The flag that keeps in which part of the case's area its reporter lives."""
BEFORE, AFTER = "before", "after"
"""Phases of a picture: how it was, and how it is now that somebody has done something."""


def area_of(work: Work, who: ChatIdentity) -> int | None:
    """The room's area, else the person's home, else the area of the group last heard in, else that of a post."""
    room = work.room
    if room is None and who.home_room_id is not None:
        room = work.town.rooms.get(who.home_room_id)
    if work.room is None and (home := home_of(work, who)) is not None:
        return home
    if room is None and work.actor.seats:
        return work.town.seats[work.actor.seats[0]].area
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
    return lives if lives is not None and work.town.is_within(lives, area) else area


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
    who: ChatIdentity | None,
    decision: Decision,
    *,
    attachments: tuple[Attachment, ...] = (),
    area: int | None = None,
    source: str = "group",
    quietly: bool = False,
    names_reporter: bool = True,
    out_of: Case | None = None,
) -> Case:
    """Open a case, route it, start its clocks, and write what must be said. Without ``who`` nobody in the chat reported it.

    ``out_of`` is the case that it was said in: room, moment of saying and what protects the reporter are taken over.

    Raises:
        NotMeant: nobody knows where (private chat of an unknown contact); the caller asks.
    """
    home = area if area is not None or who is None else area_of(work, who)
    if home is None or decision.category is None:
        raise NotMeant
    where, place = _where(work, home, decision)
    case = _new_case(work, decision, where, place, source)
    _note_reporter(work, case, who if names_reporter else None, home)
    if out_of is not None:
        _take_over(case, out_of)
    ended = look_back(work, case) if out_of is None else None
    _assign(work, case)
    note_link(work, case, ended)
    add_line(work, case, who.id if who is not None else None, decision.text)
    if who is not None:
        since = work.now - timedelta(seconds=work.pace.burst_max_s)
        work.store.absorb_doubts(who.id or 0, case.room_id, since)
    attach(work, case, attachments)
    plan_clocks(work, case, afresh=False)
    if not quietly and who is not None:
        speak_of_new_case(work, case, who, decision)
    return case


def _note_reporter(work: Work, case: Case, who: ChatIdentity | None, area: int) -> None:
    """Who is named as its reporter; within a group of several areas his own is kept, where it is known."""
    case.reporter_id = who.id if who else None
    lives = contact_area(work, who, area) if who else area
    if lives != area:
        case.flags = {**case.flags, LIVES: lives}


def _take_over(case: Case, other: Case) -> None:
    """What a part of a case has from the whole."""
    flags = {**case.flags}
    if other.flags.get("anonymous"):
        flags["anonymous"] = True
    if accused := {*other.flags.get("accused", ()), *case.flags.get("accused", ())}:
        flags["accused"] = sorted(accused)
    fill(
        case, room_id=other.room_id, source=other.source, said_at=other.said_at, flags=flags,
        privacy=max(case.privacy, other.privacy), place=case.place or other.place,
    )  # fmt: skip


def _assign(work: Work, case: Case) -> None:
    """Who answers and who keeps contact; the clocks start. What speaks against an official has no other keeper.

    First contact is the reporter's own: the first responder of where he lives, wherever the trouble is (B18, C17).
    """
    found = route(work, case)
    alone = case.privacy == Privacy.P4 or case.flags.get("accused")
    keeper = found if alone else work.town.climb(case.flags.get(LIVES, case.area_id), work.today)
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


def _new_case(work: Work, decision: Decision, area: int, place: str, source: str) -> Case:
    item = item_of(work, decision.category or "")
    flags = told_facts(work, decision)
    if decision.service_mode:
        flags["service_mode"] = decision.service_mode
    if Cue.ANONYMOUS in decision.cues:
        flags[ANONYMOUS] = True
    if Cue.LIFE_SUPPORT in decision.cues:
        flags["life_support"] = True
    if accused := spoken_against(work, area, decision, item.role):
        flags["accused"] = accused
    privacy = max(decision.privacy, item.privacy)
    if Cue.ANONYMOUS in decision.cues and work.origin.room is None and decision.urgency is not Urgency.U0:
        privacy = max(privacy, Privacy.P3)
    return new_row(
        Case, no=work.store.next_no("last_case_no"), token=new_link_token(), category=item.code,
        hotline=decision.hotline or item.hotline_type, urgency=decision.urgency or item.urgency,
        privacy=privacy, state="new", area_id=area, room_id=work.origin.room,
        place=place, text=decision.text,
        source=source if work.origin.room is not None or source != "group" else "dm",
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
    here = _holders(work, area)
    return _persons(named_seats(here, work.town.preset, text), here)


def _persons(found: tuple[Seat, ...], here: list[Seat]) -> list[int]:
    """Those spoken against, and their colleagues of the same post and area (safeguards §2.4)."""
    return sorted({s.person for s in (*found, *with_colleagues(found, here))})


def spoken_against(work: Work, area: int, decision: Decision, role: str) -> list[int]:
    """Persons a request speaks against: anybody it names where officials are its subject, else whom it complains of."""
    if work.town.preset.responsibility.get(role) == LEGAL_CHANNEL:
        return accused_persons(work, area, decision.text)
    if not decision.told.accused:
        return []
    here = _holders(work, area)
    return _persons(accused_seats(here, work.town.preset, decision.told.accused), here)


def by_post(work: Work, decision: Decision) -> Decision:
    """The decision as if a post holder whom the words name in full had been named by post: 何大勇 read as 何组长.

    Which names are whose only the town knows; the words that are kept stay as they were said.
    """
    named = next((seat for name, seat in work.town.by_full_name.items() if name in decision.text), None)
    if named is None or decision.kind is Kind.EMERGENCY:
        return decision
    called = called_for_short(named, work.town.preset)
    reading = work.standing.read(decision.text.replace(named.name, f"{named.surname}{called}"))
    role = item_of(work, reading.category).role if reading.category else ""
    legal = work.town.preset.responsibility.get(role) == LEGAL_CHANNEL
    if reading.category is None or not (legal or speaks_of_officials(reading.told.accused)):
        return decision
    return replace(reading, text=decision.text, cues=decision.cues | reading.cues)


def _holders(work: Work, area: int) -> list[Seat]:
    """Everybody who holds a post that answers for the area, here or away."""
    posts = sorted({s.post for s in work.town.seats.values()})
    return list({s.id: s for p in posts for s in work.town.appointed(p, area, work.today)}.values())


def route(work: Work, case: Case) -> Found:
    """Who answers for the case now; what speaks against a post holder, somebody above him who does not depend on him."""
    accused, on = case.flags.get("accused", ()), work.today
    role = item_of(work, case.category).role
    lead = work.town.preset.matter_of(role, case.category, case.hotline).lead
    lives = case.flags.get(LIVES, case.area_id)
    area = lives if work.town.is_within(lives, case.area_id) else case.area_id
    found = work.town.responsible(role, area, on, accused, lead)
    top = highest_rung(work, accused)
    if found.step > top:
        return found
    above = work.town.climb(case.area_id, on, top + 1, accused)
    return above if above.seat is not None else found


def attach(work: Work, case: Case, attachments: tuple[Attachment, ...], phase: str = BEFORE) -> None:
    """Note pictures and places with the case; the bytes of pictures and voices are fetched afterwards."""
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
    if not is_private(case):  # pictures of children and victims are not kept (safeguards E12)
        work.store.plan([fetching(case, message.account, a.key, work.now) for a in attachments if kept(a)])
