"""What the operator decides: config.toml, read once into frozen values.

Anything that cannot be used stops the start with one sentence that says where it stands and what to do. This is the
only module that looks at the environment: ``LINLI_CONFIG`` may name another file, systemd names its socket there.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.alarm_settings import PORTS, AlarmSettings, MetricsSettings, check_alarms, check_metrics
from bot.backup_settings import BackupSettings, check_backup
from bot.channels.relay import RelaySettings
from bot.channels.wechaty.settings import WechatySettings
from bot.channels.wechaty.settings import check as check_gateway
from bot.outward_settings import check_handover, webhooks_of
from bot.strong_secret import check_secret
from bot.typed_tables import SettingsError, build, quoted
from models.preset_entries import PresetError
from models.presets import preset_named
from models.rules.handover import HandoverMap
from models.rules.pacing import Pace, parse_span
from models.rules.webhooks import Webhook


@dataclass(frozen=True, slots=True)
class SimulatedAccount:
    """One table ``[channels.<account>]`` of kind ``simulator``: groups in the browser, for training."""

    account: str


ChannelSettings = WechatySettings | RelaySettings | SimulatedAccount
KINDS: dict[str, type[Any]] = {
    "wechaty": WechatySettings,
    "relay": RelaySettings,
    "simulator": SimulatedAccount,
}


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the pages are served; they speak plain HTTP and stay on this machine, behind a proxy if there is one."""

    host: str = "127.0.0.1"
    port: int = 8080
    hosts: tuple[str, ...] = ()
    """Names under which a proxy with TLS passes browsers on to the console."""
    public_url: str = ""
    """Where residents reach the pages of notices from outside; empty: messages carry no links."""
    public_port: int = 8081
    """Serves those pages and nothing else, for a proxy to pass on."""


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How the log is written; it holds ids, never residents' words."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """What the assistant does unasked."""

    friend_requests: Literal["accept", "ask", "ignore"] = "accept"
    """accept everybody, leave it to a person, or say nothing."""
    outage_told_after_s: float = 60
    """Shorter gaps in hearing are recorded, but no leader is asked to look through the group."""
    probe_every_s: float = 20
    """How often an account must prove that it hears and speaks."""


@dataclass(frozen=True, slots=True)
class UnderstandingSettings:
    """What this place adds to the lexicon."""

    local_lexicon: str = ""
    """File of local words and places (docs/lexicon.md); empty: none. Absolute once read."""


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """Where this place works otherwise than the public calendar says."""

    days_off: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class WeatherSettings:
    """A weather service that may post alerts to ``/hooks/weather``."""

    secret: str = field(default="", repr=False)
    """Signs what it posts; empty: nobody may."""


@dataclass(frozen=True, slots=True)
class AttachmentSettings:
    """Copies of pictures and voices that belong to cases, in ``attachments`` of the folder; 0: none."""

    file_mb: int = 20
    total_mb: int = 5000


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything in config.toml."""

    name: str
    preset: str
    secret: str = field(repr=False)
    contact: str = ""
    folder: Path = Path("var")
    database: str = ""
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    policy: PolicySettings = PolicySettings()
    understanding: UnderstandingSettings = UnderstandingSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    pacing: Pace = field(default_factory=Pace)
    calendar: CalendarSettings = CalendarSettings()
    weather: WeatherSettings = WeatherSettings()
    handover: HandoverMap = field(default_factory=HandoverMap)
    webhooks: tuple[Webhook, ...] = ()
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    channels: tuple[ChannelSettings, ...] = ()

    @property
    def database_url(self) -> str:
        """The database, by default a file in the folder."""
        return self.database or f"sqlite:///{self.folder / 'linli.db'}"

    @property
    def local_lexicon(self) -> Path | None:
        """The file of the place's own words."""
        return Path(self.understanding.local_lexicon) if self.understanding.local_lexicon else None


def settings_file(named: Path | None = None) -> Path:
    """Which file holds the settings: the one named, the one in LINLI_CONFIG, or config.toml here."""
    return named or Path(os.environ.get("LINLI_CONFIG") or "config.toml")


def service_socket() -> str:
    """Where systemd listens for how its service does; empty: nobody does."""
    return os.environ.get("NOTIFY_SOCKET", "")


