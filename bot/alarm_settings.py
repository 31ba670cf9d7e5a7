"""Whom the program tells when it is ill, by ways that do not need WeChat; and who may read its numbers."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from bot.strong_secret import check_secret
from bot.typed_tables import SettingsError

PORTS = range(1, 65536)


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """Table ``[alarms]``; every way that is filled in is used."""

    webhook: str = ""
    """Address that alarms are posted to, signed."""
    webhook_secret: str = field(default="", repr=False)
    mail_to: tuple[str, ...] = ()
    mail_from: str = ""
    mail_host: str = ""
    mail_port: int = 587
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    call: str = ""
    """Whom somebody at the relay page is asked to phone."""


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """Table ``[metrics]``: who may read ``/metrics``."""

    token: str = field(default="", repr=False)
    """Bearer token; empty: only this machine."""


def check_alarms(alarms: AlarmSettings, file: str) -> None:
    """Refuse a way that is filled in by half.

    Raises:
        SettingsError: says where it stands and what to write.
    """
    where = f"{file} [alarms]"
    if alarms.webhook:
        address = urlsplit(alarms.webhook)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise SettingsError(
                f'{where}: webhook = "{alarms.webhook}": write it as "https://alarm.example.cn/linli"'
            )
        check_secret(alarms.webhook_secret, f"{where} webhook_secret")
    if alarms.mail_to and not (alarms.mail_host and alarms.mail_from):
        raise SettingsError(
            f"{where}: mail_to needs mail_host and mail_from: add them, or leave mail_to empty"
        )
    for letter_box in (*alarms.mail_to, *filter(None, [alarms.mail_from])):
        if letter_box.count("@") != 1 or any(c.isspace() for c in letter_box):
            raise SettingsError(f"{where}: {letter_box!r} is no e-mail address: write name@example.cn")
    if alarms.mail_port not in PORTS:
        raise SettingsError(f"{where}: mail_port = {alarms.mail_port}: choose one from 1 to 65535")
    if alarms.mail_user and alarms.mail_security == "none":
        raise SettingsError(f'{where}: the password would travel readable: set mail_security = "starttls"')


def check_metrics(metrics: MetricsSettings, file: str) -> None:
    """Refuse a token that can be guessed. Raises SettingsError."""
    if metrics.token:
        check_secret(metrics.token, f"{file} [metrics] token")
