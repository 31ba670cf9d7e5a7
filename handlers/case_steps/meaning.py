"""Which case a leader means, and by which appointment he may act on it."""

from handlers.case_steps.steps import desk_list, names_of, numbered_case, parts_of, quoted_case, record
from handlers.work import Work
from models.rules.case_life import ANY_LEADER, State, Step
from models.rules.ids import CaseNo
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Urgency
from models.tables import Case


def take(work: Work, case: Case, seat: Seat) -> None:
    """The case is this person's; its claim clock stops."""
    record(work, case, Step.CLAIM, claimed_by=seat.id, claimed_at=work.now)
    work.store.unplan(case.id or 0, "ClimbCase")
    work.store.cancel_held(case.id or 0, ("CARD_DM", "CARD_CC_DM", "CARD_COPY_DM"), "claimed")


def acting_seat(work: Work, case: Case) -> Seat:
    """The appointment by which the actor may act here.

    Raises:
        Refusal: none of them reaches this case. Silent for whoever is complained about.
    """
    part = parts_of(case, work)
    if not part & ANY_LEADER:
        accused = work.actor.person in case.flags.get("accused", ())
        raise Refusal(RefusalKind.NOT_ALLOWED, None if accused else "NOT_YOURS_DM")
    seats = [work.town.seats[s] for s in work.actor.seats]
    own = [s for s in seats if s.id in {case.claimed_by, case.assignee_id, case.keeper_id}]
    near = [s for s in seats if work.town.related(s.area, case.area_id)]
    return (own or near or seats)[0]


def case_in_hand(work: Work, no: CaseNo | None, *, soft: bool = False, act: str = "") -> Case:
    """The case a leader speaks of: by number, by quote, else the only one in hand here.

    Raises:
        NotMeant: a leader's casual words that fit no case.
        Refusal: several fit, or none; the asker hears which.
    """
    if no is not None:
        return numbered_case(work, no)
    states = (State.NEW, State.CLAIMED, State.IN_PROGRESS)
    nearby = work.store.in_room(work.origin.room, states) if work.origin.room is not None else []
    desk = work.store.on_desk(work.actor.seats, states)
    quoted = quoted_case(work, {c.id: c for c in [*desk, *nearby]}.values())
    if quoted is not None:
        return quoted
    pools = [
        [c for c in nearby if c.urgency == Urgency.U0],
        [c for c in nearby if c.claimed_by in work.actor.seats],
        [c for c in desk if c.claimed_by in work.actor.seats],
        [c for c in desk if c.assignee_id in work.actor.seats],
        [c for c in nearby if parts_of(c, work) & ANY_LEADER],
    ]
    for pool in pools:
        if len(pool) == 1:
            return pool[0]
        if pool and not soft:
            raise Refusal(
                RefusalKind.NOT_CLEAR, "NO_NUM_DM", list=names_of(work, pool), act=act or claim_word(work)
            )
    if soft:
        raise NotMeant
    raise Refusal(RefusalKind.NOT_CLEAR, "NO_NUM_DM", list=desk_list(work), act=act or claim_word(work))


def spoken_of(cases: list[Case], about: tuple[str, ...]) -> list[Case]:
    """Those of several cases that fit the categories a line speaks of; all of them when none does."""
    return [c for c in cases if c.category in about] or cases


def claim_word(work: Work) -> str:
    """The word for claiming, for sentences that explain it."""
    return work.standing.texts.render("ACT_CLAIM", {})
