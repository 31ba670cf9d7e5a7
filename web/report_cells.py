"""Rows of reports as cadres' own forms have them: column titles and what stands in each cell (report_columns.tsv)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.rules.pacing import SHANGHAI
from models.rules.report_rows import ReportRow
from models.rules.report_sections import OUTCOMES, Names
from models.rules.town import Town

REGISTER = (
    "序号", "编号", "发生时间", "来源", "网格（片区）", "地点", "反映人", "共同反映户数", "诉求摘要", "类别", "重点工作",
    "类型", "紧急度", "首接人", "现责任人", "首次联系时间", "承诺期限", "办理过程", "办结时间", "结果",
    "评价（效果/时长/态度）", "回访", "状态",
    "备注",
)  # fmt: skip
ISSUES = (
    "序号", "编号", "问题", "类别", "涉及区域", "重复户数", "已等天数", "牵头层级", "牵头人", "需要协调", "拟办措施", "完成时限",
    "资金来源", "是否公示", "销号",
)  # fmt: skip
SOURCES = {"group": "群", "dm": "私信", "bot_flag": "群", "web": "网页"}
URGENCIES = {"U0": "紧急", "U1": "急", "U2": "一般", "U3": "复杂", "Q": "咨询", "S": "建议"}
WITHHELD = "涉及隐私，只给件数"
Cell = str | int | float


@dataclass(frozen=True)
class Wording:
    """How codes are said. ``items``: category code → (first-level code, name, kind of work)."""

    names: Names
    items: Mapping[str, tuple[str, str, str]]
    state: Callable[[str], str]
    step: Callable[[str], str]
    town: Town

    def kind(self, row: ReportRow) -> str:
        """``水电气暖通信/停水``."""
        parent, name, _ = self.items[row.category]
        return f"{self.names.groups.get(parent, '')}/{name}"

    def area(self, row: ReportRow) -> str:
        """Where, down to the smallest area."""
        return self.names.areas.get(str(row.area), "")

    def summary(self, row: ReportRow) -> str:
        """What it is about: in people's own words as far as they may be shown, else what kind of thing it is."""
        return row.summary or self.items[row.category][1]

    def reporter(self, row: ReportRow) -> str:
        """``王某``, ``匿名``, or nothing."""
        return "匿名" if row.reporter == "anonymous" else f"{row.reporter}某" if row.reporter else ""

    def course(self, row: ReportRow) -> str:
        """``7月15日 记下；7月15日 接了 片长胡``."""
        said = []
        for at, step, who in row.steps:
            day = datetime.fromisoformat(at).astimezone(SHANGHAI)
            said.append(f"{day.month}月{day.day}日 {self.step(step)}{f' {who}' if who else ''}")
        return "；".join(said)

    def level(self, row: ReportRow) -> str:
        """Of which level whoever leads is."""
        post = self.town.preset.posts.get(row.assignee_post)
        return self.town.preset.level(post.level).name if post is not None else ""


def register_cells(number: int, row: ReportRow, say: Wording) -> list[Cell]:
    """One row of 民情台账."""
    if row.withheld:
        return [number, f"#{row.no}", *[""] * (len(REGISTER) - 3), WITHHELD]
    again = OUTCOMES.get(row.asked_again, "") if row.asked_again else ""  # type: ignore[call-overload]
    return [
        number, f"#{row.no}", moment(row.created_at), SOURCES.get(row.source, row.source), say.area(row), row.place,
        say.reporter(row), row.others, say.summary(row), say.kind(row), say.items[row.category][2], row.hotline,
        URGENCIES[row.urgency], row.keeper, row.assignee, moment(row.contacted_at), moment(row.due_at), say.course(row),
        moment(row.resolved_at), row.result, row.rated or "—", f"{again} {row.asked_by}".strip(), say.state(row.state), "",
    ]  # fmt: skip


def issue_cells(number: int, row: ReportRow, say: Wording, until: datetime) -> list[Cell]:
    """One row of 问题处理清单; what the meeting decides stays empty."""
    if row.withheld:
        return [number, f"#{row.no}", WITHHELD, *[""] * (len(ISSUES) - 3)]
    return [
        number, f"#{row.no}", say.summary(row), say.items[row.category][1], say.area(row), row.others,
        waited_days(row, until), say.level(row), row.assignee, row.needs, "", day(row.due_at), "",
        "是" if row.public else "否", say.state(row.state),
    ]  # fmt: skip


def waited_days(row: ReportRow, until: datetime) -> int:
    """Whole days from when it came in."""
    return max(0, (until - row.created_at).days) if row.created_at is not None else 0


def is_late(row: ReportRow, until: datetime) -> bool:
    """Whether its promise was over by then."""
    return row.due_at is not None and row.due_at <= until


def moment(at: datetime | None) -> str:
    """``2025-07-15 09:00``, as Shanghai clocks show it; empty: never."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at is not None else ""


def day(at: datetime | None) -> str:
    """``2025-07-15``."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}" if at is not None else ""
