"""What cannot become a case yet: kept encrypted for a day, and what its sender must hear all the same."""

from datetime import timedelta

from handlers.work import Work
from models.rules.decision import Decision
from models.rules.pacing import Rank
from models.rules.private_openings import PRIVATE_OPENINGS
from models.tables import ChatIdentity, Draft

NO_AREA = "area"
"""Nobody knows yet where the sender lives."""


def box(work: Work, who: ChatIdentity, decision: Decision, why: str) -> None:
    """Keep the sender's own words encrypted for 24 hours."""
    work.store.session.add(
        Draft(
            room_id=work.origin.room, identity_id=who.id, box=work.standing.secrets.box(decision.text),
            category=decision.category, urgency=decision.urgency, why=why, cause=work.origin.key, at=work.now,
            because=[list(each) for each in decision.because],
            expires_at=work.now + timedelta(hours=work.pace.draft_h),
        )
    )  # fmt: skip


def opening_words(work: Work, who: ChatIdentity, decision: Decision) -> None:
    """Numbers to call do not wait for the place."""
    opening = PRIVATE_OPENINGS.get(decision.category or "")
    if opening is not None:
        work.tell(who.id, opening.key, rank=Rank.URGENT, contact=work.town.contact)
