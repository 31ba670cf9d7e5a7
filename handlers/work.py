"""What a handler works with: the town, the store, the asker, the moment, and a mouth that writes instead of speaking."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from handlers.attention import timing
from handlers.learning.rereading import Rereading
from handlers.texts import Texts
from handlers.township.wording import Wording
from models.lexicon import EmergencyType, Item
from models.rules.actor import Actor, Door, Origin
from models.rules.attention import Word
from models.rules.decision import NOTHING, Decision
from models.rules.handover import HandoverMap
from models.rules.knowledge import Knowing
from models.rules.offline import IntakeWords
from models.rules.pacing import Pace, Rank, shanghai_date
from models.rules.place_settings import pace_of
from models.rules.sla import Timetable
from models.rules.town import RoomCard, Seat, Town
from models.rules.webhooks import Webhook
from models.rules.working_days import WEEKENDS, WorkingDays
from models.secrets import SecretBox
from models.store import Store
from models.tables import Case, OutboxMessage


@dataclass(frozen=True, slots=True)
class Reply:
    """What the asker hears: said in the room or privately, as the sentence's channel says."""

    key: str
    blanks: dict[str, Any]

    def __init__(self, key: str, **blanks: Any) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "blanks", blanks)


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step some case took in this piece of work."""

    case_id: int
    no: int
    step: str
    state: str
    changes: dict[str, Any]
    before: str | None = None
    """The state it left."""
    seq: int = 0
    """Which of the case's steps this is."""


