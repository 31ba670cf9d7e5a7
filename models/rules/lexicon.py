"""What a lexicon holds: categories, emergencies, guards, cues and how points are counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from models.rules.decision import Cue
from models.rules.spoken import PlaceWords, Raise, ToldWords
from models.rules.urgency import Privacy, Urgency


@dataclass(frozen=True, slots=True)
class Group:
    """A first-level category."""

    code: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Item:
    """A second-level category: its words and what it promises. Hours count on ``clock``."""

    code: str
    parent: str
    name: str
    spoken: str
    """What the bot calls it in a sentence: 路灯, 停水."""
    needs_place: bool
    """Whether nobody can act without knowing where."""
    night_card: bool
    """Whether it is only to be seen at night, so that its card does not wait for the morning."""
    definition: str
    urgency: Urgency
    role: str
    sla_claim_hours: float
    sla_resolve_hours: float
    clock: str
    privacy: Privacy
    group_reply: str
    focus: str
    hotline_type: str
    keywords: tuple[str, ...]
    dialect: tuple[str, ...]
    exclude: tuple[str, ...]
    patterns: tuple[str, ...]
    hints: tuple[str, ...] = ()
    """Things and institutions: no sign of a request, but of which category it would be."""
    hint_patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """An area of work and the everyday words that lean towards it (``leanings.toml``)."""

    name: str
    codes: tuple[str, ...]
    """Categories, the usual ones first."""
    words: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EmergencyType:
    """One of the emergencies. ``channel``: ``group`` or ``dm_first``; ``reply`` has the blank ``{leader}``."""

    code: str
    category: str
    call: str
    name: str
    channel: str
    cues: tuple[str, ...]
    patterns: tuple[str, ...]
    reply: str
    group_fallback: str


@dataclass(frozen=True, slots=True)
class Guard:
    """What makes emergency words harmless; ``action`` is one of GUARD_ACTIONS."""

    code: str
    action: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CueWords:
    """Words and patterns of one follow-up cue; any match of ``unless`` takes it back."""

    cue: Cue
    words: tuple[str, ...]
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How points are counted (``[score]`` in cues.toml)."""

    strong_length: int
    strong: float
    weak: float
    pattern: float
    dialect: float
    request_cue: float
    problem_cue: float
    exclude_penalty: float
    accept: float
    ask_from: float
    tie_margin: float
    fallback: tuple[str, ...]
    damp: float
    fallback_question_bonus: float
    private_talk_penalty: float


class Side(StrEnum):
    """What a turn of phrase speaks for."""

    ASKS = "asks"
    """Somebody is to act, or to answer."""
    TELLS = "tells"
    """Something is wrong, and whose it is."""
    SELLS = "sells"
    REPORTS = "reports"
    CHATS = "chats"


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of phrase (``turns.toml``); ``says`` is what an explanation calls it."""

    name: str
    side: Side
    says: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign of a request counts (``weights.tsv``): numbers fitted on real text, beside visible words."""

    words: Mapping[str, tuple[float, float]]
    """Word → (rarity, weight)."""
    marks: Mapping[str, float]
    """Mark → weight."""
    bias: float = 0.0
    trusts: float = 0.0
    """From this sum on what the tables see clearly, with nothing contrary beside it, is a request."""
    believes: float = 0.0
    """The same where they see it less clearly, or something private, commercial or out of the news stands beside it."""
    holds: float = 0.0
    """The same where both is so."""
    opens: float = 0.0
    """From this sum on a message in which something is wrong is a request though the tables see none."""
    presses: float = 0.0
    """The same where both its words and its turns of phrase say so."""
    asked: float = 0.0
    """From this sum on what says what it asks for is a request, if nothing in it sells or reports."""
    alone: float = 0.0
    """From this sum on it is one though nothing in it says what is wrong."""
    doubts: float = 0.0
    """From this sum on it may be one, where something is wrong."""
    wonders: float = 0.0
    """The same where nothing says so."""


@dataclass(frozen=True, slots=True)
class Folding:
    """How a message is normalised (``[normalise]`` in cues.toml)."""

    longest: int
    mention: str
    quote: str
    emoji: str
    digits: str
    digit_twins: Mapping[str, str]
    tens: str
    number_marks: tuple[str, ...]
    number_ends: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Everything understanding reads. Mappings are read-only; order of items is the order of the file."""

    groups: tuple[Group, ...]
    items: tuple[Item, ...]
    emergencies: tuple[EmergencyType, ...]
    present_boost: tuple[str, ...]
    guards: tuple[Guard, ...]
    cues: tuple[CueWords, ...]
    words: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, tuple[str, ...]]
    score: Score
    folding: Folding
    urgencies: Mapping[str, Mapping[str, Any]]
    evidence: Mapping[str, tuple[str, ...]]
    """Kind of evidence → its words."""
    turns: tuple[Turn, ...]
    weights: Weights
    places: PlaceWords
    told: ToldWords
    raises: tuple[Raise, ...]
    leanings: tuple[Area, ...] = ()
    factors: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """(category, word) → how many times as much the word counts here; 1 where nothing stands (local words)."""

    def item(self, code: str) -> Item:
        """The category of this code. Raises KeyError."""
        return self._items[code]

    @cached_property
    def _items(self) -> Mapping[str, Item]:
        return {each.code: each for each in self.items}

    def emergency(self, code: str) -> EmergencyType:
        """The emergency type of this code. Raises KeyError."""
        return {each.code: each for each in self.emergencies}[code]
