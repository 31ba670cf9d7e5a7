"""Visits and patrols: a row for each, and a case where somebody asked for something (seed B06, E05).

What concerns health, family or money is encrypted and deleted after 180 days (safeguards §4); it is not said in groups.
"""

from dataclasses import dataclass

from handlers.case_steps.desk import joined
from handlers.case_steps.offline import (
    Told,
    among_residents,
    area_spoken_of,
    best_reading,
    intake_words,
    open_offline,
    own_seats,
)
from handlers.case_steps.steps import called, is_private, item_of, seat_of
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.decision import CASES, Decision
from models.rules.masking import mask
from models.rules.offline import IntakeWords, Visited, channel_named, parted, read_visit
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.urgency import Privacy
from models.store.visits import Home, VisitStore
from models.tables import Case, Visit

CLEAR = 2.0
"""Points from which words that were not said to be a request are one."""
PRIVATE_LETTERS = frozenset("EGH")
"""First-level categories of what is between people, of need and of health."""
MOST_NOTE = 300


@dataclass(frozen=True, slots=True)
class VisitHousehold(Intent):
    """A post holder was at a household, or walked through an area."""

    kind: str = ""
    household: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the visit went: the household (None: not known), or how many are called so, and the area it counts for."""

    home: Home | None
    namesakes: tuple[Home, ...]
    area: int


@handles(VisitHousehold, may=Permission.CASE_OPEN)  # who may is checked inside: posts of every kind may
def visit_household(ask: VisitHousehold, work: Work) -> Reply:
    """One row, and in the same piece of work the case the words hold; private matters said in a group are not kept."""
    if not work.actor.seats:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_AUTH_DM", contact=work.town.contact)
    known = intake_words(work)
    seen = read_visit(ask.household, ask.words, known)
    openly, sealed = _openly(work, seen.words, known)
    if work.room is not None and (sealed or (among_residents(work) and (seen.label or seen.name))):
        raise Refusal(RefusalKind.NOT_NOW, "VISIT_TAKE_BACK_DM")
    found = _find(work, seen)
    asked = bool(seen.name or known.asks.search(seen.words))
    wish = _wish(work, openly, known, asked=asked) or _wish(work, sealed, known, asked=asked and not openly)
    case = None
    if wish is not None:
        told = Told(wish, channel_named(ask.kind, known), seen.name)
        case = open_offline(work, told, found.area)
        if found.home is not None and not case.place:
            case.place = found.home.label
    _write(work, ask.kind, found, openly, sealed, case)
    return _answer(work, ask.kind, seen, found, case, sealed=bool(sealed))


def _openly(work: Work, words: str, known: IntakeWords) -> tuple[str, str]:
    """(what may be noted openly, what is encrypted): of a matter that is not for everybody, all of it is."""
    openly, sealed = parted(mask(words), known.sensitive)
    reading = work.standing.read(openly) if openly else None
    if reading is not None and reading.category is not None:
        private = max(item_of(work, reading.category).privacy, reading.privacy) >= Privacy.P3
        if private or reading.category[0] in PRIVATE_LETTERS:
            return "", mask(words)
    return openly, sealed


def _wish(work: Work, words: str, known: IntakeWords, *, asked: bool) -> Decision | None:
    """The request that a visit's words hold: one that was said to be one, or is clear; None: there is none."""
    if not words:
        return None
    if asked or known.asks.search(words):
        return best_reading(work, words)
    reading = work.standing.read(words)
    if reading.kind in CASES and reading.score >= CLEAR and not known.done.search(words):
        return reading
    return None


def _find(work: Work, seen: Visited) -> _Found:
    """The household in the asker's own areas, by its code; the area that was named, else his own."""
    town, store = work.town, VisitStore(work.store.session)
    area = area_spoken_of(work, seen.where or seen.words, own=True)
    if not seen.label:
        return _Found(None, (), area)
    reach = {below for seat in own_seats(work) for below in town.downward(seat.area)}
    homes = store.homes(reach, seen.label)
    if not homes and seen.where:
        homes = store.homes(set(town.downward(area)) & reach, seen.local)
    near = [home for home in homes if home.area == area] or homes
    if len(near) == 1:
        return _Found(near[0], (), near[0].area)
    return _Found(None, tuple(near), area)


def _write(work: Work, kind: str, found: _Found, openly: str, sealed: str, case: Case | None) -> None:
    seats = own_seats(work)
    seat = next((s for s in seats if found.area in set(work.town.downward(s.area))), seats[0])
    VisitStore(work.store.session).add_visit(
        Visit(
            seat_id=seat.id, area_id=found.area, household_id=found.home.household if found.home else None,
            kind=kind, note=openly[:MOST_NOTE],
            sensitive=work.standing.secrets.box(sealed[:MOST_NOTE]) if sealed else None,
            case_id=case.id if case else None, at=work.origin.at,
        )
    )  # fmt: skip


def _answer(work: Work, kind: str, seen: Visited, found: _Found, case: Case | None, *, sealed: bool) -> Reply:
    place = found.home.label if found.home else work.town.areas[found.area].name
    lost = bool(seen.label) and found.home is None
    if case is not None:
        cat = _called(work, case)
        who = called(seat_of(work, case.assignee_id, case))
        if lost:
            return Reply("VISIT_UNKNOWN_CASE_DM", label=seen.label, place=place, no=case.no, cat=cat, **who)
        if case.assignee_id in work.actor.seats:
            return Reply("VISIT_YOURS_DM", kind=kind, place=place, no=case.no, cat=cat)
        return Reply("VISIT_CASE_DM", kind=kind, place=place, no=case.no, cat=cat, **who)
    if found.namesakes:
        first = found.namesakes[0]
        example = f"{work.town.areas[first.area].name}{first.label}"
        return Reply("VISIT_MANY_DM", label=seen.label, place=place, example=example)
    if lost:
        homes = VisitStore(work.store.session).homes(work.town.downward(found.area))
        texts = work.standing.texts
        listed = joined(work, [home.label for home in homes])
        return Reply(
            "VISIT_UNKNOWN_DM",
            label=seen.label,
            place=place,
            list=listed or texts.render("NO_HOUSEHOLDS", {}),
        )
    return Reply("VISIT_SEALED_DM" if sealed else "VISIT_NOTED_DM", kind=kind, place=place)


def _called(work: Work, case: Case) -> str:
    """What the case is about; of a private matter only that it is one."""
    return (
        work.standing.texts.render("PRIVATE_MATTER", {})
        if is_private(case)
        else item_of(work, case.category).spoken
    )
