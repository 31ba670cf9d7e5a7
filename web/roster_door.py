"""What the page of the roster is given: a look at a spreadsheet, and bringing it in."""

from dataclasses import dataclass
from typing import Protocol

from models.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Upload:
    """A spreadsheet that was sent with a form; it is kept nowhere."""

    name: str
    content: bytes

    def read_bytes(self) -> bytes:
        """All of it."""
        return self.content


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """What one kind of sheet would bring about; rows as people number them: ``第2-40、57行``."""

    sheet: str
    added: int
    added_rows: str
    changed: int
    changed_rows: str
    same: int


@dataclass(frozen=True, slots=True)
class RosterView:
    """What was found in a spreadsheet. ``wrong`` and ``doubtful`` are sentences with the place in front."""

    wrong: tuple[str, ...]
    wrong_count: int
    doubtful: tuple[str, ...]
    doubtful_count: int
    changes: tuple[SheetChanges, ...]
    written: bool
    mark: str
    """Tells what was looked at from anything else."""


class RosterDoor(Protocol):
    """Reads and writes rosters for those who may."""

    def look(self, who: Actor, file: Upload) -> RosterView:
        """What bringing it in would do; nothing is written. Raises Refusal."""
        ...

    def bring(self, who: Actor, file: Upload, mark: str) -> RosterView:
        """Bring in what a look gave this mark to; anything else is only looked at. Raises Refusal."""
        ...

    def template(self) -> bytes:
        """The empty workbook."""
        ...
