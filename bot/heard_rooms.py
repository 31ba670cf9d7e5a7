"""When something was heard in which room last: kept by the minute, so that a deaf room is seen after a restart too."""

from collections.abc import Callable
from datetime import datetime

from models.heartbeats import Heartbeats
from models.rules.town import Town
from models.vitals import IN_ROOM


class HeardRooms:
    """Notes are taken on any thread; ``write`` brings them to the database from time to time."""

    def __init__(self, heartbeats: Heartbeats, town: Callable[[], Town]) -> None:
        self._heartbeats = heartbeats
        self._town = town
        self._heard: dict[tuple[str, str], datetime] = {}

    def note(self, channel: str, room: str, at: datetime) -> None:
        """Something was said there; what it was is nobody's business here."""
        self._heard[channel, room] = at

    def write(self) -> None:
        """Write what was noted; rooms that nobody bound are left out."""
        heard, self._heard = self._heard, {}
        if not heard:
            return
        rows = {(card.channel, card.platform_id): row for row, card in self._town().rooms.items()}
        self._heartbeats.note_all(
            {f"{IN_ROOM}{rows[room]}": at for room, at in heard.items() if room in rows}
        )
