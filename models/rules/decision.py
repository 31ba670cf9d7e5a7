"""What understanding returns: a decision that can explain itself word by word."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from models.rules.told import NOTHING_TOLD, Told
from models.rules.urgency import Privacy, Urgency

Because = tuple[tuple[str, float], ...]
"""Words and what they weighed."""


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


class Details(Protocol):
    """What a message says beside what it is. Most messages are nobody's concern: it is read when somebody asks for it."""

    @property
    def places(self) -> tuple[str, ...]:
        """Place phrases as they were written, in order."""
        ...

    @property
    def told(self) -> Told:
        """Since when, how many, who is at risk, who is complained about."""
        ...

    @property
    def because(self) -> Because:
        """Every word that counted, with its weight, largest first."""
        ...

    @property
    def service_mode(self) -> str | None:
        """陪办 / 帮办 / 代办 when asked for."""
        ...


@dataclass(frozen=True, slots=True)
class KnownDetails:
    """Details that need no reading."""

    places: tuple[str, ...] = ()
    told: Told = NOTHING_TOLD
    because: Because = ()
    service_mode: str | None = None


NO_DETAILS = KnownDetails()


@dataclass(frozen=True, slots=True)
class Decision:
    """The reading of one message (or of one sender's burst, joined by newlines).

    ``score`` is the winner's; ``candidates`` are the best five categories. ``text`` is normalised and masked: safe to
    store for what became a case.
    """

    kind: Kind
    category: str | None = None
    score: float = 0.0
    urgency: Urgency | None = None
    privacy: Privacy = Privacy.P1
    phones: int = 0
    """How many personal numbers (phone, landline, ID, bank card, plate) were masked."""
    emergency: str | None = None
    candidates: tuple[tuple[str, float], ...] = ()
    cues: frozenset[Cue] = frozenset()
    commands: tuple[CommandMatch, ...] = ()
    """Possible command readings, likeliest first; meaning depends on who speaks and what is open."""
    text: str = ""
    hotline: str | None = None
    """求助 / 投诉 / 咨询 / 建议 / 举报 / 紧急 / 心愿."""
    details: Details = field(default=NO_DETAILS, compare=False)

    @property
    def places(self) -> tuple[str, ...]:
        """See Details."""
        return self.details.places

    @property
    def told(self) -> Told:
        """See Details."""
        return self.details.told

    @property
    def because(self) -> Because:
        """See Details."""
        return self.details.because

    @property
    def service_mode(self) -> str | None:
        """See Details."""
        return self.details.service_mode

    @property
    def matters(self) -> bool:
        """Whether anything at all could follow from this message."""
        return self.kind not in _SILENT or bool(self.cues or self.commands)


_SILENT = frozenset({Kind.CHAT, Kind.ACK, Kind.THANKS})
NOTHING = Decision(Kind.CHAT)
"""Shared value for messages the first pass dismisses."""
