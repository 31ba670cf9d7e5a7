"""Taking lists along as a file: that it was done stands in the audit, what was in it does not."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.actor import Door
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant


@dataclass(frozen=True, slots=True)
class ExportAudit(Intent):
    """Who did what when, as a sheet."""


@handles(ExportAudit, may=Permission.AUDIT_SEE)
def export_audit(ask: ExportAudit, work: Work) -> None:  # noqa: ARG001 - the intent has no fields
    """The line that dispatch writes is all there is to do."""
    if work.origin.door is not Door.WEB:
        raise NotMeant
