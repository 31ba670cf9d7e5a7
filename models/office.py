"""What the pages that look after the console itself read from."""

from dataclasses import dataclass

from sqlalchemy import Engine

from models.access_desk import AccessDesk
from models.audit_desk import AuditDesk
from models.export_files import ExportFiles
from models.register_desk import RegisterDesk


@dataclass(frozen=True, slots=True)
class Office:
    """Who comes in and what they named, who did what, what is opened with a reason, what waits to be taken."""

    access: AccessDesk
    audit: AuditDesk
    registers: RegisterDesk
    exports: ExportFiles


def office_of(engine: Engine) -> Office:
    """All of it on one database."""
    return Office(AccessDesk(engine), AuditDesk(engine), RegisterDesk(engine), ExportFiles(engine))
