"""What is heard becomes intents: echo and age rules, bursts, emergency first, silence by default (design §3).

``hear`` is synchronous and is called by one worker per conversation at a time (``bot.ears``). Nothing of what became
nothing leaves this module: not to the database, not to a log.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.collect import PROOF_WAITS, Burst, Collector, Speaker
from bot.line_reader import LineReader
from bot.readings import Alternatives, Circumstances, media_readings, offer_readings, rating_in, readings
from handlers.claims import LeaderSpoke
from handlers.dispatch import Dispatch, Outcome, Status
from handlers.lookup import CalledUs
from handlers.notice_receipts import HearReceipt
from handlers.understanding import Understanding
from models.rules.actor import Door, Origin, Voice
from models.rules.decision import REQUESTS, Decision, Kind
from models.rules.ids import IdempotencyKey
from models.rules.message import UNHEARD, WORDLESS, Message, MessageKind, storable
from models.rules.notice_receipts import ReceiptWords
from models.rules.pacing import Pace
from models.rules.rating_words import RatingWords
from models.rules.town import RoomCard
from models.secrets import SecretBox

SETTLING = timedelta(minutes=10)
"""After a start, and after a report, any line of a sender may belong to a case."""
ANSWER_WAITS = timedelta(hours=1)
"""After a question, a leader's line may answer it."""
ROOM_BINDING = frozenset({"BindRoom"})


