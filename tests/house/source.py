"""The project's own files, read once: what the house tests look at."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("bot", "handlers", "jobs", "models", "web")
UNREAD = {".git", ".venv", "node_modules", "__pycache__", "var"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the tree that is or could be committed."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if asked.returncode == 0:
        found = [ROOT / name for name in asked.stdout.decode().split("\0") if name]
    else:  # an archive without its history
        found = [path for path in ROOT.rglob("*") if not UNREAD & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def named(path: Path) -> str:
    """A file's name as people say it, from the root."""
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """Our Python files under these folders; no folder: all."""
    files = [path for path in project_files() if path.suffix == ".py"]
    return [path for path in files if not folders or named(path).split("/")[0] in folders]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=named(path))


@cache
def product_nodes(*folders: str) -> tuple[tuple[str, ast.AST], ...]:
    """Every node of the product's Python with the name of its file."""
    files = python_files(*(folders or LAYERS))
    return tuple((named(path), node) for path in files for node in ast.walk(parsed(path)))


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or attribute, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def calls(*folders: str) -> Iterator[tuple[str, int, str, ast.Call]]:
    """Every call in the product: file, line, dotted name of what is called, node."""
    for file, node in product_nodes(*folders):
        if isinstance(node, ast.Call):
            yield file, node.lineno, dotted(node.func), node


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the constant nodes that document something: docstrings and the sentences below fields."""
    bodies = [
        node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | DEFINITIONS)
    ]
    return {id(line.value) for body in bodies for line in body if isinstance(line, ast.Expr)}


DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef
