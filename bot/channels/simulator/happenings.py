"""What happens to rooms, to ids and to the way itself, apart from talk."""

from dataclasses import replace

from bot.channels.simulator.history import CHANNEL, History
from models.rules.message import FriendRequest, LinkState, RoomChange, RoomEvent


class Happenings(History):
    """Members come and go, groups are renamed or dissolved, gateways fall over."""

    def join(self, room: str, contact: str) -> None:
        """Let a person into a room."""
        self.book.room(room).members.append(self.book.contact(contact).id)
        self._tell_room(room, RoomChange.JOINED, (contact,))

    def leave(self, room: str, contact: str) -> None:
        """Let a person out of a room. Raises NotThere."""
        self._seated(contact, room)
        self.book.room(room).members.remove(contact)
        self._tell_room(room, RoomChange.LEFT, (contact,))

    def invite_us(self, room: str, account: str, *, joins: bool = True) -> None:
        """Invite one of our accounts into a room; WeChat seats small groups' guests at once (``joins``)."""
        us = self.book.us(account)
        event = self._room_event(room, account, RoomChange.INVITED, ())
        self._wires.deliver(account, event)
        if joins:
            self.join(room, us.id)

    def remove_us(self, room: str, account: str) -> None:
        """Take one of our accounts out of a room."""
        us = self.book.us(account)
        self._seated(us.id, room)
        self._wires.deliver(account, self._room_event(room, account, RoomChange.WE_LEFT, (us.id,)))
        self.book.room(room).members.remove(us.id)
        self._tell_room(room, RoomChange.LEFT, (us.id,))

    def retitle(self, room: str, title: str) -> None:
        """Give a room another name."""
        self.book.room(room).title = title
        self._tell_room(room, RoomChange.RENAMED, ())

    def dissolve(self, room: str) -> None:
        """Dissolve a room: everybody in it hears of it and is out."""
        self._tell_room(room, RoomChange.DISSOLVED, ())
        self.book.room(room).members.clear()

    def change_contact_id(self, old: str, new: str) -> None:
        """Give a contact another id, as a new login on the web protocol does."""
        with self._lock:
            self.book.rename_contact_id(old, new)
            self.lines[:] = [
                replace(
                    line,
                    sender=new if line.sender == old else line.sender,
                    contact=new if line.contact == old else line.contact,
                )
                for line in self.lines
            ]

    def change_room_id(self, old: str, new: str) -> None:
        """Give a room another id, as a new login on the web protocol does."""
        with self._lock:
            self.book.rename_room_id(old, new)
            self.lines[:] = [replace(line, room=new) if line.room == old else line for line in self.lines]

    def ask_friend(self, contact: str, hello: str = "", to: str | None = None) -> str:
        """Let a person ask one of our accounts to be friends; returns the request's id."""
        with self._lock:
            request = f"ask-{len(self._requests) + 1}"
            self._requests[request] = self.book.contact(contact).id
            account = self._ours(None, to)
            self._wires.deliver(
                account, FriendRequest(CHANNEL, account, request, contact, self._clock(), hello)
            )
            self._changed()
            return request

    def has_asked(self, contact: str) -> bool:
        """Whether a person's request to be friends still waits."""
        return contact in self._requests.values() and not self.book.contact(contact).friend

    def redeliver(self, line_id: str) -> None:
        """Deliver an old line once more."""
        with self._lock:
            line = self.line(line_id)
            for account in self._hearers(line):
                self._wires.deliver(account, self._heard(line, account))

    def go_offline(self, account: str, why: str = "gateway gone") -> None:
        """Cut the way: what is said from now on is lost to this account."""
        self._turn(account, LinkState.OFFLINE, why)

    def come_online(self, account: str, *, replays: int = 0) -> None:
        """Restore the way; a gateway that replays history delivers its last ``replays`` lines again."""
        self._turn(account, LinkState.ONLINE, "back")
        mine = [line for line in self.lines if account in self._hearers(line) and not line.recalled]
        for line in mine[len(mine) - replays :] if replays else []:
            self._wires.deliver(account, self._heard(line, account))

    def log_out(self, account: str) -> None:
        """WeChat logs the account out."""
        self._turn(account, LinkState.LOGGED_OUT, "logged out by WeChat")

    def ask_scan(self, account: str, qrcode: str) -> None:
        """WeChat wants a QR code scanned before the account is online again."""
        self._turn(account, LinkState.SCAN, "scan the code", qrcode)

    def freeze(self, account: str) -> None:
        """Let the gateway stand still: events wait, answers to sends do not come."""
        with self._lock:
            self._wires.freeze(account)

    def thaw(self, account: str) -> None:
        """Let the gateway go on; what waited arrives now."""
        with self._lock:
            self._wires.thaw(account)

    def _turn(self, account: str, state: LinkState, why: str, qrcode: str = "") -> None:
        self.book.us(account)
        with self._lock:
            self._wires.change(account, state, why, qrcode)
            self._changed()

    def _tell_room(self, room: str, change: RoomChange, members: tuple[str, ...]) -> None:
        with self._lock:
            for account in self.book.accounts_in(room):
                self._wires.deliver(account, self._room_event(room, account, change, members))
            self._changed()

    def _room_event(self, room: str, account: str, change: RoomChange, members: tuple[str, ...]) -> RoomEvent:
        return RoomEvent(CHANNEL, account, room, change, self._clock(), members, self.book.room(room).title)
