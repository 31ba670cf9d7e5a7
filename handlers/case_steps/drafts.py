"""What cannot become a case yet: kept encrypted for a day, and what its sender must hear all the same."""

import json
from datetime import datetime, timedelta

from handlers.work import Work
from models.rules.decision import Cue, Decision, KnownDetails
from models.rules.pacing import Rank
from models.rules.private_openings import PRIVATE_OPENINGS
from models.rules.told import Accused, SaidTime, Told
from models.tables import ChatIdentity, Draft

NO_AREA = "area"
"""Nobody knows yet where the sender lives."""
_PLAIN = ("recurring", "households", "persons", "whole", "affected")
"""What is told in plain words and numbers."""


def box(work: Work, who: ChatIdentity, decision: Decision, why: str) -> None:
    """Keep the sender's own words, and what they tell, encrypted for 24 hours."""
    told = decision.told
    lasting = told.lasting(work.origin.at)
    kept = {
        "text": decision.text, "because": decision.because, "places": decision.places,
        "anonymous": Cue.ANONYMOUS in decision.cues,
        "service_mode": decision.service_mode, "began": (work.origin.at - lasting).isoformat() if lasting else "",
        **{name: getattr(told, name) for name in _PLAIN},
        "at_risk": told.at_risk, "accused": [(each.party, each.words) for each in told.accused],
    }  # fmt: skip
    work.store.append(
        Draft,
        {
            "room_id": work.origin.room, "identity_id": who.id,
            "box": work.standing.secrets.box(json.dumps(kept, ensure_ascii=False)),
            "category": decision.category, "urgency": decision.urgency, "why": why, "cause": work.origin.key,
            "at": work.now, "expires_at": work.now + timedelta(hours=work.pace.draft_h), "hinted_at": None,
        },
    )  # fmt: skip


def unbox(work: Work, draft: Draft) -> tuple[str, KnownDetails]:
    """A draft's words, and what they tell: how long it has lasted is counted to the moment of this message."""
    kept = json.loads(work.standing.secrets.open(draft.box))
    began = datetime.fromisoformat(kept["began"]) if kept["began"] else None
    told = Told(
        since=SaidTime("", lasting=work.origin.at - began) if began else None,
        at_risk=tuple((str(kind), str(word)) for kind, word in kept["at_risk"]),
        accused=tuple(Accused(*each) for each in kept["accused"]),
        **{name: kept[name] for name in _PLAIN},
    )
    because = tuple((str(word), float(weight)) for word, weight in kept["because"])
    return str(kept["text"]), KnownDetails(tuple(kept["places"]), told, because, kept["service_mode"])


def asked_cues(work: Work, draft: Draft) -> frozenset[Cue]:
    """What the sender of a draft asked for himself: not to be named."""
    kept = json.loads(work.standing.secrets.open(draft.box))
    return frozenset({Cue.ANONYMOUS}) if kept.get("anonymous") else frozenset()


def opening_words(work: Work, who: ChatIdentity, decision: Decision) -> None:
    """Numbers to call do not wait for the place."""
    opening = PRIVATE_OPENINGS.get(decision.category or "")
    if opening is not None:
        work.tell(who.id, opening.key, rank=Rank.URGENT, contact=work.town.contact)
