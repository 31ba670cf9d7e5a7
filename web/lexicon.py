"""/lexicon: the test box. A line is typed, and the page says what would come of it; nothing is kept, said or logged."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status

from models.rules.town import RoomCard, Town
from web.desk_doors import DeskDoors
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.trial_door import Trial, TrialView
from web.typed import number_in

MOST_ROOMS = 120
LONGEST_LINE = 500
HEADLINES = {
    "case": ("会立案", "good"),
    "joined": ("会记到已有的事里", "good"),
    "emergency": ("当紧急情况，马上喊人", "bad"),
    "answered": ("照录好的政策答复，不立案", "good"),
    "suspected": ("拿不准，不立案，私下请首接人看一眼", "wait"),
    "command": ("听成一句命令", "wait"),
    "spoken": ("回一句话，不立案", "wait"),
    "silent": ("不作声，什么也不记", "wait"),
}
URGENCY_SAYS = {
    "U0": "危急，马上", "U1": "急", "U2": "一般", "U3": "复杂，要些日子", "Q": "咨询", "S": "建议、心愿",
}  # fmt: skip
KIND_SAYS = {
    "report": "求助或反映", "question": "询问", "suggestion": "建议", "wish": "心愿", "urge": "催办",
    "withdraw": "撤回", "thanks": "道谢", "ack": "应一声", "chat": "闲聊", "advert": "推销",
    "notice": "部门的通知", "command": "命令", "emergency": "紧急情况", "suspected": "像是诉求，拿不准",
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """Draws the box with what was typed and what would come of it."""

    entrance: Entrance
    desks: DeskDoors
    pages: Pages

    def drawn(
        self, request: Request, typed: Trial, find: str, view: TrialView | None, words: str = ""
    ) -> Response:
        """``words`` say what is wrong with what was typed."""
        who, town = visitor_of(request), self.entrance.dispatch.known_town()
        rooms = rooms_of(who, town)
        fitting = [room for room in rooms if find in room.title]
        shown = {
            "rooms": fitting[:MOST_ROOMS], "left": len(fitting) - MOST_ROOMS, "any": bool(rooms), "find": find,
            "typed": typed, "view": self._seen(who, view) if view else None, "words": words, "heads": HEADLINES,
            "urgencies": URGENCY_SAYS, "kinds": KIND_SAYS, "leader": self._leader(typed, fitting),
        }  # fmt: skip
        code = status.HTTP_422_UNPROCESSABLE_CONTENT if words else status.HTTP_200_OK
        return self.pages.show(request, "lexicon.html", shown, code)

    def _leader(self, typed: Trial, rooms: list[RoomCard]) -> str:
        """Who the leader of the chosen group is, of the first one where none is chosen."""
        chosen = next((room for room in rooms if room.id == typed.room), rooms[0] if rooms else None)
        return self.desks.trials.leader_of(chosen.id) if chosen else ""

    def _seen(self, who: Visitor, view: TrialView) -> TrialView:
        """Without older cases that this person may not see."""
        cases = (c for c in view.cases if c.fresh or self.entrance.cases.one(who.scope, c.no) is not None)
        return replace(view, cases=tuple(cases))


def rooms_of(who: Visitor, town: Town) -> list[RoomCard]:
    """Groups of this person's areas in which something is heard, by title."""
    heard = (room for room in town.rooms.values() if any(who.scope.reaches(area) for area in room.areas))
    return sorted(heard, key=lambda room: (room.title, room.id))


def lexicon_routes(entrance: Entrance, desks: DeskDoors, pages: Pages, guard: Guard) -> APIRouter:
    """``/lexicon``."""
    routes, draw = APIRouter(), Box(entrance, desks, pages)

    @routes.get("/lexicon")
    def box(request: Request, find: str = "") -> Response:
        return draw.drawn(request, Trial(0, ""), find.strip()[:20], None)

    @routes.post("/lexicon")
    def tried(
        request: Request, csrf: Annotated[str, Form()], room: Annotated[str, Form()] = "",
        words: Annotated[str, Form(max_length=LONGEST_LINE)] = "", speaker: Annotated[str, Form()] = "resident",
        called: Annotated[str, Form()] = "", find: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:  # fmt: skip
        guard.check(request, csrf)
        who, typed = visitor_of(request), Trial(number_in(room) or 0, words, speaker, called=bool(called))
        if not words.strip():
            return draw.drawn(request, typed, find, None, "还没有写话。写一句居民会说的，再按“试一试”。")
        town = entrance.dispatch.known_town()
        if all(one.id != typed.room for one in rooms_of(who, town)):
            raise NotHere("no such group")
        if speaker == "leader" and not desks.trials.leader_of(typed.room):
            return draw.drawn(request, typed, find, None, "这里的首接人还没有绑定微信，先按居民试。")
        return draw.drawn(request, typed, find, desks.trials.hear(who, typed))

    return routes
