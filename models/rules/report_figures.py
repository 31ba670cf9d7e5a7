"""Every figure of a report: its name, what is counted over what, what is left out, and the one function that counts it.

The screen, the sheet, the picture and the rows behind a number all come from here (metrics.toml; reports.md §2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from models.rules import metrics
from models.rules.happened import Happened
from models.rules.metrics import Share
from models.rules.periods import Span

Counts = Callable[[Happened, Span], Share]
NEVER_COUNTED = "并入别件的、判错类不是诉求的、不归本地管的、还没成立的"
LEFT_IN_TIME = f"{NEVER_COUNTED}；期限前撤回或依法不受理的"
TAKEN_BACK = f"{NEVER_COUNTED}；首次联系时限前撤回的（另列）"


class Kind(StrEnum):
    """How a figure is told."""

    COUNT = "count"
    SHARE = "share"
    HOURS = "hours"
    NONE = "none"
    """Nothing is kept here that it could be counted from."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure. ``over`` and ``under`` say in words what numerator and denominator are; ``unit`` what is counted."""

    key: str
    name: str
    kind: Kind
    over: str
    under: str = ""
    leaves_out: str = NEVER_COUNTED
    count: Counts | None = None
    unit: str = "件"
    source: str = ""
    why: str = ""
    """Of one that cannot be counted: why not."""


def _many(key: str, name: str, over: str, count: Counts, leaves_out: str = NEVER_COUNTED) -> Definition:
    return Definition(key, name, Kind.COUNT, over, "", leaves_out, count)


def _share(
    key: str, name: str, over: str, under: str, count: Counts, leaves_out: str, **more: str
) -> Definition:
    return Definition(key, name, Kind.SHARE, over, under, leaves_out, count, **more)


def _none(key: str, name: str, over: str, under: str, why: str) -> Definition:
    return Definition(key, name, Kind.NONE, over, under, "", None, why=why)


def _satisfied(dimension: str | None) -> Counts:
    return lambda happened, span: metrics.satisfaction(happened, span, dimension)


