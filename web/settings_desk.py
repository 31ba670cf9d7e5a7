"""/settings: what a cadre may set, each with what it is now, its default and bounds, what it does, who changed it, and undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.desk_settings import SetPlace, SetRoom, UndoSetting, speaks_to_all
from handlers.intents import Intent
from handlers.standing_changes import (
    MoveStanding,
    Reminder,
    StartStanding,
    StopStanding,
    moments_then,
    reminders_of,
)
from models.rules.permissions import Permission
from models.rules.place_settings import FOR_PLACE, OF_PLACE, OF_PRESET, OF_ROOM, as_value, of_preset, pace_of
from models.rules.refusals import Refusal
from models.rules.scope import speaking_scope
from web.desk_doors import DeskDoors
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import number_in

HERE = "/settings"
MOST_ROOMS = 30
Field = Annotated[str, Form(max_length=40)]
NAMES = {
    "service_hours": (
        "白天催办的时段",
        "不急的事只在这段时间提醒责任人，别的时间攒着；“工作小时”也按它算。写成 08:00-20:00，至少 4 小时。",
    ),
    "person_daily": ("一个责任人一天最多收几条", "到了数，不急的攒到第二天早上一条。4 到 40。"),
    "urgent_claim_min": ("急件几分钟没人接就打电话", "白天急件没人接，到时给责任人打电话。5 到 120 分钟。"),
    "urgent_tells_above": ("急件没人接，知会上一级", "打电话的同时，私信上一级一句。"),
    "receipt_per_sender_min": ("同一个人几分钟内只回一次", "同一个人连着说，群里不一句一句地回。1 到 120 分钟。"),
    "second_above": (
        "通知超过几个群要第二个人同意",
        "群比这个数多，先请另一位能给这些地方发通知的人同意，再发。1 到 40。应急通知总是先发、再请人会签。",
    ),
    "follow_up_percent": (
        "办结的件抽百分之几回访",
        "按抽签，谁算都一样。急的、重办过的、邻里纠纷总要回访，不在这个数里。5 到 100。",
    ),
    "follow_up_days": ("办结几天内回访", "到期提醒要去问的人。3 到 7 天。"),
    "monthly_calls": ("每月抽一成电话回访", "每月 1 号，乡镇收到要打电话的名单。"),
    "quiet": ("夜里不打扰", "这段时间群里只说紧急的话。写成 21:30-07:00；23 点到 6 点总是安静，最长 14 小时；空着就跟全处一样。"),
    "mode": ("小助手听不听这个群", "不听的群，居民说什么都不会立案；通知还能发。"),
}  # fmt: skip
VALUES = {"on": "是", "off": "否", "active": "听", "listen_off": "不听", "": "照原来的"}


@dataclass(frozen=True, slots=True)
class Item:
    """One setting as it stands. ``default`` is what the settings' file or the place says."""

    name: str
    value: str
    default: str
    shape: str

    @property
    def title(self) -> str:
        """What it is called."""
        return NAMES[self.name][0]

    @property
    def says(self) -> str:
        """What it does, and its bounds."""
        return NAMES[self.name][1]


