"""What is between people: a mediator hears either side alone, and neither's words are repeated (人民调解法 22)."""

QUARRELS = "E"
"""First letter of every such category."""


def is_quarrel(category: str) -> bool:
    """Whether a matter of this category has two sides.

    >>> is_quarrel("E01"), is_quarrel("B02"), is_quarrel("")
    (True, False, False)
    """
    return category.startswith(QUARRELS)
