"""The documentation tells the truth: links lead somewhere, commands exist, promises have their proof."""

import ast
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from typer.main import get_command

from bot import reference
from bot.cli import app
from models.expressions import EXPRESSIONS
from tests.house.source import DEFINITIONS, LAYERS, ROOT, named, parsed, project_files, python_files

PAGES = [path for path in project_files() if path.suffix == ".md"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:python3? run\.py|python3? -m bot)\s+([a-z][a-z-]*)")
OWN_WORDS = {"setup", "test", "demo"}
PROMISES = tomllib.loads((ROOT / "docs" / "promises.toml").read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub links to them."""
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path, link: str) -> bool:
    """Whether a link inside the project leads nowhere."""
    target, _, anchor = unquote(link).partition("#")
    aim = (page.parent / target).resolve() if target else page
    return not aim.exists() or (bool(anchor) and aim.suffix == ".md" and anchor not in anchors(aim))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_inside_the_project_leads_somewhere(page: Path):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]

    assert [link for link in links if broken(page, link)] == []


def test_every_command_the_documentation_names_exists():
    known = set(get_command(app).commands) | OWN_WORDS
    named_commands = {
        (named(page), word) for page in PAGES for word in COMMAND.findall(page.read_text("utf-8"))
    }

    assert sorted((page, word) for page, word in named_commands if word not in known) == []


def test_every_code_name_of_the_glossary_stands_in_the_code():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    names = re.findall(r"`([A-Za-z_]+)`", glossary)
    code = "\n".join(path.read_text(encoding="utf-8") for path in python_files(*LAYERS))

    assert len(names) > 30
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []


def test_the_reference_says_what_the_program_has():
    stands = {path.name: path.read_text("utf-8") for path in PAGES if path.parent == reference.FOLDER}

    # Mended by: python -m bot.reference
    assert stands == reference.written()


def test_what_is_kept_of_the_expressions_is_what_they_say():
    stands = (ROOT / "lexicon" / EXPRESSIONS).read_text(encoding="utf-8")

    # Mended by: python -m bot.reference
    assert stands == reference.expressions()


def test_both_readmes_say_the_same_things():
    english, chinese = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
    )

    assert FENCE.findall(english) == FENCE.findall(chinese)
    assert len(re.findall(r"^#", english, re.MULTILINE)) == len(re.findall(r"^#", chinese, re.MULTILINE))


def test_decisions_are_numbered_without_gaps_in_their_titles():
    records = [path for path in PAGES if path.parent == ROOT / "docs" / "decisions"]
    titles = {path: path.read_text(encoding="utf-8").splitlines()[0] for path in records}

    assert len({path.name[:4] for path in records}) == len(records)
    assert [path.name for path, title in titles.items() if not title.startswith(f"# {path.name[:4]} ")] == []


@pytest.mark.parametrize("name", PROMISES)
def test_every_promise_is_kept_or_says_why_not(name: str):
    promise = PROMISES[name]

    assert set(promise) <= {"says", "done", "todo", "exempt"}
    assert promise["says"].strip()
    assert len(set(promise) & {"done", "todo", "exempt"}) == 1
    for proof in promise.get("done", []):
        file, _, test = proof.partition("::")
        assert test in {node.name for node in ast.walk(parsed(ROOT / file)) if isinstance(node, DEFINITIONS)}
