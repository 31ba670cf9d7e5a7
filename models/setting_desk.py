"""Who changed which setting when, as somebody at a desk sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, or_, select
from sqlmodel import Session, col

from models.reach import within
from models.rules.scope import Scope
from models.tables import Person, Room, RoomArea, SettingChange


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change. ``room`` empty: of the whole place; ``by`` is a surname, empty: the operator. ``last``: it counts now."""

    id: int
    room: str
    name: str
    value: str
    before: str
    by: str
    at: datetime
    last: bool


class SettingDesk:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def changes(self, scope: Scope, limit: int = 30) -> list[ChangeLine]:
        """Changes of the place and of groups of somebody's areas, the newest first."""
        here = select(RoomArea).where(
            col(RoomArea.room_id) == SettingChange.room_id, within(scope, RoomArea.area_id)
        )
        found = (
            select(SettingChange, col(Room.title), col(Person.surname))
            .outerjoin(Room, col(Room.id) == SettingChange.room_id)
            .outerjoin(Person, col(Person.id) == SettingChange.changed_by)
            .where(or_(col(SettingChange.room_id).is_(None), here.exists()))
            .order_by(col(SettingChange.id).desc())
        )
        with Session(self._engine) as session:
            return [
                ChangeLine(
                    row.id or 0, title or "", row.name, row.value, row.before, surname or "", row.at,
                    row.undone_at is None,
                )
                for row, title, surname in session.execute(found.limit(limit))
            ]  # fmt: skip
