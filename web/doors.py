"""What the web needs from the rest of the program, and the shapes it shows; the composition root fills it in.

The web knows no tables, no channels and no clock. Everything it shows arrives as one of these frozen values;
everything it changes goes through one of these callables. Moments are aware UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from models.rules.message import LinkState
from models.rules.refusals import Refusal
from models.rules.scope import Scope
from web.api_door import ApiDoor
from web.case_pictures import Album
from web.desk_doors import DeskDoors
from web.entrance import Entrance
from web.health_view import HealthView, SignView
from web.hooks import Hook
from web.letter_door import LetterView
from web.notice_door import NoticeDoor
from web.outward import Outward
from web.relay_door import RelayDoor
from web.residents import Residents
from web.roster_door import RosterDoor
from web.today_view import ConsoleView

Unsubscribe = Callable[[], None]
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


class NotHere(Exception):  # noqa: N818 - an answer: the page says 404
    """A person, chat, line or picture asked for by name does not exist, or this person cannot see it."""


# -- the simulated groups --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuoteView:
    """What a bubble quotes."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class BubbleView:
    """One line of a chat as one member's phone shows it."""

    id: str
    sender: str
    name: str
    text: str
    at: datetime
    mine: bool = False
    from_bot: bool = False
    quote: QuoteView | None = None
    picture: bool = False
    file: str = ""
    """Name of a file, title of a link card."""
    address: str = ""
    """Where a link card leads."""
    about: str = ""
    """What a link card says of itself."""
    caption: str = ""
    recalled: bool = False
    can_recall: bool = False


@dataclass(frozen=True, slots=True)
class ChatView:
    """One conversation of a phone: a group, or (``private``) the chat with our account."""

    id: str
    title: str
    private: bool
    unread: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class PersonView:
    """Whose phone it is; ``role`` says who that is in the neighbourhood (居民, 组长…)."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PhoneView:
    """One phone: its conversations and the one that is open."""

    person: PersonView
    chats: tuple[ChatView, ...]
    open: ChatView
    bubbles: tuple[BubbleView, ...]
    bot_name: str
    can_write: bool
    """False in private chat until our account is a friend."""
    has_asked: bool = False


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a person typed into a phone."""

    person: str
    chat: str
    text: str = ""
    quote: str | None = None
    mention_bot: bool = False
    picture: bytes | None = field(default=None, repr=False)
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ClockView:
    """The virtual clock: what it shows and whether it runs."""

    now: datetime
    running: bool


class SimulatorDoor(Protocol):
    """The simulated WeChat and its clock. Unknown people, chats and lines raise NotHere."""

    def people(self) -> tuple[PersonView, ...]:
        """Whose phones there are, in the order to show them."""
        ...

    def phone(self, person: str, chat: str | None) -> PhoneView:
        """One phone with a conversation open (None: its first); what is shown counts as read."""
        ...

    def line(self, person: str, line: str) -> BubbleView:
        """One line, if this person can see it."""
        ...

    def say(self, what: Utterance) -> None:
        """Let a person say something."""
        ...

    def recall(self, person: str, line: str) -> None:
        """Let a person take their own line back."""
        ...

    def ask_friend(self, person: str) -> None:
        """Let a person ask our account to be friends."""
        ...

    def picture(self, person: str, line: str) -> bytes:
        """A picture, if this person can see it."""
        ...

    def clock(self) -> ClockView:
        """The virtual clock."""
        ...

    def advance(self, seconds: int) -> None:
        """Move the clock on; everything due by then happens."""
        ...

    def advance_to_morning(self) -> None:
        """Move the clock on to the next 07:30 in Shanghai."""
        ...

    def set_running(self, running: bool) -> None:
        """Let the clock run, or hold it still."""
        ...

    def subscribe(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call the listener, from any thread, whenever a phone would show something new."""
        ...


# -- status ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccountView:
    """How one account's way to WeChat is doing; ``since`` is when this state began."""

    name: str
    channel: str
    state: LinkState
    since: datetime | None = None
    why: str = ""
    qrcode: str = ""
    """What the QR code to scan holds; empty unless the state is SCAN."""
    last_heard: datetime | None = None
    last_said: datetime | None = None
    by_hand: bool = False
    """People say what it says."""


@dataclass(frozen=True, slots=True)
class OutageView:
    """A stretch in which messages may have been missed; ``until`` None: still going on."""

    account: str
    since: datetime
    until: datetime | None
    why: str
    rooms: int = 0


@dataclass(frozen=True, slots=True)
class WaitingView:
    """One outbox row that is not said yet or whose fate is unknown."""

    to: str
    text: str
    state: str
    """queued, sending, relay, unknown or dead."""
    since: datetime
    due: datetime | None = None
    tries: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class StatusView:
    """Everything the status page shows, at ``now``."""

    now: datetime
    accounts: tuple[AccountView, ...]
    outages: tuple[OutageView, ...] = ()
    waiting: tuple[WaitingView, ...] = ()
    """The first of what waits; ``depth`` counts all of it by state."""
    depth: tuple[tuple[str, int], ...] = ()
    signs: tuple[SignView, ...] = ()
    """What is judged, the worst first; of it only what this visitor may see."""
    ill: int = 0
    """How many parts are ill or dead, those that are not shown included."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything the web is given."""

    secret: bytes
    """Signs form tokens."""
    status: Callable[[Scope], StatusView]
    console: Callable[[Scope], ConsoleView]
    relay: RelayDoor
    sentence: Callable[[Refusal], str]
    """Words a refusal for a person to read."""
    letter: Callable[[int, Scope], LetterView] | None = None
    """A notice by its number as a letter; raises NotHere."""
    notices: NoticeDoor | None = None
    """The pages of notices; None: there are none."""
    residents: Residents | None = None
    """What the other pages of residents, and the boards that cadres print, are drawn from; None: there are none."""
    rosters: RosterDoor | None = None
    """Rosters from spreadsheets; None: they only come by the command line."""
    simulator: SimulatorDoor | None = None
    """None outside the demo: the simulated groups are not served at all."""
    entrance: Entrance | None = None
    """Who may come in; None in tests of single pages only: there nobody is asked."""
    api: ApiDoor | None = None
    """What programs may ask for; None: there is no such address."""
    album: Album | None = None
    """Pictures of cases; None: none are kept."""
    desks: DeskDoors | None = None
    """Knowledge, words, what waits to be said, settings; None: there are no such pages."""
    outward: Outward | None = None
    """What other programs are told, and what they answer; None in tests of single pages only."""
    health: Callable[[], HealthView] | None = None
    """What machines ask about the program; None: they cannot."""
    metrics_token: str = ""
    """Whoever brings it may read the numbers; empty: whoever asks on this machine."""
    weather: Hook | None = None
    """None without a secret for it: there is no such address."""
    hosts: tuple[str, ...] = LOOPBACK_NAMES
    """Host names a browser may use; anything else is a page of somebody else's pointing here."""
