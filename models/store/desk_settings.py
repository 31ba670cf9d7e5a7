"""What cadres set on pages, as rows that are never deleted."""

from sqlalchemy import select
from sqlmodel import col

from models.store.rows import Rows
from models.tables import SettingChange


class SettingStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def in_force(self, room: int | None, name: str) -> SettingChange | None:
        """The last change of a setting, locked until the work ends."""
        here = col(SettingChange.room_id).is_(None) if room is None else col(SettingChange.room_id) == room
        found = select(SettingChange).where(
            here, col(SettingChange.name) == name, col(SettingChange.undone_at).is_(None)
        )
        newest = found.order_by(col(SettingChange.id).desc()).limit(1)
        return self.session.execute(newest.with_for_update()).scalar_one_or_none()

    def change(self, row: int) -> SettingChange | None:
        """A change by its row."""
        return self.session.get(SettingChange, row)
