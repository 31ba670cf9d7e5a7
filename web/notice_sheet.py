"""The form of a notice as a browser sends it: everything is text, and nonsense is nothing that was asked for."""

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict

from handlers.notice_look import Look
from handlers.notices import PublishNotice
from models.notice_desk import NoticeLine
from models.rules.whom import whom_kept
from web.audience_tree import Choice
from web.notice_words import LEVEL_WORDS
from web.typed import numbers_in

MOST_WORDS = 2000
MOST_SOURCE = 40
MOST_MOMENT = 60
LOOKED_FOR = timedelta(hours=12)
"""So long what somebody looked at may be sent without another look."""
OPEN, SEND = "open:", "send"


class Sheet(BaseModel):
    """What was typed and ticked."""

    model_config = ConfigDict(frozen=True)

    csrf: str = ""
    step: str = "look"
    """look, send, or open:<place>."""
    words: str = ""
    area: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    whom: str = "usual"
    way: tuple[str, ...] = ()
    file: tuple[str, ...] = ()
    """Pictures of reports that go along."""
    level: str = "normal"
    source: str = ""
    moment: str = ""
    said_at: str = ""
    looked: str = ""

    @classmethod
    def like(cls, line: NoticeLine, choices: Iterable[Choice]) -> Self:
        """The form filled as an earlier notice was."""
        whom = whom_kept(line.audience)
        values = {*whom.kinds, *whom.posts, *whom.tags}
        kind = next(
            (c.value for c in choices if not values.isdisjoint(c.values)), "every" if whom.every else "usual"
        )
        return cls(
            words=line.body, area=tuple(map(str, whom.areas)), without=tuple(map(str, whom.without)), whom=kind,
            level=line.level if line.level in LEVEL_WORDS else "normal", source=line.source,
        )  # fmt: skip

    @property
    def areas(self) -> tuple[int, ...]:
        """Ids of the places that were ticked."""
        return numbers_in(self.area)

    @property
    def left_out(self) -> tuple[int, ...]:
        """Ids of the places that were ticked not to hear it."""
        return numbers_in(self.without)

    @property
    def files(self) -> tuple[int, ...]:
        """Ids of the pictures that go along."""
        return numbers_in(self.file)

    @property
    def opens(self) -> frozenset[int]:
        """Places whose parts somebody asked to see."""
        asked = (self.step.removeprefix(OPEN),) if self.step.startswith(OPEN) else ()
        return frozenset(numbers_in((*self.opened, *asked)))

    @property
    def said(self) -> str:
        """The words without what no keyboard types."""
        return typed(self.words)

    def missing(self, choices: Iterable[Choice]) -> tuple[str, str]:
        """The step that is not filled in, and what to do; empty: all are."""
        if not self.areas:
            return "whom", "先在第一步勾上要发的地方。"
        if all(choice.value != self.whom for choice in choices):
            return "whom", "“发给哪些人”选的现在没有了，请重新选。"
        if not self.said:
            return "what", "在第二步写上要说的话。"
        if len(self.said) > MOST_WORDS:
            return "what", f"内容有{len(self.said)}个字，最多{MOST_WORDS}个字，请写短一点。"
        if len(typed(self.source)) > MOST_SOURCE or len(typed(self.moment)) > MOST_MOMENT:
            return "when", f"来源最多{MOST_SOURCE}个字，时间最多{MOST_MOMENT}个字，请写短一点。"
        return "", ""

    @property
    def looked_at(self) -> datetime | None:
        """When somebody looked at it; None: nobody did."""
        return moment_typed(self.said_at)

    def is_fresh(self, now: datetime) -> bool:
        """Whether somebody looked at it a short while ago."""
        at = self.looked_at
        return at is not None and at <= now <= at + LOOKED_FOR

    def notice(self, choices: Iterable[Choice]) -> PublishNotice:
        """What is asked for, once nothing is missing."""
        whom = next(c for c in choices if c.value == self.whom).of(self.areas, self.left_out)
        return PublishNotice(
            words=self.said, moment=typed(self.moment), level=self.level if self.level in LEVEL_WORDS else "normal",
            source=typed(self.source), ways="、".join(map(typed, self.way)), whom=whom, files=self.files,
            said_at=self.looked_at,
        )  # fmt: skip

    def mark(self, look: Look) -> str:
        """Stands for what somebody saw: the form, and whom it reached at that moment."""
        seen = (
            self.said, sorted(self.areas), sorted(self.left_out), self.whom, sorted(self.way), sorted(self.files), self.level,
            typed(self.source), typed(self.moment), self.said_at, look.hearers.groups, look.hearers.people,
        )  # fmt: skip
        return hashlib.sha256(repr(seen).encode()).hexdigest()


def typed(words: str) -> str:
    """Words without control characters, lines as one writes them."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def moment_typed(words: str) -> datetime | None:
    """An aware moment as our own forms carry it; None: it is none."""
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
