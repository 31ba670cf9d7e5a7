"""Helping hands of a case: who lends one, and thanks at the end (seeds A10, B28). They are counted, never ranked."""

from handlers.case_steps.steps import record
from handlers.case_steps.words import heard_at
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
    heard = heard_at(work)
    for identity in hands:
        lent = work.store.hands_lent(identity)
        work.tell(identity, "HANDS_THANKS_DM", not_before=heard, case=case, no=case.no, n=lent)
