"""A village that tells another program, and that program: a real HTTP server that answers as it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.parts import Parts
from models.rules.webhooks import Webhook
from tests.console.conftest import make_town, parts, site, town, villages
from tests.town.town import Town

__all__ = ["make_town", "parts", "site", "town", "villages"]

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"


@dataclass
class Receiver:
    """What arrived, and what it answers next: a status, ``hang``, ``drip`` or ``huge``; 200 when nothing is left."""

    address: str = ""
    answers: list[Any] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    """Path, headers in small letters, body."""
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.got]

    @property
    def kinds(self) -> list[str]:
        return [body["type"] for body in self.bodies]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.got]


def _hang(_: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    receiver.released.wait(30)


def _drip(one: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    one.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not receiver.released.wait(0.1):
        one.wfile.write(b"x: y\r\n")


def _flood(one: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    one.send_response(200)
    one.end_headers()
    while not receiver.released.is_set():
        one.wfile.write(b"0" * 65536)


ODD = {"hang": _hang, "drip": _drip, "huge": _flood}


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append((self.path, headers, body))
            answer = receiver.answers.pop(0) if receiver.answers else 200
            if answer in ODD:
                ODD[answer](self, receiver)
                return
            self.send_response(answer)
            self.send_header("location", f"{receiver.address}elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """A test says nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the sender hung up: that is what is tested
                self.close_connection = True

        def finish(self) -> None:
            try:
                super().finish()
            except OSError:
                self.close_connection = True

    return Handler


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Another program, listening on this machine."""
    one = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    server.daemon_threads = True
    one.address = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield one
    one.released.set()
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture
def hook(receiver: Receiver) -> Webhook:
    """How the village knows it."""
    return Webhook("grid", f"{receiver.address}linli?from=village", (SECRET,))


def telling(parts: Parts, *hooks: Webhook) -> Parts:
    """Parts that tell these receivers."""
    return replace(parts, standing=replace(parts.standing, webhooks=hooks))


@pytest.fixture
def told_town(make_town: Callable[..., Town], parts: Parts, hook: Webhook) -> Town:
    """The village, with that receiver."""
    return make_town(parts=telling(parts, hook))
