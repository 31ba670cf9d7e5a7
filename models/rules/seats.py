"""The cards a town is made of: an area, an appointment with whoever takes its work today, a room."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from models.rules.preset import Preset

_BRACKETS = re.compile(r"[(\uff08][^)\uff09]*[)\uff09]")


def post_names(post: str, preset: Preset) -> frozenset[str]:
    """What a post is called: its name, the other names its preset writes, each also without what stands in brackets."""
    also = preset.extras.get("posts", {}).get(post, {}).get("also", ())
    return with_short({preset.posts[post].name, *also})


def without_full_names(words: str, seats: Iterable["Seat"]) -> str:
    """The words with post and surname for each holder's full name."""
    for seat in seats:
        if len(seat.name) > 1 and seat.name in words:
            called = f"{seat.title}{seat.surname}"
            words = words.replace(f"{seat.title}{seat.name}", called).replace(seat.name, called)
    return words


def with_short(names: Iterable[str]) -> frozenset[str]:
    """The names, and each without what stands in brackets."""
    written = frozenset(names)
    return (written | {_BRACKETS.sub("", each) for each in written}) - {""}


@dataclass(frozen=True, slots=True)
class AreaNode:
    """One area of one scheme; ``rank`` grows downwards (1 county … 9 household)."""

    id: int
    name: str
    scheme: str
    level: str
    rank: int
    parent: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's appointment to one post in one area."""

    id: int
    post: str
    area: int
    person: int
    surname: str
    name: str
    title: str
    """What people call the holder: the post's name unless the appointment says otherwise."""
    valid_from: date
    valid_to: date | None
    identities: tuple[int, ...] = ()
    """Verified chat identities of the person."""
    acts_for: int | None = None
    """The person of the appointment, where somebody else takes today what would come to them."""

    def is_any_of(self, persons: Iterable[int]) -> bool:
        """Whether the holder, or whoever they act for, is one of these persons."""
        shunned = frozenset(persons)
        return self.person in shunned or self.acts_for in shunned

    def goes_by(self, wanted: str, area: str, names: Iterable[str]) -> bool:
        """Whether somebody means this seat by its title or a name of its post, alone or behind its area (四组的组长)."""
        bare = wanted.removeprefix(area).removeprefix("的")
        return bool({wanted, bare} & {self.title, *names})

    def taken_by(self, other: "Seat") -> "Seat":
        """The same appointment with somebody else on it, called by his own post."""
        return replace(
            self, person=other.person, surname=other.surname, name=other.name, title=other.title,
            identities=other.identities, acts_for=self.person,
        )  # fmt: skip

    def in_force(self, on: date) -> bool:
        """Whether the appointment holds on that Shanghai date."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A bound room."""

    id: int
    channel: str
    platform_id: str
    title: str
    kind: str
    tier: int
    areas: tuple[int, ...]
    mode: str = "active"
    quiet: str | None = None
    owner: int | None = None
    """Identity of the group owner, when known."""
    account: str = ""
    """The account that listens here."""
    read_only: bool = False
    listens_from: datetime | None = None
    """What was said before is taken by the account that listened before; None: everything is ours."""
    listened_before: str = ""

    def is_heard_by(self, account: str, at: datetime) -> bool:
        """Whether this one of our accounts takes what was said here at a moment: of several always one."""
        before = self.listens_from is not None and at < self.listens_from
        listener = self.listened_before if before else self.account
        return listener in {"", account}

    @property
    def of_leaders(self) -> bool:
        """Whether post holders are among themselves there."""
        return self.kind == "working"


@dataclass(frozen=True, slots=True)
class Found:
    """Who answers, and which posts stood empty on the way there."""

    seat: Seat | None
    vacant: tuple[str, ...] = ()
    step: int = 0
    """Position on the ladder, 0 = first responder; len(ladder) when the post is not on it."""
