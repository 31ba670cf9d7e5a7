"""操作记录: who did what when in one's own areas, and what one did oneself; on the page and as a sheet."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, BinaryIO
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import StreamingResponse

from handlers.exports import ExportAudit
from handlers.word_sheets import XLSX, write_list
from models.audit_desk import Look
from models.rules.audiences import long_path_of
from models.rules.audit import Done, Wanted, place_typed
from models.rules.pacing import SHANGHAI, shanghai_date
from models.rules.permissions import Permission
from models.rules.report_periods import period_coded
from models.rules.scope import areas_with, below
from models.rules.town import Town
from web.audit_words import DOORS, EVERYTHING, KINDS, number_of, words_of
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import day_in, number_in
from web.wording import full_clock

MOST_ROWS = 20_000
PIECE = 64 * 1024
HEAD = ("时间", "谁", "做了什么", "哪一件", "对谁", "从哪里", "理由")
WIDTHS = dict(enumerate((26, 16, 24, 30, 16, 8, 40)))
NO_ONE = "认不出是谁"


@dataclass(frozen=True)
class AuditPages:
    """Draws the page and the sheet."""

    entrance: Entrance
    pages: Pages

    def look_of(self, who: Visitor) -> Look:
        """What this person may see of it: by posts with the right, and what he did himself."""
        town = self.entrance.dispatch.known_town()
        if who.scope.whole:
            return Look(who.scope, frozenset(), private=True)
        areas = below(areas_with(Permission.AUDIT_SEE, who.actor.seats, town), town)
        return Look(who.scope, areas, bool(areas_with(Permission.REGISTER_OPEN, who.actor.seats, town)))

    def wanted(self, asked: Mapping[str, str]) -> Wanted:
        """What is looked for; nonsense asks for nothing."""
        found = KINDS[asked["kind"]][1] if asked["kind"] in KINDS else EVERYTHING
        day = day_in(asked["day"])
        if day is not None:
            begin = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
            found = replace(found, begin=begin, end=begin + timedelta(days=1))
        return replace(found, person=number_in(asked["person"]))

    def listed(self, request: Request, asked: Mapping[str, str], before: str) -> Response:
        """Lines that fit, newest first."""
        who, town, now = visitor_of(request), self.entrance.dispatch.known_town(), self.entrance.clock()
        look, start = self.look_of(who), place_typed(before)
        page = self.entrance.office.audit.page(look, self.wanted(asked), before=start)
        link = {name: value for name, value in asked.items() if value}
        shown = {
            "page": page, "asked": asked, "now": now, "kinds": {code: words for code, (words, _) in KINDS.items()},
            "people": people_of(town, look, who), "called": lambda person: called(town, person), "words": words_of,
            "which": lambda line: which(town, line), "doors": DOORS,
            "first": start is None, "no_one": NO_ONE, "operator": self.entrance.operator,
            "older": urlencode({**link, "before": str(page.older)}) if page.older else "",
            "latest": "/audit?" + urlencode(link), "today": shanghai_date(now).isoformat(),
            "alone": not (look.areas or who.scope.whole), "narrowed": bool(link),
        }  # fmt: skip
        return self.pages.show(request, "audit.html", shown)

    def rows(self, who: Visitor, asked: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
        """The same lines for a sheet."""
        town = self.entrance.dispatch.known_town()
        for line in self.entrance.office.audit.every(self.look_of(who), self.wanted(asked), MOST_ROWS):
            yield (
                full_clock(line.at), self._who(town, line), words_of(line.place.source, line.what),
                which(town, line), called(town, line.whom) if line.whom is not None else "",
                DOORS.get(line.door, ""), line.reason,
            )  # fmt: skip

    def _who(self, town: Town, line: Done) -> str:
        if line.who is not None:
            return called(town, line.who)
        return self.entrance.operator if line.operator else NO_ONE


def audit_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/audit`` and its sheet."""
    routes, draw = APIRouter(), AuditPages(entrance, pages)

    @routes.get("/audit")
    def listed(
        request: Request, kind: str = "", person: str = "", day: str = "", before: str = ""
    ) -> Response:
        return draw.listed(request, {"kind": kind, "person": person, "day": day}, before)

    @routes.post("/audit/export")
    def export(
        request: Request, csrf: Annotated[str, Form()],
        kind: Annotated[str, Form()] = "", person: Annotated[str, Form()] = "", day: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        key, who = guard.check(request, csrf), visitor_of(request)
        entrance.do(ExportAudit(), who.actor, key)
        sheet = sheet_of(draw.rows(who, {"kind": kind, "person": person, "day": day}))
        name = f"audit-{shanghai_date(entrance.clock()).isoformat()}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(in_pieces(sheet), media_type=XLSX, headers=headers)

    return routes


def sheet_of(rows: Iterator[tuple[str, ...]]) -> BinaryIO:
    """An xlsx file, written row by row to the disk; nothing in it is a formula. Whoever reads it closes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed where it is read
    write_list(file, HEAD, rows, name="操作记录", widths=WIDTHS)
    file.seek(0)
    return file


def in_pieces(file: BinaryIO) -> Iterator[bytes]:
    """What a file holds; closed at the end, also where nobody waits for it."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def people_of(town: Town, look: Look, who: Visitor) -> list[tuple[int, str]]:
    """Whose lines one may ask for: people with posts in these areas, and oneself."""
    seats = town.seats.values()
    inside = [s for s in seats if who.scope.whole or s.area in look.areas or s.person == who.actor.person]
    highest_first = sorted(
        inside, key=lambda s: (town.areas[s.area].rank if s.area in town.areas else 0, s.id)
    )
    return list({s.person: (s.person, f"{s.title}{s.name}") for s in highest_first}.values())


def which(town: Town, line: Done) -> str:
    """``诉求 #23``, ``安全村 2025年7月，12 行``; empty: no single thing, or not for whoever reads it."""
    if line.taken is None:
        return number_of(line.what, line.number)
    place = long_path_of(line.taken.area, town) if line.taken.area is not None else ""
    period = period_coded(line.taken.period).title if line.taken.period else ""
    rows = f"{line.taken.rows} 行" if line.taken.rows else ""
    return "，".join(part for part in (f"{place} {period}".strip(), rows) if part)


def called(town: Town, person: int) -> str:
    """Post and name of somebody who has, or had, a post."""
    seats = town.seats_by_person.get(person, ())
    return f"{seats[-1].title}{seats[-1].name}" if seats else f"人员 {person}"
