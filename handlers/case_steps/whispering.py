"""Somebody says something privately and wants to be named to nobody.

His contact is kept with the case only so that he can hear its end, take it back and rate it; nobody else is shown it.
"""

from handlers.case_steps.drafts import NO_AREA, box
from handlers.case_steps.growing import extend, in_burst
from handlers.case_steps.opening import area_in_words, area_of, open_case
from handlers.case_steps.whom import is_whispered
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES
from models.rules.decision import Cue, Decision
from models.rules.message import Attachment
from models.tables import ChatIdentity


def whispers(work: Work, decision: Decision) -> bool:
    """Whether a line asks that nobody learns who said it, where nobody else heard it."""
    return Cue.ANONYMOUS in decision.cues and work.origin.room is None


def whisper(
    work: Work,
    who: ChatIdentity,
    decision: Decision,
    attachments: tuple[Attachment, ...] = (),
    source: str = "group",
) -> Reply | None:
    """A case of its own: it joins nobody's, and nothing said openly joins it; only its own burst does."""
    for case in work.store.reported_by(who.id or 0, OPEN_STATES):
        if is_whispered(case) and in_burst(work, case):
            extend(work, case, who, decision, attachments)
            return None
    named = area_in_words(work.town, decision.text)
    area = area_of(work, who) or (named.id if named else None)
    if area is None:
        asked = any(d.why == NO_AREA for d in work.store.drafts_of(who.id or 0, None, work.now))
        box(work, who, decision, NO_AREA)
        return None if asked else Reply("ASK_AREA_DM")
    open_case(work, who, decision, attachments=attachments, area=area, source=source)
    return None
