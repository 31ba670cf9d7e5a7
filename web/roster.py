"""名册导入: the empty workbook, a look at a filled one row by row, and bringing in what was looked at.

Nothing is kept between looking and bringing in: the file is chosen again, and a mark over what it would change tells
whether it is still the same (decision 0057).
"""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile, status

from handlers.bring_town import BringTown
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from web.entrance import Entrance, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.roster_door import RosterDoor, RosterView, Upload

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE = "还没有选文件。请选一个 .xlsx 表格。"
OTHER_FILE = "这次的内容和刚才看过的不一样，没有写入。请看清下面的结果，再选这个文件按一次“写入名册”。"
ATTACHED = 'attachment; filename="roster.xlsx"'


def roster_routes(entrance: Entrance, rosters: RosterDoor, pages: Pages, guard: Guard) -> APIRouter:
    """``/roster`` and ``/roster/template``."""
    routes = APIRouter()

    def show(request: Request, words: str = "", view: RosterView | None = None, code: int = 200) -> Response:
        may = Permission.AREA_IMPORT in visitor_of(request).actor.permissions
        return pages.show(request, "roster.html", {"words": words, "view": view, "may_import": may}, code)

    def check(request: Request) -> None:
        """Raises Refusal: not for this visitor."""
        if Permission.AREA_IMPORT not in visitor_of(request).actor.permissions:
            contact = entrance.dispatch.current_town().contact
            raise Refusal(RefusalKind.NOT_ALLOWED, "ROSTER_NOT_YOURS_DM", contact=contact)

    @routes.get("/roster")
    def page(request: Request) -> Response:
        check(request)
        return show(request)

    @routes.get("/roster/template")
    def template(request: Request) -> Response:
        check(request)
        return Response(rosters.template(), media_type=WORKBOOK, headers={"Content-Disposition": ATTACHED})

    @routes.post("/roster/{step}")
    def bring(
        request: Request, step: str, csrf: Annotated[str, Form()], file: Annotated[UploadFile, File()],
        mark: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:  # fmt: skip
        key, who = guard.check(request, csrf), visitor_of(request).actor
        check(request)
        upload = Upload("", file.file.read())
        if not upload.content:
            return show(request, NO_FILE, code=status.HTTP_422_UNPROCESSABLE_CONTENT)
        try:
            if step != "write":
                view = rosters.look(who, upload)
            else:
                entrance.do(BringTown(), who, key)
                view = rosters.bring(who, upload, mark)
        except Refusal as refused:
            return show(request, pages.sentence(refused), code=pages.code_of(refused))
        other = (
            step == "write"
            and bool(view.changes)
            and not view.written
            and not view.wrong
            and view.mark != mark
        )
        code = (
            status.HTTP_422_UNPROCESSABLE_CONTENT
            if view.wrong
            else status.HTTP_409_CONFLICT
            if other
            else 200
        )
        return show(request, OTHER_FILE if other else "", view, code)

    return routes
