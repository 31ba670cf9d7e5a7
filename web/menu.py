"""The menu: what there is, in which order, who is shown it, and what stands in the narrow bar of a telephone."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.rules.actor import Actor
from models.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One place one can go to."""

    address: str
    name: str
    says: str
    """What one finds there, for the page that lists everything."""
    may: frozenset[Permission] = frozenset()
    """Any of these is enough; empty: everybody who is signed in."""
    also: tuple[str, ...] = ()
    """Other addresses that belong to it."""
    group: str = ""
    """Written where a group begins: its name on the page that lists everything."""
    by_post: bool = False
    """Only for somebody with a post: the operator of the server opens nothing of it."""
    narrow: bool = False
    """Whether it stands in the bar of a telephone; everything else is behind 更多."""

    def holds(self, path: str) -> bool:
        """Whether a page belongs here."""
        if self.address == "/":
            return path == "/"
        return any(path == one or path.startswith(f"{one}/") for one in (self.address, *self.also))


DEMO = Entry("/", "模拟群", "几部手机并排，替居民和组长说话。", group="演示", narrow=True)
MENU = (
    Entry("/console", "今日", "超期的、没人接的、不满意的，先看这里。", group="天天用", narrow=True),
    Entry("/cases", "诉求", "您管的地方的每一件：找、接、转、办、退、并。", also=("/views",), narrow=True),
    Entry("/notices", "通知", "写给哪些群、什么时候发，发得怎么样。", frozenset({Permission.NOTICE_SEND}), narrow=True),
    Entry("/reports", "报表", "台账、问题清单、每月的民情分析会，打印、下载、定稿。", frozenset({Permission.CASE_RESOLVE})),
    Entry("/relay", "人工转发", "发不出去、要人带进群里的话。", frozenset({Permission.RELAY_CONFIRM})),
    Entry("/handover", "转县里", "要县里办的打成一包，答复收回来。", frozenset({Permission.CASE_HAND_OVER})),
    Entry("/registers", "不公开的内容", "先写明理由，一次看一件。", frozenset({Permission.REGISTER_OPEN}), by_post=True),
    Entry("/areas", "人员与区域", "每一处谁在岗、哪里空着；换人、请假、导名册。", also=("/people", "/roster"), group="人和地方"),
    Entry("/boards", "亮牌", "每一处谁负责，打印出来贴在门口；每月办得怎么样，公开给居民看。", also=("/results",)),
    Entry("/knowledge", "知识与词典", "能答的政策，试一句话，本地词。", also=("/lexicon",)),
    Entry("/running", "运行", "要说的话卡在哪里，收得到、发得出吗。", also=("/status",), group="看好小助手"),
    Entry("/settings", "设置", "夜里几点不打扰，群里听不听，提醒停不停。"),
    Entry("/users", "谁能登录", "登录着哪里，锁了、丢了手机怎么办。", frozenset({Permission.IDENTITY_VOUCH})),
    Entry("/audit", "操作记录", "您管的地方，谁在什么时候做了什么。", frozenset({Permission.AUDIT_SEE})),
    Entry("/api", "接口", "让别的系统来取数、办事；有变化推给它们。", frozenset({Permission.PROGRAM_ADMIT}), also=("/webhooks",)),
)  # fmt: skip
MORE = Entry("/more", "更多", "")


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as a page draws it. ``kind``: narrow, side (not in the bar of a telephone) or more."""

    address: str
    name: str
    kind: str
    is_here: bool
    begins: bool = False
    """Whether a group of entries begins with it."""


def entries_for(actor: Actor, *, demo: bool) -> tuple[Entry, ...]:
    """What somebody is shown: nothing that would refuse them, nothing that is empty for them by rule."""
    may = actor.permissions
    mine = (entry for entry in MENU if not entry.may or entry.may & may)
    shown = tuple(entry for entry in mine if actor.seats or not entry.by_post)
    return (DEMO, *shown) if demo else shown


def groups_for(actor: Actor, *, demo: bool) -> dict[str, list[Entry]]:
    """The same under the names of their groups, in the order of the menu."""
    shown, found, name = set(entries_for(actor, demo=demo)), dict[str, list[Entry]](), ""
    for entry in (DEMO, *MENU):
        name = entry.group or name
        if entry in shown:
            found.setdefault(name, []).append(entry)
    return found


def links_for(path: str, actor: Actor, *, demo: bool) -> Iterator[Link]:
    """The menu of one page, ``path`` of which is where one stands."""
    aside = MORE.holds(path)
    for number, group in enumerate(groups_for(actor, demo=demo).values()):
        for entry in group:
            here = entry.holds(path)
            aside |= here and not entry.narrow
            kind = "narrow" if entry.narrow else "side"
            yield Link(entry.address, entry.name, kind, here, begins=bool(number) and entry is group[0])
    yield Link(MORE.address, MORE.name, "more", aside)
