"""名册导入: the empty workbook, a look at a filled one row by row, and bringing in what was looked at.

Nothing is kept between looking and bringing in: the file is chosen again, and a mark over what it would change tells
whether it is still the same (decision 0057).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile, status

from handlers.bring_town import BringTown
from handlers.word_sheets import XLSX
from models.rules.ids import IdempotencyKey
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from web.entrance import Entrance, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.roster_door import RosterDoor, RosterView, Upload

NO_FILE = "还没有选文件。请选一个 .xlsx 表格。"
OTHER_FILE = "这次的内容和刚才看过的不一样，没有写入。请看清下面的结果，再选这个文件按一次“写入名册”。"
ATTACHED = 'attachment; filename="roster.xlsx"'


@dataclass(frozen=True)
class RosterPages:
    """Draws the page, before and after a file was sent."""

    entrance: Entrance
    rosters: RosterDoor
    pages: Pages

    def show(
        self, request: Request, words: str = "", view: RosterView | None = None, code: int = 200
    ) -> Response:
        """What was found, and the form."""
        return self.pages.show(
            request, "roster.html", {"words": words, "view": view, "may_import": True}, code
        )

    def check(self, request: Request) -> None:
        """Raises Refusal: not for this visitor."""
        if Permission.AREA_IMPORT not in visitor_of(request).actor.permissions:
            contact = self.entrance.dispatch.current_town().contact
            raise Refusal(RefusalKind.NOT_ALLOWED, "ROSTER_NOT_YOURS_DM", contact=contact)

    def take(self, request: Request, upload: Upload, key: IdempotencyKey, mark: str | None) -> Response:
        """Look at a file, or (``mark``) bring in what was looked at."""
        who = visitor_of(request).actor
        if not upload.content:
            return self.show(request, NO_FILE, code=status.HTTP_422_UNPROCESSABLE_CONTENT)
        try:
            if mark is not None:
                self.entrance.do(BringTown(), who, key)
            view = self.rosters.look(who, upload) if mark is None else self.rosters.bring(who, upload, mark)
        except Refusal as refused:
            return self.show(request, self.pages.sentence(refused), code=self.pages.code_of(refused))
        other = mark is not None and not view.written and not view.wrong and view.mark != mark
        code = (
            status.HTTP_422_UNPROCESSABLE_CONTENT
            if view.wrong
            else status.HTTP_409_CONFLICT
            if other
            else 200
        )
        return self.show(request, OTHER_FILE if other else "", view, code)


def roster_routes(entrance: Entrance, rosters: RosterDoor, pages: Pages, guard: Guard) -> APIRouter:
    """``/roster`` and ``/roster/template``."""
    routes, draw = APIRouter(), RosterPages(entrance, rosters, pages)

    @routes.get("/roster")
    def page(request: Request) -> Response:
        draw.check(request)
        return draw.show(request)

    @routes.get("/roster/template")
    def template(request: Request) -> Response:
        draw.check(request)
        return Response(rosters.template(), media_type=XLSX, headers={"Content-Disposition": ATTACHED})

    @routes.post("/roster/look")
    def look(request: Request, csrf: Annotated[str, Form()], file: Annotated[UploadFile, File()]) -> Response:
        key = guard.check(request, csrf)
        draw.check(request)
        return draw.take(request, Upload("", file.file.read()), key, None)

    @routes.post("/roster/write")
    def write(
        request: Request, csrf: Annotated[str, Form()], file: Annotated[UploadFile, File()],
        mark: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:  # fmt: skip
        key = guard.check(request, csrf)
        draw.check(request)
        return draw.take(request, Upload("", file.file.read()), key, mark)

    return routes
