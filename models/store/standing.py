"""What cadres changed about standing reminders, and what of them was not said yet."""

from collections.abc import Iterable

from sqlalchemy import or_, select, update
from sqlmodel import SQLModel, col

from models.rules.standing import Setting, series_key
from models.store.notices import UNSAID
from models.store.rows import Rows
from models.tables import StandingSetting

OUTBOX = SQLModel.metadata.tables["outbox"]


class StandingStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def settings(self) -> list[Setting]:
        """Everything that was changed, in order of areas."""
        rows = self.session.execute(select(StandingSetting).order_by(col(StandingSetting.id))).scalars()
        return [Setting(row.area_id, row.code, row.stopped, row.when_text, row.again) for row in rows]

    def setting(self, area: int, code: str) -> StandingSetting | None:
        """The row of one area, locked until the work ends."""
        mine = (col(StandingSetting.area_id) == area, col(StandingSetting.code) == code)
        found = select(StandingSetting).where(*mine).with_for_update()
        return self.session.execute(found).scalar_one_or_none()

    def forget_below(self, areas: Iterable[int], code: str) -> None:
        """What was set for areas below gives way to what is set above them now."""
        below = (col(StandingSetting.area_id).in_(list(areas)), col(StandingSetting.code) == code)
        for row in self.session.execute(select(StandingSetting).where(*below)).scalars():
            self.session.delete(row)

    def take_back(self, code: str, areas: Iterable[int]) -> int:
        """What was written and not said yet of these areas' series is not said; returns how many rows."""
        self.session.flush()
        mine = [OUTBOX.c.cause.startswith(f"job:{series_key(code, area)}", autoescape=True) for area in areas]
        if not mine:
            return 0
        unsaid = (OUTBOX.c.state.in_(UNSAID), or_(*mine))
        stopped = update(OUTBOX).where(*unsaid).values(state="cancelled", why="reminder stopped")
        return self.session.connection().execute(stopped).rowcount
