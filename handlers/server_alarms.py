"""The server is ill: somebody who looks at the relay page is asked to phone whoever looks after it."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import SQLModel

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.pacing import Rank
from models.rules.permissions import Permission

OUTBOX = SQLModel.metadata.tables["outbox"]
KEY = "ALARM_CALL"


@dataclass(frozen=True, slots=True)
class AskForCall(Intent):
    """Phone somebody and tell him this. ``about`` names the alarm."""

    about: str
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class CallOffCall(Intent):
    """It is over: whoever was not phoned yet need not be."""

    about: str


@handles(AskForCall, may=Permission.CLOCK_TICK)
def ask_for_call(ask: AskForCall, work: Work) -> None:
    """A task that stands on the relay page at once: no account of ours could say it."""
    work.ask_a_person(KEY, rank=Rank.EMERGENCY, why=ask.about, who=ask.who, words=ask.words)


@handles(CallOffCall, may=Permission.CLOCK_TICK)
def call_off_call(ask: CallOffCall, work: Work) -> None:
    """Take the task back, if it still waits."""
    mine = (OUTBOX.c.key == KEY, OUTBOX.c.state == "relay", OUTBOX.c.why == ask.about)
    taken_back = update(OUTBOX).where(*mine).values(state="cancelled", why="the trouble is over")
    work.store.session.connection().execute(taken_back)
