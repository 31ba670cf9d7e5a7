"""How it stands with a notice in each group, told to the cadre who may have to do something about it (seed D08)."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from handlers.intents import Intent
from handlers.notice_steps import entitled, in_reach
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.notice_rooms import TROUBLES, Share, reason_of, share_of
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.store.notice_rooms import Counted, Named, NoticeRoomStore
from models.store.notices import NoticeStore
from models.tables import Notice

NAMES = 5
"""So many groups of a kind are named; the others are counted."""
_LOOKED_AT = 200
LABELS = {
    Share.FAILED: "NOTICE_SHARE_FAILED",
    Share.DOUBT: "NOTICE_SHARE_DOUBT",
    Share.AGAIN: "NOTICE_SHARE_AGAIN",
    Share.BY_HAND: "NOTICE_SHARE_BY_HAND",
    Share.COMING: "NOTICE_SHARE_COMING",
    Share.STOPPED: "NOTICE_SHARE_STOPPED",
}
REASONS = {
    (Share.FAILED, "GONE"): "NOTICE_WHY_GONE",
    (Share.FAILED, "REFUSED"): "NOTICE_WHY_REFUSED",
    (Share.FAILED, "TRIES"): "NOTICE_WHY_TRIES",
    (Share.FAILED, "BY_HAND"): "NOTICE_WHY_BY_HAND",
    (Share.DOUBT, ""): "NOTICE_WHY_DOUBT",
    (Share.AGAIN, ""): "NOTICE_WHY_AGAIN",
    (Share.COMING, "QUIET"): "NOTICE_WHY_QUIET",
    (Share.COMING, "FULL"): "NOTICE_WHY_FULL",
}


@dataclass(frozen=True, slots=True)
class ShowNoticeRooms(Intent):
    """Which groups have heard a notice, and which have not, why, and what happens with them."""

    no: int


@handles(ShowNoticeRooms, may=Permission.CASE_OPEN)  # who may is checked inside, as for every notice
def show_notice_rooms(ask: ShowNoticeRooms, work: Work) -> Reply:
    """Counts of every kind; names, a few of each, of the groups that are in trouble."""
    entitled(work)
    notice = NoticeStore(work.store.session).find_notice(no=ask.no)
    if notice is None or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=ask.no)
    return rooms_told(work, notice)


def rooms_told(work: Work, notice: Notice) -> Reply:
    """What the latest firing of a notice came to, group by group."""
    store, row = NoticeRoomStore(work.store.session), notice.id or 0
    firing = store.last_firing(row)
    if firing is None:
        return Reply("NOTICE_ROOMS_NONE_DM", no=notice.no)
    counted = store.counted(row, firing)
    troubled = store.named(row, firing, ("dead", "unknown", "relay"), _LOOKED_AT)
    lines = "".join(_lines(work, counted, troubled)) + _what_next(work, notice, counted)
    rooms, sent = sum(each.rooms for each in counted), troubles(counted)[Share.SENT]
    return Reply("NOTICE_ROOMS_DM", no=notice.no, rooms=rooms, sent=sent, list=lines)


def troubles(counted: list[Counted]) -> Counter[Share]:
    """How many rooms it stands how with."""
    found: Counter[Share] = Counter()
    for each in counted:
        found[share_of(each.state, each.why)] += each.rooms
    return found


def trouble_tip(work: Work, notice: Notice) -> str:
    """One short sentence where a group was not reached; else nothing."""
    store, row = NoticeRoomStore(work.store.session), notice.id or 0
    firing = store.last_firing(row)
    found = troubles(store.counted(row, firing)) if firing is not None else Counter[Share]()
    number = sum(found[share] for share in TROUBLES)
    return work.standing.texts.render("NOTICE_ROOMS_TIP", {"n": number, "no": notice.no}) if number else ""


def _lines(work: Work, counted: list[Counted], troubled: list[Named]) -> list[str]:
    """One line for each kind and reason, what needs somebody first."""
    rooms: dict[tuple[Share, str], int] = defaultdict(int)
    names: dict[tuple[Share, str], list[str]] = defaultdict(list)
    for each in counted:
        rooms[_kind(each.state, each.why)] += each.rooms
    for one in troubled:
        names[_kind(one.state, one.why)].append(one.title)
    order = list(Share)
    shown = sorted(
        (kind for kind in rooms if kind[0] is not Share.SENT), key=lambda k: (order.index(k[0]), k[1])
    )
    return [_line(work, kind, rooms[kind], names[kind] if kind[0] in TROUBLES else []) for kind in shown]


def _kind(state: str, why: str) -> tuple[Share, str]:
    share = share_of(state, why)
    return share, reason_of(share, why)


def _line(work: Work, kind: tuple[Share, str], rooms: int, names: list[str]) -> str:
    texts = work.standing.texts
    told = "、".join(names[:NAMES])
    if told and rooms > NAMES:
        told += texts.render("NOTICE_ROOMS_MORE", {})
    why = texts.render(REASONS[kind], {}) if kind in REASONS else ""
    blanks = {
        "label": texts.render(LABELS[kind[0]], {}),
        "n": rooms,
        "names": f"：{told}" if told else "",
        "why": f"（{why}）" if why else "",
    }
    return texts.render("NOTICE_ROOMS_LINE", blanks)


def _what_next(work: Work, notice: Notice, counted: list[Counted]) -> str:
    """What the cadre may say now."""
    found, texts = troubles(counted), work.standing.texts
    if notice.state == "cancelled" and found[Share.STOPPED]:
        return texts.render("NOTICE_ROOMS_RESUME_TIP", {"no": notice.no})
    if found[Share.FAILED]:
        return texts.render("NOTICE_ROOMS_AGAIN_TIP", {"no": notice.no})
    return ""
