"""What the manual relay shows and changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.rules.ids import IdempotencyKey
from web.entrance import Visitor


@dataclass(frozen=True, slots=True)
class RelayFile:
    """A picture or file that goes along with a text; of a link card (``address``) the address."""

    number: int
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class RelayTask:
    """One text a person must bring into WeChat. ``id`` names the outbox row to the door, to nobody else."""

    id: str
    to: str
    """The group's title or the person's name, as the relaying person knows them."""
    text: str
    since: datetime
    urgent: bool = False
    call: bool = False
    """Somebody is to be phoned; WeChat is of no use."""
    files: tuple[RelayFile, ...] = ()
    """What goes along, to be saved on the telephone first."""


class RelayDoor(Protocol):
    """The texts that wait for a person. A settled task raises a Refusal; one of other areas raises NotHere."""

    def waiting(self, who: Visitor) -> tuple[RelayTask, ...]:
        """What waits in this person's areas, urgent first, then oldest first."""
        ...

    def file(self, who: Visitor, task: str, number: int) -> tuple[str, bytes]:
        """Name and bytes of one file of a waiting task. Raises NotHere."""
        ...

    def confirm(self, who: Visitor, task: str, key: IdempotencyKey) -> None:
        """A person says: I have sent it."""
        ...

    def give_up(self, who: Visitor, task: str, key: IdempotencyKey) -> None:
        """A person says: this cannot be sent."""
        ...
