"""The one door, in a folder of its own: no network, an empty lock, a program that says what it was asked."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run
from tests.house.source import ROOT

PROGRAM = """import sys
print("asked:", *sys.argv[1:])
sys.exit(7 if "fail" in sys.argv else 0)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("door")
    shutil.copy(ROOT / "run.py", place)
    (place / "bot").mkdir()
    (place / "bot" / "__init__.py").touch()
    (place / "bot" / "__main__.py").write_text(PROGRAM)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (place / lock).write_text("# nothing\n")
    return place


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    # From elsewhere: the door must find its own folder.
    return subprocess.Popen(
        [sys.executable, folder / "run.py", *words],
        cwd=folder.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def end(started: subprocess.Popen[str]) -> tuple[int, str, list[str]]:
    out, told = started.communicate(timeout=120)
    return started.returncode, out, [line for line in told.splitlines() if line.startswith("run.py: ")]


def test_two_first_runs_at_once_make_one_environment(folder: Path):
    both = [end(run_) for run_ in [start(folder, "demo", "--port", "1"), start(folder, "replay", "a.jsonl")]]

    assert sorted(out for _, out, _ in both) == ["asked: demo --port 1\n", "asked: replay a.jsonl\n"]
    assert sum(line.startswith("run.py: making .venv") for _, _, told in both for line in told) == 1


def test_a_later_run_installs_nothing_and_hands_the_answer_on(folder: Path):
    end(start(folder, "setup"))

    assert end(start(folder, "doctor", "fail")) == (7, "asked: doctor fail\n", [])


def test_a_changed_lock_is_installed_and_development_tools_stay(folder: Path):
    end(start(folder, "setup", "--dev"))
    (folder / "requirements.lock").write_text("# nothing new\n")

    _, _, told = end(start(folder, "demo"))

    assert [line.split(" names")[0] for line in told] == ["run.py: installing what requirements-dev.lock"]
    assert end(start(folder, "demo"))[2] == []


def test_setup_says_which_option_it_knows(folder: Path):
    asked = start(folder, "setup", "--fast")

    assert "--dev" in asked.communicate(timeout=60)[1]
    assert asked.returncode == 1


def test_an_old_python_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        run.use_new_python()


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(run, "PYTHON", tmp_path / "nowhere")
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(SystemExit, match="apt install python3-venv"):
        run.make_venv()
