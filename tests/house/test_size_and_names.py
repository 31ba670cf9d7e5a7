"""Files and functions stay small and say what they are (docs/contributing.md)."""

import ast
import re

from tests.house.source import DEFINITIONS, named, parsed, python_files

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
EMPTY_WORDS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "base",
    "process",
    "data",
    "info",
    "tmp",
}

NAMED_BY_OTHERS = {"get_extra_info", "process_bind_param"}  # methods that a library calls by these names


def measured_files() -> list:
    return [path for path in python_files() if named(path).split("/")[0] not in {"tests", "migrations"}]


def words_of(name: str) -> set[str]:
    """``RoomManager`` and ``room_manager`` hold the same words."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def test_no_file_is_longer_than_300_lines():
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in measured_files()}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines():
    long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in measured_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, DEFINITIONS) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def test_no_name_is_an_empty_word():
    said = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in measured_files()  # a test is a sentence and may speak of a process
        for node in ast.walk(parsed(path))
        if isinstance(node, DEFINITIONS | ast.ClassDef)
        and words_of(node.name) & EMPTY_WORDS
        and node.name not in NAMED_BY_OTHERS
    ]
    said += [named(path) for path in python_files() if words_of(path.stem) & EMPTY_WORDS]

    assert said == []
