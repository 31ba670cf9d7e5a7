"""What one line says, by whom and where it is said: the group, the speaker's part in it, and the words of that place."""

from collections.abc import Callable
from datetime import datetime

from bot.raw_words import with_raw_words
from handlers.dispatch import Dispatch
from handlers.understanding import Understanding
from models.rules.area_words import words_heard
from models.rules.decision import Decision
from models.rules.knowledge import may_be_answered
from models.rules.message import Message
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.town import RoomCard

PRIVATE_ROOM = "private"


class LineReader:
    """Holds nothing of what it reads."""

    def __init__(
        self, dispatch: Dispatch, understanding: Understanding, clock: Callable[[], datetime]
    ) -> None:
        self._dispatch = dispatch
        self._understanding = understanding
        self._clock = clock

    def room_of(self, message: Message) -> RoomCard | None:
        """The bound group it was said in, as far as we listen there."""
        if message.room is None:
            return None
        card = self._dispatch.known_town().rooms_by_platform.get((message.channel, message.room))
        return card if card is not None and card.areas and not card.read_only else None

    def role_of(self, message: Message) -> str:
        """resident, leader or cadre, as the snapshot of the town knows: most lines ask the database nothing."""
        town = self._dispatch.known_town()
        if (message.channel, message.sender) not in town.contacts:
            return "resident"
        seats = town.seats_behind(message.channel, message.sender, shanghai_date(self._clock()))
        if not seats:
            return "resident"
        return "cadre" if Permission.NOTICE_SEND in town.permissions(seats) else "leader"

    def read(
        self, text: str, message: Message, room: RoomCard | None, role: str, *, called: bool
    ) -> Decision:
        """What words mean that are said like this message."""
        decision = self._here(room).understand(
            text,
            room_kind=PRIVATE_ROOM if room is None else room.kind,
            sender_role=role,
            quote=message.quote,
            mentioned=called,
        )
        return with_raw_words(decision, text, self._understanding.plain)

    def with_words(self, decision: Decision, text: str, room: RoomCard | None) -> Decision:
        """The decision with what the line itself says, where the reading kept none of it."""
        return self._here(room).with_words(decision, text)

    def asks_policy(self, text: str) -> bool:
        """Whether it asks for a rule, in a place that has approved texts."""
        knowing = self._dispatch.standing.knowing if self._dispatch.known_town().answering else None
        return knowing is not None and may_be_answered(self._understanding.plain(text), knowing.known)

    def _here(self, room: RoomCard | None) -> Understanding:
        """With the words of the group's place; in private chat with those of all places."""
        words = words_heard(self._dispatch.known_town(), room)
        return self._understanding.with_local(words) if words is not None else self._understanding
