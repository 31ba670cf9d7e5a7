"""What the operator decides about other programs: who is told of what happens, and how cases go to the county."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.typed_tables import SettingsError, build, quoted
from models.rules.handover import HandoverMap, wrong_with
from models.rules.loopback import is_loopback
from models.rules.webhooks import Happening, Webhook, key_of

HOW_TO_MAKE_ONE = "python3 -c \"import base64, secrets; print('whsec_' + base64.b64encode(secrets.token_bytes(32)).decode())\""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """One table ``[webhooks.<name>]``."""

    name: str
    address: str
    secret: str = field(repr=False)
    secret_before: str = field(default="", repr=False)
    """While the receiver changes over: it signs as well."""
    events: tuple[str, ...] = ()
    area: str = ""
    inside: bool = False


def webhooks_of(told: Any, file: str) -> tuple[Webhook, ...]:
    """The receivers of the tables ``[webhooks.<name>]``.

    Raises:
        SettingsError: something in them cannot be used.
    """
    if not isinstance(told, Mapping):
        raise SettingsError(f"{file}: webhooks must be tables: write [webhooks.<name>]")
    return tuple(_webhook(str(name), table, f"{file} [webhooks.{name}]") for name, table in told.items())


def _webhook(name: str, table: Any, where: str) -> Webhook:
    if not isinstance(table, dict):
        raise SettingsError(f"{where} must be a table: write [webhooks.{name}]")
    one: WebhookSettings = build(WebhookSettings, {"name": name, **table}, where)
    _check_address(one.address, where)
    secrets = tuple(secret for secret in (one.secret, one.secret_before) if secret) or ("",)
    for secret in secrets:
        try:
            key_of(secret)
        except ValueError as cause:
            raise SettingsError(f"{where}: secret: {cause}; make one with {HOW_TO_MAKE_ONE}") from cause
    for kind in one.events:
        if kind not in set(Happening):
            raise SettingsError(f"{where}: events: there is no {kind}: choose from {quoted(Happening)}")
    return Webhook(name, one.address, secrets, one.events, one.area, one.inside)


def _check_address(address: str, where: str) -> None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as cause:
        raise SettingsError(f"{where}: address is no address ({cause}): correct it") from cause
    host = parts.hostname or ""
    if not host or parts.username or parts.password or parts.fragment or not address.isascii():
        raise SettingsError(
            f'{where}: address: write it as "https://grid.example.cn/linli", without a name in it'
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise SettingsError(f"{where}: address must begin with https:// (http:// only on this machine)")


def check_handover(told: HandoverMap, file: str) -> None:
    """Raises SettingsError: the map cannot be used."""
    if wrong := wrong_with(told):
        raise SettingsError(f"{file} [handover]: {wrong}")
