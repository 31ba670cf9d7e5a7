"""Figures of a period added up part by part, with the cases behind each number where somebody will open them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from models.rules import metrics
from models.rules.happened import CaseFacts, Happened
from models.rules.metrics import SMALL, SUSPICIOUS_GAP, Share
from models.rules.periods import Span
from models.rules.report_figures import DEFINED, DEFINITIONS, PRIVATE, Definition, Kind

LISTED = frozenset({"open", "overdue", "stuck"})
"""Figures whose cases every report lists."""
Sorts = Callable[[CaseFacts], Iterable[tuple[str, str]]]
"""Into which groups of which kind a case goes: ("l2", "A06")."""


@dataclass(slots=True)
class Tally:
    """One figure so far. ``over`` and ``under``: case numbers, once for each time; empty where nobody opens them."""

    numerator: float = 0
    denominator: int = 0
    halves: int = 0
    over: list[int] = field(default_factory=list)
    under: list[int] = field(default_factory=list)

    def add(self, share: Share, *, keep: bool) -> None:
        """Take a part in."""
        self.numerator += share.numerator
        self.denominator += share.denominator
        self.halves += share.halves
        if keep:
            self.over.extend(share.over)
            self.under.extend(share.under)

    @property
    def share(self) -> Share:
        """As one share."""
        return Share(self.numerator, self.denominator, self.halves, tuple(self.over), tuple(self.under))


@dataclass
class Reckoning:
    """``keep``: whether the cases behind the numbers are remembered; without, memory does not grow with them."""

    span: Span
    sorts: Sorts
    keep: bool = True
    tallies: dict[str, Tally] = field(
        default_factory=lambda: {d.key: Tally() for d in DEFINITIONS if d.count}
    )
    groups: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    hours: list[float] = field(default_factory=list)

    def add(self, part: Happened) -> None:
        """Count a part in."""
        for definition in DEFINITIONS:
            if definition.count is not None:
                keep = self.keep or definition.key in LISTED
                self.tallies[definition.key].add(definition.count(part, self.span), keep=keep)
        self.hours.extend(metrics.first_contact_hours(part, self.span))
        again = set(metrics.repeat_rate(part, self.span).over)
        for case in metrics.valid(part, self.span):
            one = metrics.all_of([case.no])
            for kind, value in self.sorts(case):
                self.groups[kind, value].add(one, keep=self.keep)
            if case.no in again:
                self.groups["again", PRIVATE if case.private else case.category].add(one, keep=self.keep)

    def numbers(self, key: str, side: str) -> list[int] | None:
        """Cases behind a number, newest first, once for each time; None: there is no such number.

        ``key`` as in DEFINITIONS, or ``l2:A06``; ``side`` over or under.
        """
        kind, _, value = key.partition(":")
        tally = self.tallies.get(key) or (self.groups.get((kind, value)) if value else None)
        if tally is None or side not in {"over", "under"}:
            return None
        return sorted(tally.over if side == "over" else tally.under, reverse=True)

    def figures(self) -> "list[Figure]":
        """Every figure as it is told, in the order of the definitions."""
        return [self.figure(definition.key) for definition in DEFINITIONS]

    def figure(self, key: str) -> "Figure":
        """One figure."""
        definition = DEFINED[key]
        if definition.count is None:
            return Figure(definition, Share(0, 0))
        share = self.tallies[key].share
        if definition.kind is not Kind.HOURS:
            return Figure(definition, share)
        hours = sorted(self.hours)
        return Figure(definition, share, metrics.percentile(hours, 0.5), metrics.percentile(hours, 0.9))

    def group(self, kind: str) -> list[tuple[str, Share]]:
        """How many of each value of a kind, most first."""
        found = [(value, tally.share) for (k, value), tally in self.groups.items() if k == kind]
        return sorted(found, key=lambda each: (-each[1].numerator, each[0]))

    @property
    def doubtful_by(self) -> float | None:
        """Points by which what leaders reported exceeds what residents confirmed, where that is suspicious."""
        apart = metrics.gap(self.tallies["reported"].share, self.tallies["solved"].share)
        return apart if apart is not None and apart > SUSPICIOUS_GAP else None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its value. ``half`` and ``most``: hours, None where they are too few to say."""

    definition: Definition
    share: Share
    half: float | None = None
    most: float | None = None

    @property
    def key(self) -> str:
        """As in addresses."""
        return self.definition.key

    @property
    def percent(self) -> str:
        """``85.7%``; empty where the denominator is too small or there is none."""
        of_many = self.definition.kind is Kind.SHARE and self.share.percent is not None
        return f"{self.share.percent:g}%" if of_many else ""

    @property
    def note(self) -> str:
        """What has to be said beside it."""
        definition, share = self.definition, self.share
        if definition.kind is Kind.NONE:
            return f"暂无数据。{definition.why}"
        few = definition.kind in {Kind.SHARE, Kind.HOURS} and share.denominator < SMALL
        too_few = f"不到 {SMALL} {definition.unit}，只说{definition.unit}数"
        said = [too_few if share.denominator else f"没有可算的{definition.unit}"] if few else []
        if share.halves:
            said.append(f"其中 {share.halves} 件部分解决，各算半件")
        if self.half is not None and self.most is not None:
            said.append(f"一半的件 {self.half:g} 小时以内，九成的件 {self.most:g} 小时以内")
        return "；".join(said)


def plain(number: float) -> str:
    """``12``, ``4.5``."""
    return f"{number:g}" if number % 1 else f"{number:.0f}"
