"""The form of an approved text: what was typed, and the mark of what was looked at."""

import hashlib

from pydantic import BaseModel

from handlers.knowledge_writing import WritePolicy
from models.knowledge_desk import PolicyLine
from web.typed import number_in

LOOK, SAVE, STOP = "look", "save", "stop"


class PolicySheet(BaseModel):
    """Fields as browsers send them; nonsense is told by the handler, in words."""

    csrf: str = ""
    step: str = LOOK
    area: str = ""
    title: str = ""
    answer: str = ""
    source: str = ""
    date: str = ""
    until: str = ""
    asked: str = ""
    looked: str = ""

    @classmethod
    def of(cls, line: PolicyLine) -> "PolicySheet":
        """A text as somebody would have typed it."""
        return cls(
            area=str(line.area), title=line.title, answer=line.answer, source=line.source,
            date=line.dated_on.isoformat(), until=line.expires_on.isoformat(), asked="、".join(line.asked),
        )  # fmt: skip

    def written(self, no: int | None) -> WritePolicy:
        """What saving it asks for."""
        area = number_in(self.area) or 0
        return WritePolicy(area, self.title, self.answer, self.source, self.date, self.until, self.asked, no)

    @property
    def mark(self) -> str:
        """Of everything that counts."""
        told = (self.area, self.title, self.answer, self.source, self.date, self.until, self.asked)
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:16]
