"""What somebody may do with a case as it stands, for a page that offers nothing it would refuse. It writes nothing."""

from handlers.case_steps.steps import numbered_case, parts_of
from handlers.work import Work
from models.rules.case_life import State, Step, may_take
from models.rules.ids import CaseNo


def steps_open(work: Work, no: CaseNo) -> frozenset[Step]:
    """The steps that the asker may take now, by the part in which he stands to the case.

    Raises:
        Refusal: there is no such case.
    """
    case = numbered_case(work, no)
    part = parts_of(case, work)
    return frozenset(step for step in Step if may_take(State(case.state), step, part))
