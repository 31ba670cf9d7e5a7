"""The simulated groups: several people's phones side by side, and a clock to move."""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, Response, UploadFile, status
from fastapi.params import Depends as DependsOn

from web.doors import BubbleView, NotHere, PhoneView, SimulatorDoor, Utterance
from web.guard import Guard
from web.live import LiveStreams
from web.pages import Pages, go_back
from web.scenes import LARGEST, SCENES, picture_type

CLOCK_STEPS = (
    ("25", "+25 秒"),
    ("60", "+1 分钟"),
    ("600", "+10 分钟"),
    ("3600", "+1 小时"),
    ("morning", "到明早 7:30"),
)
LONGEST_TEXT = 20_000
"""Characters a phone lets a person type; WeChat itself stops at about 16,000."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What one browser is looking at: the phone in front, and each phone's chat and quoted line."""

    phone: str = ""
    chats: tuple[tuple[str, str], ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(request: Request) -> "Selection":
        """Read it from the page's address."""
        pairs = request.query_params.multi_items()
        chats = tuple((key[2:], value) for key, value in pairs if key.startswith("c."))
        quotes = tuple((key[2:], value) for key, value in pairs if key.startswith("q."))
        return Selection(request.query_params.get("phone", ""), chats, quotes)

    def with_phone(self, person: str) -> str:
        """The address with another phone in front."""
        return replace(self, phone=person).address()

    def with_chat(self, person: str, chat: str) -> str:
        """The address with another conversation open on one phone."""
        chats = (*(pair for pair in self.chats if pair[0] != person), (person, chat))
        return replace(self, phone=person, chats=chats, quotes=self._other_quotes(person)).address()

    def with_quote(self, person: str, line: str | None) -> str:
        """The address with a line quoted on one phone, or with nothing quoted there."""
        added = ((person, line),) if line else ()
        return replace(self, phone=person, quotes=(*self._other_quotes(person), *added)).address()

    def address(self) -> str:
        """The page's address."""
        query = [("phone", self.phone)] if self.phone else []
        query += [(f"c.{person}", chat) for person, chat in self.chats]
        query += [(f"q.{person}", line) for person, line in self.quotes]
        return f"/?{urlencode(query, quote_via=quote)}" if query else "/"

    def _other_quotes(self, person: str) -> tuple[tuple[str, str], ...]:
        return tuple(pair for pair in self.quotes if pair[0] != person)


def simulator_routes(door: SimulatorDoor, pages: Pages, guard: Guard, streams: LiveStreams) -> APIRouter:
    """The page ``/`` and the forms on it."""
    routes = APIRouter()

    def checked(request: Request, csrf: Annotated[str, Form()]) -> None:
        guard.check(request, csrf)

    form: list[DependsOn] = [Depends(checked)]

    @routes.get("/")
    def phones(request: Request) -> Response:
        chosen = Selection.of(request)
        shown = [_phone(door, person.id, chosen) for person in door.people()]
        front = (
            chosen.phone if any(phone.person.id == chosen.phone for phone in shown) else shown[0].person.id
        )
        quoted = {person: line for person, quote in chosen.quotes if (line := _quoted(door, person, quote))}
        shape = {"phones": shown, "front": front, "chosen": chosen, "quoted": quoted, "clock": door.clock()}
        return pages.show(
            request, "simulator.html", shape | {"steps": CLOCK_STEPS, "scenes": SCENES.values()}
        )

    @routes.get("/live")
    async def changes() -> Response:
        return streams.stream(door.subscribe)

    @routes.get("/picture/{person}/{line}")
    def picture(person: str, line: str) -> Response:
        content = door.picture(person, line)
        return Response(content, media_type=picture_type(content) or "application/octet-stream")

    _talk_routes(routes, door, form)
    _clock_routes(routes, door, form)
    return routes


def _talk_routes(routes: APIRouter, door: SimulatorDoor, form: list[DependsOn]) -> None:
    @routes.post("/say", dependencies=form)
    def say(typed: Annotated[Utterance, Depends(_utterance)], back: Annotated[str, Form()] = "/") -> Response:
        if typed.text.strip() or typed.picture:
            for spoken in _as_phones_send(typed):
                door.say(spoken)
        return go_back(back, "/")

    @routes.post("/recall", dependencies=form)
    def recall(
        person: Annotated[str, Form()], line: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
    ) -> Response:
        door.recall(person, line)
        return go_back(back, "/")

    @routes.post("/befriend", dependencies=form)
    def befriend(person: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
        door.ask_friend(person)
        return go_back(back, "/")


def _clock_routes(routes: APIRouter, door: SimulatorDoor, form: list[DependsOn]) -> None:
    @routes.post("/clock", dependencies=form)
    def move(step: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
        if step not in {code for code, _ in CLOCK_STEPS} | {"run", "stop"}:
            raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, "没有这样拨钟的办法。")
        if step == "morning":
            door.advance_to_morning()
        elif step in {"run", "stop"}:
            door.set_running(step == "run")
        else:
            door.advance(int(step))
        return go_back(back, "/")


def _utterance(
    person: Annotated[str, Form()],
    chat: Annotated[str, Form()],
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    quoting: Annotated[str, Form()] = "",
    mention: Annotated[bool, Form()] = False,
    scene: Annotated[str, Form()] = "",
    photo: Annotated[UploadFile | None, File()] = None,
) -> Utterance:
    """What the form says. Raises HTTPException 422 for a file that is no picture, 413 for one too large."""
    typed = Utterance(person, chat, text.replace("\r\n", "\n"), quoting or None, mention)
    content = photo.file.read(LARGEST + 1) if photo is not None else b""
    if len(content) > LARGEST:
        raise HTTPException(status.HTTP_413_CONTENT_TOO_LARGE, "照片不能超过 3 MB，请选小一点的。")
    if content and picture_type(content) is None:
        raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, "这不是照片，请选 JPG、PNG、GIF 或 WebP。")
    if content:
        return replace(typed, picture=content)
    if scene in SCENES:
        return replace(typed, picture=SCENES[scene].content, caption=SCENES[scene].caption)
    return typed


def _as_phones_send(typed: Utterance) -> tuple[Utterance, ...]:
    """WeChat sends a picture and words as two messages: the picture first, as fingers do it."""
    if typed.picture is None:
        return (typed,)
    picture = replace(typed, text="", quote=None, mention_bot=False)
    words = replace(typed, picture=None, caption="")
    return (picture, words) if typed.text.strip() else (picture,)


def _phone(door: SimulatorDoor, person: str, chosen: Selection) -> PhoneView:
    """The phone as chosen; an old address may name a chat that is gone."""
    try:
        return door.phone(person, dict(chosen.chats).get(person))
    except NotHere:
        return door.phone(person, None)


def _quoted(door: SimulatorDoor, person: str, line: str) -> BubbleView | None:
    try:
        return door.line(person, line)
    except NotHere:
        return None
