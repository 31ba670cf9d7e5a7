"""Notices that are written again and again: the cadre gets one with blanks, fills it and sends it back (seed B10)."""

from dataclasses import dataclass, fields

from handlers.intents import Intent
from handlers.notice_steps import entitled
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.permissions import Permission

STEM = "TEMPLATE_"


@dataclass(frozen=True, slots=True)
class ShowTemplate(Intent):
    """A notice with blanks; the field that holds a word says about what, none: what there is."""

    water: str = ""
    power: str = ""
    road: str = ""
    insurance: str = ""
    meeting: str = ""
    checkup: str = ""
    weather: str = ""
    fire: str = ""
    scam: str = ""


@handles(
    ShowTemplate, may=Permission.CASE_OPEN
)  # who may is checked inside: residents' groups hear no refusal
def show_template(ask: ShowTemplate, work: Work) -> Reply:
    """The text stands alone in its message, so that it can be copied on a telephone."""
    entitled(work)
    about = next((field.name for field in fields(ask) if getattr(ask, field.name)), None)
    if about is None:
        return Reply("TEMPLATE_LIST_DM")
    work.tell(work.actor.identity, f"{STEM}{about.upper()}_DM")
    return Reply("TEMPLATE_HOW_DM")
