"""``/privacy``: what is kept of people, for how long, and what they may ask for (PIPL 17, 44-50).

Every span is the one that the program itself goes by; the sentences around them stand in the template.
"""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from models.rules.api_tokens import ANSWERS_KEPT
from models.rules.public_case import OPEN_FOR
from models.rules.quizzing import ASKED_EVERY
from models.rules.retention import (
    ATTACHMENTS_KEPT,
    AUDIT_KEPT,
    CASES_KEPT,
    KEYS_KEPT,
    LETTERS_KEPT,
    LOOKING_KEPT,
    NAMES_KEPT,
    PRIVATE_CASES_KEPT,
    PRIVATE_NOTES_KEPT,
    RECEIPTS_KEPT,
    SAID_KEPT,
    VISIT_NOTES_KEPT,
)
from models.rules.sent_files import KEPT, LEFT_ALONE_FOR
from web.pages import Pages
from web.residents import FOR_ALL, Residents, kept

_DAY = timedelta(days=1)
_SPANS: tuple[tuple[str, timedelta], ...] = (
    ("事情办结后，谁报的、原话、地点、电话", CASES_KEPT),
    ("不公开的事办结后，谁报的、原话、地点、电话", PRIVATE_CASES_KEPT),
    ("小助手说过的话", SAID_KEPT),
    ("谁看过不公开的内容、导出过什么", LOOKING_KEPT),
    ("谁在什么时候做过什么、登录过", AUDIT_KEPT),
    ("走访的记录", VISIT_NOTES_KEPT),
    ("事情的照片和语音", ATTACHMENTS_KEPT),
    ("走访时听到的健康、家事", PRIVATE_NOTES_KEPT),
    ("报名时的称呼", NAMES_KEPT),
    ("信送到了哪一户", LETTERS_KEPT),
    ("愿意答题的人退出以后", ASKED_EVERY),
    ("谁看到了通知", RECEIPTS_KEPT),
    ("听过哪些消息的编号（不含内容）", KEYS_KEPT),
    ("通知的网页和附件", KEPT),
    ("事情结束后，进展的网页", OPEN_FOR),
    ("给别的系统办事的回执", ANSWERS_KEPT),
    ("私信发来、没用上的文件", LEFT_ALONE_FOR),
)
"""What is deleted by itself, and after how long."""


def privacy_routes(residents: Residents, pages: Pages) -> APIRouter:
    """The page of privacy."""
    routes = APIRouter()

    @routes.get("/privacy")
    def privacy(request: Request, big: str = "") -> Response:
        town = residents.town()
        shown = {
            "here": request.url.path, "large": bool(big), "signed": town.name, "contact": town.contact,
            "draft": f"{residents.dispatch.standing.pace.draft_h:g}",
            "forget": pages.render("FORGET_DM", contact=town.contact),
            "spans": [(what, span // _DAY) for what, span in _SPANS],
        }  # fmt: skip
        return kept(request, pages.show(request, "privacy.html", shown), FOR_ALL)

    return routes
