"""The menu: what there is, in which order, who is shown it, and what stands in the narrow bar of a telephone."""

from collections.abc import Iterator
from dataclasses import dataclass

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
    narrow: bool = False
    """Whether it stands in the bar of a telephone; everything else is behind 更多."""

    def holds(self, path: str) -> bool:
        """Whether a page belongs here."""
        if self.address == "/":
            return path == "/"
        return any(path == one or path.startswith(f"{one}/") for one in (self.address, *self.also))


DEMO = Entry("/", "模拟群", "几部手机并排，替居民和组长说话。", narrow=True)
MENU = (
    Entry("/console", "今日", "超期的、没人接的、不满意的，先看这里。", narrow=True),
    Entry("/cases", "诉求", "您管的地方的每一件：找、接、转、办、退、并。", also=("/views",), narrow=True),
    Entry("/notices", "通知", "写给哪些群、什么时候发，发得怎么样。", frozenset({Permission.NOTICE_SEND}), narrow=True),
    Entry("/reports", "报表", "台账、问题清单、每月的民情分析会，打印、下载、定稿。", frozenset({Permission.CASE_RESOLVE})),
    Entry("/areas", "人员", "每一处谁在岗、哪里空着；换人、换手机、请假、导名册。", also=("/people", "/roster")),
    Entry("/boards", "亮牌", "每一处谁负责，打印出来贴在门口。"),
    Entry("/handover", "转县里", "要县里办的打成一包，答复收回来。", frozenset({Permission.CASE_HAND_OVER})),
    Entry("/relay", "人工转发", "发不出去、要人带进群里的话。", frozenset({Permission.RELAY_CONFIRM})),
    Entry("/knowledge", "知识与词典", "能答的政策，试一句话，本地词。", also=("/lexicon",)),
    Entry("/running", "运行", "要说的话卡在哪里，收得到、发得出吗。", also=("/status",)),
    Entry("/api", "接口", "让别的系统来取数、办事：令牌和说明。", frozenset({Permission.PROGRAM_ADMIT})),
    Entry("/webhooks", "接口推送", "别的程序收到了哪些变化。", frozenset({Permission.HOOK_REPLAY})),
    Entry("/registers", "不公开", "涉及隐私的诉求，写明理由，一次看一件。", frozenset({Permission.REGISTER_OPEN})),
    Entry("/users", "登录", "谁能登录、登录着哪里，锁了、丢了手机怎么办。", frozenset({Permission.IDENTITY_VOUCH})),
    Entry("/audit", "操作记录", "您管的地方，谁在什么时候做了什么。", frozenset({Permission.AUDIT_SEE})),
    Entry("/settings", "设置", "夜里几点不打扰，群里听不听，提醒停不停。"),
)  # fmt: skip
MORE = Entry("/more", "更多", "")


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as a page draws it. ``kind``: narrow, side (not in the bar of a telephone) or more."""

    address: str
    name: str
    kind: str
    is_here: bool


def entries_for(permissions: frozenset[Permission], *, demo: bool) -> tuple[Entry, ...]:
    """What somebody with these permissions is shown."""
    mine = tuple(entry for entry in MENU if not entry.may or entry.may & permissions)
    return (DEMO, *mine) if demo else mine


def links_for(path: str, permissions: frozenset[Permission], *, demo: bool) -> Iterator[Link]:
    """The menu of one page, ``path`` of which is where one stands."""
    aside = MORE.holds(path)
    for entry in entries_for(permissions, demo=demo):
        here = entry.holds(path)
        aside |= here and not entry.narrow
        yield Link(entry.address, entry.name, "narrow" if entry.narrow else "side", here)
    yield Link(MORE.address, MORE.name, "more", aside)
