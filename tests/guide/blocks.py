"""The operators' guide as somebody reads it who follows it: headings, and under each what is to be typed or written."""

import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

CHAPTERS = ("安装", "建一个地方", "运行", "接真实网关", "备份", "升级")
"""What one needs from an empty machine to the next version, in the guide's order, with what stands under them."""
PIECE = re.compile(r"^(#+) ([^\n]+)$|^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: the commands of a console, or the whole text of a setting."""

    heading: str
    kind: str
    lines: tuple[str, ...]


def guide_in(tree: Path) -> str:
    """The guide of a tree."""
    return (tree / "docs" / "operators.md").read_text(encoding="utf-8")


def blocks_of(guide: str) -> dict[str, list[Block]]:
    """The blocks of the followed chapters by the heading that stands last before them, in the guide's order.

    Raises:
        ValueError: a chapter has no block any more, so that nobody would notice that it is not followed.
    """
    found: list[Block] = []
    chapter = heading = ""
    for piece in PIECE.finditer(guide):
        level, title, kind, text = piece.groups()
        if level:
            heading = title
            chapter = title if len(level) == 2 else chapter
        elif chapter in CHAPTERS:
            lines = commands(text) if kind == "console" else (text,)
            found.append(Block(heading, kind, lines))
    missing = set(CHAPTERS) - {block.heading for block in found}
    if missing:
        raise ValueError(f"docs/operators.md has nothing to follow under {sorted(missing)}")
    return {heading: list(blocks) for heading, blocks in groupby(found, lambda block: block.heading)}


def commands(text: str) -> tuple[str, ...]:
    """What is typed, a command each; one that goes on after a backslash is one."""
    whole = re.sub(r"\\\n\s*", "", text)
    return tuple(line for line in whole.splitlines() if line.strip())
