"""Reports leave as a spreadsheet, on paper or as a picture: written down first, then sent (reports.md §4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from fastapi import Request, Response, status
from fastapi.responses import FileResponse, RedirectResponse
from starlette.background import BackgroundTask

from handlers.report_editions import edition_here
from handlers.report_exports import NoteExport, OfferPicture
from handlers.reports import meeting_of, open_rows, received_about, reckon
from handlers.word_sheets import XLSX
from handlers.work import Work
from models.export_files import Making
from models.report_editions import EditionView
from models.rules.audiences import long_path_of
from models.rules.ids import IdempotencyKey
from models.rules.pacing import SHANGHAI
from models.rules.refusals import Refusal, RefusalKind
from models.rules.report_periods import period_coded
from models.rules.report_rows import ReportRow
from models.rules.report_sections import sections
from models.rules.reporting import Export
from web.doors import NotHere
from web.entrance import Visitor, visitor_of
from web.report_asked import Asked
from web.report_book import Book
from web.report_cells import ISSUES, REGISTER, Wording, issue_cells, moment, register_cells
from web.report_making import FAILED, Makings, new_file
from web.report_pages import ReportPages
from web.report_picture import Heading, drawing, picture

AT_ONCE = 3_000
"""Cases up to which a file is made while somebody waits for the page."""
MOST_ON_PAPER = 2_000


@dataclass(frozen=True)
class Exporter:
    """Makes the files."""

    draw: ReportPages
    makings: Makings

    def export(self, request: Request, asked: Asked, form: str, reason: str, key: IdempotencyKey) -> Response:
        """A report as ``xlsx``, ``print`` or ``png``, or its picture put into a ``notice``.

        Raises:
            NotHere: there is no such form.
            Refusal: it may not be, or this form was sent before.
        """
        makers: dict[str, Callable[[Request, Asked, str, IdempotencyKey], Response]] = {
            "xlsx": self._sheet, "print": self._paper, "png": self._picture, "notice": self._to_notice,
        }  # fmt: skip
        if form not in makers:
            raise NotHere("no such form")
        return makers[form](request, asked, reason, key)

    def _sheet(self, request: Request, asked: Asked, reason: str, key: IdempotencyKey) -> Response:
        who, dispatch = visitor_of(request), self.draw.entrance.dispatch
        about = self.draw.entrance.look(
            lambda work: received_about(work, asked.area, asked.period), who.actor
        )
        name = f"{long_path_of(asked.area, dispatch.known_town())}-{asked.period.code}.xlsx"

        def write(file: Path, tell: Callable[[int], None]) -> int:
            return self._write(file, tell, asked, who, reason, key)

        if about > AT_ONCE:
            person, sentence = who.actor.person, self.draw.pages.sentence
            ticket = self.makings.start(person, name, asked.address(), write, sentence)
            if ticket is None:
                raise Refusal(RefusalKind.NOT_NOW, "EXPORTS_BUSY_DM")
            return RedirectResponse(f"/reports/exports/{ticket}", status.HTTP_303_SEE_OTHER)
        file = new_file()
        try:
            write(file, lambda _: None)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return _handed(file, name)

    def _write(
        self,
        file: Path,
        tell: Callable[[int], None],
        asked: Asked,
        who: Visitor,
        reason: str,
        key: IdempotencyKey,
    ) -> int:
        def question(work: Work) -> int:
            say = self.draw.wording(work, asked.area)
            return write_book(file, tell, work, asked, self.watermark(who), say)

        rows = self.draw.entrance.look(question, who.actor)
        self._note(Export.SHEET, asked, who, rows, reason, key)
        return rows

    def frozen(self, request: Request, number: int, reason: str, key: IdempotencyKey) -> Response:
        """A frozen edition as a spreadsheet: its own numbers, whatever changed since.

        Raises:
            Refusal: there is none within reach, or this form was sent before.
        """
        who, town = visitor_of(request), self.draw.entrance.dispatch.known_town()
        file = new_file()

        def question(work: Work) -> tuple[EditionView, int]:
            view, edition = edition_here(work, number)
            title = (
                f"{long_path_of(view.area, town)} {period_coded(view.period).title} 定稿第{view.version}版"
            )
            with Book(file, title, self.watermark(who), self.draw.wording(work, view.area)) as book:
                book.add_frozen(edition)
            return view, book.rows

        try:
            view, rows = self.draw.entrance.look(question, who.actor)
            asked = Asked(period_coded(view.period), view.area, "figures", {})
            self._note(Export.SHEET, asked, who, rows, reason, key)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        name = f"{long_path_of(view.area, town)}-{view.period}-v{view.version}.xlsx"
        return _handed(file, name)

    def _paper(self, request: Request, asked: Asked, reason: str, key: IdempotencyKey) -> Response:
        who = visitor_of(request)

        def question(work: Work) -> dict[str, object]:
            if received_about(work, asked.area, asked.period) > MOST_ON_PAPER:
                raise Refusal(RefusalKind.NOT_NOW, "PRINT_TOO_MANY_DM", n=MOST_ON_PAPER)
            rows, still, say = list[ReportRow](), list[ReportRow](), self.draw.wording(work, asked.area)
            found = reckon(work, asked.area, asked.period, take=rows.extend)
            open_rows(work, asked.area, found, still.extend)
            meeting = sections(meeting_of(work, asked.area, asked.period, found))
            return {
                "title": f"{long_path_of(asked.area, work.town)} {asked.period.title}", "tab": asked.tab,
                "register_head": REGISTER, "issues_head": ISSUES, "figures": found.figures(), "sections": meeting,
                "register": [register_cells(n, row, say) for n, row in enumerate(rows, 1)],
                "issues": [issue_cells(n, row, say, found.span.end) for n, row in enumerate(still, 1)],
                "watermark": self.watermark(who), "back": asked.address(), "many": len(rows) + len(still),
            }  # fmt: skip

        shown = self.draw.entrance.look(question, who.actor)
        self._note(Export.PRINT, asked, who, int(str(shown["many"])), reason, key)
        return self.draw.pages.show(request, "report_print.html", shown)

    def _picture(self, request: Request, asked: Asked, reason: str, key: IdempotencyKey) -> Response:
        who = visitor_of(request)
        content = self._drawn(asked, who)
        self._note(Export.PICTURE, asked, who, 0, reason, key)
        name = f'attachment; filename="report-{asked.period.code}.png"'
        return Response(content, media_type="image/png", headers={"Content-Disposition": name})

    def _to_notice(self, request: Request, asked: Asked, reason: str, key: IdempotencyKey) -> Response:
        who = visitor_of(request)
        offer = OfferPicture(asked.area, asked.period.code, self._drawn(asked, who), reason)
        self.draw.entrance.do(offer, who.actor, key)
        return RedirectResponse(f"/notices/new?picture=1&area={asked.area}", status.HTTP_303_SEE_OTHER)

    def _drawn(self, asked: Asked, who: Visitor) -> bytes:
        def question(work: Work) -> str:
            found = reckon(work, asked.area, asked.period)
            until = f"统计到 {moment(found.span.end)}"
            heading = Heading(work.town.areas[asked.area].name, asked.period.title, until)
            return drawing(found, work.standing.items, heading)

        return picture(self.draw.entrance.look(question, who.actor))

    def _note(
        self, kind: Export, asked: Asked, who: Visitor, rows: int, reason: str, key: IdempotencyKey
    ) -> None:
        self.draw.entrance.do(NoteExport(kind, asked.area, asked.period.code, rows, reason), who.actor, key)

    def watermark(self, who: Visitor) -> str:
        """Who took it out and when: in the file and on the paper."""
        at = self.draw.entrance.clock().astimezone(SHANGHAI)
        return f"{who.called or '管理员'} {at:%Y-%m-%d %H:%M} 导出，只供工作用，用完请删除"

    def making(self, request: Request, ticket: str) -> Making:
        """What this person had made, by any process that serves pages.

        Raises:
            NotHere: nothing of that ticket, or it was taken.
        """
        person, now = visitor_of(request).actor.person, self.draw.entrance.clock()
        found = self.makings.files.find(ticket, person, now)
        if found is None:
            raise NotHere("no such export")
        return replace(found, why=FAILED) if found.left else found

    def hand_out(self, request: Request, ticket: str) -> Response:
        """The finished file; afterwards it is deleted.

        Raises:
            NotHere: there is none, or it is not done.
        """
        making, person = self.making(request, ticket), visitor_of(request).actor.person
        content = self.makings.files.content(ticket, person, self.draw.entrance.clock())
        if content is None:
            raise NotHere("not done")
        attached = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(making.name)}"}
        forget = BackgroundTask(self.makings.files.forget, ticket)
        return Response(content, media_type=XLSX, headers=attached, background=forget)


def _handed(file: Path, name: str) -> Response:
    """The finished file; it goes once it was sent."""
    gone = BackgroundTask(file.unlink, missing_ok=True)
    return FileResponse(file, media_type=XLSX, filename=name, background=gone)


def write_book(
    file: Path, tell: Callable[[int], None], work: Work, asked: Asked, watermark: str, say: Wording
) -> int:
    """Write every sheet of a report, telling how many rows of cases so far; how many there are in it."""
    title = f"{long_path_of(asked.area, work.town)} {asked.period.title}"
    with Book(file, title, watermark, say) as book:

        def take(rows: list[ReportRow]) -> None:
            book.add_register(rows)
            tell(book.rows)

        found = reckon(work, asked.area, asked.period, keep=False, take=take)
        open_rows(work, asked.area, found, lambda rows: book.add_issues(rows, found.span.end))
        book.add_figures(found)
        book.add_meeting(sections(meeting_of(work, asked.area, asked.period, found)))
        return book.rows
