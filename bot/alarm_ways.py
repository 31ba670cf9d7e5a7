"""The second path: how an alarm leaves this machine when WeChat is what is broken."""

import json
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlsplit

from bot.alarm_settings import AlarmSettings
from bot.hook_signature import signed_headers
from handlers.actors import CLOCK
from handlers.dispatch import Dispatch
from handlers.server_alarms import AskForCall, CallOffCall
from models.rules.actor import Door, Origin
from models.rules.alarming import News
from models.rules.ids import IdempotencyKey

WITHIN_S = 10.0
TAKEN = range(200, 300)


class NotTaken(OSError):  # noqa: N818 - says what became of it
    """The other side did not take it; it is tried again."""


FAULTS = (OSError, HTTPException, smtplib.SMTPException, ValueError)
"""What may go wrong on the way; anything else is a fault of ours."""


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news in words. ``ident`` names it, the same at every try."""

    ident: str
    about: str
    """The alarm: the same when it is raised and when it is over."""
    news: News
    part: str
    of: str
    subject: str
    words: str
    step: str
    since: datetime
    until: datetime | None
    at: datetime


class Way(Protocol):
    """One way to a person. Raises one of FAULTS when it was not taken."""

    def __call__(self, told: Told) -> None:
        """Tell it."""
        ...


@dataclass(frozen=True)
class WebhookWay:
    """Posts JSON, signed."""

    address: str
    secret: str
    place: str

    def __call__(self, told: Told) -> None:
        """Post it once; whoever answers otherwise than with 2xx, a redirection included, did not take it."""
        body = json.dumps(
            {
                "type": f"alarm.{told.news}", "timestamp": told.at.isoformat(),
                "data": {
                    "alarm": told.about, "place": self.place, "part": told.part, "of": told.of, "what": told.words,
                    "next": told.step, "since": told.since.isoformat(),
                    "until": told.until.isoformat() if told.until else None,
                },
            },
            ensure_ascii=False,
        ).encode()  # fmt: skip
        headers = signed_headers(self.secret, told.ident, int(told.at.timestamp()), body)
        aim = urlsplit(self.address)
        kind = HTTPSConnection if aim.scheme == "https" else HTTPConnection
        line = kind(aim.hostname or "", aim.port, timeout=WITHIN_S)
        try:
            path = (aim.path or "/") + (f"?{aim.query}" if aim.query else "")
            line.request("POST", path, body, {**headers, "content-type": "application/json"})
            status = line.getresponse().status
        finally:
            line.close()
        if status not in TAKEN:
            raise NotTaken(f"answered {status}")


@dataclass(frozen=True)
class MailWay:
    """Writes an e-mail."""

    settings: AlarmSettings

    def __call__(self, told: Told) -> None:
        """Hand one letter to the mail server."""
        to = self.settings
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["To"] = told.subject, to.mail_from, ", ".join(to.mail_to)
        letter["Date"] = format_datetime(told.at)
        letter["Message-ID"] = (
            f"<{told.ident}.{int(told.since.timestamp())}@{to.mail_from.rpartition('@')[2]}>"
        )
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(f"{told.words}\n")
        context = ssl.create_default_context()
        if to.mail_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                to.mail_host, to.mail_port, timeout=WITHIN_S, context=context
            )
        else:
            server = smtplib.SMTP(to.mail_host, to.mail_port, timeout=WITHIN_S)
        with server:
            if to.mail_security == "starttls":
                server.starttls(context=context)
            if to.mail_user:
                server.login(to.mail_user, to.mail_password)
            server.send_message(letter)


@dataclass(frozen=True)
class CallWay:
    """Asks whoever looks at the relay page to phone somebody; what is over need not be phoned."""

    whom: str
    dispatch: Dispatch
    clock: Callable[[], datetime]

    def __call__(self, told: Told) -> None:
        """Write the task, or take it back."""
        raised = told.news is News.RAISED
        intent = AskForCall(told.about, self.whom, told.words) if raised else CallOffCall(told.about)
        self.dispatch(intent, CLOCK, Origin(Door.CLOCK, IdempotencyKey(told.ident), self.clock()))


def ways_of(
    settings: AlarmSettings, place: str, dispatch: Dispatch, clock: Callable[[], datetime]
) -> Iterator[tuple[str, Way]]:
    """Every way that is filled in, by name."""
    if settings.webhook:
        yield "webhook", WebhookWay(settings.webhook, settings.webhook_secret, place)
    if settings.mail_to:
        yield "mail", MailWay(settings)
    if settings.call:
        yield "call", CallWay(settings.call, dispatch, clock)
