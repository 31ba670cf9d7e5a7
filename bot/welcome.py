"""Invitations to groups and requests to be friends: followed, or left to a person, as the operator decided."""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from bot.channels import Channel
from handlers.intents import Intent
from handlers.rooms import MeetFriend
from models.rules.message import FriendRequest, RoomEvent

log = structlog.get_logger()
ANSWER_WITHIN_S = 30
"""So long a gateway may take to follow an invitation or accept a friend."""


class Welcome:
    """Called on the threads that hear. ``tell`` takes an account, an intent and its idempotency key."""

    def __init__(
        self, channels: Mapping[str, Channel], friend_requests: str, tell: Callable[[str, Intent, str], None]
    ) -> None:
        self._channels = channels
        self._friend_requests = friend_requests
        self._tell = tell

    def enter(self, event: RoomEvent, loop: asyncio.AbstractEventLoop | None) -> None:
        """Follow an invitation; the room stays unheard until somebody binds it with a code."""
        accept = getattr(self._channels[event.account], "accept_invitation", None)
        if accept is None or self._friend_requests == "ignore" or loop is None:
            log.info("invitation waits for a person", account=event.account)
            return
        asyncio.run_coroutine_threadsafe(accept(event.room), loop).result(ANSWER_WITHIN_S)

    def befriend(self, event: FriendRequest, loop: asyncio.AbstractEventLoop | None) -> None:
        """Accept it, and remember that private messages reach this contact."""
        if self._friend_requests != "accept" or loop is None:
            log.info("friend request waits for a person", account=event.account)
            return
        channel = self._channels[event.account]
        asyncio.run_coroutine_threadsafe(channel.accept_friend(event.id), loop).result(ANSWER_WITHIN_S)
        met = MeetFriend(event.channel, event.contact)
        self._tell(event.account, met, f"{event.channel}:friend:{event.id}")