@dataclass(frozen=True)
class Standing:
    """What does not change between pieces of work."""

    texts: Texts
    items: Mapping[str, Item]
    """Category code → lexicon entry."""
    emergencies: Mapping[str, EmergencyType]
    pace: Pace
    secrets: SecretBox
    plain: Callable[[str], str]
    """Normalises words so that a quote and what was kept of it compare equal."""
    days: WorkingDays = WEEKENDS
    """Which days are worked here."""
    read: Callable[[str], Decision] = field(default=lambda _: NOTHING)
    """Understands words that somebody else wrote down, as if they had been said to us privately."""
    intake: IntakeWords | None = None
    """How offline entries and visits are written; None: nobody writes any here."""
    return_reasons: tuple[tuple[str, str], ...] = ()
    """(pattern, lawful reason): how leaders say why a case comes back."""
    reject_reasons: tuple[tuple[str, str], ...] = ()
    """(pattern, ``RejectReason``): how the dispatcher says why a request is turned down."""
    knowing: Knowing | None = None
    """How questions are compared with approved texts; None: nothing is answered here."""
    policy_words: Wording | None = None
    """How approved texts are written down."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """First-level category code → its name."""
    rereading: Rereading | None = None
    """How the effect of a new word is seen before it counts; None: no words are added here."""
    public_url: str = ""
    """Where residents reach the pages of notices, without a slash at its end; empty: nowhere."""
    webhooks: tuple[Webhook, ...] = ()
    """Other programs that are told of what happens."""
    handover: HandoverMap = field(default_factory=HandoverMap)
    """How a platform of the county reads our cases, and what its answers mean."""
    answer_words: Wording | None = None
    """How its answers are written down; None: nobody reads any here."""


@dataclass
class Work:
    """One piece of work: exactly one transaction, one asker, one moment."""

    store: Store
    town: Town
    actor: Actor
    origin: Origin
    now: datetime
    standing: Standing
    steps: list[StepTaken] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    notices_said: list[dict[str, Any]] = field(default_factory=list)
    """Firings of notices that went out to groups: what other programs are told of them."""
    spoke: bool = False
    """Whether anything was written to be said."""
    settled: bool = False
    """Whether what was said is dealt with by itself: no report that follows begins with it."""
    confirmed: str = ""
    """What the asker agreed to, where the intent says no more than that."""
    number: int | None = None
    """Of the notice that came of it."""
    prepared: object = None
    """What the intent's ``prepare`` found before the transaction; None: nothing was prepared."""

    @property
    def pace(self) -> Pace:
        """Speaking limits in force, with what was set for the place on its pages."""
        return pace_of(self.standing.pace, self.town.changed)

    @cached_property
    def timetable(self) -> Timetable:
        """What counts as time here."""
        return Timetable(self.standing.days, self.pace.quiet, self.pace.service_hours)

    @cached_property
    def today(self) -> date:
        """The date in Shanghai: by it terms of office begin and end."""
        return shanghai_date(self.now)

    @property
    def room(self) -> RoomCard | None:
        """The group it was said in."""
        return self.town.rooms.get(self.origin.room) if self.origin.room is not None else None

    def tell_room(
        self,
        room: int,
        key: str,
        *,
        rank: Rank = Rank.REPLY,
        not_before: datetime | None = None,
        gathers: str = "",
        case: Case | None = None,
        mentions: Iterable[int] = (),
        notice_id: int | None = None,
        **blanks: Any,
    ) -> None:
        """Write something to be said in a group."""
        self._post(
            room_id=room, key=key, rank=rank, not_before=not_before, gathers=gathers, case=case,
            mentions=list(mentions), notice_id=notice_id, blanks=blanks,
        )  # fmt: skip

    def tell(
        self,
        identity: int | None,
        key: str,
        *,
        rank: Rank = Rank.REPLY,
        not_before: datetime | None = None,
        gathers: str = "",
        case: Case | None = None,
        call: bool = False,
        **blanks: Any,
    ) -> None:
        """Write something to be said privately to one contact; nobody is no error."""
        if identity is None:
            return
        self._post(
            identity_id=identity, key=key, rank=rank, not_before=not_before, gathers=gathers, case=case,
            medium="call" if call else "chat", blanks=blanks,
        )  # fmt: skip

    def tell_seat(
        self, seat: Seat | None, key: str, *, rank: Rank = Rank.REPLY, call: bool = False, **more: Any
    ) -> None:
        """Tell a post holder privately on every verified identity; ``call`` also rings through the alarm path.

        Whoever takes the work today hears it; at night, and beyond a person's day, what can wait gathers for the
        morning (handlers.attention).
        """
        if seat is None:
            return
        case: Case | None = more.pop("case", None)
        if rank > Rank.EMERGENCY:
            accused = case.flags.get("accused", ()) if case else ()
            if seat.acts_for is not None and seat.person in accused:
                seat = self.town.seats[seat.id]  # the stand-in is complained about: asked anew who takes it
            seat = self.town.filled(seat, self.today, accused)
        word = Word(key, rank, case.urgency if case else None, call, more.pop("gathers", ""))
        not_before = more.pop("not_before", None)
        for identity in seat.identities:
            when = timing(self, word, case, seat, identity, not_before)
            if when is not None:
                self.tell(identity, key, rank=rank, case=case, **when, **more)
            if call:
                self.tell(identity, key, rank=rank, case=case, call=True, **more)

    def ask_a_person(self, key: str, *, rank: Rank, why: str, **blanks: Any) -> None:
        """Write something that only a person can do: it stands on the relay page at once, already in words."""
        text = self.standing.texts.render(key, blanks)
        done_by_hand = {"medium": "call", "state": "relay", "text": text, "why": why}
        self._post(key=key, rank=rank, case=None, blanks=blanks, **done_by_hand)

    def _post(self, *, blanks: dict[str, Any], case: Case | None, **columns: Any) -> None:
        not_before = columns.pop("not_before", None) or self.now
        self.outbox.append(
            {
                "cause": self.origin.key, "blanks": blanks, "case_id": case.id if case else None,
                "not_before": not_before, "created_at": self.now, "state": "queued", "medium": "chat",
                "mentions": [], "gathers": "", "room_id": None, "identity_id": None, "notice_id": None,
                "attempts": 0, "why": "", "text": "", "account": "", **columns, "rank": int(columns["rank"]),
            }
        )  # fmt: skip

    def answer(self, reply: Reply) -> None:
        """Say the reply where its sentence belongs: in the room it was asked in, or privately to the asker.

        Whoever asked on a page or through the interface reads it there.
        """
        if self.origin.door.answers_itself:
            return
        in_group = self.standing.texts.channel_of(reply.key) == "group" and self.origin.room is not None
        if in_group and not self.origin.late and self.origin.room is not None:
            self.tell_room(self.origin.room, reply.key, **reply.blanks)
        elif not in_group:
            self.tell(self.actor.identity, reply.key, **reply.blanks)

    def flush_outbox(self) -> None:
        """Write what must be said into the same transaction."""
        self.spoke = self.spoke or bool(self.outbox)
        self.store.insert_rows(OutboxMessage, self.outbox)
        self.outbox.clear()

    @property
    def from_clock(self) -> bool:
        """Whether nobody but the clock asked."""
        return self.origin.door is Door.CLOCK
