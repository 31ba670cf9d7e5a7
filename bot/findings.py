"""What `check` and `doctor` say: one line each, with what to do where something is wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How bad it is."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it (empty: nothing)."""

    grade: Grade
    what: str
    remedy: str = ""

    def line(self) -> str:
        """As printed."""
        return f"{self.grade.value:<5}{self.what}" + (f" -> {self.remedy}" if self.remedy else "")


def good(what: str) -> Finding:
    """All is well."""
    return Finding(Grade.GOOD, what)


def note(what: str, remedy: str = "") -> Finding:
    """Worth knowing, stops nothing."""
    return Finding(Grade.NOTE, what, remedy)


def bad(what: str, remedy: str) -> Finding:
    """Must be mended."""
    return Finding(Grade.BAD, what, remedy)
