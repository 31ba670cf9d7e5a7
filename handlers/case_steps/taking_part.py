"""Who takes part in a case beside whoever handles it, by the place's own table (seeds B28, D03)."""

from datetime import datetime
from typing import Any

from handlers.case_steps.desk import joined
from handlers.case_steps.steps import called, is_private, item_of, parts_of, record
from handlers.work import Work
from models.rules.case_life import ANY_LEADER, Step, Who
from models.rules.participation import Part
from models.rules.permissions import Permission
from models.rules.preset import Preset
from models.rules.town import Seat
from models.tables import Case

TOLD = "overdue_told"


def handles_cases(work: Work, case: Case) -> bool:
    """Whether the actor answers for such cases here: a post without that right (a representative) does not."""
    return bool(parts_of(case, work) & ANY_LEADER) and Permission.CASE_RESOLVE in work.actor.permissions


def tell_overdue(work: Work, case: Case, heard: datetime, *, but: tuple[Seat | None, ...] = ()) -> set[int]:
    """Whoever runs such cases hears once that this one is overdue, with a copy where the place wants one (seed D03).

    Nothing is said before ``heard``. ``but`` heard of it otherwise. Answers who has heard of it by now (persons).
    """
    told = {seat.person for seat in but if seat is not None}
    runs = [(p, s) for p in work.town.preset.parts if p.overdue == "to" for s in _holders(work, case, p)]
    if not runs or is_private(case) or case.flags.get(TOLD):
        return told
    record(work, case, Step.UPDATE, by=Who.SYSTEM, reason="overdue", flags={**case.flags, TOLD: True})
    part, runner = runs[0]
    blanks: dict[str, Any] = {"case": case, "not_before": heard, "no": case.no, "verb": part.verb}
    if runner.person not in told:
        cat = item_of(work, case.category).spoken
        work.tell_seat(runner, "OVERDUE_PART_DM", cat=cat, **blanks)
    told.add(runner.person)
    for copied in (p for p in work.town.preset.parts if p.overdue == "copy"):
        for seat in _holders(work, case, copied):
            if seat.person not in told:
                work.tell_seat(seat, "OVERDUE_PART_CC_DM", **blanks, **called(runner))
                told.add(seat.person)
    return told


def kinds_of_work(preset: Preset) -> tuple[str, ...]:
    """The kinds of work that a place counts its cases by, in its own order; most places count none (seed D06)."""
    return tuple(preset.extras.get("six_focus", ()))


def kind_of_work(work: Work, case: Case) -> str:
    """Which of them a case is, in words for its leaders; empty where the place counts none or the case is private."""
    focus = item_of(work, case.category).focus
    if is_private(case) or focus not in kinds_of_work(work.town.preset):
        return ""
    return work.standing.texts.render("KIND_OF_WORK", {"kind": focus})


def parties(work: Work, case: Case) -> str:
    """Who takes part and how, in words: "网格员杨主报、…"; empty where the place has no table or the case is private."""
    if is_private(case) or not work.town.preset.parts:
        return ""
    texts = work.standing.texts
    said = []
    for part in work.town.preset.parts:
        people = [f"{seat.title}{seat.surname}" for seat in _holders(work, case, part)]
        if part.level:
            people += [n.name for n in work.town.upward(case.area_id) if n.level == part.level]
        hands = len(work.store.hands_of(case.id or 0)) if part.residents else 0
        if hands:
            people.append(texts.render("PARTY_RESIDENTS", {"n": hands}))
        if people:
            said.append(texts.render("PARTY", {"who": joined(work, people), "verb": part.verb}))
    return texts.render("PARTIES", {"list": texts.render("PARTY_BREAK", {}).join(said)}) if said else ""


def _holders(work: Work, case: Case, part: Part) -> list[Seat]:
    """One holder of each post, nobody who is complained about."""
    away = case.flags.get("accused", ())
    found = [work.town.free(post, case.area_id, work.today, away) for post in part.posts]
    return [seats[0] for seats in found if seats]
