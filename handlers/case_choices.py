"""What somebody may do with a case as it stands, for a page that offers nothing it would refuse. It writes nothing."""

from handlers.case_steps.reopening import comes_back, overseer_seat
from handlers.case_steps.steps import numbered_case, parts_of
from handlers.escalation import people_for
from handlers.follow_ups import case_asked
from handlers.work import Work
from models.rules.audiences import long_path_of
from models.rules.case_life import HANDLED_STATES, State, Step, may_take
from models.rules.ids import CaseNo
from models.rules.refusals import Refusal


def steps_open(work: Work, no: CaseNo) -> frozenset[Step]:
    """The steps that the asker may take now, by the part in which he stands to the case.

    Raises:
        Refusal: there is no such case.
    """
    case = numbered_case(work, no)
    part = parts_of(case, work)
    steps = frozenset(step for step in Step if may_take(State(case.state), step, part))
    if case.state not in HANDLED_STATES:
        return steps - {Step.FOLLOW_UP, Step.REOPEN}
    own = Step.REOPEN in steps or overseer_seat(work, case) is not None
    by_rule = {
        Step.FOLLOW_UP: _may_ask_again(no, work),
        Step.REOPEN: own and comes_back(work, case),
    }
    return (steps - by_rule.keys()) | {step for step, may in by_rule.items() if may}


def _may_ask_again(no: CaseNo, work: Work) -> bool:
    """Whether he is the one to ask the reporter how it went: never whoever handled it."""
    try:
        case_asked(no, work)
    except Refusal:
        return False
    return True


def people_offered(work: Work, no: CaseNo) -> list[tuple[str, str]]:
    """Whom the case may be given to: the appointment, and how it is called."""
    case, town = numbered_case(work, no), work.town
    return [
        (str(seat.id), f"{long_path_of(seat.area, town)} {seat.title}{seat.surname}")
        for seat in people_for(work, case)
    ]


def categories_offered(work: Work, no: CaseNo) -> list[tuple[str, str]]:
    """What it may be instead: the category's code and its name."""
    case = numbered_case(work, no)
    return [(item.code, item.name) for item in work.standing.items.values() if item.code != case.category]
