"""What every part of a simulated WeChat shares: its people, its lines, its wires, and who hears what."""

import threading
from collections.abc import Callable
from datetime import datetime

from bot.channels.simulator.address_book import AddressBook
from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.faults import Faults
from bot.channels.simulator.wires import Wires
from bot.channels.simulator.world import MEDIA_WORDS, Line, NotThere, Quoted, Said, mentioned
from models.rules.message import Attachment, ChannelEvent, Message, MessageKind
from models.rules.quotes import split_quote

CHANNEL = SimulatorChannel.name

UNREMEMBERED = "…"
"""Displayed name in a quote of words that nobody said here."""


class History:
    """Lines of all conversations in the order they were said, and the ways they travel to our accounts."""

    def __init__(self, clock: Callable[[], datetime], *, echoes: bool = True) -> None:
        """Start with nobody in it.

        Args:
            clock: tells the aware UTC moment.
            echoes: whether our own sends come back to us as messages.
        """
        self.book = AddressBook()
        self.lines: list[Line] = []
        self.said: list[Said] = []
        self._clock = clock
        self._echoes = echoes
        self._lock = threading.RLock()
        self._wires = Wires(clock)
        self._pictures: dict[str, bytes] = {}
        self._requests: dict[str, str] = {}
        self._listeners: list[Callable[[], None]] = []

    @property
    def lost(self) -> list[tuple[str, ChannelEvent]]:
        """(account, event) pairs that nobody heard: the way was down or deaf, or no channel was open."""
        return self._wires.lost

    def faults(self, account: str) -> Faults:
        """What is wrong with one account's way; change it to make things fail."""
        return self._wires.faults(account)

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after every change a phone could show; returns what ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def line(self, line_id: str) -> Line:
        """A line by its id. Raises NotThere."""
        number = line_id.removeprefix("sim-")
        if not (number.isdecimal() and 0 < int(number) <= len(self.lines)):
            raise NotThere(f"no line {line_id}")
        return self.lines[int(number) - 1]

    def conversation(self, *, room: str | None = None, contact: str = "", account: str = "") -> list[Line]:
        """The lines of one room, or of one private chat between a contact and one of our accounts."""
        with self._lock:
            return [
                line
                for line in self.lines
                if (line.room, line.contact, line.account) == (room, contact, account)
            ]

    def _next_number(self) -> int:
        return len(self.lines) + 1

    def _write(self, line: Line, picture: bytes | None) -> dict[str, Message]:
        """Add a line to its conversation; what every one of our accounts in it hears."""
        self.lines.append(line)
        if picture is not None:
            self._pictures[line.id] = picture
        own = self.book.contact(line.sender).account is not None
        hearers = self._hearers(line) if self._echoes or not own else ()
        heard = {account: self._heard(line, account) for account in hearers}
        for account, message in heard.items():
            self._wires.deliver(account, message)
        self._changed()
        return heard

    def _heard(self, line: Line, account: str) -> Message:
        """A line as one of our accounts hears it, in the form a real gateway's channel gives it."""
        quote, words = split_quote(line.raw)
        line_id = self._id_for(account, line)
        attached = Attachment(line.kind, line_id, line.file_name, line.caption, line.seconds)
        return Message(
            line_id,
            CHANNEL,
            account,
            line.sender,
            line.at,
            text=words,
            kind=line.kind,
            room=line.room,
            quote=quote,
            mentions=line.mentions,
            mentions_us=self.book.us(account).id in line.mentions,
            attachments=() if line.kind is MessageKind.TEXT else (attached,),
            own=self.book.contact(line.sender).account is not None,
            to=line.contact if line.room is None and self.book.contact(line.sender).account else "",
            sender_name=self.book.name_of(line.sender, line.room),
        )

    def _hearers(self, line: Line) -> list[str]:
        return [line.account] if line.room is None else self.book.accounts_in(line.room)

    def _id_for(self, account: str, line: Line) -> str:
        """A line's id as an account sees it: a second account in the room is told another id."""
        heard_by = self._hearers(line)
        return line.id if not heard_by or heard_by[0] == account else f"{line.id}@{account}"

    def _ours(self, room: str | None, to: str | None) -> str:
        """The account spoken to: the one named, else the first in the room, else the first of all."""
        if to is not None:
            return self.book.us(to).account or to
        accounts = self.book.accounts()
        if room is not None:
            accounts = self.book.accounts_in(room) or accounts
        if not accounts:
            raise NotThere("this WeChat has no account of ours")
        return accounts[0]

    def _seated(self, contact: str, room: str) -> None:
        if contact not in self.book.room(room).members:
            raise NotThere(f"{contact} does not sit in {room}")

    def _mentioned(self, text: str, room: str | None) -> tuple[str, ...]:
        return (
            mentioned(text, self.book.room(room), self.book.contacts)
            if room is not None and "@" in text
            else ()
        )

    def _quoted(self, quote: str, there: tuple[str | None, str, str]) -> Quoted:
        """What is quoted: a line by its id, else the latest line there that holds these words."""
        room, contact, account = there
        here = self.conversation(room=room, contact=contact, account=account)
        for line in reversed(here):
            if quote in (line.id, line.text) or (line.text and quote in line.text):
                words = line.text or MEDIA_WORDS.get(line.kind, "")
                return Quoted(
                    self.book.name_of(line.sender, room), words if quote == line.id else quote, line.id
                )
        return Quoted(UNREMEMBERED, quote)

    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()
