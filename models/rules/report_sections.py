"""月度民情分析会材料: thirteen sections in cadres' own sentences, each number with the way to its cases (report_columns.tsv)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.rules.following_up import Outcome
from models.rules.metrics import SMALL
from models.rules.pacing import SHANGHAI
from models.rules.reckoning import Figure, Reckoning, plain
from models.rules.report_figures import PRIVATE, Kind
from models.rules.report_periods import Period
from models.rules.report_rows import ReportRow

TOP_GROUPS, TOP_KINDS, MOST_NAMED, MOST_STUCK, MOST_QUOTED = 5, 10, 20, 3, 5
OUTCOMES = {
    Outcome.SOLVED: "解决", Outcome.PARTLY: "部分解决", Outcome.UNSOLVED: "没解决", Outcome.REFUSED: "不愿说",
    Outcome.UNREACHABLE: "联系不上", Outcome.MOOT: "回访前已重办",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Linked:
    """A number that opens its cases. ``period``: of another period, by its code."""

    text: str
    figure: str
    side: str = "over"
    period: str = ""


Piece = str | Linked
Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One section. ``blank``: so many empty rows to be filled in at the meeting."""

    title: str
    lines: tuple[Line, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """What does not come from cases. ``upcoming``: what is announced for the time after, (moment, title)."""

    visits: int = 0
    visited_homes: int = 0
    asked: Mapping[str, int] = field(default_factory=dict)
    quotes: tuple[str, ...] = ()
    upcoming: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called: first-level groups, categories, areas; ``focus``: the kinds a place counts, in its order."""

    groups: Mapping[str, str]
    kinds: Mapping[str, str]
    areas: Mapping[str, str]
    focus: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """Everything the material is written from. ``rows``: those that are named one by one, by number."""

    period: Period
    reckoning: Reckoning
    names: Names
    beside: Beside
    rows: Mapping[int, ReportRow]
    before: int
    """Valid cases of the period before."""
    year_before: int


def text_of(line: Iterable[Piece]) -> str:
    """A line without its links."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in line)


def sections(meeting: Meeting) -> tuple[Section, ...]:
    """All thirteen, in order."""
    return (
        _overview(meeting), _focus(meeting), _kinds(meeting), _areas(meeting), _again(meeting), _late(meeting),
        _stuck(meeting), _asked(meeting), _visits(meeting), _proposals(meeting), _quotes(meeting), _upcoming(meeting),
        Section("13 决议与交办", (("会上定了再填：什么事、谁牵头、哪天前办好。",),), ("事项", "责任人", "完成时限"), blank=4),
    )  # fmt: skip


def share_said(figure: Figure) -> Line:
    """``响应率 18/20（90%）``; of few only the counts."""
    name, percent = figure.definition.name, figure.percent
    if figure.definition.kind is Kind.NONE:
        return (f"{name} 暂无数据",)
    over = Linked(plain(figure.share.numerator), figure.key)
    if figure.definition.kind is not Kind.SHARE:
        return (f"{name} ", over, f" {figure.definition.unit}")
    if not figure.share.denominator:
        return (f"{name}：没有可算的件",)
    under = Linked(str(figure.share.denominator), figure.key, "under")
    return (f"{name} ", over, "/", under, f"（{percent}）" if percent else "")


def _joined(lines: Sequence[Line], between: str = "，", end: str = "。") -> Line:
    """Several of them as one sentence."""
    found: list[Piece] = []
    for number, line in enumerate(lines):
        found += [between, *line] if number else line
    return (*found, end)


def _overview(meeting: Meeting) -> Section:
    figure = meeting.reckoning.figure
    came = figure("valid").share.numerator
    title, first = meeting.period.title, f"{meeting.period.title}有效受理 "
    compared: list[Line] = []
    for name, many, other in (
        ("上期", meeting.before, meeting.period.before()), ("去年同期", meeting.year_before, meeting.period.year_before()),
    ):  # fmt: skip
        more = came - many
        change = "一样多" if not more else f"{'多' if more > 0 else '少'} {plain(abs(more))} 件"
        compared.append((f"比{name}（", Linked(str(many), "valid", period=other.code), f" 件）{change}"))
    lines = [
        _joined([(first, Linked(plain(came), "valid"), " 件"), *compared]),
        _joined([share_said(figure(key)) for key in ("response", "solved", "satisfied", "covered")]),
        _joined([share_said(figure(key)) for key in ("reported", "ontime", "extended", "open", "overdue")]),
    ]
    apart = meeting.reckoning.doubtful_by
    if apart is not None:
        lines.append(
            (f"自报办结率比居民认定的解决率高 {apart:.0f} 个百分点，可能有没办实就报办结的，请抽查。",)
        )
    few = figure("valid").share.denominator < SMALL
    if few:
        lines.append((f"{title}不到 {SMALL} 件，只说件数，不算百分比。",))
    return Section("1 本月概况", tuple(lines))


def _counted(
    meeting: Meeting, kind: str, names: Mapping[str, str], most: int
) -> tuple[tuple[Line, ...], ...]:
    found = meeting.reckoning.group(kind)[:most]
    names = {**names, PRIVATE: "涉及隐私的"}
    return tuple(
        ((names.get(value, value),), (Linked(plain(share.numerator), f"{kind}:{value}"),))
        for value, share in found
    )


def _focus(meeting: Meeting) -> Section:
    kinds = meeting.names.focus
    if not kinds:
        return Section("2 六大重点分布", (("这里没有设六大重点工作，看下面的大类。",),))
    counted = dict(meeting.reckoning.group("focus"))
    rows = tuple(
        ((kind,), (Linked(plain(counted[kind].numerator), f"focus:{kind}"),) if kind in counted else ("0",))
        for kind in kinds
    )
    return Section("2 六大重点分布", (), ("重点工作", "件数"), rows)


def _kinds(meeting: Meeting) -> Section:
    groups = _counted(meeting, "l1", meeting.names.groups, TOP_GROUPS)
    kinds = _counted(meeting, "l2", meeting.names.kinds, TOP_KINDS)
    rows = tuple((("大类",), *row) for row in groups) + tuple((("小类",), *row) for row in kinds)
    return Section("3 大类前 5 与小类前 10", _none(rows), ("层级", "类别", "件数"), rows)


def _areas(meeting: Meeting) -> Section:
    rows = _counted(meeting, "area", meeting.names.areas, len(meeting.names.areas))
    return Section("4 空间分布", _none(rows), ("地方", "件数"), rows)


def _again(meeting: Meeting) -> Section:
    rows = _counted(meeting, "again", meeting.names.kinds, TOP_KINDS)
    said = _joined([share_said(meeting.reckoning.figure("repeated"))])
    return Section("5 重复与复发", (said,), ("小类", "重复件数") if rows else (), rows)


def _named(meeting: Meeting, numbers: Iterable[int], most: int) -> tuple[tuple[Line, ...], ...]:
    found = []
    for row in [meeting.rows[no] for no in numbers if no in meeting.rows][:most]:
        if row.withheld:
            found.append(((f"#{row.no}",), ("涉及隐私，不列",), ("",), ("",)))
            continue
        due = f"{row.due_at.astimezone(SHANGHAI):%Y-%m-%d}" if row.due_at else ""
        where = meeting.names.areas.get(f"{row.area}", "")
        found.append(
            (
                (f"#{row.no}",),
                (f"{meeting.names.kinds.get(row.category, '')} {where}",),
                (row.assignee or "没人管",),
                (due,),
            )
        )
    return tuple(found)


_NAMED_HEAD = ("编号", "什么事、哪里", "责任人（岗位加姓）", "承诺期限")


def _late(meeting: Meeting) -> Section:
    figure = meeting.reckoning.figure
    numbers = sorted(figure("overdue").share.over)
    said = _joined([share_said(figure("overdue")), share_said(figure("reopened"))])
    more: tuple[Line, ...] = ((f"下面列最早的 {MOST_NAMED} 件。",),) if len(numbers) > MOST_NAMED else ()
    rows = _named(meeting, numbers, MOST_NAMED)
    return Section("6 超期与重办清单", (said, *more), _NAMED_HEAD if rows else (), rows)


def _stuck(meeting: Meeting) -> Section:
    stuck = meeting.reckoning.figure("stuck")
    rows = _named(meeting, sorted(stuck.share.over), MOST_STUCK)
    said = _joined([share_said(stuck)])
    more = "需要上级或站所解决的，列等得最久的 3 件。" if rows else "没有卡在上级的件。"
    needs = tuple(
        ((f"#{no} 要协调：{meeting.rows[no].needs}",))
        for no in sorted(stuck.share.over)[:MOST_STUCK]
        if no in meeting.rows and meeting.rows[no].needs
    )
    return Section(
        "7 久拖与卡点",
        (said, (more,), *((each,) if isinstance(each, str) else each for each in needs)),
        _NAMED_HEAD if rows else (),
        rows,
    )


def _asked(meeting: Meeting) -> Section:
    asked = meeting.beside.asked
    rows = tuple(((word,), (str(asked[code]),)) for code, word in OUTCOMES.items() if asked.get(code))
    lines: tuple[Line, ...] = () if rows else (("本期没有回访。",),)
    return Section("8 回访结论", lines, ("结论", "次数") if rows else (), rows)


def _visits(meeting: Meeting) -> Section:
    visits, homes = meeting.beside.visits, meeting.beside.visited_homes
    return Section(
        "9 走访与关爱",
        (
            (f"走访 {visits} 次，记到户的 {homes} 户。只给数，不列名单。",),
            ("关爱走访：小助手现在不记，暂无数据。",),
        ),
    )


def _proposals(meeting: Meeting) -> Section:
    found = [share for value, share in meeting.reckoning.group("type") if value == "建议"]
    said: Line = (
        ("居民建议 ", Linked(plain(found[0].numerator), "type:建议"), " 件，拟提交议事的会上定。")
        if found
        else ("本期没有记下建议。",)
    )
    return Section("10 建议与议事", (said,), ("拟提交的事项", "在哪里议", "什么时候"), blank=2)


def _quotes(meeting: Meeting) -> Section:
    said = tuple((f"“{words}”",) for words in meeting.beside.quotes)
    return Section("11 居民评价摘录", said or (("评价少，或者都没有写话。不列，免得认出是谁说的。",),))


def _upcoming(meeting: Meeting) -> Section:
    said = tuple(
        (f"{at.astimezone(SHANGHAI).month}月{at.astimezone(SHANGHAI).day}日 {title}",)
        for at, title in meeting.beside.upcoming
    )
    return Section(
        "12 下月安排",
        said or (("还没有排。说事日、志愿日、停水停电预告，会上定了再填。",),),
        ("日期", "安排"),
        blank=2,
    )


def _none(rows: Sequence[object]) -> tuple[Line, ...]:
    return () if rows else (("本期没有有效受理的件。",),)
