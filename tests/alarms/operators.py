"""Where alarms arrive: a web server, a mail server and a relay page, all of them real, in threads of the test."""

import hashlib
import hmac
import json
import socketserver
import ssl
import threading
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from bot.alarm_settings import AlarmSettings
from bot.alarm_ways import ways_of
from bot.alarms import Alarms
from bot.health import RoundTrip
from bot.health_desk import HealthDesk
from bot.machine import ACCOUNT
from bot.program import Program
from models.alarm_book import AlarmBook
from models.rules.message import LinkChange, LinkState
from tests.town.town import Town

SECRET = "n8Qw2rTz6Yp0Lk4Vb9Xc3Md7Hs1Gf5Ja"


@dataclass(frozen=True)
class Posted:
    """One thing that was posted, and how it was signed."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    def is_signed(self, secret: str = SECRET) -> bool:
        """As the scheme of Standard Webhooks says, worked out again."""
        words = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        code = b64encode(hmac.new(secret.encode(), words, hashlib.sha256).digest()).decode()
        return self.headers["webhook-signature"] == f"v1,{code}"


class _Threaded:
    """A server of the standard library in a thread."""

    server: socketserver.BaseServer

    def __enter__(self) -> Any:
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])  # type: ignore[index, arg-type]


class WebhookEnd(_Threaded):
    """Takes what is posted; answers ``status``. With a ``seal`` it speaks TLS."""

    def __init__(self, seal: ssl.SSLContext | None = None) -> None:
        self.status, self.refused = 204, 0
        self.posted: list[Posted] = []
        end = self

        class Takes(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if end.status == 204:
                    end.posted.append(Posted({k.lower(): v for k, v in self.headers.items()}, body))
                else:
                    end.refused += 1
                self.send_response(end.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
        if seal is not None:
            self.server.socket = seal.wrap_socket(self.server.socket, server_side=True)


class MailBox(_Threaded):
    """Speaks as much SMTP as a mail server must, and keeps the letters.

    With a ``seal`` it speaks TLS from the first word, or once it is asked to (``starttls``).
    """

    def __init__(self, seal: ssl.SSLContext | None = None, *, starttls: bool = False) -> None:
        self.letters: list[EmailMessage] = []
        self.logins: list[tuple[str, bool]] = []
        """What was said to log in, and whether nobody else could read it."""
        self.seal, self.starttls = seal, starttls
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), partial(_Mailman, self))

    def words(self) -> list[str]:
        """What the letters say."""
        return [str(letter.get_content()).strip() for letter in self.letters]


class _Mailman(socketserver.StreamRequestHandler):
    """One conversation."""

    def __init__(self, box: MailBox, *named: Any) -> None:
        self._box = box
        offered = "250 STARTTLS" if box.starttls else "250 8BITMIME"
        self._answers = {
            "EHLO": f"250-mail.example.cn\r\n250-AUTH PLAIN\r\n{offered}", "STARTTLS": "220 go on", "AUTH": "235 welcome",
            "QUIT": "221 bye",
        }  # fmt: skip
        super().__init__(*named)

    def handle(self) -> None:
        if self._box.seal is not None and not self._box.starttls:
            self._close_up()
        self._say("220 mail.example.cn")
        word = ""
        while word != "QUIT" and (line := self.rfile.readline()):
            word, *more = line.decode().split()
            word = word.upper()
            if word == "AUTH":
                self._box.logins.append((more[-1], isinstance(self.connection, ssl.SSLSocket)))
            if word == "DATA":
                self._say("354 go on")
                self._box.letters.append(self._letter())
            self._say(self._answers.get(word, "250 ok"))
            if word == "STARTTLS":
                self._close_up()

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _close_up(self) -> None:
        assert self._box.seal is not None
        self.connection = self._box.seal.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def _letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        made = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(made, EmailMessage)
        return made


class Office:
    """The village's program, and somebody who is told when it is ill."""

    def __init__(self, town: Town, hook: WebhookEnd, mail_box: MailBox) -> None:
        self.town, self.hook, self.mail_box = town, hook, mail_box
        self.channel = town.wechat.connect(ACCOUNT)
        self.free: dict[str, int] = {}
        self.settings = AlarmSettings(
            webhook=f"http://127.0.0.1:{hook.port}/alarms?of=linli", webhook_secret=SECRET,
            mail_to=("it@example.cn",), mail_from="linli@example.cn", mail_host="127.0.0.1",
            mail_port=mail_box.port, mail_security="none", call="机房小周",
        )  # fmt: skip
        self.start()
        self.link(LinkState.ONLINE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.health.close()

    def start(self) -> None:
        """A new life of the program: whatever it remembered by itself is gone."""
        town = self.town
        self.program = Program(town.engine, town.parts, {ACCOUNT: self.channel}, town.clock)
        self.health = HealthDesk(self.program)
        ways = dict(ways_of(self.settings, "安全村", self.program.dispatch, town.clock))
        self.alarms = Alarms(
            lambda: self.health.look()[1],
            AlarmBook(town.engine),
            ways,
            town.parts.standing.texts,
            "安全村",
            town.clock,
        )

    def link(self, state: LinkState) -> None:
        """The channel says how its line is."""
        self.program.watch.observe(ACCOUNT, LinkChange("simulator", ACCOUNT, state, self.town.clock()))
        self.town.machine.delivery.note_link(ACCOUNT, state)

    def wait(self, *, seconds: float = 0, minutes: float = 0, round_trips: bool = True) -> None:
        """Time passes as in the running program: a beat and a look every ten seconds."""
        until = self.town.clock() + timedelta(seconds=seconds, minutes=minutes)
        while self.town.clock() < until:
            self.town.wait(seconds=10)
            if round_trips:
                self.program.watch.observe(ACCOUNT, RoundTrip(self.now, 0.1))
            self.program.watch.beat(self.town.clock())
            self.alarms.round()

    def phone_tasks(self) -> list[str]:
        """What stands on the relay page."""
        return [row.text for row in self.town.views.waiting(("relay",))]

    @property
    def now(self) -> datetime:
        return self.town.clock()
