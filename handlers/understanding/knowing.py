"""Words of questions and of approved texts, for the rule that compares them."""

from functools import lru_cache

from handlers.understanding.segment import tokenizer

KNOWN_TEXTS = 4096
"""Lines of approved texts whose words are kept at hand."""


def words_in(text: str) -> tuple[str, ...]:
    """Every word as it stands in a normalised text; nothing of the text is kept."""
    return tuple(tokenizer(text).cut(text, HMM=False))


@lru_cache(maxsize=KNOWN_TEXTS)
def words_of_known(text: str) -> tuple[str, ...]:
    """The same for lines of approved texts, which are asked for again and again."""
    return words_in(text)
