"""Which case a leader means, and by which appointment he may act on it."""

from datetime import datetime, timedelta

from handlers.case_steps.clocks import plan_clocks
from handlers.case_steps.joining import live_case, unmerged_case
from handlers.case_steps.receipts import CARDS
from handlers.case_steps.steps import desk_list, names_of, parts_of, quoted_case, record
from handlers.case_steps.whom import tell_whom
from handlers.work import Work
from models.rules.case_life import ANY_LEADER, HANDLED_STATES, State, Step, Who
from models.rules.ids import CaseNo
from models.rules.offline import ERRAND, SUGGESTED
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Urgency
from models.tables import Case

ALARM_FRESH = timedelta(days=1)
"""So long somebody who was rung may answer without a number."""
IN_HAND = (State.NEW, State.CLAIMED, State.IN_PROGRESS)


def take(work: Work, case: Case, seat: Seat) -> None:
    """The case is this person's; its claim clock stops, its resolve clock goes on, and he hears privately whom it is from.

    Taking it also confirms the kind of help that was suggested (seed A13).
    """
    record(work, case, Step.CLAIM, claimed_by=seat.id, claimed_at=work.now)
    if mode := case.flags.get(SUGGESTED):
        case.flags = {**case.flags, ERRAND: mode}
    tell_whom(work, case, seat)
    plan_clocks(work, case)
    work.store.cancel_held(case.id or 0, CARDS, "claimed")


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
        return unmerged_case(work, no)
    states = (State.NEW, State.CLAIMED, State.IN_PROGRESS, State.WAITING)
    nearby = work.store.in_room(work.origin.room, states) if work.origin.room is not None else []
    desk = work.store.on_desk(work.actor.desk, states)
    quoted = quoted_case(work, {c.id: c for c in [*desk, *nearby]}.values())
    if quoted is not None:
        return quoted
    # What rests is meant only where it is named or quoted.
    nearby, desk = ([c for c in cases if c.state != State.WAITING] for cases in (nearby, desk))
    pools = [
        [c for c in nearby if c.urgency == Urgency.U0] or (alarms_of(work) if soft else []),
        [c for c in nearby if c.claimed_by in work.actor.desk],
        [c for c in desk if c.claimed_by in work.actor.desk],
        [c for c in desk if c.assignee_id in work.actor.desk],
        [c for c in nearby if parts_of(c, work) & ANY_LEADER],
    ]
    for pool in pools:
        if len(pool) == 1:
            return pool[0]
        if pool and (not soft or _answers_an_alarm(work, pool)):
            raise Refusal(
                RefusalKind.NOT_CLEAR, "NO_NUM_DM", list=names_of(work, pool), act=act or claim_word(work)
            )
    if soft:
        raise NotMeant
    raise Refusal(RefusalKind.NOT_CLEAR, "NO_NUM_DM", list=desk_list(work), act=act or claim_word(work))


def ended_case(
    work: Work, no: CaseNo | None, about: tuple[str, ...] = (), named: tuple[str, ...] = ()
) -> Case:
    """The ended case a reporter speaks of: by number, by quote, else the one that waits for a rating.

    Of several the one whose result is the newest. ``about``: the categories his words speak of, if only those count;
    ``named``: those that go before the others.

    Raises:
        NotMeant: no number was said and nothing of theirs has ended here.
        Refusal: somebody else's case.
    """
    if no is not None:
        case = live_case(work, no)
        if not parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER):
            raise Refusal(RefusalKind.NOT_ALLOWED, "RATE_DENY_DM", no=case.no)
        return case
    if work.actor.identity is None:
        raise NotMeant
    mine = work.store.reported_by(work.actor.identity, HANDLED_STATES, work.origin.room)
    mine = [c for c in mine if not about or c.category in about]
    quoted = quoted_case(work, mine)
    mine = sorted(mine, key=_ended_at, reverse=True)
    waiting = [c for c in mine if c.state == State.RESOLVED] or mine[:1]
    if not waiting:
        raise NotMeant
    return quoted or spoken_of(waiting, named)[0]


def _ended_at(case: Case) -> datetime:
    return max((at for at in (case.resolved_at, case.closed_at) if at is not None), default=case.created_at)


def alarms_of(work: Work) -> list[Case]:
    """Emergencies of the last day that this leader was rung for and may answer privately or in a working group."""
    room = work.room
    if not work.actor.seats or (room is not None and not room.of_leaders):
        return []
    found = work.store.emergencies(work.now - ALARM_FRESH, IN_HAND)
    return [c for c in found if parts_of(c, work) & ANY_LEADER]


def _answers_an_alarm(work: Work, pool: list[Case]) -> bool:
    """Whether several emergencies wait for the words "I am there": then they must not be lost."""
    return all(c.urgency == Urgency.U0 and c.claimed_by not in work.actor.seats for c in pool)


def spoken_of(cases: list[Case], about: tuple[str, ...]) -> list[Case]:
    """Those of several cases that fit the categories a line speaks of; all of them when none does."""
    return [c for c in cases if c.category in about] or cases


def claim_word(work: Work) -> str:
    """The word for claiming, for sentences that explain it."""
    return work.standing.texts.render("ACT_CLAIM", {})
