"""What the buttons of a person's page ask for."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from handlers.appointments import EndPost
from handlers.arranged_leave import ArrangeLeave, CallOffLeave
from handlers.bindings import UnbindContact
from handlers.intents import Intent
from handlers.vouching import IssueCodeOf
from models.people_desk import PeopleDesk
from web.doors import NotHere
from web.typed import day_in, number_in


class ChangeForm(BaseModel):
    """What the forms of a person's page send."""

    csrf: str
    seat: str = ""
    off: str = Field("", max_length=30)
    contact: str = ""
    since: str = Field("", max_length=30)
    until: str = Field("", max_length=30)
    stand_in: str = ""


DAYS = {"end": ("off",), "leave": ("since", "until")}
"""Fields that hold a day, by button."""
NO_DAY = "日子没看明白，请写成 2025-07-16 这样。"


def wrong_days(typed: Mapping[str, str]) -> str:
    """What is wrong with the days of a form, in words; empty: nothing."""
    fields = DAYS.get(typed["change"], ())
    return "" if all(day_in(typed[field]) is not None for field in fields) else NO_DAY


def asked(person: int, typed: Mapping[str, str], desk: PeopleDesk) -> Intent:
    """What a button asks for; contacts are those of the person whose page it is.

    Raises:
        NotHere: there is no such button, or it speaks of somebody else's.
    """
    change = typed["change"]
    if change in {"code", "newcode"}:
        return IssueCodeOf(person, replaces=change == "newcode")
    if change == "back":
        return CallOffLeave(person)
    since, until, off = (day_in(typed[field]) for field in ("since", "until", "off"))
    if change == "leave" and since is not None and until is not None:
        return ArrangeLeave(person, since, until, number_in(typed["stand_in"]))
    seat, contact = number_in(typed["seat"]), number_in(typed["contact"])
    if change == "end" and seat is not None and off is not None:
        return EndPost(seat, off)
    if change == "unbind" and contact in {each.id for each in desk.bindings(person)}:
        return UnbindContact(contact or 0)
    raise NotHere("no such change")
