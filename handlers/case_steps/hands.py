"""Helping hands of a case: who lends one, and thanks at the end (seeds A10, B28). They are counted, never ranked."""

from handlers.case_steps.steps import record
from handlers.work import Work
from models.rules.case_life import Step, Who
from models.tables import Case

THANKED = "thanked"


def thank_hands(work: Work, case: Case) -> None:
    """Everybody who lent a hand is thanked privately when the case has ended, once, with his own count."""
    hands = work.store.hands_of(case.id or 0)
    if not hands or case.flags.get(THANKED):
        return
    record(work, case, Step.HELP, by=Who.SYSTEM, reason="thanked", flags={**case.flags, THANKED: True})
    work.store.flush()
    for identity in hands:
        work.tell(identity, "HANDS_THANKS_DM", case=case, no=case.no, n=work.store.hands_lent(identity))
