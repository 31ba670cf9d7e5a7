"""How notices read on a page: states, levels, whom they are for, and refusals where chat words would not fit."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.notice_desk import NoticeLine
from models.rules.audiences import path_of
from models.rules.notice_rooms import Share
from models.rules.refusals import Refusal
from models.rules.town import Town
from models.rules.whom import Whom, whom_kept
from web.audience_tree import kinds_offered

STATE_WORDS = {
    "draft": "没写完",
    "asked": "等第二个人同意",
    "scheduled": "排好了",
    "sending": "正在发",
    "sent": "发完了",
    "partly_failed": "有的没发成",
    "failed": "没发成",
    "missed": "错过了时间，没发",
    "cancelled": "停了",
}
STATE_TAGS = {"sent": "good", "partly_failed": "bad", "failed": "bad", "missed": "bad"}
LEVEL_WORDS = {
    "normal": "普通",
    "important": "重要",
    "emergency": "应急",
}
LEVEL_SAYS = {
    "normal": "发到就行。夜里不打扰人，早上发。",
    "important": "请每户回一声“收到”。没回的户只私下告诉首接人，群里不点名。",
    "emergency": "马上发，夜里也发。不用等人同意，事后请人会签。",
}
SHARE_WORDS = {
    Share.SENT: "已发",
    Share.COMING: "等发",
    Share.AGAIN: "待重试",
    Share.BY_HAND: "要人代发",
    Share.FAILED: "没发成",
    Share.DOUBT: "说不准",
    Share.STOPPED: "停下",
}
WAITING = (Share.COMING, Share.AGAIN, Share.BY_HAND)
MOST_NAMED = 6
INSTEAD = {
    "FORM_SENT_BEFORE": "这一条刚才已经交过了，没有再办一次。回“通知”里看看。",
    "WAY_AGAIN_DM": "重复发的通知不走大喇叭、公告栏这些。去掉它们的勾，或者只发一次。",
    "NOTICE_ASKS_PEOPLE_DM": "发给一部分人的通知不收回执，第二步请选“普通”。",
    "NOTICE_ASKS_AGAIN_DM": "重复发的通知不收回执，第二步请选“普通”，或者只发一次。",
    "NOTICE_BLANKS_DM": "还有没填的空（__），填好再看。",
    "NOTICE_DECLINE_WHY_DM": "写上为什么不同意，如“时间写错了”。",
    "NOTICE_CHANGE_AGREED_DM": "这条是两个人同意后发的，正在发，内容改不了。要更正，先停下，再另写一条。",
    "NOTICE_CHANGE_SENDING_DM": "这条正在发，只能改到一个时间，如“明早8点”。",
    "NOTICE_NOT_FOUND_DM": "这条通知已经发完或停了。",
    "NOTICE_RESUME_NOTHING_DM": "这条通知没有要接着发的了。",
    "NOTICE_QUESTION_OVER_DM": "这条通知已经停了，或者不用再同意。",
}
"""What a page says where the chat's sentence tells what to write back."""
STEP_OF = (
    ("", ("FORM_", "NO_PERM_")),
    ("whom", ("AUDIENCE_", "NOTICE_NO_", "NOTICE_NOBODY_", "TAG_NO_", "WAY_")),
    ("when", ("MOMENT_", "NOTICE_ASKS_AGAIN_DM")),
)
"""In which step of the page it can be put right; the others in the words."""


def instead(refused: Refusal, said: str) -> str:
    """The words of a refusal on a page."""
    return INSTEAD.get(refused.key or "", said)


def step_of(refused: Refusal) -> str:
    """The step in which it can be put right."""
    key = refused.key or ""
    return next((step for step, begins in STEP_OF if key.startswith(begins)), "what")


@dataclass(frozen=True)
class Names:
    """What places and kinds of people are called here; ``tags``: whether the reader may know of tags of households."""

    town: Town
    tags: bool

    @cached_property
    def _namesakes(self) -> Counter[str]:
        return Counter(node.name for node in self.town.areas.values())

    def place(self, area: int) -> str:
        """``安全村``, and ``安全村三组`` where another 三组 could be meant."""
        node = self.town.areas[area]
        return node.name if self._namesakes[node.name] == 1 else path_of(node, self.town)

    def places(self, areas: Iterable[int]) -> str:
        """``安全村、平安村``, the first few of them."""
        known = [area for area in areas if area in self.town.areas]
        more = f"等{len(known)}处" if len(known) > MOST_NAMED else ""
        return ("、".join(map(self.place, known[:MOST_NAMED])) or "已撤的地方") + more

    def whom(self, audience: Mapping[str, Any]) -> str:
        """Whom a notice is for."""
        whom = whom_kept(audience)
        words = self.places(whom.areas) + (f"，除{self.places(whom.without)}" if whom.without else "")
        return words if whom.is_usual else f"{words}，{self._sort(whom)}"

    def _sort(self, whom: Whom) -> str:
        """Which groups or people."""
        if whom.every:
            return "各级的群"
        levels = {level.code: f"各{level.name}的群" for level in self.town.preset.levels}
        picked = {*whom.kinds, *whom.posts, *(whom.tags if self.tags else ())}
        names = [c.name for c in kinds_offered(self.town, tags=self.tags) if not picked.isdisjoint(c.values)]
        names += [levels[code] for code in whom.levels if code in levels]
        return "、".join(names) or "一部分人"


def counts_of(line: NoticeLine) -> list[tuple[str, int, str]]:
    """Words, number and colour, as a list shows them; nothing before it went out."""
    shares = line.shares
    waiting = sum(shares[share] for share in WAITING)
    shown = [
        ("已发", shares[Share.SENT], "good"), ("等发", waiting, "wait"), ("没发成", shares[Share.FAILED], "bad"),
        ("说不准", shares[Share.DOUBT], "bad"), ("停下", shares[Share.STOPPED], "wait"),
    ]  # fmt: skip
    return [each for each in shown if each[1]]


def unit_of(audience: Mapping[str, Any]) -> str:
    """What is counted."""
    whom = whom_kept(audience)
    return "人" if whom.posts else "处" if whom.tags else "个群"


def all_shares(shares: Counter[Share]) -> list[tuple[Share, str, int]]:
    """Every kind there is, what needs somebody first."""
    return [(share, SHARE_WORDS[share], shares[share]) for share in Share if shares[share]]
