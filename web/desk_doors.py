"""What the pages of knowledge, words, running and settings are drawn from."""

from collections.abc import Callable
from dataclasses import dataclass

from models.knowledge_desk import KnowledgeDesk
from models.rules.scope import Scope
from models.setting_desk import SettingDesk
from models.unsaid_desk import UnsaidDesk
from models.word_desk import WordDesk
from web.trial_door import TrialDoor


@dataclass(frozen=True, slots=True)
class Suggested:
    """What leaders' corrections speak for: one word of one category, and the evidence in words."""

    action: str
    """``add``, ``more`` or ``less``."""
    word: str
    category: str
    weight: float
    why: str


@dataclass(frozen=True)
class DeskDoors:
    """Filled in by the composition root."""

    trials: TrialDoor
    words: WordDesk
    unsaid: UnsaidDesk
    knowledge: KnowledgeDesk
    settings: SettingDesk
    suggested: Callable[[Scope], tuple[Suggested, ...]]
    """What waits for somebody's review, counted from the corrections of these areas."""