class Listener:
    """Hears messages of all rooms; holds nothing that matters."""

    def __init__(
        self,
        dispatch: Dispatch,
        understanding: Understanding,
        pace: Pace,
        secrets: SecretBox,
        clock: Callable[[], datetime],
        *,
        moods: RatingWords | None = None,
        receipts: ReceiptWords | None = None,
        echo: Callable[[Message], None] = lambda _: None,
        on_bound: Callable[[Message], None] = lambda _: None,
        since: datetime | None = None,
    ) -> None:
        """``echo`` takes our own lines, ``on_bound`` the line by which a group was bound; ``since``: heard since then."""
        self._dispatch = dispatch
        self._understanding = understanding
        self._reader = LineReader(dispatch, understanding, clock)
        self._pace = pace
        self._secrets = secrets
        self._clock = clock
        self._moods = moods
        self._receipts = receipts
        self._echo = echo
        self._on_bound = on_bound
        self.collector = Collector(pace)
        self._started = since or clock()
        self._held_until: dict[int, datetime] = {}
        self.collected = 0
        """Messages heard since the start."""

    def hear(self, message: Message) -> tuple[Outcome, ...]:
        """Take one message as far as it goes; returns what came of it (empty: nothing, and nothing was kept)."""
        self.collected += 1
        message = storable(message)
        if message.own:
            self._echo(message)
            return ()
        room = self._reader.room_of(message)
        if message.room is not None and room is None:
            return self._in_unbound_room(message)
        if room is not None and (
            room.mode == "listen_off" or not room.is_heard_by(message.account, message.at)
        ):
            return ()
        if message.kind in UNHEARD:
            return ()
        now = self._clock()
        late = (now - message.at).total_seconds() > self._pace.history_after_s
        speaker: Speaker = (message.channel, message.room, message.sender)
        burst = self.collector.current(speaker, now)
        if message.kind in WORDLESS | {MessageKind.LINK} and not message.text.strip():
            return self._wordless(message, room, burst, late=late)
        return self._receipt(message, room) or self._words(message, room, burst, late=late)

    def _receipt(self, message: Message, room: RoomCard | None) -> tuple[Outcome, ...]:
        """A word that answers an important notice, and nothing else; a leader's may be about a case of a moment ago."""
        answer = self._receipts.read(message.text) if self._receipts and room else None
        if answer is None or room is None:
            return ()
        busy = not message.quote and self._clock() < self._held_until.get(room.id, self._started)
        if busy and self._reader.role_of(message) != "resident":
            return ()
        # Two people say the same in the same second; the same word twice counts once anyway.
        origin = replace(self._origin(message, room, late=False), content_digest=None)
        outcome = self._dispatch(HearReceipt(answer), Voice(message.channel, message.sender), origin)
        return () if outcome.status is Status.NOT_MEANT else (outcome,)

    def _words(
        self, message: Message, room: RoomCard | None, burst: Burst, *, late: bool
    ) -> tuple[Outcome, ...]:
        now = self._clock()
        role = self._reader.role_of(message)
        burst.called = burst.called or message.mentions_us
        decision = self._reader.read(message.text, message, room, role, called=burst.called)
        joined = self._joined(decision, burst, message, room, role)
        recent = self._may_belong(burst, now) and role == "resident"
        held = room is not None and now < self._held_until.get(room.id, now)
        watched = role != "resident" and room is not None and (held or bool(message.quote))
        rating = rating_in(message, self._moods, self._understanding.plain)
        heeded = joined.matters or recent or watched or message.room is None or message.mentions_us
        if not (heeded or rating):
            self.collector.keep(burst, message.text, expecting=False)
            return ()
        if recent or message.room is None or message.mentions_us or rating:
            joined = self._reader.with_words(joined, message.text, room)
        around = Circumstances(
            private=message.room is None,
            late=late,
            addressed=message.mentions_us or message.room is None,
            recent_reporter=recent,
            moods=self._moods,
            rating=rating,
            attachments=(*message.attachments, *(a for _, a in burst.attachments)),
            proofs=(*message.attachments, *burst.pictures_since(now - PROOF_WAITS)),
            asks_policy=self._reader.asks_policy,
        )
        groups = readings(joined, around)
        if watched and joined.kind in {Kind.CHAT, Kind.COMMAND} and not late:
            groups = (*groups[:-1], (*(groups[-1] if groups else ()), LeaderSpoke()))
        outcomes = self._try_all(groups, message, room, late=late)
        if not _achieved(outcomes) and message.mentions_us and not self._understanding.plain(message.text):
            outcomes = self._try_all(((CalledUs(),),), message, room, late=late)
            burst.expecting = True
        self._remember(outcomes, burst, joined, message, room)
        return outcomes

    def _joined(
        self, decision: Decision, burst: Burst, message: Message, room: RoomCard | None, role: str
    ) -> Decision:
        """The line read together with the sender's lines of a moment ago, when that says more."""
        worth = decision.kind in REQUESTS or (
            burst.expecting and decision.kind in {Kind.CHAT, Kind.SUSPECTED}
        )
        if not burst.lines or not worth or decision.commands:
            return decision
        together = self._reader.read(
            "\n".join([*burst.lines, message.text]), message, room, role, called=burst.called
        )
        if together.kind in REQUESTS and (
            decision.kind not in REQUESTS or together.category == decision.category
        ):
            return together
        return decision

    def _may_belong(self, burst: Burst, now: datetime) -> bool:
        fresh = burst.reported_at is not None and now - burst.reported_at <= SETTLING
        return fresh or now - self._started <= SETTLING

    def _remember(
        self,
        outcomes: tuple[Outcome, ...],
        burst: Burst,
        decision: Decision,
        message: Message,
        room: RoomCard | None,
    ) -> None:
        now = self._clock()
        steps = {step.step for o in outcomes for step in o.steps}
        asks = decision.kind is Kind.QUESTION or (decision.kind in REQUESTS and not steps)
        if room is not None and asks and _achieved(outcomes):
            self._held_until[room.id] = now + ANSWER_WAITS
        if "resolve" in steps:
            burst.attachments.clear()
        if steps & {"create", "join", "add"}:
            burst.lines.clear()
            burst.attachments.clear()
            burst.expecting = False
            burst.reported_at = now
            if room is not None:
                held = now + timedelta(seconds=self._pace.burst_max_s)
                self._held_until[room.id] = max(held, self._held_until.get(room.id, held))
            return
        if not any(o.steps or o.reply or o.settled for o in outcomes):
            self.collector.keep(burst, message.text, expecting=decision.kind is Kind.SUSPECTED)

    def _wordless(
        self, message: Message, room: RoomCard | None, burst: Burst, *, late: bool
    ) -> tuple[Outcome, ...]:
        """Pictures, places, voices without transcript."""
        attachments = message.attachments
        if not attachments or late:
            return ()
        now = self._clock()
        voice = message.kind is MessageKind.VOICE
        outcomes: tuple[Outcome, ...] = ()
        leads = self._reader.role_of(message) != "resident"
        if voice or leads or self._may_belong(burst, now) or message.quote:
            found = media_readings(attachments, Decision(Kind.CHAT), leads=leads)
            outcomes = self._try_all((found,), message, room, late=late)
        if not _achieved(outcomes) and not voice:
            burst.attachments += [(now, a) for a in attachments if a.kind in WORDLESS]
            return self._try_all(
                (offer_readings(message, self._reader.role_of(message)),), message, room, late=late
            )
        return outcomes

    def _in_unbound_room(self, message: Message) -> tuple[Outcome, ...]:
        """A room nobody bound: only the binding code is listened for."""
        found = self._understanding.match_commands(message.text, None, mentioned=message.mentions_us)
        matches = tuple(m for m in found if m.intent in ROOM_BINDING)
        if not matches:
            return ()
        groups = readings(Decision(Kind.COMMAND, commands=matches), Circumstances())
        outcomes = self._try_all(groups, message, None, late=False)
        self._dispatch.current_town()
        if self._reader.room_of(message) is not None:
            self._on_bound(message)
        return outcomes

    def _try_all(
        self, groups: tuple[Alternatives, ...], message: Message, room: RoomCard | None, *, late: bool
    ) -> tuple[Outcome, ...]:
        if not any(groups):
            return ()
        who = Voice(message.channel, message.sender, private=message.room is None)
        origin = self._origin(message, room, late=late)
        outcomes = []
        for ordinal, group in enumerate(groups, 1):
            outcome = self._first_that_fits(group, who, origin.numbered(ordinal))
            if outcome is not None:
                outcomes.append(outcome)
        return tuple(outcomes)

    def _first_that_fits(self, group: Alternatives, who: Voice, origin: Origin) -> Outcome | None:
        for intent in group:
            outcome = self._dispatch(intent, who, origin)
            if outcome.status is not Status.NOT_MEANT:
                return outcome
        return None

    def _origin(self, message: Message, room: RoomCard | None, *, late: bool) -> Origin:
        digest = self._secrets.digest(*message.content)
        return Origin(
            door=Door.CHAT,
            key=IdempotencyKey(f"{message.channel}:{message.id}"),
            at=message.at,
            room=room.id if room else None,
            message=message,
            late=late,
            content_digest=digest,
            account=message.account,
        )

    def expects_more(self, message: Message) -> bool:
        """Whether the sender's window is open with something that may become a request."""
        return self.collector.is_expecting((message.channel, message.room, message.sender), self._clock())


def _achieved(outcomes: tuple[Outcome, ...]) -> bool:
    return any(o.status in {Status.DONE, Status.REFUSED, Status.DUPLICATE} for o in outcomes)
