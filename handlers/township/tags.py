"""The tags in a line of the households' sheet: what the preset knows, never anything else."""

from handlers.township.areas import AreaBook
from handlers.township.sheets import Findings, Line
from handlers.township.wording import code_named


def tag_codes(line: Line, book: AreaBook, found: Findings | None = None) -> list[str]:
    """Codes of the tags of a line, each once; words the preset does not know are told to ``found``."""
    known = {tag.code: tag.names for tag in book.preset.tags}
    codes: list[str] = []
    for word in book.wording.split_list(line.text("tags")):
        code = code_named(known, word)
        if code is None and found is not None:
            choices = book.wording.listed(tag.name for tag in book.preset.tags)
            found.error(line.place, "TAG_UNKNOWN", value=word, known=choices)
        elif code is not None and code not in codes:
            codes.append(code)
    return codes
