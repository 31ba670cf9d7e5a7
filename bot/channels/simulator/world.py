"""What a simulated WeChat is made of: contacts, rooms, lines, and what our accounts said."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from models.rules.message import LinkCard, MessageKind

MENTION_GAP = "\u2005"
"""What a phone puts after a mention; a computer puts a space (docs/platform.md §2)."""


MEDIA_WORDS = {
    MessageKind.IMAGE: "图片",
    MessageKind.VIDEO: "视频",
    MessageKind.VOICE: "语音",
    MessageKind.LOCATION: "位置",
    MessageKind.STICKER: "表情",
    MessageKind.CARD: "名片",
    MessageKind.FILE: "文件",
    MessageKind.LINK: "链接",
}
"""What stands in a quoted block in the place of media: WeChat's own words, part of its format."""


class NotThere(LookupError):  # noqa: N818 - says what is wrong with the scene, not with the program
    """The scene names a contact, room or line that this WeChat does not hold, or who may not do this."""


@dataclass(slots=True)
class Contact:
    """One WeChat account: a person's, or (``account`` is set) one of our own."""

    id: str
    nick: str
    friend: bool = False
    """Whether this person is a friend of our accounts, so that private messages can reach them."""
    account: str | None = None


@dataclass(slots=True)
class Room:
    """A group. ``members`` keeps the order of joining and includes our own accounts' contacts."""

    id: str
    title: str
    owner: str | None = None
    members: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    """Names members chose for this group only; they prove nothing."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a line quotes: the displayed name and the words (or the kind of media) as WeChat repeats them."""

    name: str
    text: str
    line: str | None = None
    """The quoted line's id; the phones know it, the channel never tells it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation as WeChat's own history holds it.

    ``room`` is None in private chat, where ``contact`` and ``account`` name the two sides.
    """

    sender: str
    at: datetime
    text: str = ""
    kind: MessageKind = MessageKind.TEXT
    room: str | None = None
    contact: str = ""
    account: str = ""
    id: str = ""
    number: int = 0
    """Counts up through the whole simulated WeChat, over all conversations; the id is made of it."""
    quoted: Quoted | None = None
    mentions: tuple[str, ...] = ()
    caption: str = ""
    seconds: int = 0
    token: str = ""
    """Our own outbox id, where one of our accounts spoke."""
    recalled: bool = False
    file_name: str = ""

    @property
    def raw(self) -> str:
        """The text as the protocol carries it, with the quoted block in front."""
        return (
            self.text if self.quoted is None else quote_block(self.quoted.name, self.quoted.text, self.text)
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What one of our accounts said, as the simulated WeChat took it."""

    id: str
    account: str
    conversation: str
    """A room id or a contact id."""
    in_room: bool
    text: str
    mentions: tuple[str, ...]
    token: str
    at: datetime
    picture: bytes | None = field(default=None, repr=False)
    """Any file; ``file_name`` says what."""
    file_name: str = ""
    card: LinkCard | None = None


def quote_block(name: str, quoted: str, words: str) -> str:
    """The text form in which WeChat hands a quoting message to a gateway (docs/platform.md §2)."""
    return f"「{name}：{quoted}」\n{'- ' * 14}-\n{words}"


def mentioned(text: str, room: Room, contacts: dict[str, Contact]) -> tuple[str, ...]:
    """Contacts whose displayed name stands in ``text`` after an @, closed by a space or the end."""
    found = []
    for member in room.members:
        names = {contacts[member].nick, room.aliases.get(member, "")} - {""}
        if any(re.search(rf"@{re.escape(name)}(?=\s|$)", text) for name in names):
            found.append(member)
    return tuple(found)