def load_settings(named: Path | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: the file is missing or anything in it cannot be used.
    """
    path = settings_file(named)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as cause:
        raise SettingsError(f"{path} is not there: copy config.example.toml to {path} and edit it") from cause
    except OSError as cause:
        raise SettingsError(f"{path} cannot be read ({cause.strerror}): let this user read it") from cause
    except UnicodeDecodeError as cause:
        raise SettingsError(f"{path} is not UTF-8 text: save it as UTF-8") from cause
    except tomllib.TOMLDecodeError as cause:
        raise SettingsError(f"{path} is not valid TOML: {cause}; mend that line") from cause
    settings = _read(told, path.name)
    _check(settings, path.name)
    return _rooted(settings, path.resolve().parent)


def _read(told: Mapping[str, Any], file: str) -> Settings:
    channels = told.get("channels", {})
    if not isinstance(channels, dict):
        raise SettingsError(f"{file}: channels must be tables: write [channels.<account>]")
    more: dict[str, Any] = {
        "channels": tuple(_channel(account, table, file) for account, table in channels.items()),
        "webhooks": webhooks_of(told.get("webhooks", {}), file),
    }
    return replace(
        build(Settings, {key: value for key, value in told.items() if key not in more}, file), **more
    )


def _channel(account: str, table: Any, file: str) -> ChannelSettings:
    where = f"{file} [channels.{account}]"
    kind = table.get("kind") if isinstance(table, dict) else None
    if kind not in KINDS:
        raise SettingsError(f"{where} needs kind = one of {quoted(KINDS)}: add it")
    more = {key: value for key, value in table.items() if key != "kind"}
    built: ChannelSettings = build(KINDS[kind], {"account": account, **more}, where)
    if isinstance(built, WechatySettings):
        try:
            check_gateway(built)
        except ValueError as cause:
            raise SettingsError(f"{where}: {cause}") from cause
    return built


def _check(settings: Settings, file: str) -> None:
    """What types cannot say."""
    check_secret(settings.secret, file)
    if not settings.name.strip():
        raise SettingsError(f"{file}: name is empty: say what the place is called")
    try:
        preset_named(settings.preset)
    except PresetError as cause:
        raise SettingsError(f"{file}: preset: {cause}") from cause
    if settings.web.port not in PORTS:
        raise SettingsError(f"{file} [web]: port = {settings.web.port}: choose one from 1 to 65535")
    _check_public(settings.web, file)
    if settings.weather.secret:
        check_secret(settings.weather.secret, f"{file} [weather]")
    check_alarms(settings.alarms, file)
    check_metrics(settings.metrics, file)
    check_backup(settings.backup, file)
    _check_database(settings.database, file)
    _check_pacing(settings.pacing, file)
    check_handover(settings.handover, file)
    for day in set(settings.calendar.days_off) & set(settings.calendar.working_days):
        raise SettingsError(f"{file} [calendar]: {day} is in days_off and in working_days: keep one")


def _check_public(web: WebSettings, file: str) -> None:
    port = web.public_port
    if port not in PORTS or port == web.port:
        raise SettingsError(f"{file} [web]: public_port = {port}: choose another one, from 1 to 65535")
    to = urlsplit(web.public_url)
    if web.public_url and not (to.scheme in {"http", "https"} and to.hostname and not to.query):
        raise SettingsError(
            f'{file} [web]: public_url = "{web.public_url}": write it as "https://linli.example.cn"'
        )


def _check_database(database: str, file: str) -> None:
    try:
        backend = make_url(database or "sqlite://").get_backend_name()
    except ArgumentError as cause:
        raise SettingsError(f"{file}: database is no address: write sqlite:///… or postgresql://…") from cause
    if backend not in {"sqlite", "postgresql"}:
        raise SettingsError(f"{file}: database {backend} is not supported: use sqlite:///… or postgresql://…")


def _check_pacing(pace: Pace, file: str) -> None:
    clocks: dict[str, Callable[[str], object]] = {
        "quiet": parse_span,
        "service_hours": _day_span,
        "quiet_digest_at": _clock,
        "notice_opens_at": _clock,
    }
    for name, read in clocks.items():
        text = getattr(pace, name)
        try:
            if text or name != "quiet":
                read(text)
        except ValueError as cause:
            example = Pace.__dataclass_fields__[name].default
            raise SettingsError(f'{file} [pacing]: {name} = "{text}": write it as "{example}"') from cause
    for one in fields(pace):
        value = getattr(pace, one.name)
        if type(value) is int and value < 1:
            raise SettingsError(f"{file} [pacing]: {one.name} = {value}: write a number from 1")


def _day_span(text: str) -> None:
    begin, end = parse_span(text)
    if begin > end:
        raise ValueError("service hours do not pass midnight")


def _clock(text: str) -> time:
    at = time.fromisoformat(text)
    if at.tzinfo:
        raise ValueError("a clock time has no zone: it is Shanghai's")
    return at


def _rooted(settings: Settings, root: Path) -> Settings:
    """Relative paths count from the settings' file, wherever the program was started."""
    folder = root / settings.folder
    database = settings.database
    if database.startswith("sqlite"):
        url = make_url(database)
        if url.database and url.database != ":memory:":
            database = url.set(database=str(root / url.database)).render_as_string(hide_password=False)
    words = settings.understanding.local_lexicon
    own = UnderstandingSettings(str(root / words) if words else "")
    return replace(settings, folder=folder, database=database, understanding=own)
