"""How one account's gateway is reached, and the checks before it is dialled."""

import ssl
from dataclasses import dataclass, field

import structlog

from models.rules.loopback import is_loopback

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WechatySettings:
    """One table ``[channels.<account>]`` of kind ``wechaty``. Times are seconds."""

    account: str
    """Our name for the account."""
    endpoint: str
    """``host:port`` of the gateway, ``[::1]:port`` for IPv6."""
    token: str = field(repr=False)
    tls: bool = False
    ca_file: str | None = None
    """PEM file that vouches for the gateway; None trusts what the system trusts."""
    server_name: str = "insecure"
    """Name in the gateway's certificate; the one its npm package ships says ``insecure``."""
    rpc_timeout_s: float = 10
    """Deadline of every call; the event stream has none."""
    probe_every_s: float = 15
    probe_timeout_s: float = 8
    allow_remote: bool = False
    """Dial another machine without TLS: messages and token travel readable."""
    stable_ids: bool = True
    """False for web-protocol puppets, whose contact and room ids change at every login."""


def address(endpoint: str) -> tuple[str, int]:
    """Split ``host:port``. Raises ValueError with a sentence for the operator."""
    host, colon, port = endpoint.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004 - ports
        raise ValueError(f"endpoint must be host:port, as in 127.0.0.1:8788, not {endpoint!r}")
    return host, int(port)


def check(settings: WechatySettings) -> None:
    """Refuse settings that cannot work or would send residents' words in the clear.

    Raises:
        ValueError: with a sentence that says what to change.
    """
    host, _ = address(settings.endpoint)
    if not settings.token:
        raise ValueError("token is empty: give the token the gateway was started with")
    if settings.ca_file and not settings.tls:
        raise ValueError("ca_file is given but tls is off: set tls = true or leave ca_file out")
    if settings.tls or is_loopback(host):
        return
    if not settings.allow_remote:
        raise ValueError(
            f"the gateway at {host} is another machine and tls is off: set tls = true, "
            "or allow_remote = true if the network between is trusted"
        )
    log.warning("gateway dialled without tls: messages and token travel readable", account=settings.account)


def tls_context(settings: WechatySettings) -> ssl.SSLContext | None:
    """The client side of TLS, None where it is off. Raises OSError for an unreadable ``ca_file``."""
    if not settings.tls:
        return None
    context = ssl.create_default_context(cafile=settings.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])
    return context
