"""config.toml: what can be used is read into frozen values, everything else is one sentence that says what to do."""

import re
import tomllib
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from bot.channels.relay import RelaySettings
from bot.channels.wechaty.settings import WechatySettings
from bot.outward_settings import WebhookSettings
from bot.settings import (
    LogSettings,
    PolicySettings,
    Settings,
    SettingsError,
    SimulatedAccount,
    WebSettings,
    load_settings,
)
from models.rules.handover import HandoverMap
from models.rules.pacing import Pace
from tests.house.source import ROOT

EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
SECRET = "kBz0xV7dQ2m9Lw4tRyN8sHc5PfJ1aGe3"
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
START = f'name = "安全乡"\npreset = "anxiang"\nsecret = "{SECRET}"\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def whole_example() -> str:
    """The example with a secret and its channels put in force."""
    text = EXAMPLE.replace('secret = ""', f'secret = "{SECRET}"').replace("whsec_...", WHSEC)
    return re.sub(r"(?m)^# (?=\[channels|\[webhooks|\w+ = )", "", text)


def test_the_example_stops_until_it_has_a_secret(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"secret is empty: put the output of python3"):
        load_settings(written(tmp_path, EXAMPLE))


def test_the_example_with_a_secret_says_the_defaults(tmp_path: Path):
    settings = load_settings(written(tmp_path, EXAMPLE.replace('secret = ""', f'secret = "{SECRET}"')))

    assert settings.pacing == Pace()
    assert (settings.web, settings.log, settings.policy) == (WebSettings(), LogSettings(), PolicySettings())
    assert settings.handover == HandoverMap()
    assert (settings.channels, settings.webhooks) == ((), ())
    assert settings.database_url == f"sqlite:///{tmp_path.resolve()}/var/linli.db"


def test_every_channel_of_the_example_can_be_used(tmp_path: Path):
    text = whole_example().replace("tls = false", "tls = true")

    main, paper, training = load_settings(written(tmp_path, text)).channels

    assert isinstance(main, WechatySettings)
    assert (main.account, main.endpoint, main.tls) == ("main", "127.0.0.1:8788", True)
    assert paper == RelaySettings("paper", (("six", "六组群"),))
    assert training == SimulatedAccount("training")


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("", Settings), ("web", WebSettings), ("log", LogSettings), ("policy", PolicySettings), ("pacing", Pace),
        ("channels.main", WechatySettings), ("channels.paper", RelaySettings),
        ("channels.training", SimulatedAccount),
        ("handover", HandoverMap),
        ("webhooks.grid", WebhookSettings),
    ],
)  # fmt: skip
def test_every_key_stands_in_the_example(table: str, kind: type):
    told = tomllib.loads(whole_example())
    for part in filter(None, table.split(".")):
        told = told[part]

    assert {one.name for one in fields(kind)} - {"account", "name"} <= told.keys()


def test_every_key_of_the_example_has_a_comment():
    lines = EXAMPLE.splitlines()
    tables = [i for i, line in enumerate(lines) if line.startswith("[")]
    keys = [i for i, line in enumerate(lines) if re.match(r"\w+ =", line)]
    bare = [lines[i] for i in keys if not re.match(r"#|\w+ =", lines[i - 1])]

    assert bare == []
    assert len(keys) > 30
    assert len(tables) == 12


