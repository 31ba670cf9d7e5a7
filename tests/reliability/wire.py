"""The wire between a simulated WeChat that lives on and the program that is killed: a pipe between two processes."""

import asyncio
import threading
from collections.abc import AsyncIterator
from itertools import count
from multiprocessing.connection import Connection

from bot.channels import Accepted, AnswerLost, ChannelDown, ChannelRefused, RoomCard
from bot.channels.simulator import CAPABILITIES, SimulatedWeChat
from models.rules.message import ChannelEvent, Outgoing

CLOSE = "close"
READY = "ready"
Answer = Accepted | ChannelDown | ChannelRefused | AnswerLost


class PipeChannel:
    """The program's end: a ``Channel`` whose WeChat is in another process."""

    name = "simulator"
    capabilities = CAPABILITIES

    def __init__(self, pipe: Connection, account: str) -> None:
        self.account = account
        self._pipe = pipe
        self._events: asyncio.Queue[ChannelEvent | None] = asyncio.Queue()
        self._answers: dict[int, asyncio.Future[Answer]] = {}
        self._numbers = count(1)
        self.closing = asyncio.Event()

    async def events(self) -> AsyncIterator[ChannelEvent]:
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), daemon=True, name="pipe").start()
        self._pipe.send((READY, 0, None))
        while (event := await self._events.get()) is not None:
            yield event

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            try:
                kind, number, what = self._pipe.recv()
            except (EOFError, OSError):
                return
            if kind == "event":
                loop.call_soon_threadsafe(self._events.put_nowait, what)
            elif kind == "answer":
                loop.call_soon_threadsafe(self._answers.pop(number).set_result, what)
            else:
                loop.call_soon_threadsafe(self.closing.set)

    async def say(self, what: Outgoing) -> Accepted:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._pipe.send(("say", number, what))
        found = await answer
        if isinstance(found, Accepted):
            return found
        raise found

    async def fetch(self, key: str) -> bytes:
        raise ChannelRefused(f"no attachments here: {key}")

    async def rooms(self) -> list[RoomCard]:
        return []

    async def room(self, room: str) -> RoomCard:
        raise ChannelRefused(f"no such room: {room}")

    async def member_name(self, room: str | None, contact: str) -> str:
        return f"{room}/{contact}"

    async def is_friend(self, contact: str) -> bool:
        return bool(contact)

    async def accept_friend(self, request_id: str) -> None:
        raise ChannelRefused(f"nobody asked: {request_id}")

    async def round_trip(self) -> float:
        return 0.0

    async def close(self) -> None:
        self._events.put_nowait(None)


class WeChatEnd:
    """WeChat's end for one life of the program: hands it what is heard, takes what it says."""

    def __init__(self, wechat: SimulatedWeChat, account: str, pipe: Connection) -> None:
        self._wechat = wechat
        self._account = account
        self._pipe = pipe
        self._sending = threading.Lock()
        self._channel = None
        self.ready = threading.Event()
        self.gone = threading.Event()
        threading.Thread(target=self._read, daemon=True, name="wechat").start()

    def _read(self) -> None:
        while True:
            try:
                kind, number, what = self._pipe.recv()
            except (EOFError, OSError):
                break
            if kind == READY:
                self._channel = self._wechat.connect(self._account)
                self.ready.set()
            else:
                self._send("answer", number, self._speak(what))
            self.flush()
        if self._channel is not None:
            self._channel.stop()
        self.ready.set()
        self.gone.set()

    def _speak(self, what: Outgoing) -> Answer:
        try:
            return self._wechat.speak(self._account, what)
        except (ChannelDown, ChannelRefused, AnswerLost) as fault:
            return fault

    def flush(self) -> None:
        """Hand over whatever waits. What does not arrive is lost, like on any wire."""
        with self._sending:
            for event in self._channel.take() if self._channel is not None else ():
                self._put(("event", 0, event))

    def _send(self, kind: str, number: int, what: object) -> None:
        with self._sending:
            self._put((kind, number, what))

    def _put(self, what: object) -> None:
        try:
            self._pipe.send(what)
        except OSError:
            self.gone.set()

    def ask_to_close(self) -> None:
        """Let the program end in order."""
        self._send(CLOSE, 0, None)
