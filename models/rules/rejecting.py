"""When a request may be turned down: for a reason of the law, by a person, with another way to go, and one objection.

Sources: domain state_machine.toml [reject_reason], Beijing 接诉即办 art. 11, Weifang art. 19.
"""

from datetime import timedelta
from enum import StrEnum

APPEAL_WITHIN = timedelta(days=7)


class RejectReason(StrEnum):
    """The only reasons there are."""

    EMERGENCY_LINE = "emergency_line"
    """For 110, 119, 120, 122 (art. 11-1)."""
    LEGAL_ROUTE = "legal_route"
    """Lawsuit, arbitration, discipline inspection, review, disclosure or petition (art. 11-2; Weifang art. 19)."""
    REPEAT = "repeat"
    """The same matter has ended and nothing is new: its result is told (art. 11-3)."""
    PRIVATE_SECRET = "private_secret"  # noqa: S105 - a reason, no password
    """Secrets of state, of trade, of other people's lives (art. 11-4)."""
    MARKET = "market"
    """A civil matter between market participants (art. 11-5)."""
    UNLAWFUL = "unlawful"
    """Against the law or public order (art. 11-6)."""
    OUT_OF_AREA = "out_of_area"
    """Somewhere else answers for it."""
