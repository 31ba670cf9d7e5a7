"""What the gateway told us and would tell us again: bounded, asked for once, forgotten when dirty."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class ContactCard:
    """The little we keep of a contact."""

    name: str
    alias: str
    friend: bool


class Cache(Generic[K, V]):
    """The last ``limit`` values asked for. Callers that ask for the same key together share one call."""

    def __init__(self, limit: int, load: Callable[[K], Awaitable[V]]) -> None:
        self._limit = limit
        self._load = load
        self._values: OrderedDict[K, V] = OrderedDict()
        self._loading: dict[K, asyncio.Task[V]] = {}

    def __len__(self) -> int:
        return len(self._values)

    async def get(self, key: K) -> V:
        """The value, from the gateway the first time; raises what the call raises and then keeps nothing."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        task = self._loading.get(key)
        if task is None:
            task = asyncio.create_task(self._fill(key))
            self._loading[key] = task
        # Shielded: one caller that gives up must not take the answer from the others.
        return await asyncio.shield(task)

    def forget(self, key: K) -> None:
        """The value is no longer true; an answer still on its way was asked for too early and is not kept."""
        self._values.pop(key, None)
        self._loading.pop(key, None)

    def clear(self) -> None:
        """Nothing is known any more."""
        self._values.clear()
        self._loading.clear()

    async def _fill(self, key: K) -> V:
        us = asyncio.current_task()
        try:
            value = await self._load(key)
        except BaseException:
            if self._loading.get(key) is us:
                del self._loading[key]
            raise
        if self._loading.get(key) is us:
            del self._loading[key]
            self._values[key] = value
            if len(self._values) > self._limit:
                self._values.popitem(last=False)
        return value


class MemberNames:
    """Displayed names by room and contact. A dirty room starts a new edition; the old names age out.

    What a gateway calls dirty need not be a room: beyond ``limit`` editions nothing is known any more.
    """

    def __init__(self, limit: int, load: Callable[[str, str], Awaitable[str]]) -> None:
        self._load = load
        self._limit = limit
        self._editions: dict[str, int] = {}
        self._names: Cache[tuple[str, str, int], str] = Cache(limit, self._fill)

    def __len__(self) -> int:
        return len(self._names)

    async def get(self, room: str, contact: str) -> str:
        """The name the room knows the contact by."""
        return await self._names.get((room, contact, self._editions.get(room, 0)))

    def forget(self, room: str) -> None:
        """Somebody in the room may have another name now."""
        if len(self._editions) >= self._limit:
            self.clear()  # an edition forgotten alone would bring its oldest names back
        self._editions[room] = self._editions.get(room, 0) + 1

    def clear(self) -> None:
        """Nothing is known any more."""
        self._names.clear()
        self._editions.clear()

    async def _fill(self, key: tuple[str, str, int]) -> str:
        room, contact, _ = key
        return await self._load(room, contact)


class Seen:
    """The last ``limit`` ids; a gateway tells a message twice within minutes or after a new login."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ids: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._ids

    def add(self, key: str) -> None:
        """Remember one more and forget the oldest."""
        self._ids[key] = None
        if len(self._ids) > self._limit:
            self._ids.popitem(last=False)
