"""The simulated WeChat as the web's simulator door: each person sees what that member's phone would show."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.channels.simulator import Line, NotThere, SimulatedWeChat
from bot.clocks import MovableClock
from models.rules.message import MessageKind
from models.rules.sent_files import card_of
from web.doors import (
    BubbleView,
    ChatView,
    ClockView,
    NotHere,
    PersonView,
    PhoneView,
    QuoteView,
    Unsubscribe,
    Utterance,
)

PRIVATE = "private"
"""Chat id of the private chat with our account; a room's chat id is the room's id behind ``room:``."""
ROOM = "room:"
SHOWN = 200
"""Lines of a conversation that a phone shows."""


class Phones:
    """Keeps ``web.doors.SimulatorDoor`` over one simulated WeChat, one of our accounts and one clock."""

    def __init__(
        self,
        wechat: SimulatedWeChat,
        account: str,
        people: Sequence[PersonView],
        clock: MovableClock,
        advance: Callable[[timedelta], None] | None = None,
    ) -> None:
        """Show these people's phones.

        Args:
            wechat: where they are contacts.
            account: our account they chat with.
            people: whose phones, in order; ids are contact ids.
            clock: the virtual clock.
            advance: moves the clock and lets what is due happen; the clock's own ``advance`` unless given.
        """
        self._wechat = wechat
        self._account = account
        self._people = {person.id: person for person in people}
        self._clock = clock
        self._advance = advance or clock.advance
        self._read: dict[tuple[str, str], int] = {}

    def people(self) -> tuple[PersonView, ...]:
        """Whose phones there are."""
        return tuple(self._people.values())

    def phone(self, person: str, chat: str | None) -> PhoneView:
        """One phone with a conversation open; what is shown counts as read."""
        whose = self._person(person)
        ids = self._chat_ids(person)
        opened = chat if chat is not None else ids[0]
        lines = self._lines(person, opened)
        self._read[person, opened] = lines[-1].number if lines else 0
        chats = tuple(self._chat(person, one) for one in ids)
        friend = self._wechat.is_friend(person)
        return PhoneView(
            whose,
            chats,
            next(one for one in chats if one.id == opened),
            tuple(self._bubble(person, line) for line in lines[-SHOWN:]),
            self._wechat.book.us(self._account).nick,
            can_write=opened != PRIVATE or friend,
            has_asked=not friend and self._wechat.has_asked(person),
        )

    def line(self, person: str, line: str) -> BubbleView:
        """One line, if this person can see it. Raises NotHere."""
        return self._bubble(person, self._seen(person, line))

    def say(self, what: Utterance) -> None:
        """Let a person say something. Raises NotHere."""
        room = self._room(what.person, what.chat)
        if room is None and not self._wechat.is_friend(what.person):
            raise NotHere("only friends chat privately")
        quote = self._seen(what.person, what.quote).id if what.quote else None
        self._wechat.say(
            what.person,
            what.text,
            room=room,
            to=self._account,
            quote=quote,
            kind=MessageKind.IMAGE if what.picture else MessageKind.TEXT,
            mentions_bot=what.mention_bot,
            caption=what.caption,
            picture=what.picture,
        )

    def recall(self, person: str, line: str) -> None:
        """Let a person take their own line back. Raises NotHere, also when it is too late."""
        seen = self._seen(person, line)
        if seen.sender != person or not self._wechat.can_recall(seen):
            raise NotHere("not this person's line, or too late")
        self._wechat.recall(line)

    def ask_friend(self, person: str) -> None:
        """Let a person ask our account to be friends; asking twice asks once."""
        if not self._wechat.is_friend(person) and not self._wechat.has_asked(self._person(person).id):
            self._wechat.ask_friend(person, to=self._account)

    def picture(self, person: str, line: str) -> bytes:
        """A picture, if this person can see it. Raises NotHere."""
        content = self._wechat.find_picture(self._seen(person, line).id)
        if content is None:
            raise NotHere("no picture")
        return content

    def clock(self) -> ClockView:
        """The virtual clock."""
        return ClockView(self._clock(), self._clock.running)

    def advance(self, seconds: int) -> None:
        """Move the clock on."""
        self._advance(timedelta(seconds=seconds))

    def advance_to_morning(self) -> None:
        """Move the clock on to the next 07:30 in Shanghai."""
        self._advance(self._clock.to_morning())

    def set_running(self, running: bool) -> None:
        """Let the clock run, or hold it still."""
        self._clock.set_running(running)

    def subscribe(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call the listener after every change of WeChat or of the clock."""
        stop_wechat, stop_clock = self._wechat.on_change(listener), self._clock.on_move(listener)

        def stop() -> None:
            stop_wechat()
            stop_clock()

        return stop

    def _person(self, person: str) -> PersonView:
        try:
            return self._people[person]
        except KeyError:
            raise NotHere(f"no phone of {person}") from None

    def _chat_ids(self, person: str) -> list[str]:
        return [*(f"{ROOM}{room.id}" for room in self._wechat.book.rooms_of(person)), PRIVATE]

    def _room(self, person: str, chat: str) -> str | None:
        """The room of a chat id, None for private chat. Raises NotHere: this person has no such chat."""
        if chat not in self._chat_ids(self._person(person).id):
            raise NotHere(f"no chat {chat}")
        return None if chat == PRIVATE else chat.removeprefix(ROOM)

    def _lines(self, person: str, chat: str) -> list[Line]:
        room = self._room(person, chat)
        if room is None:
            return self._wechat.conversation(contact=person, account=self._account)
        return self._wechat.conversation(room=room)

    def _chat(self, person: str, chat: str) -> ChatView:
        read = self._read.get((person, chat), 0)
        unread = sum(line.number > read and line.sender != person for line in self._lines(person, chat))
        if chat == PRIVATE:
            return ChatView(chat, self._wechat.book.us(self._account).nick, private=True, unread=unread)
        room = self._wechat.book.room(chat.removeprefix(ROOM))
        return ChatView(chat, room.title, private=False, unread=unread, size=len(room.members))

    def _seen(self, person: str, line_id: str) -> Line:
        """A line in one of this person's conversations. Raises NotHere."""
        try:
            line = self._wechat.line(line_id)
        except NotThere:
            raise NotHere(f"no line {line_id}") from None
        chat = PRIVATE if line.room is None else f"{ROOM}{line.room}"
        if chat not in self._chat_ids(self._person(person).id) or line not in self._lines(person, chat):
            raise NotHere(f"{person} cannot see {line_id}")
        return line

    def _bubble(self, person: str, line: Line) -> BubbleView:
        quoted = QuoteView(line.quoted.name, line.quoted.text) if line.quoted else None
        content = self._wechat.find_picture(line.id)
        card = card_of(content) if content is not None and line.kind is MessageKind.LINK else None
        mine = line.sender == person
        return BubbleView(
            line.id,
            line.sender,
            self._wechat.name_of(line.sender, line.room),
            line.text or line.caption * (content is None),
            line.at,
            mine=mine,
            from_bot=self._wechat.book.contacts[line.sender].account is not None,
            quote=quoted,
            picture=content is not None and line.kind is MessageKind.IMAGE,
            file=card.title if card else line.file_name if line.kind is MessageKind.FILE else "",
            address=card.address if card else "",
            about=card.description if card else "",
            caption=line.caption,
            recalled=line.recalled,
            can_recall=mine and self._wechat.can_recall(line),
        )
