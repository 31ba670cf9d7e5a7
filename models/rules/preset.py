"""One seed system as configuration: levels, posts, ladder, responsibilities (presets/*.toml)."""

from dataclasses import dataclass, field
from typing import Any

from models.rules.households import Tag
from models.rules.offline_ways import OfflineWay
from models.rules.participation import NO_MATTER, Matter, Part
from models.rules.permissions import Permission
from models.rules.standing import Standing
from models.rules.whistle import Whistle

SECOND_ABOVE = 20
LEGAL_CHANNEL = "@legal_channel"
"""Complaints about an official go past every post to the supervision committee and the lawful channels."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the area tree; ``rank`` grows downwards."""

    code: str
    name: str
    rank: int
    scheme: str = "governance"


@dataclass(frozen=True, slots=True)
class PostType:
    """A post that people hold over time. ``max`` is per area; None means no limit."""

    code: str
    name: str
    level: str
    max: int | None
    may: frozenset[Permission]
    board: bool = False
    """Whether it stands on the board of its area (seed A17); no post marked: the first steps of the ladder do."""
    skill: bool = False
    """A skill that somebody carries beside a post of his own; nobody lacks it where nobody has it (seed C08)."""
    duties: str = ""
    """What its holder does, as residents read it on the board."""


@dataclass(frozen=True, slots=True)
class RoomRule:
    """Which rooms a place has: tier 1 residents', 2 and 3 working rooms."""

    tier: int
    kind: str
    bind: str
    owner: str
    names: tuple[str, ...] = ()
    """What such groups are called here."""


@dataclass(frozen=True)
class Preset:
    """A place's habits. ``extras`` keeps the tables later capabilities read (points, meetings, awards…)."""

    code: str
    title: str
    levels: tuple[Level, ...]
    posts: dict[str, PostType]
    ladder: tuple[str, ...]
    responsibility: dict[str, str]
    rooms: tuple[RoomRule, ...]
    oversight_post: str
    """Who hears complaints about officials and appeals (村委法 32)."""
    dispatcher_post: str
    """Who hands out what was returned."""
    parts: tuple[Part, ...] = ()
    """Ways of taking part in a case, as they are called here."""
    matters: tuple[Matter, ...] = ()
    """Kinds of matters with a lead and assistants of their own."""
    skills: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Responsibility key → skills whose nearest holder goes first."""
    whistle: Whistle = field(default_factory=Whistle)
    """Whom a whistle calls, and how soon they report in."""
    reminders: tuple[Standing, ...] = ()
    """What is said again and again, in the order in which cadres number it."""
    tags: tuple[Tag, ...] = ()
    """What may be noted of a household, so that notices reach whom they concern."""
    second_above: int = SECOND_ABOVE
    """A notice to more groups than this waits for a second person; 0: none does."""
    ways: tuple[OfflineWay, ...] = ()
    """By what a notice reaches people who read no group."""
    extras: dict[str, Any] = field(default_factory=dict, compare=False)

    def post_for(self, role: str) -> str:
        """Post code of a responsibility key; the legal channel means the oversight post.

        Raises:
            KeyError: no such key; ``check`` finds that before the program starts.
        """
        post = self.responsibility[role]
        return self.oversight_post if post == LEGAL_CHANNEL else post

    def matter_of(self, role: str, category: str, kind: str) -> Matter:
        """What kind of matter a case is; ``NO_MATTER`` for most, and for all that goes past every post by law."""
        if self.responsibility.get(role) == LEGAL_CHANNEL:
            return NO_MATTER
        return next((m for m in self.matters if m.speaks_of(role, category, kind)), NO_MATTER)

    def level(self, code: str) -> Level:
        """The level with that code."""
        return next(x for x in self.levels if x.code == code)

    def rank_of_post(self, post: str) -> int:
        """Rank of the level a post belongs to."""
        return self.level(self.posts[post].level).rank
