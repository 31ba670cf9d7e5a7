"""A notice for the village loudspeaker: who reads it out gets the words privately (seed B10)."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.notice_ways import read_out
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.loudspeaker import seconds
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.whom import is_personal
from models.store.notices import NoticeStore
from models.tables import Notice


@dataclass(frozen=True, slots=True)
class ReadAloud(Intent):
    """The words of a notice as they are read out in a minute."""

    no: int


@handles(ReadAloud, may=Permission.CASE_OPEN)  # who may is checked inside: residents' groups hear no refusal
def read_aloud(ask: ReadAloud, work: Work) -> Reply:
    """Twice where a minute holds it twice; what found no room is told, never cut off in the middle."""
    notice, texts = _notice(ask.no, work), work.standing.texts
    words, left_out = read_out(work, notice.body)
    tip = texts.render("ALOUD_TIP_LONG", {"n": left_out}) if left_out else ""
    return Reply("ALOUD_DM", no=notice.no, seconds=seconds(words), words=words, tip=tip)


def _notice(no: int, work: Work) -> Notice:
    """The notice of that number, for a post holder it concerns.

    Raises:
        NotMeant: said in a residents' group, or history.
        Refusal: no post; no such notice here.
    """
    if work.origin.late or (work.room is not None and not work.room.of_leaders):
        raise NotMeant
    if not work.actor.seats:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_AUTH_DM", contact=work.town.contact)
    notice, town = NoticeStore(work.store.session).find_notice(no=no), work.town
    areas = [a for a in notice.audience["areas"] if a in town.areas] if notice is not None else []
    own = [town.seats[seat].area for seat in work.actor.seats]
    if (
        notice is None
        or is_personal(notice.audience)
        or not any(town.related(area, mine) for area in areas for mine in own)
    ):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=no)
    return notice
