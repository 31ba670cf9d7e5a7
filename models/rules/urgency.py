"""Closed sets shared by understanding, case life and pacing."""

from enum import StrEnum


class Urgency(StrEnum):
    """U0 emergency … U3 complex; Q question; S suggestion or wish (taxonomy §2)."""

    U0 = "U0"
    U1 = "U1"
    U2 = "U2"
    U3 = "U3"
    Q = "Q"
    S = "S"


URGENCY_ORDER: dict[Urgency, int] = {u: i for i, u in enumerate(Urgency)}
"""Most urgent first."""


class Privacy(StrEnum):
    """P1 within the area, P2 the responsible person, P3 named people with audit, P4 no ordinary case."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class GroupReply(StrEnum):
    """How a group may hear that a case was opened."""

    RECEIPT = "receipt"
    NEUTRAL = "neutral"
    PRIVATE = "private"
    EMERGENCY = "emergency"
