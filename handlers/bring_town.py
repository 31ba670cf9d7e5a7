"""Bringing in the roster from a page: who may, and the line in the audit; the rows themselves come as from the command line."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.filling import may_import
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind


@dataclass(frozen=True, slots=True)
class BringTown(Intent):
    """Somebody brings a roster in. An import takes many short transactions (handlers.township.arrival) and follows this."""


@handles(BringTown, may=Permission.AREA_IMPORT, refusal="ROSTER_NOT_YOURS_DM")
def bring_town(ask: BringTown, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """A roster can speak of any area: only those may bring one in whose areas are all there are.

    Raises:
        Refusal: there are areas beyond the asker's.
    """
    ensure_may_import(work)
    return Reply("ROSTER_TAKEN_DM")


def ensure_may_import(work: Work) -> None:
    """Raises Refusal: not allowed, or there are areas beyond the asker's."""
    if not may_import(work.actor, work.town):
        raise Refusal(RefusalKind.NOT_ALLOWED, "ROSTER_NOT_YOURS_DM", contact=work.town.contact)
