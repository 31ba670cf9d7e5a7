"""通知: the list of what went out to one's own places, and one notice with how it stands in each group."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.intents import Intent
from handlers.notice_approval import ApproveNotice, DeclineNotice
from handlers.notice_change_look import ChangeLook
from handlers.notice_changes import CHANGEABLE
from handlers.notice_choices import Choices, choices_of
from handlers.notice_resuming import GoOnWithNotice
from handlers.notice_rooms import REASONS
from handlers.notices import CancelNotice
from models.notice_desk import NoticeProgress, Trouble
from models.rules.notice_rooms import Share, share_of
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from models.rules.town import Town
from models.rules.whom import is_personal
from web.doors import NotHere
from web.entrance import Entrance, Visitor
from web.guard import Guard
from web.notice_sheet import MOST_WORDS
from web.notice_visitor import sender
from web.notice_words import (
    LEVEL_WORDS,
    SHARE_WORDS,
    STATE_TAGS,
    STATE_WORDS,
    Names,
    all_shares,
    counts_of,
    instead,
    unit_of,
)
from web.pages import Pages
from web.typed import number_in

ACTS: Mapping[str, Callable[[int, str], Intent]] = {
    "stop": lambda no, _: CancelNotice(no),
    "go-on": lambda no, _: GoOnWithNotice(no),
    "agree": lambda no, _: ApproveNotice(no),
    "decline": DeclineNotice,
}
NO_LETTER = frozenset({"cancelled", "asked"})
"""Of these no letter is printed (models.letters)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was wrong, what was typed, and what a change would be that somebody looked at."""

    wrong: str = ""
    code: int = 200
    reason: str = ""
    moment: str = ""
    words: str = ""
    said_at: str = ""
    mark: str = ""
    look: ChangeLook | None = None


NOTHING_SAID = Said()


@dataclass(frozen=True)
class NoticeSheets:
    """Draws the list and the page of one notice."""

    entrance: Entrance
    pages: Pages

    def listed(self, request: Request, before: str) -> Response:
        """The newest notices, or older ones; nonsense asks for the newest."""
        who, town = sender(request, self.entrance)
        start = number_in(before)
        page = self.entrance.notices.page(who.scope, before=start)
        shown = {
            "page": page, "first": start is None, "asks": self.entrance.notices.asks(who.scope),
            "older": urlencode({"before": page.older}) if page.older else "", "counts": counts_of, "unit": unit_of,
            **self._words(who, town),
        }  # fmt: skip
        return self.pages.show(request, "notices.html", shown)

    def found(self, request: Request, no: str) -> tuple[NoticeProgress, Visitor, Town]:
        """The notice of that number, and who asks.

        Raises:
            NotHere: there is none that this person may see.
            Refusal: they may see none.
        """
        who, town = sender(request, self.entrance)
        number = number_in(no)
        progress = self.entrance.notices.one(who.scope, number) if number is not None else None
        if progress is None:
            raise NotHere("no such notice")
        return progress, who, town

    def one(self, request: Request, no: str, said: Said = NOTHING_SAID) -> Response:
        """One notice, with what was ``said`` about it a moment ago."""
        progress, who, town = self.found(request, no)
        line = progress.line
        may = self.entrance.look(lambda work: choices_of(work, line.no), who.actor)
        letter = line.state not in NO_LETTER and not is_personal(line.audience)
        shown = {
            "progress": progress, "line": line, "may": may, "said": said, "most": MOST_WORDS, "shares": all_shares(line.shares),
            "unit": unit_of(line.audience), "why": self._why, "letter": f"/letters/{line.no}" if letter else "",
            "share_word": lambda room: SHARE_WORDS[share_of(room.state, room.why)],
            "troubled": sum(line.shares[share] for share in (Share.FAILED, Share.DOUBT, Share.AGAIN, Share.BY_HAND)),
            "agree": _agree_words(may), "may_change": line.state in CHANGEABLE, **self._words(who, town),
        }  # fmt: skip
        return self.pages.show(request, "notice_desk.html", shown, said.code)

    def _words(self, who: Visitor, town: Town) -> dict[str, object]:
        names = Names(town, Permission.HOUSEHOLD_TAG in who.actor.permissions)
        return {
            "states": STATE_WORDS, "tags": STATE_TAGS, "levels": LEVEL_WORDS, "now": self.entrance.clock(),
            "whom": names.whom, "share_words": SHARE_WORDS,
        }  # fmt: skip

    def _why(self, trouble: Trouble) -> str:
        """Why a group did not get it, in plain words."""
        key = REASONS.get((trouble.share, trouble.reason))
        return self.pages.render(key) if key else ""


def notice_desk_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/notices``, ``/notices/23`` and its buttons."""
    routes, draw = APIRouter(), NoticeSheets(entrance, pages)

    @routes.get("/notices")
    def listed(request: Request, before: str = "") -> Response:
        return draw.listed(request, before)

    @routes.get("/notices/{no}")
    def one(request: Request, no: str) -> Response:
        return draw.one(request, no)

    @routes.post("/notices/{no}/{act}")
    def do(
        request: Request, no: str, act: str, csrf: Annotated[str, Form()], words: Annotated[str, Form()] = ""
    ) -> Response:
        key = guard.check(request, csrf)
        progress, who, _ = draw.found(request, no)
        if act not in ACTS:
            raise NotHere("no such act")
        try:
            entrance.do(ACTS[act](progress.line.no, words.strip()), who.actor, key)
        except Refusal as refused:
            said = Said(instead(refused, pages.sentence(refused)), pages.code_of(refused), words)
            return draw.one(request, no, said)
        return RedirectResponse(f"/notices/{progress.line.no}", status.HTTP_303_SEE_OTHER)

    return routes


def _agree_words(may: Choices) -> tuple[str, str]:
    """The buttons of a second person: what yes and what no brings about."""
    if may.question is not None and may.question.countersign:
        return "会签", "有不同意见"
    groups = len(may.hearers.groups) if may.hearers is not None else 0
    return f"同意，发往 {groups} 个群" if groups else "同意", "不同意，不发"
