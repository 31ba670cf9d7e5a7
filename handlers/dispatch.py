"""The only way to change anything: one permission check, one transaction, one idempotency key, one audit line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from handlers.actors import actor_of
from handlers.intents import Intent
from handlers.pushes import write_pushes
from handlers.registry import Handler, handler_of
from handlers.work import Reply, Standing, StepTaken, Work
from models.engine import for_writing
from models.leases import Fenced, unfenced
from models.rules.actor import Actor, Origin, Voice
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Town
from models.store import Store
from models.tables import AuditLine

log = structlog.get_logger()
T = TypeVar("T")
HEARD_WHEN_OUT = frozenset({"ReportEmergency", "OptIn", "ReadPrivacy"})
"""Who left the bot is heard only in an emergency, and when coming back."""
NOT_BOUND, POST_MAY_NOT = "NOT_AUTH_DM", "POST_MAY_NOT_DM"
"""Said to residents who use a leader's words, and to post holders whose post has no right to them."""
Keep = Callable[[Work, "Outcome"], None]
"""Writes down what came of a piece of work, in the same transaction."""
BEYOND_NUMBERS = 10**9
CLASHES = 3
"""So often a piece of work is tried when others write the same rows at the same moment."""


class Status(StrEnum):
    """How a piece of work ended."""

    DONE = "done"
    DUPLICATE = "duplicate"
    """The idempotency key was used before; nothing happened."""
    REFUSED = "refused"
    NOT_MEANT = "not_meant"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an intent. ``steps`` are the case steps taken; ``refusal`` the reason when refused.

    ``settled``: the words are dealt with and belong to nothing that is said next.
    """

    status: Status
    steps: tuple[StepTaken, ...] = ()
    reply: Reply | None = None
    refusal: Refusal | None = None
    settled: bool = False


class Dispatch:
    """Holds what every piece of work needs; safe to call from several threads."""

    def __init__(
        self,
        engine: Engine,
        standing: Standing,
        clock: Callable[[], datetime],
        on_said: Callable[[], None] = lambda: None,
        fence: Fenced = unfenced,
    ) -> None:
        """``on_said`` is called after something that must be said was committed; ``fence``: see ``models.leases``."""
        self._engine = for_writing(engine)
        self._engine_for_reading = engine
        self.standing = standing
        self._clock = clock
        self._on_said = on_said
        self._fence = fence
        self._town: Town | None = None
        self._town_lock = Lock()

    def __call__(
        self, intent: Intent, who: Actor | Voice, origin: Origin, keep: Keep | None = None
    ) -> Outcome:
        """Do what the intent asks, once. A voice that left the bot is heard only in ``HEARD_WHEN_OUT``.

        ``keep`` is called when it was done or refused, before that is committed.
        Never raises for what people do wrong: that is an Outcome. Faults (a full disk, a lost database, LeaseLost)
        come through.
        """
        handler = handler_of(intent)
        prepared = self._prepared(handler, intent, who, origin)
        for clashes_left in reversed(range(CLASHES)):
            try:
                outcome, spoke = self._once(handler, intent, who, origin, keep, prepared)
                break
            except IntegrityError:
                # Another piece of work wrote the same key or the same contact a moment ago: look again.
                if not clashes_left:
                    raise
        if outcome.status in {Status.DUPLICATE, Status.NOT_MEANT}:
            return outcome
        if spoke:
            self._on_said()
        log.info("intent", intent=type(intent).__name__, status=outcome.status, key=origin.key)
        return outcome

    def _prepared(self, handler: Handler, intent: Intent, who: Actor | Voice, origin: Origin) -> object:
        """What the handler needs and takes long to find, found without keeping anybody from writing."""
        if handler.prepare is None or isinstance(who, Voice) or handler.may not in who.permissions:
            return None
        prepare = handler.prepare
        try:
            return self.look(lambda work: prepare(intent, work), who, origin)
        except Refusal:
            return None  # the handler refuses it again, where that is written down

    def _once(
        self,
        handler: Handler,
        intent: Intent,
        who: Actor | Voice,
        origin: Origin,
        keep: Keep | None,
        prepared: object = None,
    ) -> tuple[Outcome, bool]:
        """One try in one transaction; what came of it, and whether there is something to say."""
        with self._engine.connect() as connection:
            store = Store(connection)
            outcome, work = self._try(store, handler, intent, who, origin, prepared)
            if work is None:
                return outcome, False
            if outcome.status is Status.NOT_MEANT:
                connection.rollback()
            else:
                if keep is not None:
                    keep(work, outcome)
                store.flush()
                self._fence(connection, origin.account)
                connection.commit()
                if store.town_changed:
                    self._town = None  # whoever was bound a moment ago is known at the next line
            store.close()
        return outcome, work.spoke

    def _try(
        self,
        store: Store,
        handler: Handler,
        intent: Intent,
        who: Actor | Voice,
        origin: Origin,
        prepared: object = None,
    ) -> tuple[Outcome, Work | None]:
        """Do it in the transaction of the store, which is not ended; without work where nothing was begun."""
        found = self._look(store, who, origin)
        if found is None:
            return Outcome(Status.DUPLICATE), None
        town, actor = found
        if isinstance(who, Voice) and actor.opted_out and type(intent).__name__ not in HEARD_WHEN_OUT:
            return Outcome(Status.NOT_MEANT), None
        work = Work(store, town, actor, origin, self._clock(), self.standing, prepared=prepared)
        return self._run(handler, intent, work), work

    def _look(self, store: Store, who: Actor | Voice, origin: Origin) -> tuple[Town, Actor] | None:
        """The town and who asks, by one statement; None: this was done before."""
        if isinstance(who, Actor):
            version, used = store.standing(origin.key, origin.content_digest)
            return None if used else (self._snapshot(store, version), who)
        known = store.standing_of(who.channel, who.contact, origin.key, origin.content_digest)
        if known.used:
            return None
        town = self._snapshot(store, known.version)
        return town, actor_of(known, town, who.contact, self._clock(), private=who.private)

    def _run(self, handler: Handler, intent: Intent, work: Work) -> Outcome:
        try:
            _check_permission(handler, work)
            reply = handler.function(intent, work)
        except NotMeant:
            return Outcome(Status.NOT_MEANT)
        except Refusal as refusal:
            # What the handler wrote before refusing is not kept.
            work.store.roll_back()
            work.outbox.clear()
            work.steps.clear()
            work.notices_said.clear()
            if refusal.key and not work.origin.door.answers_itself:
                work.tell(work.actor.identity, refusal.key, **refusal.blanks)
            self._close(work, intent, Status.REFUSED)
            return Outcome(Status.REFUSED, refusal=refusal)
        if reply is not None:
            work.answer(reply)
        self._close(work, intent, Status.DONE)
        return Outcome(Status.DONE, tuple(work.steps), reply, settled=work.settled)

    @staticmethod
    def _close(work: Work, intent: Intent, status: Status) -> None:
        """Idempotency key, outbox and audit line, in the same transaction as the change itself."""
        work.store.write_appended()
        if work.standing.webhooks and status is Status.DONE:
            write_pushes(work)
        work.store.consume(work.origin.key, work.origin.content_digest, work.now)
        work.flush_outbox()
        work.store.insert_rows(
            AuditLine,
            [
                {
                    "at": work.now, "door": work.origin.door, "key": work.origin.key,
                    "intent": _named(intent, work), "identity_id": work.actor.identity,
                    "person_id": work.actor.person, "token_id": work.actor.token, "outcome": status,
                    "case_id": work.steps[0].case_id if work.steps else None,
                    "number": _number(intent, work),
                }
            ],
        )  # fmt: skip

    def look(self, question: Callable[[Work], T], who: Actor, origin: Origin) -> T:
        """What a question finds with the same rows, rights and words that a piece of work has; nothing is kept.

        Raises:
            Refusal: whatever the question refuses.
        """
        with self._engine_for_reading.connect() as connection:
            store = Store(connection)
            try:
                work = Work(store, self.town(store), who, origin, self._clock(), self.standing)
                return question(work)
            finally:
                store.close()
                connection.rollback()

    def actor(self, channel: str, contact: str, *, private: bool = False) -> Actor:
        """Who stands behind a chat contact at this moment."""
        with self._engine_for_reading.connect() as connection:
            store = Store(connection)
            known = store.standing_of(channel, contact, "", None)
            town = self._snapshot(store, known.version)
            store.close()
        return actor_of(known, town, contact, self._clock(), private=private)

    def current_town(self) -> Town:
        """The snapshot in force."""
        with self._engine_for_reading.connect() as connection:
            store = Store(connection)
            town = self.town(store)
            store.close()
        return town

    def known_town(self) -> Town:
        """The snapshot last read, without asking the database again; each piece of work and each heartbeat refreshes it."""
        return self._town or self.current_town()

    def town(self, store: Store) -> Town:
        """The current snapshot, read again when the deployment's version moved."""
        return self._snapshot(store, store.town_version())

    def _snapshot(self, store: Store, version: int) -> Town:
        with self._town_lock:
            if self._town is None or self._town.version != version:
                self._town = store.load_town()
            return self._town


def _named(intent: Intent, work: Work) -> str:
    """How the audit calls it: ``ClaimCase``; of a confirmation also what was confirmed, ``Confirm:notice``."""
    name = type(intent).__name__
    return f"{name}:{work.confirmed}" if work.confirmed else name


def _number(intent: Intent, work: Work) -> int | None:
    """The number of a case or notice that it is about; what people type may be too long for one."""
    number = work.number if work.number is not None else getattr(intent, "no", None)
    return number if isinstance(number, int) and 0 < number < BEYOND_NUMBERS else None


def _check_permission(handler: Handler, work: Work) -> None:
    """The one permission check. Raises Refusal."""
    if handler.may not in work.actor.permissions:
        # Whoever holds a post that has no right to it is not told to be bound first.
        bound = handler.refusal == NOT_BOUND and bool(work.actor.seats)
        key = POST_MAY_NOT if bound else handler.refusal
        raise Refusal(RefusalKind.NOT_ALLOWED, key, contact=work.town.contact)
