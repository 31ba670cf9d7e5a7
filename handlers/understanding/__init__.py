"""Understanding: from a message's words to a decision that can explain itself."""

from handlers.understanding.decide import Understanding, load_understanding

__all__ = ["Understanding", "load_understanding"]
