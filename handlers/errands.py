"""Errands for residents: gone for (代办), helped with (帮办), accompanied (陪办); counted when done (seed A13)."""

from dataclasses import dataclass, replace

from handlers.case_steps.desk import joined
from handlers.case_steps.drafts import NO_AREA, box
from handlers.case_steps.meaning import take
from handlers.case_steps.offline import (
    Told,
    among_residents,
    area_spoken_of,
    best_reading,
    intake_words,
    open_offline,
    own_seats,
)
from handlers.case_steps.opening import area_of, open_case
from handlers.case_steps.steps import asker, item_of, record, rung_of
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import Step, Who
from models.rules.decision import Decision, KnownDetails
from models.rules.offline import channel_named
from models.rules.pacing import SHANGHAI
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.store.visits import VisitStore

PAPERS = "K02"
"""Certificates and errands: what an errand of unknown matter is about."""


@dataclass(frozen=True, slots=True)
class RegisterErrand(Intent):
    """A post holder runs an errand for somebody: how, for whom, what."""

    mode: str = ""
    person: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CountErrands(Intent):
    """How many errands of each kind were done this month in one's own areas?"""


@handles(
    RegisterErrand, may=Permission.CASE_OPEN
)  # a resident who says this wants one; only posts that resolve cases run them
def register_errand(ask: RegisterErrand, work: Work) -> Reply | None:
    """An errand case in the hands of whoever registered it; for whom is kept for the handler alone."""
    if Permission.CASE_RESOLVE not in work.actor.permissions:
        return _wished_for(ask, work)  # nobody else could end it
    if among_residents(work):
        raise Refusal(RefusalKind.NOT_NOW, "ERRAND_PLACE_DM", mode=ask.mode)
    decision = _errand(work, ask.words)
    area = area_spoken_of(work, ask.words, own=True)
    told = Told(decision, channel_named(ask.mode, intake_words(work)), ask.person)
    case = open_offline(work, told, area, quietly=True, service_mode=ask.mode)
    seats = own_seats(work)
    seat = next((s for s in seats if work.town.related(s.area, area)), seats[0])
    record(work, case, Step.UPDATE, by=Who.SYSTEM, assignee_id=seat.id, rung=rung_of(work, seat))
    take(work, case, seat)
    return Reply("ERRAND_NOTED_DM", no=case.no, mode=ask.mode, cat=item_of(work, case.category).spoken)


def _errand(work: Work, words: str) -> Decision:
    known = work.standing.read(words)
    return (
        best_reading(work, words) if known.category else replace(best_reading(work, words), category=PAPERS)
    )


def _wished_for(ask: RegisterErrand, work: Work) -> Reply | None:
    """A resident asks for an errand in the words post holders use: an ordinary request that suggests the way."""
    who = asker(work)
    read = _errand(work, f"{ask.person} {ask.words}")
    known = KnownDetails(read.places, read.told, read.because, service_mode=ask.mode)
    decision = replace(read, details=known)
    if area_of(work, who) is None:
        box(work, who, decision, NO_AREA)
        return Reply("ASK_AREA_DM")
    open_case(work, who, decision)
    return None


@handles(CountErrands, may=Permission.CASE_RESOLVE)
def count_errands(ask: CountErrands, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """By kind, of one's own areas, since the first of the month; what is done counts by its end."""
    if among_residents(work):
        raise NotMeant
    local = work.now.astimezone(SHANGHAI)
    since = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    areas = {below for seat in own_seats(work) for below in work.town.downward(seat.area)}
    counted: dict[str, list[int]] = {}
    for mode, done in VisitStore(work.store.session).errands(areas, since):
        counted.setdefault(mode, [0, 0])[0 if done else 1] += 1
    if not counted:
        return Reply("ERRANDS_NONE_DM")
    texts = work.standing.texts
    lines = [
        texts.render("ERRANDS_OF", {"mode": m, "done": n, "open": k}) for m, (n, k) in sorted(counted.items())
    ]
    return Reply("ERRANDS_DM", list=joined(work, lines))
