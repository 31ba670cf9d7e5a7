"""One object that is a whole WeChat: people talk in it, our accounts hear and speak."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels import Accepted, AnswerLost, ChannelDown, ChannelRefused, RoomCard
from bot.channels.simulator.address_book import room_card
from bot.channels.simulator.channel import CAPABILITIES, SimulatorChannel
from bot.channels.simulator.faults import NOTHING_SAID, Mishap
from bot.channels.simulator.happenings import Happenings
from bot.channels.simulator.history import CHANNEL
from bot.channels.simulator.world import MENTION_GAP, Contact, Line, NotThere, Room, Said
from models.rules.message import LinkState, Message, MessageKind, Outgoing, Recalled
from models.rules.quotes import split_quote
from models.rules.sent_files import content_of

RECALL_WITHIN = timedelta(minutes=2)
"""WeChat lets a sender take a message back for two minutes."""


class SimulatedWeChat(Happenings):
    """A whole simulated WeChat.

    Everything happens at once and in order on the caller's thread; a lock keeps several threads apart. Ids
    count up (``sim-1``, ``sim-2``…), so the same calls give the same run. ``said`` lists what our accounts
    said, ``lines`` every line of every conversation, ``lost`` what nobody heard, ``book`` who is there.
    """

    def add_account(self, account: str, nick: str) -> Contact:
        """Add one of our own accounts, known in rooms as contact ``us-<account>``."""
        return self.book.add_contact(f"us-{account}", nick, account=account)

    def add_contact(self, contact_id: str, nick: str, *, friend: bool = False) -> Contact:
        """Add a person; ``friend`` ones can be written to privately."""
        return self.book.add_contact(contact_id, nick, friend=friend)

    def add_room(self, room_id: str, title: str, members: Iterable[str], owner: str | None = None) -> Room:
        """Add a group of contacts that are there already, our own included by their ``us-…`` ids."""
        return self.book.add_room(room_id, title, members, owner)

    def connect(self, account: str) -> SimulatorChannel:
        """Open one account's channel; one opened before it is closed. What was said in between is gone."""
        self.book.us(account)
        channel = SimulatorChannel(self, account, replace(CAPABILITIES, echoes_own=self._echoes))
        with self._lock:
            self._wires.connect(channel)
        return channel

    def disconnect(self, channel: SimulatorChannel) -> None:
        """Close a channel (called by the channel itself)."""
        with self._lock:
            self._wires.disconnect(channel)

    def say(
        self,
        contact: str,
        text: str = "",
        *,
        room: str | None = None,
        to: str | None = None,
        quote: str | None = None,
        kind: MessageKind = MessageKind.TEXT,
        at: datetime | None = None,
        mentions_bot: bool = False,
        caption: str = "",
        seconds: int = 0,
        picture: bytes | None = None,
        file_name: str = "",
    ) -> Message:
        """Let a person say something in a room, or privately to one of our accounts.

        ``room`` None is private chat; ``to`` names our account if not the first. ``quote`` is a line's id or
        words of it. ``at`` is when it was said, if not now. ``caption`` says what a simulated picture shows,
        ``seconds`` how long a voice message is, ``picture`` the bytes of any file. Returns the message as an
        undisturbed channel hears it, be it heard or lost. Raises NotThere: no such contact or room, or the
        contact does not sit in it.
        """
        with self._lock:
            speaker, ours = self.book.contact(contact).id, self._ours(room, to)
            if room is not None:
                self._seated(contact, room)
                text = self._mentioning(text, room, ours) if mentions_bot else text
            typed_quote, words = split_quote(text)
            if typed_quote is not None:  # a line written down in the protocol's own form
                quote, text = typed_quote, words
            number, there = self._next_number(), ("", "") if room else (speaker, ours)
            line = Line(
                speaker, at or self._clock(), text, kind, room, *there, f"sim-{number}", number,
                quoted=self._quoted(quote, (room, *there)) if quote else None,
                mentions=self._mentioned(text, room), caption=caption, seconds=seconds, file_name=file_name,
            )  # fmt: skip
            return self._write(line, picture).get(ours) or self._heard(line, ours)

    def recall(self, line_id: str) -> None:
        """Let the sender of a line take it back. Raises NotThere for an unknown line or after two minutes."""
        with self._lock:
            line = self.line(line_id)
            if not self.can_recall(line):
                raise NotThere(f"{line_id} cannot be taken back any more")
            self.lines[line.number - 1] = replace(line, recalled=True, text="", caption="", quoted=None)
            self._pictures.pop(line_id, None)
            for account in self._hearers(line):
                gone = Recalled(CHANNEL, account, self._id_for(account, line), self._clock(), line.room)
                self._wires.deliver(account, gone)
            self._changed()

    def can_recall(self, line: Line) -> bool:
        """Whether its sender may still take a line back."""
        return not line.recalled and self._clock() - line.at <= RECALL_WITHIN

    def speak(self, account: str, what: Outgoing) -> Accepted:
        """Say one thing as one of our accounts (called by its channel); raises as ``Channel.say``."""
        with self._lock:
            mishap = self.faults(account).next_mishap(what.conversation)
            if mishap in NOTHING_SAID:
                raise NOTHING_SAID[mishap](f"simulated: {mishap}")
            self._refuse_impossible(account, what)
            line = self._write_ours(account, what)
            if mishap is Mishap.LOST_AFTER:
                raise AnswerLost("simulated: said, but the answer was lost")
            return Accepted(None if mishap is Mishap.NO_ID else self._id_for(account, line))

    def picture_for(self, account: str, key: str) -> bytes:
        """The bytes of a picture as a channel fetches them; raises ChannelDown or ChannelRefused."""
        if self.faults(account).state is not LinkState.ONLINE:
            raise ChannelDown("the simulated account is not online")
        try:
            return self._pictures[key.partition("@")[0]]
        except KeyError:
            raise ChannelRefused("this message has no picture, or it was taken back") from None

    def find_picture(self, line_id: str) -> bytes | None:
        """The bytes of a line's picture, for the phones that show it."""
        return self._pictures.get(line_id)

    def rooms_of(self, account: str) -> list[RoomCard]:
        """The rooms one of our accounts sits in."""
        return [room_card(room) for room in self.book.rooms_of(self.book.us(account).id)]

    def name_of(self, contact: str, room: str | None = None) -> str:
        """Displayed name of a contact."""
        return self.book.name_of(contact, room)

    def is_friend(self, contact: str) -> bool:
        """Whether a contact is a friend of our accounts."""
        return contact in self.book.contacts and self.book.contacts[contact].friend

    def accept_friend(self, account: str, request_id: str) -> None:
        """Make the asker a friend. Raises ChannelDown, or ChannelRefused when nobody asked."""
        with self._lock:
            self.faults(account).probe()
            if request_id not in self._requests:
                raise ChannelRefused("no such friend request")
            self.book.contact(self._requests[request_id]).friend = True
            self._changed()

    def _mentioning(self, text: str, room: str, account: str) -> str:
        us = self.book.us(account)
        return text if us.id in self._mentioned(text, room) else f"@{us.nick}{MENTION_GAP}{text}"

    def _refuse_impossible(self, account: str, what: Outgoing) -> None:
        """Refuse what WeChat would: rooms we do not sit in, strangers, empty and overlong texts."""
        if what.in_room:
            room = self.book.rooms.get(what.conversation)
            if room is None or self.book.us(account).id not in room.members:
                raise ChannelRefused("we do not sit in this room")
        elif not self.is_friend(what.conversation):
            raise ChannelRefused("not a friend: a private message cannot reach this contact")
        if not what.text and what.picture is None and what.card is None:
            raise ChannelRefused("there is nothing to say")
        if len(what.text.encode()) > CAPABILITIES.max_bytes:
            raise ChannelRefused(f"longer than {CAPABILITIES.max_bytes} bytes")

    def _write_ours(self, account: str, what: Outgoing) -> Line:
        us, at, there = self.book.us(account).id, self._clock(), what.conversation
        content = what.picture if what.card is None else content_of(what.card)
        number = self._next_number()
        line = Line(
            us,
            at,
            what.text,
            what.kind,
            there if what.in_room else None,
            "" if what.in_room else there,
            "" if what.in_room else account,
            f"sim-{number}",
            number,
            mentions=what.mentions,
            caption=what.card.title if what.card else "",
            token=what.token,
            file_name=what.file_name,
        )
        spoken = (account, there, what.in_room, what.text, what.mentions, what.token, at)
        self.said.append(Said(line.id, *spoken, what.picture, what.file_name, what.card))
        self._write(line, content)
        return line


__all__ = ["RECALL_WITHIN", "NotThere", "SimulatedWeChat"]
