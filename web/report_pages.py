"""Draws reports: figures, lists of cases behind a number, the month's material, frozen editions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import Request, Response

from handlers.report_editions import edition_here, editions_here
from handlers.reports import meeting_of, names_of, reckon, rows_of
from handlers.work import Work
from models.rules.audiences import long_path_of
from models.rules.permissions import Permission
from models.rules.reckoning import plain
from models.rules.report_figures import DEFINED, GROUP_RULE, PRIVATE, RATED, Kind
from models.rules.report_periods import period_coded, recent_periods
from models.rules.report_rows import ReportRow
from models.rules.report_sections import Names, sections
from models.rules.reporting import Tier, reporting_scope, tier_of
from web.cases import paths_within
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.pages import Pages
from web.report_asked import TABS, Asked
from web.report_cells import Wording, is_late, waited_days
from web.report_drawing import chart
from web.report_picture import can_draw

PAGE = 30
MOST_BARS = 8
TIERS = {"group": "组内", "village": "村级，不带门牌", "town": "乡镇级，不带居民的话和名字"}
OWN = 0
"""Stands for the number of a case that is not told to whoever handled it."""
Unit = tuple[int, int]
"""A case number, and which time it is counted."""


@dataclass(frozen=True)
class ReportPages:
    """Draws them. ``letters``: whether pictures can be drawn here."""

    entrance: Entrance
    pages: Pages
    letters: bool

    def report(
        self, request: Request, asked: Asked, before: str = "", code: int = 200, words: str = ""
    ) -> Response:
        """One part of a report."""
        who = visitor_of(request)
        draw = {"register": self._register, "issues": self._issues, "meeting": self._meeting}.get(
            asked.tab, self._figures
        )
        shown = self.entrance.look(
            lambda work: draw(work, asked, before) | self._frame(work, asked, who), who.actor
        )
        return self.pages.show(
            request, f"report_{asked.tab}.html", {**shown, "words": words or asked.words}, code
        )

    def _frame(self, work: Work, asked: Asked, who: Visitor) -> dict[str, object]:
        scope = reporting_scope(who.actor, work.town)
        return {
            "asked": asked, "title": long_path_of(asked.area, work.town), "tabs": TABS, "periods": recent_periods(work.now),
            "areas": paths_within(scope, work.town), "until": asked.period.span.until(work.now).end, "now": work.now,
            "tier": TIERS[tier_of(who.actor, work.town, asked.area)], "draws": self.letters,
            "notices": Permission.NOTICE_SEND in who.actor.permissions and who.actor.identity is not None,
            "freezes": Permission.CASE_DISPATCH in who.actor.permissions and asked.period.kind == "month",
            "editions": editions_here(work, asked.area, asked.period.code), "plain": plain,
        }  # fmt: skip

    def _figures(self, work: Work, asked: Asked, _: str) -> dict[str, object]:
        found = reckon(work, asked.area, asked.period)
        names = names_of(work, asked.area)
        editions = editions_here(work, asked.area, asked.period.code)
        frozen = edition_here(work, editions[0].id)[1].figures if editions else ()
        charts = [
            (title, kind, [(called.get(v, v), v, int(s.numerator)) for v, s in found.group(kind)][:MOST_BARS])
            for title, kind, called in (
                ("什么事最多", "l2", _kinds(names)),
                ("哪里最多", "area", names.areas),
            )
        ]
        return {
            "figures": found.figures(), "frozen": {figure.key: figure for figure in frozen},
            "charts": [(t, k, rows, chart([(n, c) for n, _, c in rows], f"{t}：{said(rows)}")) for t, k, rows in charts],
            "apart": found.doubtful_by, "group_rule": GROUP_RULE,
        }  # fmt: skip

    def _register(self, work: Work, asked: Asked, before: str) -> dict[str, object]:
        found = reckon(work, asked.area, asked.period)
        return self._listed(work, asked, units(found.numbers("received", "over") or ()), before)

    def _issues(self, work: Work, asked: Asked, before: str) -> dict[str, object]:
        found = reckon(work, asked.area, asked.period)
        return self._listed(work, asked, units(found.numbers("open", "over") or ()), before)

    def _meeting(self, work: Work, asked: Asked, _: str) -> dict[str, object]:
        found = reckon(work, asked.area, asked.period)
        return {"sections": sections(meeting_of(work, asked.area, asked.period, found))}

    def _listed(self, work: Work, asked: Asked, those: Sequence[Unit], before: str) -> dict[str, Any]:
        page, older = sliced(those, before)
        rows = rows_of(work, asked.area, [no for no, _ in page])
        until = asked.period.span.until(work.now).end
        return {
            "rows": [rows.get(no, ReportRow(no, withheld=True)) for no, _ in page], "many": len(those), "older": older,
            "first": not before, "say": self.wording(work, asked.area), "is_late": lambda row: is_late(row, until),
            "waited": lambda row: waited_days(row, until),
        }  # fmt: skip

    def behind(self, request: Request, asked: Asked, figure: str, side: str, before: str) -> Response:
        """The cases behind one number, counted as the number is.

        Raises:
            NotHere: there is no such number.
        """
        who = visitor_of(request)

        def question(work: Work) -> dict[str, object]:
            found = reckon(work, asked.area, asked.period)
            numbers = found.numbers(figure, side)
            if numbers is None:
                raise NotHere("no such number")
            means = self._means(work, asked.area, figure, side)
            halves = found.tallies[figure].halves if figure in found.tallies and side == "over" else 0
            more = {"means": means, "halves": halves, "figure": figure, "side": side}
            shown = self._listed(work, asked, units(numbers), before)
            if figure in RATED:
                shown["rows"] = [own_hidden(row) for row in shown["rows"]]
            return shown | self._frame(work, asked, who) | more

        return self.pages.show(request, "report_rows.html", self.entrance.look(question, who.actor))

    def _means(self, work: Work, area: int, figure: str, side: str) -> tuple[str, str, str]:
        """What a number is called, what is counted, what is left out."""
        kind, _, value = figure.partition(":")
        definition = DEFINED.get(figure, GROUP_RULE)
        names = names_of(work, area)
        called = {"l1": names.groups, "l2": _kinds(names), "again": _kinds(names), "area": names.areas}.get(
            kind, {}
        )
        name = called.get(value, value) if value else definition.name
        name = "涉及隐私的" if value == PRIVATE else name
        side_means = (
            definition.under if side == "under" and definition.kind is Kind.SHARE else definition.over
        )
        return name, side_means, definition.leaves_out

    def wording(self, work: Work, area: int) -> Wording:
        """How codes are said in this area's report."""
        return wording_of(work, area, self.pages.render)

    def edition(self, request: Request, number: int) -> Response:
        """A frozen edition beside today's numbers."""
        who = visitor_of(request)

        def question(work: Work) -> dict[str, object]:
            view, edition = edition_here(work, number)
            from_code = Asked(period_coded(view.period), view.area, "figures", {})
            today = reckon(work, view.area, from_code.period)
            return {
                "view": view, "edition": edition, "today": {figure.key: figure for figure in today.figures()},
                "title": long_path_of(view.area, work.town), "asked": from_code, "now": work.now, "plain": plain,
                "say": self.wording(work, view.area),
            }  # fmt: skip

        return self.pages.show(request, "report_edition.html", self.entrance.look(question, who.actor))

    def edition_rows(self, request: Request, number: int, figure: str, side: str, before: str) -> Response:
        """The cases behind a frozen number, as they stood.

        Raises:
            NotHere: there is no such number.
        """
        who = visitor_of(request)

        def question(work: Work) -> dict[str, object]:
            view, edition = edition_here(work, number)
            numbers = edition.numbers(figure, side)
            if numbers is None:
                raise NotHere("no such number")
            page, older = sliced(units(numbers), before)
            kept = {row.no: row for row in edition.register}
            if figure in RATED:
                now = rows_of(work, view.area, [no for no, _ in page], Tier.TOWN)
                kept = {
                    no: own_hidden(now[no]) if no in now and now[no].mine else row for no, row in kept.items()
                }
            asked = Asked(period_coded(view.period), view.area, "figures", {})
            return {
                "view": view, "rows": [kept.get(no, no) for no, _ in page], "many": len(numbers), "older": older,
                "means": self._means(work, view.area, figure, side), "figure": figure, "side": side, "first": not before,
                "title": long_path_of(view.area, work.town), "asked": asked, "now": work.now,
                "say": self.wording(work, view.area),
            }  # fmt: skip

        return self.pages.show(request, "report_edition_rows.html", self.entrance.look(question, who.actor))


