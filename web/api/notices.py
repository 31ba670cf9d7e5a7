"""``/notices``: what went out to groups of the token's places. What was for some people only is not for programs."""

from fastapi import APIRouter

from models.notice_desk import NoticeLine
from models.rules.api_tokens import Caller
from models.rules.notice_rooms import Share
from models.rules.whom import is_personal, whom_kept
from web.api.cases import No, Who
from web.api.cursors import cursor, row_after
from web.api.problems import not_here, problems
from web.api.shapes import After, Code, DeliveryShape, Limit, NoticeList, NoticeShape
from web.api_door import ApiDoor
from web.notice_words import STATE_WORDS


def notice_reading(door: ApiDoor) -> APIRouter:
    """Reading notices."""
    routes = APIRouter(tags=["notices"])

    def line_of(who: Caller, no: int) -> NoticeLine:
        found = door.notices.one(who.scope, no)
        if found is None or is_personal(found.line.audience):
            raise not_here()
        return found.line

    @routes.get("/notices", responses=problems(), summary="通知列表，新的在前")
    def list_notices(who: Who, after: After = None, limit: Limit = 30) -> NoticeList:
        page = door.notices.page(who.scope, before=row_after(door, "notices", after), limit=limit)
        shown = [_notice(line) for line in page.notices if not is_personal(line.audience)]
        return NoticeList(notices=shown, next=cursor(door, "notices", page.older))

    @routes.get("/notices/{no}", responses=problems(404), summary="一条通知")
    def read_notice(who: Who, no: No) -> NoticeShape:
        return _notice(line_of(who, no))

    @routes.get("/notices/{no}/delivery", responses=problems(404), summary="一条通知发得怎么样，按群数")
    def read_delivery(who: Who, no: No) -> DeliveryShape:
        shares = line_of(who, no).shares
        return DeliveryShape(no=no, groups=shares.total(), **{share.value: shares[share] for share in Share})

    return routes


def _notice(line: NoticeLine) -> NoticeShape:
    return NoticeShape(
        no=line.no, title=line.title, words=line.body, level=line.level,
        state=Code(code=line.state, name=STATE_WORDS.get(line.state, line.state)),
        areas=list(whom_kept(line.audience).areas), when=line.when_text, next_at=line.next_at,
        created_at=line.created_at, cancelled_at=line.cancelled_at,
    )  # fmt: skip
