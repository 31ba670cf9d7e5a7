"""The unit and the compose file that we ship fit the settings they speak of, and ``check`` says what does not."""

import re
import sys
from pathlib import Path

import pytest

from bot.check import check_settings
from bot.deployment import check_compose, check_unit
from bot.findings import Finding, Grade
from bot.settings import Settings, load_settings
from tests.house.source import ROOT
from tests.shell import CONFIG, Shell

UNIT = (ROOT / "deploy" / "linli.service").read_text(encoding="utf-8")
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
VALUES = (ROOT / "deploy" / "compose.env.example").read_text(encoding="utf-8")
GATEWAY = '[channels.main]\nkind = "wechaty"\nendpoint = "127.0.0.1:8788"\ntoken = "insecure_abc"\n'
FITTING = (
    CONFIG
    + 'folder = "/var/lib/linli"\ndatabase = "postgresql://linli:geheim@127.0.0.1:5432/linli"\n'
    + GATEWAY
)
FILLED = VALUES.replace("PASSWORD=", "PASSWORD=geheim").replace(
    "WECHATY_TOKEN=", "WECHATY_TOKEN=insecure_abc"
)


def settings(folder: Path, text: str) -> tuple[Settings, Path]:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file), file


def unit_for(config: Path) -> str:
    """Our unit for a program that stands here."""
    here = UNIT.replace("/opt/linli/.venv/bin/python", sys.executable).replace("/opt/linli", str(ROOT))
    return here.replace("/etc/linli/config.toml", str(config))


def bad(found: list[Finding]) -> list[str]:
    assert all(finding.remedy for finding in found if finding.grade is Grade.BAD)
    return [finding.what for finding in found if finding.grade is Grade.BAD]


def units(tmp_path: Path, *swap: str, text: str = FITTING) -> list[str]:
    given, config = settings(tmp_path, text)
    unit = tmp_path / "linli.service"
    here = unit_for(config)
    unit.write_text(here.replace(*swap) if swap else here, encoding="utf-8")
    return bad(list(check_unit(unit, given, config)))


def test_the_unit_we_ship_fits(tmp_path: Path):
    assert units(tmp_path) == []


@pytest.mark.parametrize(
    ("swap", "told"),
    [
        ((f"WorkingDirectory={ROOT}", "WorkingDirectory=/nowhere"), "the program is not there"),
        (
            (f"ExecStart={sys.executable}", "ExecStart=/nowhere/python"),
            "ExecStart: /nowhere/python cannot be run",
        ),
        (("config.toml", "other.toml"), "other.toml, and not"),
        (("StateDirectory=linli", ""), "the service may not write /var/lib/linli"),
        (("Type=notify", "Type=simple"), "WatchdogSec without Type=notify"),
        (("WatchdogSec=60", "WatchdogSec=20"), "WatchdogSec=20 is too short"),
    ],
)
def test_a_unit_that_does_not_fit_is_told_what_to_write(tmp_path: Path, swap: tuple[str, str], told: str):
    assert any(told in what for what in units(tmp_path, *swap))


def test_the_unit_for_several_processes_fits_postgresql_and_known_roles_only(tmp_path: Path):
    one = ("-m bot run", "-m bot run --only {}")

    assert units(tmp_path, one[0], one[1].format("%i")) == []
    assert units(tmp_path, one[0], one[1].format("channel:main")) == []
    assert units(tmp_path, one[0], one[1].format("channel:mian")) == [
        "ExecStart: there is no role channel:mian"
    ]
    sqlite = units(tmp_path, one[0], one[1].format("web"), text=CONFIG + 'folder = "/var/lib/linli"\n')
    assert sqlite == ["ExecStart starts one of several processes, and SQLite takes one"]


def test_two_accounts_at_one_gateway_are_found_by_check(tmp_path: Path):
    second = GATEWAY.replace("channels.main", "channels.second")

    assert bad(list(check_settings(settings(tmp_path, FITTING)[0]))) == []
    told = bad(list(check_settings(settings(tmp_path, FITTING + second)[0])))
    assert told == ["channels main and second use the same gateway"]
    apart = second.replace("8788", "8789")
    assert bad(list(check_settings(settings(tmp_path, FITTING + apart)[0]))) == []


def test_the_unit_for_several_processes_is_the_other_one_with_a_role():
    several = (ROOT / "deploy" / "linli@.service").read_text(encoding="utf-8")

    assert several.partition("[Service]")[2].replace(" --only %i", "") == UNIT.partition("[Service]")[2]


def test_a_folder_that_the_unit_keeps_closed_is_named(tmp_path: Path):
    assert units(tmp_path, text=CONFIG) == [f"the service may not write {tmp_path / 'var'}"] * 2


def compose(tmp_path: Path, values: str, text: str = FITTING) -> list[str]:
    given, _ = settings(tmp_path, text)
    file = tmp_path / "compose.env"
    file.write_text(values, encoding="utf-8")
    return bad(list(check_compose(file, given)))


def test_the_compose_values_we_ship_fit_once_they_are_filled_in(tmp_path: Path):
    assert compose(tmp_path, FILLED) == []
    assert set(re.findall(r"\$\{(\w+)", COMPOSE)) == set(re.findall(r"(?m)^(\w+)=", VALUES))


@pytest.mark.parametrize(
    ("swap", "told"),
    [
        (("geheim", "anders"), "POSTGRES_PASSWORD is not the password in database"),
        (("POSTGRES_PORT=5432", "POSTGRES_PORT=5433"), "POSTGRES_PORT is not the port in database"),
        (
            ("GATEWAY_PORT=8788", "GATEWAY_PORT=8789"),
            "GATEWAY_PORT=8789: no channel of the settings leads there",
        ),
        (("insecure_abc", "insecure_xyz"), "WECHATY_TOKEN is not the token of main"),
        (("LINLI_PORT=8080", "LINLI_PORT=8090"), "LINLI_PORT is not [web] port 8080"),
    ],
)
def test_values_that_do_not_fit_are_named(tmp_path: Path, swap: tuple[str, str], told: str):
    assert compose(tmp_path, FILLED.replace(*swap)) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            FITTING.replace('database = "', 'weather.secret = ""\n# "'),
            "the settings use SQLite, the compose file PostgreSQL",
        ),
        (
            FITTING.replace("linli:geheim", "root:geheim"),
            "database does not lead to the PostgreSQL of the compose file",
        ),
        (FITTING + "tls = true\n", "main: the gateway of the compose file speaks no TLS"),
        (
            FITTING.replace("/var/lib/linli", "/srv/linli"),
            "folder = /srv/linli: it is lost with the container",
        ),
    ],
)
def test_settings_that_do_not_fit_the_compose_file_are_named(tmp_path: Path, text: str, told: str):
    assert compose(tmp_path, FILLED, text) == [told]


def test_check_looks_at_the_files_it_is_given(tmp_path: Path):
    shell = Shell(tmp_path)
    shell.configure()
    (tmp_path / "compose.env").write_text(FILLED, encoding="utf-8")
    done = shell("check", "--compose", "compose.env", "--unit", "none.service")

    assert done.returncode == 1
    assert (
        "none.service is no service of systemd (FileNotFoundError) -> copy deploy/linli.service there"
        in done.stdout
    )
    assert "the settings use SQLite, the compose file PostgreSQL" in done.stdout
