"""A word that answers an important notice, counted silently; and what the cadre sees of it: counts, never names (seed P11)."""

from collections import Counter
from dataclasses import dataclass

from handlers.case_steps.steps import asker
from handlers.intents import Intent
from handlers.notice_asking import asks
from handlers.notice_homes import homes_reached
from handlers.notice_rooms import rooms_told, trouble_tip
from handlers.notice_steps import entitled, in_reach
from handlers.notice_ways import report_ways
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.notice_receipts import QUOTED_FOR, Answer, answers, quotes
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.retention import RECEIPTS_KEPT
from models.store.notice_forms import FormStore
from models.store.notice_receipts import HEARD, TOLD, Asked, ReceiptStore
from models.store.notices import NoticeStore
from models.tables import Notice


@dataclass(frozen=True, slots=True)
class HearReceipt(Intent):
    """Somebody said a word that answers a notice."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class ShowReceipts(Intent):
    """How many households heard a notice."""

    no: int


@handles(HearReceipt, may=Permission.CASE_OPEN)
def hear_receipt(ask: HearReceipt, work: Work) -> None:
    """Count the household once, and say nothing; where no notice asked, the word is nothing and is not kept."""
    room, store = work.room, ReceiptStore(work.store.wire())
    if room is None:
        raise NotMeant
    asked = _asked(ask, room.id, store, work)
    if asked is None:
        raise NotMeant
    household = _household(ask.answer, room.areas, store, work)
    identity = work.actor.identity or (asker(work).id if household is None else None)
    store.write(asked.notice, work.now, household=household, identity=identity, room=room.id)


def _asked(ask: HearReceipt, room: int, store: ReceiptStore, work: Work) -> Asked | None:
    """The notice that the word answers: the quoted one, else the latest if it can still be meant."""
    message = work.origin.message
    found = store.asked(room, work.origin.at - QUOTED_FOR)
    if not found or message is None:
        return None
    if message.quote:
        quote, plain = work.standing.plain(message.quote), work.standing.plain
        return next((each for each in found if quotes(quote, plain(each.text))), None)
    said_last = store.said_last(room, found[0].sent_at) or found[0].sent_at
    meant = answers(
        vague=ask.answer.vague, at=work.origin.at, asked_at=found[0].sent_at, said_last_at=said_last
    )
    return found[0] if meant else None


def _household(answer: Answer, areas: tuple[int, ...], store: ReceiptStore, work: Work) -> int | None:
    """The one that was named, else the speaker's own; None: not known.

    Raises:
        NotMeant: what was named is neither a household nor a speaker.
    """
    label = answer.home
    if not label:
        person = work.actor.person
        return store.household_of(person) if person is not None else None
    inside = [below for area in areas for below in work.town.downward(area)]
    homes = store.homes_called(inside, label)
    if homes:
        return homes[0] if len(homes) == 1 else None
    named = any(label.startswith(work.town.areas[area].name) for area in inside)
    if not (named or answer.of_household):
        raise NotMeant
    return None


@handles(
    ShowReceipts, may=Permission.CASE_OPEN
)  # who may is checked inside: residents' groups hear no refusal
def show_receipts(ask: ShowReceipts, work: Work) -> Reply:
    """Rooms, households, heard, told at the door, open: counts of the whole notice; where none was asked, the rooms."""
    entitled(work)
    notice = NoticeStore(work.store.session).find_notice(no=ask.no)
    if notice is None or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=ask.no)
    rooms, sent = rooms_heard(work, notice)
    report_ways(work, notice, rooms, sent)
    if not asks(notice.level):
        return rooms_told(work, notice)
    return receipts_told(work, notice, trouble_tip(work, notice))


def rooms_heard(work: Work, notice: Notice) -> tuple[int, int]:
    """How many groups and people it is for, and how many of them have heard it."""
    states = NoticeStore(work.store.session).counts([notice.id or 0]).get(notice.id or 0, {})
    return sum(states.values()), states.get("sent", 0)


def receipts_told(work: Work, notice: Notice, more: str = "") -> Reply:
    """Counts of an important notice, and ``more`` behind them; only looks."""
    rooms, sent = rooms_heard(work, notice)
    if notice.created_at < work.now - RECEIPTS_KEPT:
        return Reply("RECEIPT_GONE_DM", no=notice.no)
    store = ReceiptStore(work.store.wire())
    reached = store.rooms_reached(notice.id or 0)
    kinds = Counter(home.kind for home, _ in homes_reached(work, notice.id or 0, reached, store))
    others = store.unplaced(notice.id or 0, reached)
    tip = work.standing.texts.render("RECEIPT_TIP_UNPLACED", {"n": others}) if others else ""
    if seen := FormStore(work.store.session).seen(notice.id or 0):
        tip += work.standing.texts.render("RECEIPT_TIP_SEEN", {"n": seen})
    return Reply(
        "RECEIPT_COUNTS_DM", no=notice.no, rooms=rooms, sent=sent, households=kinds.total(),
        heard=kinds[HEARD], told=kinds[TOLD], open=kinds[None], tip=tip + more,
    )  # fmt: skip
