"""What a channel hears, in our own terms."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

MOST_LETTERS = 10_000
"""WeChat takes no longer messages; a longer one is not from a person."""
SAID_BY_MANY = 8
"""Characters up to which two people may well say the same thing at the same moment."""


class MessageKind(StrEnum):
    """What a message carries; anything a channel does not know is OTHER."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"
    STICKER = "sticker"
    RED_PACKET = "redpacket"
    MINI_PROGRAM = "miniprogram"
    FORWARDED = "forwarded"
    CARD = "card"
    OTHER = "other"


WORDLESS = frozenset(
    {MessageKind.IMAGE, MessageKind.VOICE, MessageKind.VIDEO, MessageKind.LOCATION, MessageKind.FILE}
)
"""What carries no words of its own."""
UNHEARD = frozenset(
    {
        MessageKind.STICKER,
        MessageKind.RED_PACKET,
        MessageKind.MINI_PROGRAM,
        MessageKind.CARD,
        MessageKind.OTHER,
    }
)
"""What says nothing that is taken up."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture, voice or file that came with a message; its bytes stay with the channel until fetched."""

    kind: MessageKind
    key: str
    """How the channel finds the bytes again (usually the message id)."""
    name: str = ""
    caption: str = ""
    """What a place message or a simulated picture says of itself."""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was heard.

    ``id`` is the channel's id, unique within ``account``. ``room`` is the channel's id of the group, None in private
    chat. ``text`` holds the sender's own words only: a quoted block is split off into ``quote``.
    """

    id: str
    channel: str
    account: str
    sender: str
    at: datetime
    text: str = ""
    kind: MessageKind = MessageKind.TEXT
    room: str | None = None
    quote: str | None = None
    mentions: tuple[str, ...] = ()
    """Contact ids, as the channel believes: a hint, never an authorisation."""
    mentions_us: bool = False
    attachments: tuple[Attachment, ...] = ()
    own: bool = False
    """Said by one of our own accounts: a delivery receipt, never input."""
    sender_name: str = ""
    """Displayed name, used only to greet in the simulator and to propose re-binding; never authorises."""
    to: str = ""
    """In private chat, whom it was said to: tells to which of our own sends an echo belongs."""

    @property
    def content(self) -> tuple[str, ...]:
        """What makes it the same message under another id: a new login gives new ids, also to people.

        What is as short as 报名 or 1 several people say in one second: there the speaker belongs to it.
        """
        said = (self.channel, self.room or self.sender, self.at.isoformat(), self.text)
        return (*said, self.sender) if len(self.text) <= SAID_BY_MANY else said


class RoomChange(StrEnum):
    """What happened to a room or to our seat in it."""

    INVITED = "invited"
    JOINED = "joined"
    LEFT = "left"
    WE_LEFT = "we_left"
    RENAMED = "renamed"
    DISSOLVED = "dissolved"


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """A room changed: members came or went, it was renamed, we were removed."""

    channel: str
    account: str
    room: str
    change: RoomChange
    at: datetime
    members: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class FriendRequest:
    """Somebody asks one of our accounts to be friends."""

    channel: str
    account: str
    id: str
    contact: str
    at: datetime
    hello: str = ""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A sender took a message back within WeChat's two minutes."""

    channel: str
    account: str
    message_id: str
    at: datetime
    room: str | None = None


class LinkState(StrEnum):
    """What the way to WeChat is doing."""

    STARTING = "starting"
    SCAN = "scan"
    ONLINE = "online"
    LOGGED_OUT = "logged_out"
    DEAF = "deaf"
    """Connected, but the round trip through the event stream fails."""
    MUTE = "mute"
    """Hearing, but sends fail."""
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class LinkChange:
    """The way to WeChat came up, went down, or wants a QR code scanned."""

    channel: str
    account: str
    state: LinkState
    at: datetime
    why: str = ""
    qrcode: str = ""


ChannelEvent = Message | RoomEvent | FriendRequest | Recalled | LinkChange


PICTURES = (".png", ".jpg", ".jpeg", ".gif")
"""How names of pictures end."""


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A web page as a card: phones show title and description, a tap opens the address."""

    title: str
    address: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to say: to ``conversation`` (a channel room id or contact id)."""

    conversation: str
    text: str
    mentions: tuple[str, ...] = ()
    in_room: bool = True
    picture: bytes | None = field(default=None, repr=False)
    """A picture, or any other file: its name says which."""
    file_name: str = ""
    card: LinkCard | None = None
    token: str = ""
    """Our own outbox id, for channels that can carry it (simulator, relay)."""

    @property
    def kind(self) -> MessageKind:
        """What phones will show."""
        if self.card is not None:
            return MessageKind.LINK
        if self.picture is None:
            return MessageKind.TEXT
        named = self.file_name.lower()
        return MessageKind.IMAGE if not named or named.endswith(PICTURES) else MessageKind.FILE


def storable(message: Message) -> Message:
    """The message in letters every database takes: no NUL, no half of a surrogate pair, no longer than WeChat's own."""
    text = _letters(message.text)
    quote = _letters(message.quote) if message.quote else message.quote
    if text == message.text and quote == message.quote:
        return message
    return replace(message, text=text, quote=quote)


def _letters(words: str) -> str:
    if len(words) > MOST_LETTERS or "\x00" in words:
        words = words[:MOST_LETTERS].replace("\x00", "")
    try:
        words.encode()
    except UnicodeEncodeError:
        return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words
