"""The console's first page over the database: counts of today and the most pressing cases of somebody's areas."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.work import Standing
from models.case_desk import CaseDesk
from models.rules.ids import CaseNo
from models.rules.scope import Scope
from models.rules.tally import day_began
from models.rules.urgency import Urgency
from models.views import CaseView as CaseRow
from web.today_view import CaseView, ConsoleView

PRIVATE_CLASSES = frozenset({"P3", "P4"})


@dataclass(frozen=True)
class Today:
    """Fills the first page."""

    cases: CaseDesk
    standing: Standing
    clock: Callable[[], datetime]

    def __call__(self, scope: Scope) -> ConsoleView:
        """What lies before whoever has this scope."""
        now = self.clock()
        today, counts = day_began(now), self.cases.counts(scope, now)
        opened, closed = self.cases.day_counts(scope, today, today + timedelta(days=1))
        return ConsoleView(
            now=now,
            cases=tuple(self._case(row, now) for row in self.cases.pressing(scope, now)),
            open=counts["open"],
            overdue=counts["overdue"],
            unclaimed=counts["unclaimed"],
            opened_today=opened,
            closed_today=closed,
        )

    def _case(self, row: CaseRow, now: datetime) -> CaseView:
        private = row.privacy in PRIVATE_CLASSES
        return CaseView(
            no=CaseNo(row.no),
            title=self.standing.items[row.category].spoken,
            place="" if private else row.place,
            area=row.area,
            state=self.standing.texts.render(f"STATE_{row.state}", {}),
            assignee=row.assignee_title,
            opened=row.created_at,
            due=row.due_resolve_at,
            overdue=row.due_resolve_at is not None and row.due_resolve_at < now,
            urgent=row.urgency in {Urgency.U0, Urgency.U1},
        )
