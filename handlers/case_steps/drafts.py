"""What cannot become a case yet: kept encrypted for a day, and what its sender must hear all the same."""

import json
from datetime import timedelta

from handlers.work import Work
from models.rules.decision import Decision
from models.rules.pacing import Rank
from models.rules.private_openings import PRIVATE_OPENINGS
from models.tables import ChatIdentity, Draft

NO_AREA = "area"
"""Nobody knows yet where the sender lives."""


def box(work: Work, who: ChatIdentity, decision: Decision, why: str) -> None:
    """Keep the sender's own words, and which of them made us doubt, encrypted for 24 hours."""
    kept = json.dumps([decision.text, decision.because], ensure_ascii=False)
    work.store.session.add(
        Draft(
            room_id=work.origin.room, identity_id=who.id, box=work.standing.secrets.box(kept),
            category=decision.category, urgency=decision.urgency, why=why, cause=work.origin.key, at=work.now,
            expires_at=work.now + timedelta(hours=work.pace.draft_h),
        )
    )  # fmt: skip


def unbox(work: Work, draft: Draft) -> tuple[str, list[tuple[str, float]]]:
    """A draft's words, and those that made it doubtful with their weights."""
    words, because = json.loads(work.standing.secrets.open(draft.box))
    return str(words), [(str(word), float(weight)) for word, weight in because]


def opening_words(work: Work, who: ChatIdentity, decision: Decision) -> None:
    """Numbers to call do not wait for the place."""
    opening = PRIVATE_OPENINGS.get(decision.category or "")
    if opening is not None:
        work.tell(who.id, opening.key, rank=Rank.URGENT, contact=work.town.contact)
