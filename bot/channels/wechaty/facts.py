"""What is known of contacts, rooms and members: asked for when needed, kept until dirty."""

import asyncio
from collections.abc import Callable

from bot.channels import ChannelRefused, RoomCard
from bot.channels.wechaty import calls
from bot.channels.wechaty.caches import Cache, ContactCard, MemberNames
from bot.channels.wechaty.link import Link
from bot.channels.wechaty.wire import Dirty

CONTACTS, ROOMS, NAMES = 20_000, 2_000, 60_000
"""Most that is kept; 500 rooms with 100 members each fit."""

AT_ONCE = 8
"""Room cards asked for together."""


class Facts:
    """Lazy, bounded knowledge. Nothing is loaded by itself: at login a gateway has other work to do."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._contacts: Cache[str, ContactCard] = Cache(CONTACTS, self._load_contact)
        self._rooms: Cache[str, RoomCard] = Cache(ROOMS, self._load_room)
        self._names = MemberNames(NAMES, self._load_name)

    async def contact(self, contact: str) -> ContactCard:
        """A contact's card. Raises ChannelDown or ChannelRefused."""
        return await self._contacts.get(contact)

    async def name(self, room: str | None, contact: str) -> str:
        """The name a room knows a contact by, or we do. Raises ChannelDown or ChannelRefused."""
        if room is not None:
            return await self._names.get(room, contact)
        card = await self.contact(contact)
        return card.alias or card.name

    async def room(self, room: str) -> RoomCard:
        """A room's card. Raises ChannelDown or ChannelRefused."""
        return await self._rooms.get(room)

    async def rooms(self) -> list[RoomCard]:
        """The cards of all rooms; one that is gone meanwhile is left out. Raises ChannelDown."""
        rooms = (await calls.ask_now(self._link, lambda wire: wire.room_list())).ids
        gate = asyncio.Semaphore(AT_ONCE)

        async def card(room: str) -> RoomCard | None:
            async with gate:
                try:
                    return await self._rooms.get(room)
                except ChannelRefused:
                    return None

        cards = await asyncio.gather(*(card(room) for room in rooms))
        return [one for one in cards if one is not None]

    def on_dirty(self, kind: int, subject: str) -> None:
        """Forget what a dirty event names; one that does not say what it means forgets all of its subject."""
        for forget in _DIRTY.get(kind, _EVERYTHING):
            forget(self, subject)

    def forget_room(self, room: str) -> None:
        """Members or title changed."""
        self._rooms.forget(room)
        self._names.forget(room)

    def forget_contact(self, contact: str) -> None:
        """Became a friend, or stopped being one."""
        self._contacts.forget(contact)

    def clear(self) -> None:
        """Dirty events may have been missed."""
        self._contacts.clear()
        self._rooms.clear()
        self._names.clear()

    async def _load_contact(self, contact: str) -> ContactCard:
        got = await calls.ask_now(self._link, lambda wire: wire.contact_payload(id=contact))
        return ContactCard(name=got.name, alias=got.alias, friend=got.friend)

    async def _load_room(self, room: str) -> RoomCard:
        got = await calls.ask_now(self._link, lambda wire: wire.room_payload(id=room))
        return RoomCard(id=room, title=got.topic, owner=got.owner_id or None, size=len(got.member_ids))

    async def _load_name(self, room: str, contact: str) -> str:
        got = await calls.ask_now(
            self._link, lambda wire: wire.room_member_payload(id=room, member_id=contact)
        )
        return got.room_alias or got.name or (await self.contact(contact)).name


_EVERYTHING = (Facts.forget_contact, Facts.forget_room)
_DIRTY: dict[int, tuple[Callable[[Facts, str], None], ...]] = {
    Dirty.MESSAGE: (),
    Dirty.CONTACT: (Facts.forget_contact,),
    Dirty.ROOM: (Facts.forget_room,),
    Dirty.ROOM_MEMBER: (Facts.forget_room,),
    Dirty.FRIENDSHIP: (Facts.forget_contact,),
    Dirty.POST: (),
}
