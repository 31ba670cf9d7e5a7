"""How moments and states read on a page: Shanghai time, Chinese words."""

from datetime import datetime

from models.rules.health import Grade
from models.rules.message import LinkState
from models.rules.pacing import SHANGHAI

WEEKDAYS = "一二三四五六日"

LINK_WORDS = {
    LinkState.STARTING: "正在连接",
    LinkState.SCAN: "等待扫码",
    LinkState.ONLINE: "在线",
    LinkState.LOGGED_OUT: "已退出登录",
    LinkState.DEAF: "收不到消息",
    LinkState.MUTE: "发不出消息",
    LinkState.OFFLINE: "断线",
}

LINK_ADVICE = {
    LinkState.STARTING: "正在连上网关，一般不超过半分钟。",
    LinkState.SCAN: "请用这个账号的手机微信扫下面的码登录。",
    LinkState.ONLINE: "",
    LinkState.LOGGED_OUT: "微信把账号退出了，请在手机上看看有没有安全提示，再重新扫码。",
    LinkState.DEAF: "连接还在，但消息进不来。重启网关；这段时间群里的话要人工看一遍。",
    LinkState.MUTE: "能收不能发。请看手机上是否被限制发言；要发的话会排队等着。",
    LinkState.OFFLINE: "网关不在。请看网关是否开着；这段时间群里的话收不到，要人工看一遍。",
}

GRADE_WORDS = {Grade.WELL: "正常", Grade.NOTE: "留意", Grade.ILL: "要处理", Grade.DEAD: "停了"}

WAITING_WORDS = {
    "queued": "排队",
    "sending": "正在发",
    "relay": "等人转发",
    "unknown": "不知发没发出",
    "dead": "发不出，已放弃",
    "cancelled": "已取消",
    "sent": "已发出",
}


def local(moment: datetime) -> datetime:
    """A moment in Shanghai."""
    return moment.astimezone(SHANGHAI)


def clock_time(moment: datetime) -> str:
    """``14:05``."""
    return f"{local(moment):%H:%M}"


def full_clock(moment: datetime) -> str:
    """``7月12日 周六 14:05:09``."""
    there = local(moment)
    return f"{there.month}月{there.day}日 周{WEEKDAYS[there.weekday()]} {there:%H:%M:%S}"


def day_time(moment: datetime, now: datetime) -> str:
    """``14:05`` today, ``7月11日 14:05`` on another day, with the year if it is another year."""
    there, here = local(moment), local(now)
    day = f"{there.month}月{there.day}日 "
    if there.date() == here.date():
        day = ""
    elif there.year != here.year:
        day = f"{there.year}年{day}"
    return f"{day}{there:%H:%M}"


def day_said(moment: datetime, now: datetime) -> str:
    """The same, with ``今天`` in front of the time of today: for people who do not look at it all day."""
    today = local(moment).date() == local(now).date()
    return f"今天 {clock_time(moment)}" if today else day_time(moment, now)


def lasted(since: datetime, until: datetime) -> str:
    """A stretch of time in words: ``40 秒``, ``12 分钟``, ``3 小时 5 分钟``, ``2 天 3 小时``."""
    seconds = max(0, int((until - since).total_seconds()))
    steps = ((86400, "天", 3600, "小时"), (3600, "小时", 60, "分钟"))
    for size, word, small, small_word in steps:
        if seconds >= size:
            rest = seconds % size // small
            return f"{seconds // size} {word}" + (f" {rest} {small_word}" if rest else "")
    return f"{seconds // 60} 分钟" if seconds >= 60 else f"{seconds} 秒"  # noqa: PLR2004 - a minute
