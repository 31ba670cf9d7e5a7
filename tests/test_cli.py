"""The command line as an operator meets it: real files, exit codes and sentences; a few as real processes."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.check import spoken_keys
from handlers.texts import load_texts
from tests.house.source import ROOT
from tests.shell import CONFIG, SECRET, Shell
from tests.township.books import SAFE_TOWN, book

HEAVY = ("sqlalchemy", "jieba", "fastapi", "grpclib", "openpyxl", "handlers", "models")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    made.configure()
    return made


def test_help_loads_nothing_heavy():
    ask = f"import bot.cli, sys; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_every_command_explains_itself(shell: Shell):
    for command in ("run", "demo", "replay", "understand", "check", "migrate", "import", "export", "doctor",
                    "notice", "outbox", "bind-code"):  # fmt: skip
        done = shell(command, "--help")
        assert done.returncode == 0, done.stderr
        assert "Usage: python -m bot" in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "config.toml is not there: copy config.example.toml"),
        (CONFIG + 'x = "\n', "is not valid TOML"),
        (CONFIG + "colour = 1\n", "there is no key 'colour'"),
        (CONFIG.replace(SECRET, "change-me"), "secret is too easy to guess"),
        (CONFIG + 'database = "postgresql://nobody@127.0.0.1:1/x"\n', "the database said"),
    ],
)
def test_what_stops_the_start_is_one_line(text: str | None, told: str, tmp_path: Path):
    shell = Shell(tmp_path)
    if text is not None:
        shell.configure(text=text)

    done = shell("outbox")

    assert done.returncode == 2
    assert done.stderr.startswith("linli: ")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_a_port_in_use_is_named_and_nothing_is_begun(shell: Shell):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        shell.configure(f"[web]\nport = {port}\n")
        for command in (("run",), ("demo", "--no-browser", "--port", str(port))):
            done = shell(*command)

            assert done.returncode == 2
            assert done.stderr == (
                f"linli: 127.0.0.1:{port} is used by another program: stop that program or choose another port"
                " ([web] port in config.toml, --port for the demo)\n"
            )
            assert done.stdout == ""
    assert not list(shell.folder.rglob("*.db"))


def test_a_wrong_option_is_a_usage_error(shell: Shell):
    assert shell("export").returncode == 2
    assert shell("bind-code").returncode == 2
    assert shell("fly").returncode == 2


def test_a_township_is_set_up_from_the_command_line(shell: Shell, tmp_path: Path):
    file = str(book(tmp_path / "town.xlsx", SAFE_TOWN))

    rehearsal = shell("import", file, "--dry-run")
    assert (rehearsal.returncode, "没有写入" in rehearsal.stdout) == (0, True), rehearsal.stderr
    first = shell("import", file)
    assert (first.returncode, "导入完成" in first.stdout) == (0, True), first.stderr
    again = shell("import", file)
    assert (again.returncode, "没有变化" in again.stdout) == (0, True), again.stderr

    code = shell("bind-code", "--person", "张建国")
    assert code.returncode == 0, code.stderr
    assert "张建国的绑定码：" in code.stdout
    assert "四组的群绑定码：" in shell("bind-code", "--room", "四组").stdout
    assert "登录码 " in shell("login-code", "--person", "张建国").stdout
    assert "登录码 " in shell("login-code").stdout
    unknown = shell("login-code", "--person", "王五")
    assert (unknown.returncode, "没有叫“王五”且有岗位的人" in unknown.stderr) == (1, True)
    made = shell("api-token", "--name", "县12345", "--person", "张建国", "--act", "claim")
    assert (made.returncode, "：linli_" in made.stdout) == (0, True), made.stderr
    assert "open" in shell("api-tokens").stdout
    assert "停用了" in shell("stop-api-token", "1").stdout
    assert shell("api-tokens").stdout.startswith("1 closed ")
    nobody = shell("bind-code", "--person", "王五")
    assert (nobody.returncode, "没有登记叫“王五”的人" in nobody.stderr) == (1, True)


def test_bad_rows_stop_the_import_with_exit_code_one(shell: Shell, tmp_path: Path):
    sheets = {"区域": [*SAFE_TOWN["区域"], ("", "六组", "组")]}

    done = shell.process("import", str(book(tmp_path / "town.xlsx", sheets)))

    assert done.returncode == 1
    assert "区域 第8行：没有填上级" in done.stdout


def test_export_writes_the_files_it_names(shell: Shell, tmp_path: Path):
    shell("import", str(book(tmp_path / "town.xlsx", SAFE_TOWN)))

    done = shell("export", "out")

    assert done.returncode == 0, done.stderr
    written = [shell.folder / line for line in done.stdout.splitlines()]
    assert len(written) == 9
    assert all(file.exists() for file in written)
    assert shell("export", "out", "--template").stdout.strip() == "out/导入模板.xlsx"


def test_check_says_what_would_happen(shell: Shell, tmp_path: Path):
    gateway = '[channels.main]\nkind = "wechaty"\nendpoint = "127.0.0.1:1"\ntoken = "x"\n'
    shell.configure(gateway)
    shell("import", str(book(tmp_path / "town.xlsx", SAFE_TOWN)))

    done = shell("check")

    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "安全乡, preset anxiang", "channel main opens: gateway at 127.0.0.1:1", "quiet 21:30-07:00",
        "a notice to 100 groups takes about 13 minutes", "town: 6 areas, 3 appointments, 2 groups",
        "without an account of ours: 2", "村两委值班 (village_duty): 1 of 1 areas have none",
        "leaders without a bound contact: 3",
    ):  # fmt: skip
        assert words in done.stdout
    assert SECRET not in done.stdout


def test_doctor_names_what_is_wrong_and_what_to_do(shell: Shell):
    shell.configure('[channels.main]\nkind = "wechaty"\nendpoint = "127.0.0.1:1"\ntoken = "x"\n')

    before = shell("doctor")
    shell("migrate")
    after = shell("doctor")

    assert before.returncode == 1
    assert "the schema is empty" in before.stdout
    assert "run: python -m bot migrate" in before.stdout
    assert after.returncode == 1
    assert "no gateway answers at 127.0.0.1:1 (ConnectionRefusedError) -> start it" in after.stdout
    assert "database can be written" in after.stdout
    assert "never ran on this database" in after.stdout


def test_doctor_finds_nothing_wrong_with_a_sound_place(shell: Shell):
    shell("migrate")

    done = shell("doctor")

    assert (done.returncode, "bad" in done.stdout) == (0, False), done.stdout + done.stderr


def test_notices_are_previewed_planned_listed_and_cancelled(shell: Shell, tmp_path: Path):
    shell("import", str(book(tmp_path / "town.xlsx", SAFE_TOWN)))

    shown = shell("notice", "send", "--to", "四组", "--text", "明天停电检修", "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert "停电检修" in shown.stdout
    planned = shell("notice", "send", "--to", "四组", "--text", "明天停电检修", "--at", "明早8点", "--yes")
    assert planned.returncode == 0, planned.stderr
    assert "停电检修" in shell("notice", "list").stdout
    assert shell("notice", "cancel", "1").returncode == 0


def test_a_role_that_nobody_has_is_named_instead_of_running_nothing(shell: Shell):
    shell("migrate")

    done = shell("run", "--only", "chanel:main")

    assert done.returncode == 2
    assert "there is no role chanel:main: choose from jobs, web" in " ".join(done.stderr.split())


def test_the_outbox_lists_no_words(shell: Shell, tmp_path: Path):
    shell("import", str(book(tmp_path / "town.xlsx", SAFE_TOWN)))
    shell("notice", "send", "--to", "四组", "--text", "明天停电检修", "--yes")

    done = shell("outbox")

    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    assert line.split()[1] == "queued"
    assert "四组交流群" in line
    assert "停电" not in line


def test_understand_needs_no_settings(tmp_path: Path):
    asked = json.dumps({"id": "x1", "text": "三组桥头路灯不亮"}) + "\nno json\n"

    done = Shell(tmp_path).process("understand", "--preset", "anxiang", given=asked)

    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["id"], first["category"]) == ("x1", "B02")
    assert "error" in second
    assert Shell(tmp_path)("understand", "--preset", "atlantis", given="").returncode == 2


def test_every_sentence_the_code_says_is_known_to_check():
    keys = set(spoken_keys())

    assert len(keys) > 50
    assert keys <= load_texts(ROOT / "locale" / "zh_CN").sentences.keys()
