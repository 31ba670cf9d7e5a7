"""How the way to a simulated WeChat can fail: what real gateways were seen to do (docs/platform.md §1)."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from bot.channels import AnswerLost, ChannelDown, ChannelRefused
from models.rules.message import LinkState


class Mishap(StrEnum):
    """What happens to one single send, then no more."""

    REFUSED = "refused"
    DOWN = "down"
    LOST_AFTER = "lost_after"
    """It was said, but the answer never came back."""
    LOST_BEFORE = "lost_before"
    """It was not said, and the answer never came back either: nobody can tell the two apart."""
    NO_ID = "no_id"
    """It was said; the platform tells no message id."""


@dataclass(slots=True)
class Faults:
    """What is wrong with one account's way at the moment; a fresh one has no fault."""

    state: LinkState = LinkState.ONLINE
    deaf: bool = False
    """Sends work, but nothing is heard any more; what is said meanwhile is lost to us."""
    mute: bool = False
    """Everything is heard, but sends fail."""
    frozen: bool = False
    """The gateway stands still: events wait, answers do not come."""
    copies: int = 1
    """How often each event is delivered; 2 is a duplicate delivery."""
    mishaps: deque[Mishap] = field(default_factory=deque)
    refused_conversations: set[str] = field(default_factory=set)
    mishaps_in: dict[str, deque[Mishap]] = field(default_factory=dict)
    """What happens to the next sends to one conversation, by its id; the others go on undisturbed."""

    @property
    def hears(self) -> bool:
        """Whether an event said now ever reaches the channel."""
        return self.state is LinkState.ONLINE and not self.deaf

    def next_mishap(self, conversation: str) -> Mishap | None:
        """What happens to the send being tried now.

        Raises:
            ChannelDown: the way is closed; nothing was sent.
            ChannelRefused: this conversation takes nothing.
        """
        if self.state is not LinkState.ONLINE or self.mute:
            raise ChannelDown(f"the simulated account is {'mute' if self.mute else self.state}")
        if conversation in self.refused_conversations:
            raise ChannelRefused("the simulated WeChat refuses this conversation")
        if self.frozen:
            return Mishap.LOST_BEFORE
        waiting = self.mishaps_in.get(conversation) or self.mishaps
        return waiting.popleft() if waiting else None

    def probe(self) -> None:
        """Send a probe through sending and hearing. Raises ChannelDown when it would not come back."""
        if not self.hears or self.mute or self.frozen:
            raise ChannelDown("the probe did not come back")


NOTHING_SAID: dict[Mishap, type[ChannelDown | ChannelRefused | AnswerLost]] = {
    Mishap.REFUSED: ChannelRefused,
    Mishap.DOWN: ChannelDown,
    Mishap.LOST_BEFORE: AnswerLost,
}
"""Mishaps after which nothing was said, and what the channel raises."""
