"""How the program behaves where people may choose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """How the program behaves where people may choose. Seconds."""

    friend_requests: str = "accept"
    """accept, ask (a person decides in WeChat) or ignore."""
    heartbeat_s: float = 1.0
    probe_s: float = 20.0
    outage_told_after_s: float = 60.0
    census_s: float = 600.0
    """How often the rooms that are there are compared with those bound."""
    fetch_s: float = 5.0
    """How often pictures and voices that belong to a case are looked for."""
    forget_s: float = 30.0
    """How often what became nothing is dropped from memory."""
    under_way_s: float = 2.0
    """By so much a gateway may mix up the order of messages of different rooms."""
