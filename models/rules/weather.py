"""Dangerous weather: the kinds a person or a weather service names, and what each means for us (pure)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Weather:
    """``words`` name it in chat; ``wakes``: it cannot wait for the morning."""

    code: str
    words: tuple[str, ...]
    wakes: bool = False


KINDS = (
    Weather("heat", ("高温", "酷热")),
    Weather("flood", ("暴雨", "洪水", "山洪", "内涝", "洪涝", "泄洪"), wakes=True),
    Weather("frost", ("霜冻", "寒潮", "低温", "冰冻", "大雪", "冰雪", "大风降温")),
)
SUMMED_UP_AFTER = timedelta(hours=8)
"""So much later whoever raised it hears once how many households were asked."""
WORDS = "|".join(word for kind in KINDS for word in kind.words)


def weather_named(name: str) -> Weather | None:
    """The kind by a word of chat or by its code."""
    return next((kind for kind in KINDS if name == kind.code or name in kind.words), None)
