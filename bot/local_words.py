"""A place's own words for the program: the file the settings name, its mistakes told in the writer's language."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handlers.understanding.normalise import Normaliser
from models.lexicon import Lexicon, LexiconError
from models.local_lexicon import UnusableLocalWords, load_local
from models.rules.local_words import LocalWords, Slip, merge_local, read_local

LOCALE = Path(__file__).resolve().parent.parent / "locale" / "zh_CN"


@cache
def wording() -> Mapping[str, Mapping[str, str]]:
    """The sentences of ``locale/zh_CN/lexicon.toml`` by table."""
    return tomllib.loads((LOCALE / "lexicon.toml").read_text(encoding="utf-8"))


def told(slip: Slip) -> str:
    """One sentence about one mistake."""
    blanks: dict[str, Any] = {k: ", ".join(v) if isinstance(v, list) else v for k, v in slip.blanks.items()}
    return wording()["local_slips"][slip.key].format(**blanks)


def slips_of(fault: UnusableLocalWords) -> Iterator[str]:
    """Every mistake in a file, each with the file's name."""
    for slip in fault.slips:
        yield f"{fault.path.name}：{told(slip)}"


def local_words(path: Path, lexicon: Lexicon) -> LocalWords:
    """What can be used of the file.

    Raises:
        UnusableLocalWords: something must be mended first.
    """
    return load_local(path, lexicon, plain_words(lexicon))


def with_local(lexicon: Lexicon, path: Path | None) -> Lexicon:
    """The lexicon with the place's own words; ``path`` None: it has none.

    Raises:
        LexiconError: the file cannot be used; the first mistake, and how many there are.
    """
    if path is None:
        return lexicon
    try:
        return merge_local(lexicon, local_words(path, lexicon))
    except UnusableLocalWords as fault:
        first, *others = slips_of(fault)
        more = told(Slip("MORE", {"count": len(others) + 1})) if others else ""
        raise LexiconError(first + more) from fault


def checked(table: Mapping[str, Any], lexicon: Lexicon) -> LocalWords:
    """What a table of the file's shape holds.

    Raises:
        LexiconError: something in it cannot be used; the first mistake.
    """
    words, slips = read_local(table, lexicon, plain_words(lexicon))
    if slips:
        raise LexiconError(told(slips[0]))
    return words


def write_whole(path: Path, text: str) -> None:
    """All of it or nothing: the program may start at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def plain_words(lexicon: Lexicon) -> Any:
    """Writes a word as normalised messages have it."""
    normaliser = Normaliser(lexicon.folding)
    return lambda word: normaliser.clean(word).own
