"""Frauds, false notices, adverts, quarrels, numbers that should not stand in a group."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.opening import open_case
from handlers.case_steps.receipts import tell_cards
from handlers.case_steps.steps import asker, record, seat_of
from handlers.case_steps.whom import is_dispute
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, Step, Who
from models.rules.decision import Decision
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.tables import Case

QUARREL = timedelta(hours=2)
WARN_AGAIN_AFTER = timedelta(minutes=30)
FLAGGED = "bot_flag"


@dataclass(frozen=True, slots=True)
class FlagScam(Intent):
    """A message looks like fraud."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class FlagFakeNotice(Intent):
    """A message pretends to be the village's notice."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class FlagAdvert(Intent):
    """A plain advert: only the group owner hears of it."""


@dataclass(frozen=True, slots=True)
class WarnPersonalNumber(Intent):
    """An ID, card or account number stands in a group."""


@dataclass(frozen=True, slots=True)
class NoteThreat(Intent):
    """A quarrel is about to turn."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class RefuseMediation(Intent):
    """A party does not want mediation (人民调解法 17)."""

    decision: Decision


def _tell_owner(work: Work, key: str) -> None:
    """The group's owner: the known one, else whoever holds the owning post."""
    room = work.room
    if room is None:
        return
    if room.owner is not None:
        work.tell(room.owner, key, room=room.title)
        return
    rules = [r.owner for r in work.town.preset.rooms if r.kind == room.kind]
    for post in rules:
        for seat in work.town.holders(post, room.areas[0], work.today)[:1] if room.areas else ():
            work.tell_seat(seat, key, room=room.title)
            return


@handles(FlagScam, may=Permission.CASE_OPEN)
def flag_scam(ask: FlagScam, work: Work) -> Reply | None:
    """Warn once, open a lead for the safety post, tell the owner; nobody is named."""
    if work.origin.room is None or work.origin.late:
        raise NotMeant
    open_here = work.store.in_room(work.origin.room, OPEN_STATES)
    if any(c.source == FLAGGED and work.now - c.created_at <= WARN_AGAIN_AFTER for c in open_here):
        return None
    case = open_case(work, asker(work), ask.decision, source=FLAGGED, quietly=True, names_reporter=False)
    work.tell_room(work.origin.room, "SCAM_WARN", rank=Rank.URGENT, case=case)
    tell_cards(work, case, work.now)
    _tell_owner(work, "SCAM_OWNER_DM")
    return None


@handles(FlagFakeNotice, may=Permission.CASE_OPEN)
def flag_fake_notice(ask: FlagFakeNotice, work: Work) -> Reply | None:  # noqa: ARG001 - only that it happened counts
    """Say that it is not the village's; tell the owner."""
    if work.origin.room is None or work.origin.late:
        raise NotMeant
    work.tell_room(work.origin.room, "FAKE_NOTICE", rank=Rank.URGENT)
    _tell_owner(work, "FAKE_NOTICE_OWNER_DM")
    return None


@handles(FlagAdvert, may=Permission.CASE_OPEN)
def flag_advert(ask: FlagAdvert, work: Work) -> Reply | None:  # noqa: ARG001 - the intent has no fields
    """Silence in the group; the owner decides."""
    if work.origin.room is None or work.origin.late:
        raise NotMeant
    _tell_owner(work, "ADVERT_OWNER_DM")
    return None


@handles(WarnPersonalNumber, may=Permission.CASE_OPEN)
def warn_personal_number(ask: WarnPersonalNumber, work: Work) -> Reply | None:  # noqa: ARG001 - the intent has no fields
    """Advise once to take it back: WeChat allows that for two minutes only."""
    if work.origin.room is not None:
        work.tell_room(work.origin.room, "PII_WARN", rank=Rank.URGENT)
    return None


def _dispute(work: Work) -> Case:
    """The open dispute of the asker, else the one of this room."""
    if work.origin.room is None or work.actor.identity is None:
        raise NotMeant
    cases = [c for c in work.store.in_room(work.origin.room, OPEN_STATES) if is_dispute(c)]
    mine = [c for c in cases if c.reporter_id == work.actor.identity]
    fresh = [c for c in mine or cases if work.now - c.heard_last_at <= QUARREL or c in mine]
    if not fresh:
        raise NotMeant
    return fresh[0]


@handles(NoteThreat, may=Permission.CASE_ADD)
def note_threat(ask: NoteThreat, work: Work) -> Reply | None:  # noqa: ARG001 - the words are not repeated
    """One calming line; the mediator is rung, the first responder told (人民调解法 21)."""
    case = _dispute(work)
    record(work, case, Step.UPDATE, by=Who.SYSTEM, flags={**case.flags, "risk": "escalating"})
    work.store.cancel_held(case.id or 0, ("RCPT_NEUTRAL",), "mediation line said")
    mediator, keeper = seat_of(work, case.assignee_id, case), seat_of(work, case.keeper_id, case)
    work.tell_seat(mediator, "THREAT_DM", rank=Rank.URGENT, call=True, case=case, no=case.no)
    if keeper is not None and (mediator is None or keeper.person != mediator.person):
        work.tell_seat(keeper, "THREAT_DM", rank=Rank.URGENT, case=case, no=case.no)
    if case.room_id is not None:
        surname = mediator.surname if mediator else ""
        work.tell_room(case.room_id, "MEDIATE_GROUP", rank=Rank.URGENT, case=case, surname=surname)
    return None


@handles(RefuseMediation, may=Permission.CASE_ADD)
def refuse_mediation(ask: RefuseMediation, work: Work) -> Reply | None:  # noqa: ARG001 - only the refusal counts
    """Mediation stops at a party's word; the lawful ways are told privately (人民调解法 17, 26)."""
    case = _dispute(work)
    record(work, case, Step.UPDATE, by=Who.SYSTEM, flags={**case.flags, "mediation": "refused"})
    mediator = seat_of(work, case.assignee_id, case)
    work.tell_seat(mediator, "MEDIATION_REFUSED_DM", case=case, no=case.no)
    return Reply("LEGAL_ROUTE_DM", contact=work.town.contact)
