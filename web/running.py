"""/running: what waits to be said, is in doubt or was not said, and when nothing was heard; with what a person decides."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.intents import Intent
from handlers.unsaid import SettleRoom, SettleUnsaid
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from models.rules.unsaid import Act, acts_for
from models.unsaid_desk import GROUPS, OutageLine, UnsaidLine
from web.desk_doors import DeskDoors
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import number_in
from web.wording import WAITING_WORDS

HERE = "/running"
GROUP_WORDS = {"doubt": "说不准", "failed": "没发成", "waiting": "等着发"}
GROUP_SAYS = {
    "doubt": "发出去时没等到回音，不知道群里听到没有。小助手不会自己再发。请到群里看一眼，再告诉它。",
    "failed": "试过几次都没发成，已经放下了。还用得着的，可以再发。",
    "waiting": "到时候会自己发，不用管。",
}
RANK_WORDS = {
    Rank.EMERGENCY: "紧急", Rank.URGENT: "急事", Rank.REPLY: "回执、答复", Rank.ROUTINE: "日常提醒", Rank.BROADCAST: "通知",
}  # fmt: skip
ACT_WORDS = {Act.ARRIVED: "群里听到了", Act.AGAIN: "没听到，再发", Act.DROP: "不用发了"}
ROOM_ACTS = {Act.ARRIVED: "全听到了", Act.AGAIN: "全部再发", Act.DROP: "都不用发了"}
STATE_OF = {"doubt": "unknown", "failed": "dead"}
WHY = (
    ("quiet", "夜里不发，早上发"), ("hush", "群里正有紧急的事，等一会"), ("notice_cap", "群里今天的通知够多了，明早发"),
    ("daily_cap", "群里今天说得够多了，明早发"), ("hourly_cap", "群里这一小时说得够多了，等一会"),
    ("answer_lost", "发出去了，没等到回音"), ("stopped while", "正在发的时候程序停了"),
    ("restored", "恢复备份以前就排着，可能说过了"),
    ("its process is gone", "正在发的时候程序停了"), ("refused", "微信不让发"), ("tries", "试了几次都没发出去"),
    ("gone", "群或人已经不在"), ("not_a_friend", "他没有加小助手好友"), ("no_account", "没有微信账号能发，要人转发"),
    ("needs_human", "要人转发"), ("read_only", "群的身份没认准，要人转发"), ("not said by a person", "转发的人说发不了"),
    ("no sentence", "这句话不能说，程序拦下了"), ("decided by a person", "有人处理过"),
)  # fmt: skip
OUTAGE_WHY = (
    ("round trips fail", "试着收发，没有通"), ("neither a message", "很久没有收到任何消息"), ("", "和微信断开"),
)  # fmt: skip


@dataclass(frozen=True)
class RunningPages:
    """Draws the lists."""

    entrance: Entrance
    desks: DeskDoors
    pages: Pages

    def listed(
        self, request: Request, group: str, room: str, before: str, words: str = "", code: int = 200
    ) -> Response:
        """Rows of one group of states; nonsense asks for what needs somebody most."""
        who, desk = visitor_of(request), self.desks.unsaid
        counts = desk.counts(who.scope)
        chosen = group if group in GROUPS else next((g for g in GROUPS if counts[g]), "waiting")
        place, start = number_in(room), number_in(before)
        lines, older = desk.page(who.scope, chosen, room=place, before=start)
        link = {"group": chosen, **({"room": room} if place is not None else {})}
        rooms = [line for line in desk.rooms(who.scope) if line.doubt or line.failed] if start is None else []
        shown = {
            "group": chosen, "counts": counts, "lines": lines, "words": words, "groups": GROUP_WORDS, "rooms": rooms,
            "says": GROUP_SAYS[chosen], "ranks": RANK_WORDS, "why": why_of, "now": self.entrance.clock(), "first": start is None,
            "older": f"{HERE}?{urlencode({**link, 'before': str(older)})}" if older else "", "states": WAITING_WORDS,
            "acts": lambda line: [(act, ACT_WORDS[act]) for act in _able(who, line)], "room": place,
            "room_acts": [(act, ROOM_ACTS[act]) for act in _able_in_room(who, chosen)], "here": HERE,
            "relay": Permission.RELAY_CONFIRM in who.actor.permissions,
        }  # fmt: skip
        return self.pages.show(request, "running.html", shown, code)

    def outages(self, request: Request) -> Response:
        """When the accounts of one's own groups may have heard nothing."""
        who, town, now = visitor_of(request), self.entrance.dispatch.known_town(), self.entrance.clock()
        heard = Counter(
            room.account
            for room in town.rooms.values()
            if any(who.scope.reaches(area) for area in room.areas)
        )
        lines = self.desks.unsaid.outages(who.scope, dict(heard), now)
        shown = {"lines": lines, "now": now, "why": outage_why}
        return self.pages.show(request, "outages.html", shown)

    def decide(self, request: Request, intent: Intent, token: str, guard: Guard, group: str) -> Response:
        """Do it, and show the list again."""
        key, who = guard.check(request, token), visitor_of(request)
        try:
            self.entrance.do(intent, who.actor, key)
        except Refusal as refused:
            words, code = self.pages.sentence(refused), self.pages.code_of(refused)
            return self.listed(request, group, "", "", words, code)
        return RedirectResponse(f"{HERE}?{urlencode({'group': group})}", status.HTTP_303_SEE_OTHER)


