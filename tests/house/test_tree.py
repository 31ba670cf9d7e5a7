"""What must not stand in the tree: addresses in locks, registries' hosts, paths of one machine, stubs."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT, named, project_files, python_files

PICTURES = {".png", ".jpg", ".ico", ".gif", ".woff2", ".xlsx", ".pem", ".silk"}
HOSTS = re.compile(
    r"\b(pypi|pythonhosted|npmjs|npmmirror|yarnpkg|debian)\.(org|com|net|io|cn)\b", re.IGNORECASE
)
PATHS = re.compile(r"(?<![\w.])/(root|home/\w+|Users/\w+|work)/\w")
STUBS = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError|mark\.skip|pytest\.skip|xfail")
LOCKS = ("requirements.lock", "requirements-dev.lock")


def texts() -> list[tuple[str, str]]:
    """Every text file except this one, which has to name what it forbids."""
    files = [path for path in project_files() if path.suffix not in PICTURES and path != Path(__file__)]
    return [(named(path), path.read_text(encoding="utf-8")) for path in files]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_package_registry_is_named():
    assert lines_with(HOSTS) == []


def test_no_path_of_one_machine_is_named():
    assert lines_with(PATHS) == []


def test_lock_files_hold_no_addresses():
    locks = [(name, text) for name, text in texts() if name.endswith((".lock", "package-lock.json"))]

    assert len(locks) >= len(LOCKS)
    assert [name for name, text in locks if "://" in re.sub(r'"(url|funding)": "[^"]*"', "", text)] == []
    assert [name for name, text in locks if '"resolved"' in text] == []


def test_nothing_is_left_for_later_in_code():
    files = [path for path in python_files() if path != Path(__file__)]
    left = [
        f"{named(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if STUBS.search(line)
    ]

    assert left == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_holds_what_the_project_asks_for(lock: str):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = list(project["dependencies"])
    if "dev" in lock:
        asked += project["optional-dependencies"]["dev"]
    locked = dict(
        re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    )

    wants = [Requirement(line) for line in asked]
    unmet = [
        str(want)
        for want in wants
        if canonicalize_name(want.name) not in locked
        or not want.specifier.contains(locked[canonicalize_name(want.name)])
    ]

    assert unmet == []


def test_both_locks_agree():
    runtime, dev = (
        set(re.findall(r"^[a-z0-9._-]+==[^ ;\\]+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in LOCKS
    )

    assert runtime - dev == set()
