"""One case as a row of a report, with as much of a person as the tier allows (report_columns.tsv; safeguards §3)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from models.rules.places import public_place, without_homes
from models.rules.reporting import SHOWN, Tier
from models.rules.seats import Seat, without_full_names
from models.rules.urgency import Privacy

SUMMARY_LETTERS = 60
_MOMENTS = ("created_at", "contacted_at", "due_at", "resolved_at")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """Codes stay codes: words are put where it is shown. A ``withheld`` case has its number and nothing else."""

    no: int
    withheld: bool = False
    state: str = ""
    created_at: datetime | None = None
    source: str = ""
    area: int = 0
    place: str = ""
    reporter: str = ""
    """Surname; ``anonymous``; or nothing where nobody is bound or the tier shows none."""
    others: int = 0
    """Co-reporters."""
    summary: str = ""
    category: str = ""
    hotline: str = ""
    urgency: str = ""
    keeper: str = ""
    """Post and surname."""
    assignee: str = ""
    assignee_post: str = ""
    contacted_at: datetime | None = None
    due_at: datetime | None = None
    steps: tuple[tuple[str, str, str], ...] = ()
    """(ISO moment, step, post and surname)."""
    resolved_at: datetime | None = None
    result: str = ""
    rated: str = ""
    """``5/4/5`` of the last rating, effect, duration, attitude."""
    asked_again: str = ""
    """Outcome of the last follow-up."""
    asked_by: str = ""
    """Who asked, post and surname."""
    needs: str = ""
    """What the level above was called for."""
    mine: bool = False
    """Whether whoever asks handled it: he is not told how it was rated (safeguards §1.6)."""
    public: bool = False
    """Whether anybody with its link may read more than how it stands."""

    def kept(self) -> dict[str, Any]:
        """For JSON."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }


def row_kept(kept: Mapping[str, Any]) -> ReportRow:
    """The same from JSON; what a later version no longer knows is left out."""
    known = {field.name for field in fields(ReportRow)}
    row: dict[str, Any] = {name: value for name, value in kept.items() if name in known}
    for name in _MOMENTS:
        row[name] = datetime.fromisoformat(row[name]) if row.get(name) else None
    row["steps"] = tuple(tuple(step) for step in row.get("steps", ()))
    return ReportRow(**row)


def is_withheld(privacy: str, flags: Mapping[str, Any], tier: Tier) -> bool:
    """Whether only the number is told: too private for the tier, or about somebody who holds a post."""
    return Privacy(privacy) not in SHOWN[tier] or bool(flags.get("accused"))


def place_for(place: str, tier: Tier) -> str:
    """Where, with the door for the group alone."""
    return place if tier is Tier.GROUP else public_place(place)


def words_for(words: str, tier: Tier, seats: Mapping[int, Seat]) -> str:
    """What people said: no full names of post holders; without doors in the village, and not at all in the township."""
    if tier is Tier.TOWN:
        return ""
    said = " ".join(without_full_names(words, seats.values()).split())
    return said if tier is Tier.GROUP else without_homes(said)
