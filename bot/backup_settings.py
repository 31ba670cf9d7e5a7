"""When backups are made, where they lie and how many of them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.typed_tables import SettingsError
from models.rules.pacing import SHANGHAI


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Table ``[backup]``."""

    at: str = "02:40"
    """When in the night (Shanghai time); empty: only by hand."""
    folder: str = ""
    """Where they lie; relative to the folder of the settings, empty: "backups" there."""
    daily: int = 7
    weekly: int = 4
    monthly: int = 6

    def place(self, folder: Path) -> Path:
        """Where they lie, given the folder of the settings."""
        return folder / (self.folder or "backups")

    def last_moment(self, now: datetime) -> datetime | None:
        """When the last one was to be made, at or before ``now``; None: never."""
        if not self.at:
            return None
        local = now.astimezone(SHANGHAI)
        today = datetime.combine(local.date(), time.fromisoformat(self.at), SHANGHAI)
        return today if today <= local else today - timedelta(days=1)


def check_backup(backup: BackupSettings, file: str) -> None:
    """Refuse what cannot be meant. Raises SettingsError, which says where and what to write."""
    where = f"{file} [backup]"
    try:
        plain = not backup.at or time.fromisoformat(backup.at).tzinfo is None
    except ValueError:
        plain = False
    if not plain:
        raise SettingsError(
            f'{where}: at = "{backup.at}": write it as "02:40", or empty for no nightly backup'
        )
    for name in ("daily", "weekly", "monthly"):
        least = 1 if name == "daily" else 0
        if (number := getattr(backup, name)) < least:
            raise SettingsError(f"{where}: {name} = {number}: write a number from {least}")
