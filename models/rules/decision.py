"""What understanding returns: a decision that can explain itself word by word."""

from dataclasses import dataclass, field
from enum import StrEnum

from models.rules.told import NOTHING_TOLD, Told
from models.rules.urgency import Privacy, Urgency


class Kind(StrEnum):
    """What a message is (the contract of ``python -m bot understand``)."""

    REPORT = "report"
    QUESTION = "question"
    SUGGESTION = "suggestion"
    WISH = "wish"
    URGE = "urge"
    WITHDRAW = "withdraw"
    THANKS = "thanks"
    ACK = "ack"
    CHAT = "chat"
    ADVERT = "advert"
    NOTICE = "notice"
    COMMAND = "command"
    EMERGENCY = "emergency"
    SUSPECTED = "suspected"


REQUESTS = frozenset({Kind.REPORT, Kind.QUESTION, Kind.SUGGESTION, Kind.WISH})
"""Kinds by which somebody wants something done or answered."""
CASES = REQUESTS | {Kind.EMERGENCY}
"""Kinds that open a case."""


class Cue(StrEnum):
    """Follow-up readings that only the room's open cases can settle."""

    ASK_PROGRESS = "ask_progress"
    ASK_REPORTED = "ask_reported"
    """Has anybody reported it yet?"""
    URGE = "urge"
    WITHDRAW = "withdraw"
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    CO_REPORT = "co_report"
    ANGRY = "angry"
    SCAM = "scam"
    FAKE_NOTICE = "fake_notice"
    VICTIM = "victim"
    """Has already paid, scanned or given away a card number."""
    LIFE_SUPPORT = "life_support"
    """A device that keeps somebody alive needs power."""
    THREAT = "threat"
    """Announces violence or destruction in a quarrel."""
    REFUSES_MEDIATION = "refuses_mediation"
    ON_SCENE = "on_scene"
    THIRD_PARTY = "third_party"
    ASKS_EMERGENCY = "asks_emergency"
    """Emergency words, guarded but doubtful: ask one short question."""
    PERSONAL_NUMBER = "personal_number"
    """Holds an ID, bank or phone number: warn once."""
    ANONYMOUS = "anonymous"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class CommandMatch:
    """A command phrase and what it captured; ``intent`` names a class in the registry."""

    intent: str
    groups: dict[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """The reading of one message (or of one sender's burst, joined by newlines).

    ``because`` holds every word that counted, with its weight, largest first. ``score`` is the winner's; ``candidates``
    are the best five categories. ``text`` is normalised and masked: safe to store for what became a case.
    """

    kind: Kind
    category: str | None = None
    score: float = 0.0
    urgency: Urgency | None = None
    privacy: Privacy = Privacy.P1
    places: tuple[str, ...] = ()
    phones: int = 0
    """How many personal numbers (phone, landline, ID, bank card, plate) were masked."""
    emergency: str | None = None
    because: tuple[tuple[str, float], ...] = ()
    candidates: tuple[tuple[str, float], ...] = ()
    cues: frozenset[Cue] = frozenset()
    commands: tuple[CommandMatch, ...] = ()
    """Possible command readings, likeliest first; meaning depends on who speaks and what is open."""
    text: str = ""
    hotline: str | None = None
    """求助 / 投诉 / 咨询 / 建议 / 举报 / 紧急 / 心愿."""
    service_mode: str | None = field(default=None)
    """陪办 / 帮办 / 代办 when asked for."""
    told: Told = NOTHING_TOLD
    """Since when, how many, who is at risk, who is complained about."""

    @property
    def matters(self) -> bool:
        """Whether anything at all could follow from this message."""
        return self.kind not in _SILENT or bool(self.cues or self.commands)


_SILENT = frozenset({Kind.CHAT, Kind.ACK, Kind.THANKS})
NOTHING = Decision(Kind.CHAT)
"""Shared value for messages the first pass dismisses."""
