"""Posts to receivers of what happens: one call, bounded in time and size, never to a place it was not sent to.

The name is looked up once and the very address that was found good is dialled, so that a name that changes its mind in
between leads nowhere else. No redirect is followed. Python's own client does all of it; none of ours reads HTTP.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Timer
from urllib.parse import urlsplit

from sqlalchemy import Engine

from handlers.dispatch import Dispatch
from jobs.scheduler import Tick
from jobs.webhooks import push_due, tells_of_given_up
from models.rules.loopback import is_loopback
from models.rules.webhooks import ANSWER_WITHIN, Webhook
from models.webhooks import Answer, WebhookQueue

MOST_READ = 64 * 1024
"""Bytes of an answer that are read; nobody looks at them."""
EVERY_S = 2.0
DEFAULT_PORT = {"https": 443, "http": 80}


class NoSuchPlace(OSError):  # noqa: N818 - an answer of the log
    """The name leads only to addresses that must not be dialled."""


class Poster:
    """Callable from any thread. ``within``: a whole call after its name was looked up."""

    def __init__(self, within: timedelta = ANSWER_WITHIN, trusts: ssl.SSLContext | None = None) -> None:
        """``trusts``: which certificates; None: those this machine trusts."""
        self._within = within.total_seconds()
        self._trusts = trusts

    def __call__(self, hook: Webhook, headers: Mapping[str, str], body: str) -> Answer:
        """What the receiver answered; a short word of ours where it did not."""
        late = Event()
        try:
            return self._post(hook, headers, body, late)
        except NoSuchPlace:
            return Answer(0, "private")
        except socket.gaierror:
            return Answer(0, "name")
        except ssl.SSLError:
            return Answer(0, "timeout" if late.is_set() else "tls")
        except (TimeoutError, OSError, http.client.HTTPException, ValueError) as fault:
            slow = late.is_set() or isinstance(fault, TimeoutError)
            return Answer(0, "timeout" if slow else "refused" if isinstance(fault, OSError) else "broken")

    def _post(self, hook: Webhook, headers: Mapping[str, str], body: str, late: Event) -> Answer:
        to = urlsplit(hook.address)
        host, port = to.hostname or "", to.port or DEFAULT_PORT[to.scheme]
        wire = socket.create_connection((_good_address(host, port, hook), port), timeout=self._within)
        if to.scheme == "https":
            trusts = self._trusts or ssl.create_default_context()
            wire = trusts.wrap_socket(wire, server_hostname=host, do_handshake_on_connect=False)
        # Each read may wait; all of them together may not: whoever answers drop by drop is cut off.
        watch = Timer(self._within, _cut, (wire, late))
        watch.daemon = True
        watch.start()
        try:
            if isinstance(wire, ssl.SSLSocket):
                wire.do_handshake()
            call = http.client.HTTPConnection(host, port)
            call.sock = wire
            call.request(
                "POST", f"{to.path or '/'}{'?' + to.query if to.query else ''}", body.encode(), dict(headers)
            )
            answer = call.getresponse()
            answer.read(MOST_READ)
            if late.is_set():  # what was cut off looks like an end
                raise TimeoutError
            return Answer(answer.status)
        finally:
            watch.cancel()
            wire.close()


def push_beats(
    engine: Engine,
    dispatch: Dispatch,
    clock: Callable[[], datetime],
    crash_point: Callable[[str], None],
) -> list[Tick]:
    """A tick for each receiver: they run beside one another, so that one that hangs holds up nobody else."""
    queue, post, tell = WebhookQueue(engine, crash_point), Poster(), tells_of_given_up(dispatch, clock)
    return [
        Tick(f"webhook {hook.name}", EVERY_S, partial(push_due, queue, hook, post, clock, tell))
        for hook in dispatch.standing.webhooks
    ]


def _cut(wire: socket.socket, late: Event) -> None:
    late.set()
    try:
        socket.socket.shutdown(wire, socket.SHUT_RDWR)  # not TLS's own: that one waits for the other side
    except OSError:
        return  # it was over a moment ago


def _good_address(host: str, port: int, hook: Webhook) -> str:
    """The first address of a name that may be dialled. Raises NoSuchPlace."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if _may_dial(address, host, hook):
            return address
    raise NoSuchPlace(host)


def _may_dial(address: str, host: str, hook: Webhook) -> bool:
    """This machine only where the settings say so in as many words; one's own network only where they allow it."""
    at = ipaddress.ip_address(address.partition("%")[0])
    at = getattr(at, "ipv4_mapped", None) or at
    if is_loopback(host):
        return at.is_loopback
    if at.is_loopback or at.is_link_local or at.is_multicast or at.is_unspecified or at.is_reserved:
        return False
    return at.is_global or hook.inside
