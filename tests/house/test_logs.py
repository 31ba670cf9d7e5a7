"""The log holds ids, numbers and kinds, never what somebody said or is called."""

import ast
import json
import subprocess
import sys

from tests.house.source import ROOT, calls, dotted

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
NEVER = {
    "text", "words", "content", "caption", "said", "says", "quote", "phone", "surname", "title", "contact", "sender",
    "member", "members", "blanks", "place", "address", "token", "secret", "password", "code", "qrcode", "body", "note",
}  # fmt: skip
SPEAKS = """
import logging, structlog
from bot.logs import write_logs
write_logs("json")
log = structlog.get_logger()
try:
    raise ValueError("王桂香 13800001234")
except ValueError:
    log.exception("page failed", number=7)
    logging.getLogger("asyncio").exception("Task died: %s", "王桂香 13800001234")
logging.getLogger("uvicorn.error").warning("said 王桂香")
log.warning("alarm told", way="mail", alarm=3)
"""


def log_calls() -> list[tuple[str, ast.Call]]:
    return [
        (f"{file}:{line}", call)
        for file, line, name, call in calls()
        if name.startswith("log.") and name.split(".")[-1] in LEVELS
    ]


def test_every_line_of_the_log_has_a_fixed_sentence_and_names_no_words():
    found = log_calls()
    loose = [place for place, call in found if not (call.args and isinstance(call.args[0], ast.Constant))]
    wordy = [
        f"{place} {word.arg}"
        for place, call in found
        for word in call.keywords
        if word.arg in NEVER
        or dotted(word.value).split(".")[-1] in NEVER
        or isinstance(word.value, ast.JoinedStr)
    ]

    assert len(found) > 30
    assert loose == []
    assert wordy == []


def test_as_json_every_line_is_an_object_and_no_fault_repeats_what_was_said():
    done = subprocess.run(
        [sys.executable, "-c", SPEAKS], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]

    assert [line["event"] for line in lines] == ["page failed", "library", "library", "alarm told"]
    assert [line.get("fault") for line in lines] == ["ValueError", "ValueError", None, None]
    assert [line.get("library") for line in lines] == [None, "asyncio", "uvicorn.error", None]
    assert "王桂香" not in done.stderr
    assert "1380000" not in done.stderr
