"""The console's first page over the database: counts of today and the most pressing cases of somebody's areas."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.actors import OPERATOR
from handlers.dispatch import Dispatch
from handlers.today import Rates, rates_of
from handlers.work import Standing
from models.case_desk import CaseDesk
from models.rules.actor import Door, Origin
from models.rules.audiences import long_path_of
from models.rules.ids import CaseNo, IdempotencyKey
from models.rules.pacing import shanghai_date
from models.rules.scope import Scope
from models.rules.tally import day_began
from models.rules.urgency import Urgency
from models.today_desk import TodayDesk
from models.views import CaseView as CaseRow
from web.today_view import Around, CaseView, ConsoleView, DayView, LoadView, RateView

DAYS = 14
KINDS_DAYS = 30
MOST_KINDS = 6
MOST_LOADS = 8
FRESH = timedelta(minutes=2)
MOST_KEPT = 64
PRIVATE_CLASSES = frozenset({"P3", "P4"})


@dataclass(frozen=True)
class Today:
    """Fills the first page."""

    cases: CaseDesk
    desk: TodayDesk
    dispatch: Dispatch
    clock: Callable[[], datetime]
    _rates: dict[tuple[frozenset[int], int | None], tuple[datetime, Rates]] = field(default_factory=dict)
    """Reckoned for the areas of somebody, and when; a month of a township is not read anew with each look."""

    @property
    def standing(self) -> Standing:
        """Words and categories in force."""
        return self.dispatch.standing

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
            around=self._around(scope, now, counts["unhappy"]),
        )

    def _around(self, scope: Scope, now: datetime, unhappy: int) -> Around:
        town, today, items = self.dispatch.known_town(), shanghai_date(now), self.standing.items
        dates = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        begin = day_began(now) - timedelta(days=DAYS - 1)
        kinds = self.desk.kinds(scope, day_began(now) - timedelta(days=KINDS_DAYS), MOST_KINDS)
        return Around(
            unhappy=unhappy,
            unassigned=self.desk.unassigned(scope),
            loads=tuple(
                LoadView(one.area, long_path_of(one.area, town), one.open, one.overdue)
                for one in self.desk.loads(scope, now)[:MOST_LOADS]
            ),
            days=tuple(
                DayView(f"{day.on.month}/{day.on.day}", day.opened, day.closed)
                for day in self.desk.days(scope, begin, dates)
            ),
            kinds=tuple((code, items[code].spoken, number) for code, number in kinds),
            rates=tuple(_rates_said(self._rates_of(scope, now))),
        )

    def _rates_of(self, scope: Scope, now: datetime) -> Rates:
        areas = frozenset(node.id for node in scope.areas_of(self.dispatch.known_town()))
        mine = areas, scope.person
        at, rates = self._rates.get(mine, (None, None))
        if rates is not None and at is not None and at <= now < at + FRESH:
            return rates
        origin = Origin(Door.WEB, IdempotencyKey("web:today"), now)
        rates = self.dispatch.look(lambda work: rates_of(work, *mine), OPERATOR, origin)
        if len(self._rates) >= MOST_KEPT:
            self._rates.clear()
        self._rates[mine] = now, rates
        return rates

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


def _rates_said(rates: Rates) -> Iterator[RateView]:
    """With what is counted over what: a rate without its denominator says nothing."""
    named = (
        ("响应率", "在时限内联系上居民的，占本月该联系的", rates.response),
        ("解决率", "居民说解决了的，占本月问到了的", rates.solved),
        ("满意率", "三项都满意的，占本月评了的", rates.satisfied),
        ("问到了多少", "评了或回访到的，占本月办结的", rates.covered),
    )
    for name, says, share in named:
        yield RateView(name, says, share.numerator, share.denominator, share.percent)
