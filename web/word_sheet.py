"""The form of a local word: what was typed, and the mark by which it is known to be what was looked at."""

import hashlib

from pydantic import BaseModel

from handlers.area_words import KeepWord
from models.rules.local_words import WordKind
from web.typed import number_in

LOOK, SAVE, LOOK_END, END = "look", "save", "look-end", "end"


class WordSheet(BaseModel):
    """Fields as browsers send them; nonsense is told by the handler, in words."""

    csrf: str = ""
    step: str = LOOK
    kind: str = WordKind.WORD
    word: str = ""
    category: str = ""
    weight: str = "1"
    area: str = ""
    note: str = ""
    looked: str = ""

    def asked(self, instead: int | None) -> KeepWord:
        """What saving it asks for; a weight that is no number is none that can be used."""
        try:
            weight = float(self.weight or "1")
        except ValueError:
            weight = -1.0
        area, word = number_in(self.area) or 0, self.word.strip()
        return KeepWord(area, self.kind, word, self.category, weight, self.note.strip(), instead)

    @property
    def mark(self) -> str:
        """Of everything that counts; whoever forges it deceives himself, for saving checks everything anew."""
        told = (self.kind, self.word, self.category, self.weight, self.area, self.note)
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:16]
