"""Every export of a report is written down, and whoever made it is reminded once to delete it (reports.md §4)."""

from dataclasses import dataclass, field

from handlers.intents import Intent
from handlers.registry import handles
from handlers.reports import ensure_own
from handlers.work import Work
from models.rules.audiences import long_path_of
from models.rules.capabilities import Media
from models.rules.masking import mask
from models.rules.pacing import SHANGHAI
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.report_periods import period_coded
from models.rules.reporting import KEPT_FOR, Export
from models.rules.sent_files import HERE
from models.store.bindings import BindingStore
from models.store.notice_forms import FormStore
from models.tables import ExportLog, SentFile


@dataclass(frozen=True, slots=True)
class NoteExport(Intent):
    """A report leaves the program: so many ``rows`` of an area and a period (by its code)."""

    kind: str
    area: int
    period: str
    rows: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OfferPicture(Intent):
    """A report's picture (PNG) is there to go along with a notice that the asker is about to write."""

    area: int
    period: str
    content: bytes = field(repr=False)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemindOfExport(Intent):
    """Thirty days later."""

    export: int


@handles(NoteExport, may=Permission.CASE_RESOLVE)
def note_export(ask: NoteExport, work: Work) -> None:
    """Written down before anything is sent; a picture holds nothing personal and need not be deleted."""
    ensure_own(work, ask.area)
    row = ExportLog(
        person_id=work.actor.person, kind=ask.kind, area_id=ask.area, period=ask.period, rows=ask.rows,
        reason=mask(ask.reason), at=work.now,
    )  # fmt: skip
    work.store.session.add(row)
    work.store.session.flush()
    if work.actor.person is None or ask.kind == Export.PICTURE:
        return
    work.store.plan(
        [
            {
                "key": f"export:{row.id}", "intent": "RemindOfExport", "due_at": work.now + KEPT_FOR,
                "state": "waiting", "fields": {"export": row.id}, "attempts": 0, "why": "",
            }
        ]
    )  # fmt: skip


@handles(OfferPicture, may=Permission.NOTICE_SEND)
def offer_picture(ask: OfferPicture, work: Work) -> None:
    """For an hour, to whoever made it alone; written down like every export."""
    note_export(NoteExport(Export.PICTURE, ask.area, ask.period, 0, ask.reason), work)
    if work.actor.identity is None:
        raise Refusal(RefusalKind.NOT_ALLOWED, "PICTURE_NO_CONTACT")
    name = f"{work.town.areas[ask.area].name}{period_coded(ask.period).title}"
    made = SentFile(
        identity_id=work.actor.identity, kind=Media.IMAGE, name=name, state=HERE, size=len(ask.content),
        content=ask.content, at=work.now,
    )  # fmt: skip
    FormStore(work.store.session).add_file(made)


@handles(RemindOfExport, may=Permission.CLOCK_TICK)
def remind_of_export(ask: RemindOfExport, work: Work) -> None:
    """Once, privately; nobody asks whether it was done."""
    row = work.store.session.get(ExportLog, ask.export)
    if row is None or row.person_id is None:
        return
    day = row.at.astimezone(SHANGHAI)
    area = long_path_of(row.area_id, work.town) if row.area_id is not None else ""
    for contact in BindingStore(work.store.session).identities_of(row.person_id)[:1]:
        work.tell(
            contact.id,
            "EXPORT_OLD_DM",
            month=day.month,
            day=day.day,
            area=area,
            period=period_coded(row.period).title,
        )