_BEIJING = "北京市接诉即办工作条例第32条"
_RATED = "没评价的（不当满意，也不当不满意）"
_FEW_BOUND = "户和微信的对应只在本人绑定时记，多数户没有，算出来会偏低。"
_REFUSERS = "不愿走访的户没有记，分母不全；走访次数见月度材料第 9 节。"
_NO_REGISTER = "小助手现在不记这一项，要用请从原来的登记本里抄。"
DEFINITIONS = (
    _many(
        "received",
        "本期收到",
        "本期收到的诉求，撤回的也在内",
        lambda h, s: metrics.all_of(c.no for c in metrics.received(h, s)),
    ),
    _many(
        "valid",
        "有效受理",
        "本期收到、没有马上撤回的诉求",
        lambda h, s: metrics.all_of(c.no for c in metrics.valid(h, s)),
        TAKEN_BACK,
    ),
    _many(
        "withdrawn",
        "撤回",
        "本期收到、居民自己撤回的",
        lambda h, s: metrics.all_of(c.no for c in metrics.taken_back(h, s)),
    ),
    _many(
        "open",
        "期末未办结",
        "期末还要有人办的，不论哪个月收到",
        lambda h, s: metrics.all_of(c.no for c in metrics.still_open(h, s)),
    ),
    _many(
        "overdue",
        "期末超期",
        "期末还没办结、承诺期限已过的",
        lambda h, s: metrics.all_of(c.no for c in metrics.overdue(h, s)),
    ),
    _many(
        "stuck",
        "期末报上级未办结",
        "报过上级、期末还没办结的",
        lambda h, s: metrics.all_of(c.no for c in metrics.stuck(h, s)),
    ),
    _share(
        "response",
        "响应率",
        "时限内联系到居民的（接单不算）",
        "首次联系时限落在本期的",
        metrics.response_rate,
        f"{LEFT_IN_TIME}；没法联系的（匿名、替人录入）",
        source=_BEIJING,
    ),
    _share(
        "claimed", "接单及时率", "时限内有人接的", "接单时限落在本期的", metrics.claim_on_time, LEFT_IN_TIME
    ),
    _share(
        "solved",
        "解决率",
        "居民评价或回访认定解决的；部分解决的算半件",
        "本期办结、居民评价过或回访到的",
        metrics.resolve_rate,
        f"{NEVER_COUNTED}；拒访、联系不上、没人问过的",
        source=_BEIJING,
    ),
    _share(
        "reported",
        "自报办结率",
        "其中本期报办结的",
        "手上的件：上期结转的、本期到期的、本期办结的",
        metrics.self_close_rate,
        LEFT_IN_TIME,
    ),
    _share(
        "satisfied",
        "满意率",
        "效果、时长、态度都在 3 分以上的",
        "本期收到的评价",
        _satisfied(None),
        _RATED,
        unit="份",
        source=_BEIJING,
    ),
    _share(
        "effect", "满意率：效果", "效果 3 分以上的", "本期收到的评价", _satisfied("effect"), _RATED, unit="份"
    ),
    _share(
        "duration",
        "满意率：时长",
        "时长 3 分以上的",
        "本期收到的评价",
        _satisfied("duration"),
        _RATED,
        unit="份",
    ),
    _share(
        "attitude",
        "满意率：态度",
        "态度 3 分以上的",
        "本期收到的评价",
        _satisfied("attitude"),
        _RATED,
        unit="份",
    ),
    _share("covered", "评价覆盖率", "居民评价过或回访到的", "本期办结的", metrics.coverage, NEVER_COUNTED),
    _share(
        "ontime",
        "按期办结率",
        "期限内办结的（批准过的延期算在期限里）",
        "承诺期限落在本期的",
        metrics.closed_on_time,
        LEFT_IN_TIME,
    ),
    _share(
        "extended",
        "延期率",
        "批准过延期的",
        "承诺期限（延期的按新期限）落在本期的",
        metrics.extension_rate,
        LEFT_IN_TIME,
    ),
    _share(
        "reopened",
        "重办率",
        "本期重办的次数",
        "本期办结的次数",
        metrics.reopen_rate,
        NEVER_COUNTED,
        unit="次",
    ),
    Definition(
        "contact",
        "首次联系时长",
        Kind.HOURS,
        "联系到居民用的小时：一半的件、九成的件在多少小时以内",
        "本期有效受理、联系过的",
        f"{TAKEN_BACK}；没法联系的。急件按钟点算，别的只算服务时间",
        lambda h, s: metrics.all_of(c.no for c in metrics.contacted(h, s)),
    ),
    _share("handed_up", "上报率", "报过上级的", "本期有效受理", metrics.escalation_rate, TAKEN_BACK),
    _share("kept", "自处理率", "没报上级就办结的", "本期有效受理", metrics.kept_rate, TAKEN_BACK),
    _share(
        "repeated",
        "重复诉求率",
        "几户一起反映的，或同一地方 30 天内又发生的",
        "本期有效受理",
        metrics.repeat_rate,
        TAKEN_BACK,
    ),
    _none("homes", "入群覆盖率", "至少一人绑定的户", "在册户", _FEW_BOUND),
    _none("mediated", "调解达成率", "达成的（书面或口头）", "进入调解、双方都愿意的", _NO_REGISTER),
    _none("adopted", "建议采纳率", "采纳或列入议事的", "已答复的建议", _NO_REGISTER),
    _none("wishes", "微心愿实现率", "已实现的", "已发布的", _NO_REGISTER),
    _none("volunteers", "志愿人次与小时", "志愿小时、去重人数", "", _NO_REGISTER),
    _none("visited", "走访覆盖率", "本期走访过的户", "在册户（不愿走访的除外）", _REFUSERS),
    _none("care", "关爱到期率", "按期走访的", "本期到期的", _NO_REGISTER),
    _none(
        "composite", "综合分", "响应率 0.30、解决率 0.35、满意率 0.35", "", "默认不算：不拿一个分数给人排队。"
    ),
)
DEFINED = {definition.key: definition for definition in DEFINITIONS}
RATED = frozenset({"satisfied", "effect", "duration", "attitude"})
"""Figures of ratings: of the cases behind them nobody is told which of those he handled are among them."""
GROUPED_BY = {
    "focus": "重点工作",
    "l1": "大类",
    "l2": "小类",
    "area": "地方",
    "type": "诉求类型",
    "again": "重复诉求的小类",
}
"""What valid cases are sorted into; a group's address is ``l2:A06``."""
PRIVATE = "private"
"""The group of those of which it is not said what they are about."""
GROUP_RULE = Definition(
    "group", "分类、分地方的件数", Kind.COUNT, "有效受理里属于这一类、这一处的", "", TAKEN_BACK
)
"""Of ``again`` those that the repeat rate counts."""