def running_routes(entrance: Entrance, desks: DeskDoors, pages: Pages, guard: Guard) -> APIRouter:
    """``/running``, ``/running/outages`` and the buttons."""
    routes, draw = APIRouter(), RunningPages(entrance, desks, pages)

    @routes.get(HERE)
    def listed(request: Request, group: str = "", room: str = "", before: str = "") -> Response:
        return draw.listed(request, group, room, before)

    @routes.get(HERE + "/outages")
    def outages(request: Request) -> Response:
        return draw.outages(request)

    @routes.post(HERE + "/rooms")
    def whole_room(
        request: Request, csrf: Annotated[str, Form()], room: Annotated[str, Form()] = "",
        group: Annotated[str, Form()] = "", act: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        intent = SettleRoom(number_in(room) or 0, STATE_OF.get(group, "queued"), act)
        return draw.decide(request, intent, csrf, guard, group)

    @routes.post(HERE + "/{task}/{act}")
    def one(
        request: Request,
        task: str,
        act: str,
        csrf: Annotated[str, Form()],
        group: Annotated[str, Form()] = "",
    ) -> Response:
        guard.check(request, csrf)
        row = number_in(task)
        if row is None or desks.unsaid.one(visitor_of(request).scope, row) is None:
            raise NotHere("no such row")
        return draw.decide(request, SettleUnsaid(row, act), csrf, guard, group)

    return routes


def why_of(line: UnsaidLine) -> str:
    """Why it was not said, in plain words; empty: nothing that helps anybody."""
    return next((words for begin, words in WHY if line.why.startswith(begin)), "")


def outage_why(line: OutageLine) -> str:
    """Why nothing was heard."""
    return next(words for begin, words in OUTAGE_WHY if line.why.startswith(begin))


def _able(who: Visitor, line: UnsaidLine) -> tuple[Act, ...]:
    if Permission.RELAY_CONFIRM not in who.actor.permissions:
        return ()
    may_drop = Permission.NOTICE_SEND in who.actor.permissions
    return acts_for(
        line.state, line.rank, in_room=line.room is not None, may_drop=may_drop, everywhere=who.scope.whole
    )


def _able_in_room(who: Visitor, group: str) -> tuple[Act, ...]:
    """For all of a group at once: only what is in doubt or was not said."""
    if group not in STATE_OF or Permission.RELAY_CONFIRM not in who.actor.permissions:
        return ()
    may_drop = Permission.NOTICE_SEND in who.actor.permissions
    return acts_for(STATE_OF[group], Rank.REPLY, in_room=True, may_drop=may_drop, everywhere=who.scope.whole)