BAD = {
    "broken TOML": (START + 'contact = "x\n', r"config.toml is not valid TOML: .*line 4.*; mend that line"),
    "unknown key": (START + 'contakt = "x"\n', r"there is no key 'contakt'; did you mean contact\?"),
    "unknown key in a table": (
        START + "[pacing]\nroom_hourlyy = 3\n",
        r"\[pacing\]: there is no key 'room_hourlyy'; did you mean room_hourly\?",
    ),
    "unknown table": (START + "[colours]\na = 1\n", r"there is no key 'colours'"),
    "no name": (f'preset = "anxiang"\nsecret = "{SECRET}"', r"name is missing: add name = …"),
    "no secret": ('name = "x"\npreset = "anxiang"', r"secret is missing"),
    "short secret": ('name = "x"\npreset = "anxiang"\nsecret = "change-me"', r"secret is too easy to guess: it needs 32"),
    "dull secret": (f'name = "x"\npreset = "anxiang"\nsecret = "{"a" * 40}"', r"secret is too easy to guess"),
    "unknown preset": (START.replace("anxiang", "atlantis"), r"there is no preset 'atlantis': choose one of anxiang"),
    "text for a number": (START + '[web]\nport = "8080"', r"\[web\]: port = '8080': write a whole number"),
    "number for a text": (START + "contact = 3", r"contact = 3: write a text in quotes"),
    "true for a number": (START + "[pacing]\ntries = true", r"tries = True: write a whole number"),
    "negative": (START + "[pacing]\nburst_s = -1", r"burst_s = -1: write a number from 0"),
    "nothing is too few": (START + "[pacing]\ntries = 0", r"tries = 0: write a number from 1"),
    "no such port": (START + "[web]\nport = 70000", r"port = 70000: choose one from 1 to 65535"),
    "no such choice": (START + '[policy]\nfriend_requests = "maybe"', r'choose one of "accept", "ask", "ignore"'),
    "no span": (START + '[pacing]\nquiet = "night"', r'quiet = "night": write it as "21:30-07:00"'),
    "a night without end": (START + '[pacing]\nquiet = "22:00-22:00"', r'quiet = "22:00-22:00": write it as'),
    "an empty clock": (START + '[pacing]\nnotice_opens_at = ""', r'notice_opens_at = "": write it as "07:00"'),
    "no clock": (START + '[pacing]\nnotice_opens_at = "7 am"', r'notice_opens_at = "7 am": write it as "07:00"'),
    "table as text": (START + 'web = "here"', r"must be a table: write \[web\]"),
    "other database": (START + 'database = "mysql://x/y"', r"database mysql is not supported: use sqlite"),
    "no database": (START + 'database = "linli.db"', r"database is no address: write sqlite:///"),
    "no kind": (START + "[channels.main]\ntoken = 'x'", r"\[channels.main\] needs kind = one of \"wechaty\""),
    "no token": (START + '[channels.main]\nkind = "wechaty"\nendpoint = "127.0.0.1:1"\n', r"\[channels.main\]: token is missing"),
    "far and readable": (
        START + '[channels.main]\nkind = "wechaty"\nendpoint = "10.0.0.8:1"\ntoken = "x"\n',
        r"\[channels.main\]: the gateway at 10.0.0.8 is another machine and tls is off",
    ),
    "webhooks as text": (START + 'webhooks = "x"', r"webhooks must be tables: write \[webhooks.<name>\]"),
    "a webhook in the clear": (
        START + '[webhooks.a]\naddress = "http://grid.example.cn/"\nsecret = "x"', r"\[webhooks.a\]: address must begin"
    ),
    "a webhook with a password": (
        START + '[webhooks.a]\naddress = "https://me:pw@grid.example.cn/"\nsecret = "x"', r"\[webhooks.a\]: address: write it as"
    ),
    "a webhook's dull secret": (
        START + '[webhooks.a]\naddress = "https://grid.example.cn/"\nsecret = "whsec_abcd"', r"secret: it holds 24 to 64 bytes"
    ),
    "no such event": (
        START + f'[webhooks.a]\naddress = "https://grid.example.cn/"\nsecret = "{WHSEC}"\nevents = ["case.gone"]',
        r"events: there is no case.gone: choose from",
    ),
    "a map without our number": (START + '[handover]\nfields = { words = "内容" }', r"\[handover\]: fields: no must be among"),
    "rooms as list": (START + '[channels.p]\nkind = "relay"\nrooms = ["a"]', r"rooms must be a table of texts"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_one_sentence(case: str, tmp_path: Path):
    text, told = BAD[case]

    with pytest.raises(SettingsError, match=told) as raised:
        load_settings(written(tmp_path, text))

    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith("config.toml") or str(tmp_path) in str(raised.value)


def test_a_missing_file_is_one_sentence(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"is not there: copy config.example.toml"):
        load_settings(tmp_path / "config.toml")


def test_text_of_another_encoding_is_one_sentence(tmp_path: Path):
    (tmp_path / "config.toml").write_bytes('name = "安全乡"'.encode("gbk"))

    with pytest.raises(SettingsError, match=r"is not UTF-8 text"):
        load_settings(tmp_path / "config.toml")


def test_the_environment_may_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINLI_CONFIG", str(written(tmp_path, START)))

    assert load_settings().name == "安全乡"


def test_paths_count_from_the_file_not_from_where_one_stands(tmp_path: Path):
    settings = load_settings(written(tmp_path, START + 'database = "sqlite:///data.db"\nfolder = "there"\n'))

    assert settings.database_url == f"sqlite:///{tmp_path.resolve()}/data.db"
    assert settings.folder == tmp_path.resolve() / "there"


def test_settings_cannot_be_changed_and_never_print_their_secret(tmp_path: Path):
    settings = load_settings(written(tmp_path, START))

    with pytest.raises(FrozenInstanceError):
        settings.name = "x"  # type: ignore[misc]
    assert SECRET not in repr(settings)
