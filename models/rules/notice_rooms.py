"""How it stands with a notice in one room, as a cadre is told: from its row of the outbox (seed D08)."""

from enum import StrEnum

STOPPED_BY_HAND = "notice cancelled"
"""Why a row will not be said: somebody stopped its notice."""
POLICY_WAITS = frozenset({"quiet", "hush", "notice_cap", "daily_cap", "hourly_cap"})
"""What a row waits for that is no trouble (``Wait.why``)."""


class Share(StrEnum):
    """How it stands in a room, in the order in which a cadre wants to hear of it."""

    FAILED = "failed"
    DOUBT = "doubt"
    AGAIN = "again"
    BY_HAND = "by_hand"
    COMING = "coming"
    STOPPED = "stopped"
    SENT = "sent"


_STATES = {
    "sent": Share.SENT,
    "merged": Share.SENT,
    "unknown": Share.DOUBT,
    "relay": Share.BY_HAND,
    "cancelled": Share.STOPPED,
    "dead": Share.FAILED,
    "sending": Share.COMING,
}
TROUBLES = (Share.FAILED, Share.DOUBT, Share.AGAIN, Share.BY_HAND)
"""What a cadre may have to do something about: these rooms are told by name."""
_REASONS = (
    (Share.FAILED, "gone", "GONE"),
    (Share.FAILED, "refused", "REFUSED"),
    (Share.FAILED, "tries", "TRIES"),
    (Share.FAILED, "not said by a person", "BY_HAND"),
    (Share.COMING, "quiet", "QUIET"),
    (Share.COMING, "notice_cap", "FULL"),
)


def share_of(state: str, why: str) -> Share:
    """How it stands with a row of this state that last heard this reason.

    >>> share_of("queued", "the gateway answered UNAUTHENTICATED").value
    'again'
    """
    if state == "queued":
        return Share.AGAIN if why and why not in POLICY_WAITS else Share.COMING
    return _STATES[state]


def reason_of(share: Share, why: str) -> str:
    """Which of our plain reasons it is; empty: none that helps anybody.

    >>> reason_of(Share.FAILED, "tries: the account is mute")
    'TRIES'
    """
    return next((name for of, begin, name in _REASONS if of is share and why.startswith(begin)), "")