def own_hidden(row: ReportRow) -> ReportRow:
    """A case without its number where whoever asks handled it."""
    return ReportRow(OWN, withheld=True) if row.mine else row


def wording_of(work: Work, area: int, render: Callable[[str], str]) -> Wording:
    """The same with our sentences from ``render``, each asked for once."""
    items = {code: (item.parent, item.spoken, item.focus) for code, item in work.standing.items.items()}
    state = cache(lambda state: render(f"STATE_{state}"))
    step = cache(lambda step: render(f"STEP_{step}"))
    return Wording(names_of(work, area), items, state, step, work.town)


def report_pages(entrance: Entrance, pages: Pages) -> ReportPages:
    """Ready to draw; looked after once whether letters come out in pictures."""
    return ReportPages(entrance, pages, can_draw())


def _kinds(names: Names) -> dict[str, str]:
    return {**names.kinds, PRIVATE: "涉及隐私的"}


def units(numbers: Iterable[int]) -> list[Unit]:
    """Each number with which time it comes, counted from 1."""
    seen: dict[int, int] = {}
    found = []
    for no in numbers:
        seen[no] = seen.get(no, 0) + 1
        found.append((no, seen[no]))
    return found


def sliced(those: Sequence[Unit], before: str) -> tuple[Sequence[Unit], str]:
    """One page after ``before`` ("23.1"), and what the next one goes on from; empty: these were the last."""
    head, _, tail = before.partition(".")
    start = 0
    if head.isdecimal() and tail.isdecimal():
        last = (-int(head[:9]), int(tail[:9]))
        start = next((place for place, (no, time) in enumerate(those) if (-no, time) > last), len(those))
    page = those[start : start + PAGE]
    more = start + PAGE < len(those)
    return page, f"{page[-1][0]}.{page[-1][1]}" if more else ""


def said(rows: Iterable[tuple[str, str, int]]) -> str:
    """``停水 3 件，路灯 2 件``."""
    return "，".join(f"{name} {number} 件" for name, _, number in rows)
