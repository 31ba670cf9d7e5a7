"""Sentences live in locale/, never in code, and every sentence spoken exists with exactly its blanks."""

import ast
import re
from collections.abc import Iterator

from handlers.texts import load_texts
from tests.house.source import ROOT, calls, docstrings, named, parsed, python_files

CHINESE = re.compile(r"[\u3400-\u9fff]")
TEXTS = load_texts(ROOT / "locale" / "zh_CN")
# Where the key stands among the positional arguments of each way to speak.
SPEAKS = {"Reply": 0, "tell": 1, "tell_room": 1, "tell_seat": 1, "Refusal": 1}
NO_BLANKS = {"rank", "not_before", "gathers", "case", "call", "mentions", "notice_id", "refusal"}


def keys_in(node: ast.AST) -> Iterator[str]:
    """The keys an argument can turn into: a constant, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from keys_in(node.body)
        yield from keys_in(node.orelse)


def spoken() -> Iterator[tuple[str, str, set[str] | None]]:
    """Place, key and given blanks of all that is said in code; None: the blanks are passed on as a whole."""
    for file, line, name, call in calls("handlers", "jobs", "bot", "web"):
        position = SPEAKS.get(name.rsplit(".", maxsplit=1)[-1])
        if position is None or len(call.args) <= position:
            continue
        given = {word.arg for word in call.keywords}
        blanks = None if None in given else {str(word) for word in given} - NO_BLANKS
        for key in keys_in(call.args[position]):
            yield f"{file}:{line}", key, blanks


def test_every_sentence_spoken_exists():
    assert [f"{place} {key}" for place, key, _ in spoken() if key not in TEXTS.sentences] == []


def test_every_sentence_gets_exactly_its_blanks():
    wrong = [
        f"{place} {key}: gives {sorted(blanks)}, needs {sorted(TEXTS.sentences[key].blanks)}"
        for place, key, blanks in spoken()
        if blanks is not None and key in TEXTS.sentences and blanks != TEXTS.sentences[key].blanks
    ]

    assert wrong == []


def test_handlers_and_jobs_hold_no_chinese():
    held = [
        f"{named(path)}:{node.lineno} {node.value[:20]}"
        for path in python_files("handlers", "jobs")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHINESE.search(node.value)
        and id(node) not in docstrings(parsed(path))
    ]

    assert held == []
