"""The very first one who comes in: there is no default password, and nobody yet whom to ask for a code."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from handlers.intents import Intent
from handlers.registry import handles
from handlers.web_access import new_code
from handlers.work import Reply, Work
from models.rules.actor import Door
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.tables import WebAccount, WebSession

HOLDS = timedelta(minutes=15)
"""Long enough to find the page; whoever comes later asks for another one on the server."""


@dataclass(frozen=True, slots=True)
class IssueFirstCode(Intent):
    """The program starts: a code for the operator, if nobody can come in yet. ``address`` is where the pages are."""

    address: str


@handles(IssueFirstCode, may=Permission.CLOCK_TICK)
def issue_first_code(ask: IssueFirstCode, work: Work) -> Reply:
    """A code, as long as nobody was ever in and no post holder could ask for one in chat.

    Raises:
        NotMeant: somebody was in, or can ask.
    """
    bound = any(seat.identities and seat.in_force(work.today) for seat in work.town.seats.values())
    if work.origin.door is not Door.SHELL or bound or _somebody_came(work):
        raise NotMeant
    return Reply(
        "FIRST_LOGIN",
        code=new_code(work, None, HOLDS),
        minutes=HOLDS // timedelta(minutes=1),
        address=ask.address,
    )


def _somebody_came(work: Work) -> bool:
    session = work.store.session
    rows = (select(col(WebSession.id)).limit(1), select(col(WebAccount.person_id)).limit(1))
    return any(session.execute(row).first() is not None for row in rows)