@dataclass(frozen=True)
class SettingPages:
    """Draws the page."""

    entrance: Entrance
    desks: DeskDoors
    pages: Pages

    def drawn(
        self, request: Request, find: str, words: str = "", typed: tuple[str, str] = ("", ""), code: int = 200,
        coming: Sequence[str] = (),
    ) -> Response:  # fmt: skip
        """``typed``: the field that was wrong, or looked at, and what stood in it; ``coming``: when it would be said then."""
        who, town = visitor_of(request), self.entrance.dispatch.current_town()
        may = Permission.NOTICE_SEND in who.actor.permissions
        own = speaking_scope(who.actor, town)
        rooms = sorted(
            (
                r
                for r in town.rooms.values()
                if find in r.title and r.areas and all(map(own.reaches, r.areas))
            ),
            key=lambda room: (room.title, room.id),
        )
        quiet = self.entrance.dispatch.standing.pace.quiet
        shown = {
            "place": self._place(), "rooms": rooms[:MOST_ROOMS], "left": len(rooms) - MOST_ROOMS, "find": find, "words": words,
            "typed": typed, "quiet": quiet, "names": NAMES, "values": VALUES, "now": self.entrance.clock(), "may": may,
            "may_all": may and self.entrance.look(speaks_to_all, who.actor), "reminders": self._reminders(who) if may else [],
            "coming": coming, "changes": self.desks.settings.changes(who.scope),
            "may_rooms": Permission.ROOM_BIND in who.actor.permissions,
        }  # fmt: skip
        return self.pages.show(request, "settings.html", shown, code)

    def _place(self) -> list[Item]:
        """The limits of the whole place."""
        dispatch = self.entrance.dispatch
        file, now = dispatch.standing.pace, pace_of(dispatch.standing.pace, dispatch.known_town().changed)
        preset, changed = dispatch.known_town().preset, dispatch.known_town().changed
        said, holds = of_preset(preset, {}), of_preset(preset, changed)
        return [
            *(
                Item(
                    name,
                    as_value(limit, getattr(now, name)),
                    as_value(limit, getattr(file, name)),
                    limit.shape,
                )
                for name, limit in OF_PLACE.items()
            ),
            *(Item(name, holds[name], said[name], limit.shape) for name, limit in OF_PRESET.items()),
        ]

    def _reminders(self, who: Visitor) -> list[Reminder]:
        return self.entrance.look(reminders_of, who.actor)

    def change(
        self, request: Request, intent: Intent, token: str, guard: Guard, typed: tuple[str, str] = ("", "")
    ) -> Response:
        """Do it, and show the page again."""
        key, who = guard.check(request, token), visitor_of(request)
        try:
            self.entrance.do(intent, who.actor, key)
        except Refusal as refused:
            return self.drawn(request, "", self.pages.sentence(refused), typed, self.pages.code_of(refused))
        return RedirectResponse(HERE, status.HTTP_303_SEE_OTHER)

    def moved(self, request: Request, code: str, moment: str, token: str, guard: Guard) -> Response:
        """When a reminder would be said at another moment; nothing changes yet."""
        guard.check(request, token)
        typed = (f"moment-{code}", moment)
        try:
            coming = self.entrance.look(
                lambda work: moments_then(work, code, moment), visitor_of(request).actor
            )
        except Refusal as refused:
            return self.drawn(request, "", self.pages.sentence(refused), typed, self.pages.code_of(refused))
        return self.drawn(request, "", "", typed, coming=coming)


def setting_routes(entrance: Entrance, desks: DeskDoors, pages: Pages, guard: Guard) -> APIRouter:
    """``/settings`` and its buttons."""
    routes, draw = APIRouter(), SettingPages(entrance, desks, pages)

    @routes.get(HERE)
    def page(request: Request, find: str = "") -> Response:
        return draw.drawn(request, find.strip()[:20])

    @routes.post(HERE + "/place")
    def place(
        request: Request, csrf: Annotated[str, Form()], name: Field = "", value: Field = ""
    ) -> Response:
        known = name if name in FOR_PLACE else ""
        return draw.change(request, SetPlace(known, value.strip()), csrf, guard, (known, value))

    @routes.post(HERE + "/room")
    def room(
        request: Request, csrf: Annotated[str, Form()], room: Field = "", name: Field = "", value: Field = ""
    ) -> Response:
        known = name if name in OF_ROOM else ""
        intent = SetRoom(number_in(room) or 0, known, value.strip())
        return draw.change(request, intent, csrf, guard, (f"{known}-{room}", value))

    _reminder_routes(routes, draw, guard)

    @routes.post(HERE + "/undo")
    def undo(request: Request, csrf: Annotated[str, Form()], change: Field = "") -> Response:
        return draw.change(request, UndoSetting(number_in(change) or 0), csrf, guard)

    return routes


def _reminder_routes(routes: APIRouter, draw: SettingPages, guard: Guard) -> None:
    @routes.post(HERE + "/reminder")
    def reminder(
        request: Request, csrf: Annotated[str, Form()], code: Field = "", step: Field = "",
        moment: Annotated[str, Form(max_length=60)] = "",
    ) -> Response:  # fmt: skip
        words = moment.strip()
        if step == "look":
            return draw.moved(request, code, words, csrf, guard)
        steps: dict[str, Intent] = {
            "stop": StopStanding(code), "start": StartStanding(code), "back": MoveStanding(code),
            "move": MoveStanding(code, words),
        }  # fmt: skip
        if step not in steps or (step == "move" and not words):
            raise NotHere("no such step")
        return draw.change(request, steps[step], csrf, guard, (f"moment-{code}", words))
