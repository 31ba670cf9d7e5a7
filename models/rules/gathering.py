"""Which things waiting for one conversation are said as one sentence (conversation §4.2, dialogue d15)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Gathering:
    """How rows of one kind come together."""

    together: str | None
    """Sentence for several that fall due near each other; None: each is said alone."""
    after_night: str
    """Sentence for those that waited out the quiet hours."""
    night_alone: bool = False
    """Whether even a single one is said in the night's sentence."""
    night_places: bool = True
    """Whether the night's sentence names places."""
    needs: str = "no"
    """The blank a row must have to be gathered: ``no`` lists cases, ``cat`` counts by category."""


GATHERINGS = {
    "receipt": Gathering("RCPT_MERGE", "RCPT_DIGEST", night_alone=True, night_places=False),
    # One card says more than a list of one.
    "card": Gathering(None, "MORNING_DM"),
    "hint": Gathering("HINT_DM", "HINT_DM", needs="cat"),
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """How many rows one sentence says, and its blanks."""

    count: int
    blanks: dict[str, Any]


def gather(
    kind: Gathering,
    rows: Sequence[Mapping[str, Any]],
    fits: Callable[[dict[str, Any]], bool],
    *,
    places: bool,
) -> Gathered:
    """Blanks of the one sentence for the blanks of these rows; what does not fit is left for the next one.

    Places are left out before rows are; the first row always goes.
    """
    for count in range(len(rows), 0, -1):
        for with_places in (True, False) if places else (False,):
            blanks = _blanks(kind, rows[:count], places=with_places)
            if fits(blanks):
                return Gathered(count, blanks)
    return Gathered(1, _blanks(kind, rows[:1], places=False))


def _blanks(kind: Gathering, rows: Sequence[Mapping[str, Any]], *, places: bool) -> dict[str, Any]:
    if kind.needs == "cat":
        cats = dict.fromkeys(str(row["cat"]) for row in rows)
        return {"n": sum(int(row.get("n", 1)) for row in rows), "cat": "、".join(cats)}
    said = "、".join(_case(row, places=places) for row in rows)
    return {"n": len(rows), "list": said, "nos": [row["no"] for row in rows]}


def _case(row: Mapping[str, Any], *, places: bool) -> str:
    """``#1023路灯(桥头)``, without its place ``#1023路灯``."""
    place = f"({row['place']})" if places and row.get("place") else ""
    return f"#{row['no']}{row.get('cat', '')}{place}"


def gather_until(first_due: datetime, later: Sequence[datetime], gather_s: float) -> datetime | None:
    """Until when a sentence waits for its siblings; None: it goes now.

    ``later`` are the moments at which siblings that are not due yet fall due.
    """
    end = first_due + timedelta(seconds=gather_s)
    awaited = [at for at in later if at <= end]
    return max(awaited) if awaited else None
