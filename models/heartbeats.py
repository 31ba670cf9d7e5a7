"""Until when an account had dealt with everything it heard: one small row, written every second in its own transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Engine, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from models.engine import for_writing
from models.leases import Fenced, unfenced
from models.tables import Heartbeat


class Heartbeats:
    """Writes and reads the rows."""

    def __init__(self, engine: Engine, fence: Fenced = unfenced) -> None:
        self._engine = engine
        self._fence = fence
        self._writing = for_writing(engine)

    def note(self, role: str, at: datetime) -> None:
        """A part of the program stood on its feet at this moment."""
        self._note(role, at, "")

    def note_heard(self, account: str, at: datetime) -> None:
        """Everything that arrived before ``at`` is dealt with. Raises LeaseLost: another process says that by now."""
        self._note(account, at, account)

    def _note(self, role: str, at: datetime, account: str) -> None:
        with Session(self._writing) as session:
            known = session.execute(update(Heartbeat).where(col(Heartbeat.role) == role).values(at=at))
            if not known.rowcount:  # type: ignore[attr-defined]
                session.add(Heartbeat(role=role, at=at))
            session.flush()
            self._fence(session.connection(), account)
            session.commit()

    def note_all(self, beats: Mapping[str, datetime]) -> None:
        """Several at once."""
        with Session(self._writing) as session:
            for role, at in sorted(beats.items()):
                session.merge(Heartbeat(role=role, at=at))
            session.commit()

    def take_turn(self, role: str, at: datetime, rest: timedelta) -> bool:
        """Whether it is this process that does something at ``at``: nobody began it within ``rest`` before.

        What was begun by a clock that was ahead, and was put right since, keeps nobody waiting for that moment.
        """
        with Session(self._writing) as session:
            begun_at = col(Heartbeat.at)
            free = or_(begun_at <= at - rest, begun_at > at + rest)
            mine = update(Heartbeat).where(col(Heartbeat.role) == role, free)
            begun = bool(session.execute(mine.values(at=at)).rowcount)  # type: ignore[attr-defined]
            if not begun and session.get(Heartbeat, role) is None:
                session.add(Heartbeat(role=role, at=at))
                begun = True
            try:
                session.commit()
            except IntegrityError:  # another process was quicker
                return False
        return begun

    def last(self, account: str) -> datetime | None:
        """The last note, None before the first start."""
        with Session(self._engine) as session:
            row = session.get(Heartbeat, account)
            return row.at if row else None
