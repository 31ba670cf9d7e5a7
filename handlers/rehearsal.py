"""What would come of something, without its being done."""

from collections.abc import Callable
from datetime import datetime
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlmodel import Session

from handlers.dispatch import Dispatch, Keep, Outcome, Status
from handlers.intents import Intent
from handlers.registry import handler_of
from handlers.work import Standing, Work
from models.rules.actor import Actor, Origin, Voice
from models.rules.town import Town
from models.store import Store

T = TypeVar("T")


class Rehearsal(Dispatch):
    """Does what is asked in one transaction that is thrown away: nothing is kept, said, or written to a log.

    What one intent writes is there for the next one, as it would be.
    """

    def __init__(self, engine: Engine, standing: Standing, clock: Callable[[], datetime], town: Town) -> None:
        """``engine`` reads, ``town`` is the snapshot in force: a changed one is known to nobody else."""
        super().__init__(engine, standing, clock)
        self._town = town
        self._wire: Connection | None = None
        self.done: list[tuple[Intent, Outcome]] = []
        """What was meant, in order, and what came of it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._wire is not None:
            self._wire.rollback()
            self._wire.close()

    def __call__(
        self, intent: Intent, who: Actor | Voice, origin: Origin, keep: Keep | None = None
    ) -> Outcome:
        """As if it were done; nothing comes of it that ``keep`` could write down."""
        if keep is not None:
            raise TypeError("a rehearsal keeps nothing")
        with self._session() as session:
            outcome, work = self._try(Store(session), handler_of(intent), intent, who, origin)
            if outcome.status is not Status.NOT_MEANT and work is not None:
                session.commit()  # a savepoint: the transaction around it goes with all the rest
                self.done.append((intent, outcome))
        return outcome

    def look(self, question: Callable[[Work], T], who: Actor, origin: Origin) -> T:
        """What a question finds after all that was done here."""
        with self._session() as session:
            store = Store(session)
            return question(Work(store, self.town(store), who, origin, self._clock(), self.standing))

    def _session(self) -> Session:
        if self._wire is None:
            self._wire = self._engine.connect()
            self._wire.execute(select(1))
        return Session(self._wire, join_transaction_mode="create_savepoint", expire_on_commit=False)
