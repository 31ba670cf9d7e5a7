"""Sentences live in locale/, never in code, and every sentence spoken exists with exactly its blanks."""

import ast
import re
from collections.abc import Iterator

from bot.replay.witness import ALERT_KEYS
from handlers.texts import load_texts
from tests.house.source import (
    DEFINITIONS,
    ROOT,
    calls,
    docstrings,
    named,
    parsed,
    product_nodes,
    python_files,
)

CHINESE = re.compile(r"[\u3400-\u9fff]")
TEXTS = load_texts(ROOT / "locale" / "zh_CN")
NO_BLANKS = {"rank", "not_before", "gathers", "case", "call", "mentions", "notice_id", "refusal"}


def ways_to_speak() -> dict[str, tuple[int, bool]]:
    """Each function that says a ``key``: where the key stands in a call, and whether it takes blanks."""
    ways = {"Reply": (0, True), "Refusal": (1, True)}
    for _, node in product_nodes("handlers", "jobs"):
        if isinstance(node, DEFINITIONS) and node.name.lstrip("_").startswith("tell"):
            names = [argument.arg for argument in node.args.args if argument.arg != "self"]
            if "key" in names:
                ways[node.name] = (names.index("key"), node.args.kwarg is not None)
    return ways


def keys_in(node: ast.AST) -> Iterator[str]:
    """The keys an argument can turn into: a constant, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from keys_in(node.body)
        yield from keys_in(node.orelse)


def spoken() -> Iterator[tuple[str, str, set[str] | None]]:
    """Place, key and given blanks of all that is said in code; None: the blanks are passed on as a whole."""
    ways = ways_to_speak()
    for file, line, name, call in calls("handlers", "jobs"):
        position, takes_blanks = ways.get(name.rsplit(".", maxsplit=1)[-1], (len(call.args), False))
        if len(call.args) <= position:
            continue
        given = {word.arg for word in call.keywords}
        blanks = {str(word) for word in given} - NO_BLANKS if takes_blanks and None not in given else None
        for key in keys_in(call.args[position]):
            yield f"{file}:{line}", key, blanks


def test_every_sentence_spoken_exists():
    assert [f"{place} {key}" for place, key, _ in spoken() if key not in TEXTS.sentences] == []


def test_every_sentence_a_replay_counts_as_an_alert_exists():
    assert sorted(ALERT_KEYS - TEXTS.sentences.keys()) == []


def test_every_sentence_gets_exactly_its_blanks():
    wrong = [
        f"{place} {key}: gives {sorted(blanks)}, needs {sorted(TEXTS.sentences[key].blanks)}"
        for place, key, blanks in spoken()
        if blanks is not None and key in TEXTS.sentences and blanks != TEXTS.sentences[key].blanks
    ]

    assert wrong == []


def test_no_sentence_is_kept_that_nobody_says():
    constants = {
        node.value
        for _, node in product_nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # Some keys are put together from a stem and the way they go, or from a stem and a state.
    said = constants | {f"{stem}_{way}" for stem in constants for way in ("DM", "GROUP")}
    stems = tuple(each for each in constants if re.fullmatch(r"[A-Z][A-Z_]*_", each))

    assert [key for key in TEXTS.sentences if key not in said and not key.startswith(stems or ("\0",))] == []


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
