"""Who is in a simulated WeChat and who sits in which room; no events, no time."""

from collections.abc import Iterable

from bot.channels import RoomCard
from bot.channels.simulator.world import Contact, NotThere, Room


class AddressBook:
    """Contacts and rooms by id, in the order they were added."""

    def __init__(self) -> None:
        self.contacts: dict[str, Contact] = {}
        self.rooms: dict[str, Room] = {}
        self._ours: dict[str, Contact] = {}
        """Account → the contact it is."""

    def add_contact(
        self, contact_id: str, nick: str, *, friend: bool = False, account: str | None = None
    ) -> Contact:
        """Add a person, or one of our own accounts."""
        contact = Contact(contact_id, nick, friend, account)
        self.contacts[contact_id] = contact
        if account is not None:
            self._ours[account] = contact
        return contact

    def add_room(self, room_id: str, title: str, members: Iterable[str], owner: str | None = None) -> Room:
        """Add a group of known contacts; raises NotThere for an unknown one."""
        room = Room(room_id, title, owner, [self.contact(member).id for member in members])
        self.rooms[room_id] = room
        return room

    def contact(self, contact_id: str) -> Contact:
        """A contact; raises NotThere."""
        try:
            return self.contacts[contact_id]
        except KeyError:
            raise NotThere(f"no contact {contact_id}") from None

    def room(self, room_id: str) -> Room:
        """A room; raises NotThere."""
        try:
            return self.rooms[room_id]
        except KeyError:
            raise NotThere(f"no room {room_id}") from None

    def us(self, account: str) -> Contact:
        """The contact that one of our accounts is; raises NotThere."""
        try:
            return self._ours[account]
        except KeyError:
            raise NotThere(f"no account {account}") from None

    def accounts(self) -> list[str]:
        """Our accounts, in the order they were added."""
        return list(self._ours)

    def accounts_in(self, room_id: str) -> list[str]:
        """Our accounts that sit in a room, in the order they were added."""
        members = self.room(room_id).members
        return [account for account, us in self._ours.items() if us.id in members]

    def rooms_of(self, contact_id: str) -> list[Room]:
        """The rooms a contact sits in, in the order they were added."""
        return [room for room in self.rooms.values() if contact_id in room.members]

    def name_of(self, contact_id: str, room_id: str | None = None) -> str:
        """Displayed name: the one chosen for this group, else the nick, else nothing."""
        alias = self.rooms[room_id].aliases.get(contact_id) if room_id in self.rooms else None
        nick = self.contacts[contact_id].nick if contact_id in self.contacts else ""
        return alias or nick

    def rename_contact_id(self, old: str, new: str) -> None:
        """Give a contact another id everywhere, as a new login on the web protocol does."""
        contact = self.contact(old)
        contact.id = new
        self.contacts = {one.id: one for one in self.contacts.values()}
        for room in self.rooms.values():
            room.members = [new if member == old else member for member in room.members]
            room.owner = new if room.owner == old else room.owner
            room.aliases = {new if member == old else member: name for member, name in room.aliases.items()}

    def rename_room_id(self, old: str, new: str) -> None:
        """Give a room another id, as a new login on the web protocol does."""
        self.room(old).id = new
        self.rooms = {one.id: one for one in self.rooms.values()}


def room_card(room: Room) -> RoomCard:
    """What a channel tells of a room."""
    return RoomCard(room.id, room.title, room.owner, len(room.members))
