"""Which report is asked for: period, area and part, read from an address or a form without trusting it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from models.rules.report_periods import Period, PeriodUnclear, period_between, period_coded, usual_period
from models.rules.reporting import reporting_scope, top_area
from models.rules.town import Town
from web.doors import NotHere
from web.entrance import Visitor
from web.typed import number_in

TABS = {"figures": "指标", "register": "民情台账", "issues": "问题处理清单", "meeting": "月度民情分析会"}
UNCLEAR = "时间没看懂。从几号到几号都要填，先小后大，最长一年。先给您看本月的。"


@dataclass(frozen=True, slots=True)
class Asked:
    """A report: ``words`` say what was wrong with what was typed, which is kept in ``typed``."""

    period: Period
    area: int
    tab: str
    typed: Mapping[str, str]
    words: str = ""

    def address(self, page: str = "/reports", **other: str) -> str:
        """Its address, with something changed."""
        asked = {"tab": self.tab, "period": self.period.code, "area": str(self.area), **other}
        return f"{page}?{urlencode({name: value for name, value in asked.items() if value})}"


def read_asked(who: Visitor, town: Town, now: datetime, typed: Mapping[str, str]) -> Asked:
    """What somebody asks for; nothing named: this month, of the highest area of one's own.

    Raises:
        NotHere: the area is none of one's own, or there is none at all.
    """
    scope = reporting_scope(who.actor, town)
    area = number_in(typed["area"]) if typed.get("area") else top_area(scope, town)
    if area is None or area not in town.areas or not scope.reaches(area):
        raise NotHere("no such area")
    tab = typed.get("tab", "")
    first, last = typed.get("since", ""), typed.get("until", "")
    words, period = "", usual_period(now)
    try:
        if first or last:
            period = period_between(first, last)
        elif typed.get("period"):
            period = period_coded(typed["period"])
    except PeriodUnclear:
        words = UNCLEAR
    return Asked(period, area, tab if tab in TABS else "figures", typed, words)
