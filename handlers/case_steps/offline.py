"""A case that a post holder brings in for somebody who is not in the chat: opened, told of, and answered for (seed A14)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from handlers.case_steps.alarm import alarm_for
from handlers.case_steps.opening import by_post, open_case
from handlers.case_steps.receipts import tell_cards
from handlers.case_steps.steps import called, is_private, item_of, seat_of
from handlers.case_steps.whom import NAMED
from handlers.case_steps.words import due_words, heard_at
from handlers.work import Reply, Work
from models.rules.decision import CASES, Decision, Kind
from models.rules.gazetteer import area_meant, area_named, known_places
from models.rules.masking import mask
from models.rules.offline import IntakeWords
from models.rules.refusals import NotMeant
from models.rules.town import Seat
from models.rules.urgency import Urgency
from models.tables import Case

GENERAL = "L01"
"""The category of words that speak of nothing known: an opinion, to be corrected by whoever reads it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was written down: its reading, where it was heard, and who said it."""

    decision: Decision
    source: str
    name: str = ""
    phone: str = ""


def intake_words(work: Work) -> IntakeWords:
    """How offline entries are written here. Raises NotMeant where nobody writes any."""
    if work.standing.intake is None:
        raise NotMeant
    return work.standing.intake


def among_residents(work: Work) -> bool:
    """Whether residents hear what is said: their names and troubles do not belong here."""
    return work.room is not None and not work.room.of_leaders


def best_reading(work: Work, words: str) -> Decision:
    """The likeliest reading of words that ask for something, however doubtful: a post holder says that they do."""
    said = work.standing.read(words)
    if said.kind not in CASES:
        said = work.standing.read(work.standing.texts.render("INTAKE_ANNOUNCED", {"words": words}))
    plain = mask(work.standing.plain(words)).replace("\n", " ")
    kind = said.kind if said.kind in CASES else Kind.REPORT
    return by_post(work, replace(said, kind=kind, category=said.category or GENERAL, text=plain))


def own_seats(work: Work) -> list[Seat]:
    """The asker's appointments, the smallest area first."""
    seats = [work.town.seats[seat] for seat in work.actor.seats]
    return sorted(seats, key=lambda s: (-work.town.areas[s.area].rank, s.id))


def area_spoken_of(work: Work, words: str, places: Iterable[str] = (), *, own: bool = False) -> int:
    """The area the words name, looked for from the asker's own outwards (``own``: no further); else his own."""
    homes = [seat.area for seat in own_seats(work)]
    for home in homes:
        for node in work.town.upward(home):
            if own and node.id not in homes:
                break
            found = area_meant(work.town, known_places(work.town, within=node.id), node.id, places, words)
            if found != node.id:
                return found
    named = None if own else area_named(work.town, words)
    return named.id if named is not None else homes[0]


def open_offline(work: Work, told: Told, area: int, *, quietly: bool = False, **flags: Any) -> Case:
    """Open it in the pool, outside every group; whoever answers gets his card unless he wrote it down himself.

    ``quietly``: nobody is told but in an emergency.
    """
    away = replace(work, origin=replace(work.origin, room=None))
    secrets = work.standing.secrets
    if told.name:
        flags[NAMED] = secrets.box(told.name).decode()
    if work.actor.identity is not None:
        flags["recorder"] = work.actor.identity
    case = open_case(away, None, told.decision, area=area, source=told.source, quietly=True)
    case.flags = {**case.flags, **flags}
    if told.phone:
        case.phone_box = secrets.box(told.phone)
    if case.urgency == Urgency.U0:
        alarm_for(away, case)
    elif not quietly and not _is_his(work, case):
        tell_cards(away, case, work.now)
    return case


def _is_his(work: Work, case: Case) -> bool:
    return case.assignee_id in work.actor.seats


def noted(work: Work, case: Case) -> Reply:
    """What whoever wrote it down hears."""
    if is_private(case):
        return Reply("INTAKE_PRIVATE_DM", no=case.no, source=case.source)
    cat = item_of(work, case.category).spoken
    if _is_his(work, case):
        due = due_words(work, case.due_claim_at, heard_at(work))
        return Reply("INTAKE_YOURS_DM", no=case.no, cat=cat, source=case.source, due=due)
    return Reply(
        "INTAKE_NOTED_DM",
        no=case.no,
        cat=cat,
        source=case.source,
        **called(seat_of(work, case.assignee_id, case)),
    )
