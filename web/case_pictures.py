"""What people photographed for a case: small pictures without place, time or device."""

from collections.abc import Callable
from dataclasses import dataclass

from models.case_pictures import CasePicture, CasePictures


@dataclass(frozen=True)
class Album:
    """Pictures of cases and where their bytes come from. Who may see the case is asked before."""

    pictures: CasePictures
    small: Callable[[str], bytes | None]
    """The small JPEG of a copy; empty: it cannot be shown; None: it was not made yet."""

    def shown(self, case: int) -> list[CasePicture]:
        """Those that there is something to show of."""
        return [one for one in self.pictures.of(case) if self.small(one.stored)]

    def find(self, case: int, picture: int | None) -> bytes | None:
        """The JPEG of one; None: this case has no such picture, or there is nothing to show."""
        stored = next((one.stored for one in self.pictures.of(case) if one.id == picture), None)
        return (self.small(stored) or None) if stored is not None else None
