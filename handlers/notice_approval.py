"""同意通知, 不同意通知, 会签: what a second person answers about somebody else's notice, and what happens without an answer."""

from dataclasses import dataclass
from typing import Any

from handlers.case_steps.steps import called
from handlers.intents import Intent
from handlers.notice_second import (
    ASKED,
    author_words,
    called_now,
    names_of_seats,
    tell_author,
)
from handlers.notice_steps import entitled, fan_out, in_reach, plan_look
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.masking import mask
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.seconding import COUNTERSIGN, who_is_above
from models.store.approvals import ApprovalStore
from models.store.notice_sharing import NoticeSharingStore
from models.store.notices import NoticeStore
from models.tables import Notice, NoticeApproval

LEAST_WHY_NOT = 2
MOST_WHY_NOT = 40


@dataclass(frozen=True, slots=True)
class ApproveNotice(Intent):
    """Yes, it may go; or, of an emergency notice, yes, that was right. ``plain``: said without the word 通知."""

    no: int | None = None
    plain: str = ""
    soft: str = ""


@dataclass(frozen=True, slots=True)
class DeclineNotice(Intent):
    """No, and why."""

    no: int | None = None
    words: str = ""
    plain: str = ""
    soft: str = ""


@dataclass(frozen=True, slots=True)
class LookAtSecond(Intent):
    """The time to answer question ``asked`` is over."""

    notice_id: int
    asked: int


@handles(
    ApproveNotice, may=Permission.CASE_OPEN
)  # who may is checked inside: residents' groups hear no refusal
def approve_notice(ask: ApproveNotice, work: Work) -> Reply:
    """The first answer counts: the notice goes, or is planned; an emergency notice is countersigned."""
    notice, row = _question(work, ask.no, plain=bool(ask.plain))
    NoticeSharingStore.answer(row, "yes", work.actor.person, work.now)
    if row.kind == COUNTERSIGN:
        tell_author(work, notice, "NOTICE_COUNTERSIGNED_DM", no=notice.no, **called_now(work))
        return Reply("NOTICE_YOU_COUNTERSIGNED_DM", no=notice.no)
    if notice.state != ASKED:
        return Reply("NOTICE_APPROVED_LATE_DM", no=notice.no, author=author_words(work, notice))
    tell_author(work, notice, "NOTICE_APPROVED_DM", no=notice.no, **called_now(work))
    if notice.next_at is not None and notice.next_at > work.now:
        notice.state = "scheduled"
    else:
        notice.state, notice.next_at = "sending", None
        fan_out(work, notice, work.now)
        plan_look(work, notice, 1)
    return Reply("NOTICE_YOU_APPROVED_DM", no=notice.no)


@handles(DeclineNotice, may=Permission.CASE_OPEN)
def decline_notice(ask: DeclineNotice, work: Work) -> Reply:
    """It does not go, and the author hears why; of an emergency notice nothing is taken back."""
    notice, row = _question(work, ask.no, plain=bool(ask.plain))
    reason = mask(work.standing.plain(ask.words.strip()))[:MOST_WHY_NOT]
    if len(reason) < LEAST_WHY_NOT:
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_DECLINE_WHY_DM", no=notice.no)
    NoticeSharingStore.answer(row, "no", work.actor.person, work.now, reason)
    if row.kind == COUNTERSIGN:
        tell_author(
            work, notice, "NOTICE_NOT_COUNTERSIGNED_DM", no=notice.no, reason=reason, **called_now(work)
        )
        return Reply("NOTICE_YOU_DID_NOT_COUNTERSIGN_DM", no=notice.no)
    NoticeStore(work.store.session).stop_notice(notice.id or 0, "notice declined")
    notice.state, notice.cancelled_at, notice.next_at = "cancelled", work.now, None
    tell_author(work, notice, "NOTICE_DECLINED_DM", no=notice.no, reason=reason, **called_now(work))
    return Reply("NOTICE_YOU_DECLINED_DM", no=notice.no)


def _question(work: Work, no: int | None, *, plain: bool) -> tuple[Notice, NoticeApproval]:
    """The open question that the actor answers, its notice locked.

    Raises:
        NotMeant: a word that answers nothing of ours.
        Refusal: no permission, one's own notice, answered before, or no such notice.
    """
    store = NoticeSharingStore(work.store.session)
    if plain or no is None:
        no = _meant(work, store, no)
    entitled(work)
    notice = NoticeStore(work.store.session).find_notice(no=no)
    row = store.latest(notice.id or 0) if notice is not None else None
    if notice is None or row is None or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "NOTICE_NOT_ASKED_DM", no=no)
    if work.actor.person is None or work.actor.person == notice.author_person_id:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOTICE_OWN_SECOND_DM", no=no)
    if row.answer in {"yes", "no"}:
        seats = work.town.seats_of(row.answered_by or 0, work.today)
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_ANSWERED_DM", no=no, **called(seats[0] if seats else None))
    if row.answer or notice.state == "cancelled":
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_QUESTION_OVER_DM", no=no)
    return notice, row


def _meant(work: Work, store: NoticeSharingStore, no: int | None) -> int:
    """The notice about which the actor is asked; what may as well answer a case is left to the case.

    Raises:
        NotMeant: none is, or a case of that number is.
        Refusal: several are.
    """
    if work.actor.person is None or (work.room is not None and not work.room.of_leaders):
        raise NotMeant
    cases = ApprovalStore(work.store.session).open_of(work.actor.desk)
    waits = work.actor.identity is not None and work.store.pending(work.actor.identity, work.now)
    if (no is None and (cases or waits)) or any(case.no == no for case in cases):
        raise NotMeant
    asked = [notice.no for notice in store.open_about(work.actor.person) if no in {None, notice.no}]
    if not asked:
        raise NotMeant
    if len(asked) > 1:
        numbers = work.standing.texts.render("LIST_COMMA", {}).join(str(each) for each in asked)
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_WHICH_ASKED_DM", list=numbers, no=asked[0])
    return asked[0]


@handles(LookAtSecond, may=Permission.CLOCK_TICK)
def look_at_second(ask: LookAtSecond, work: Work) -> None:
    """Nobody answered: the author hears it once; of an emergency notice the level above hears it once as well."""
    notice = NoticeStore(work.store.session).find_notice(row=ask.notice_id)
    row = NoticeSharingStore(work.store.session).latest(ask.notice_id)
    if notice is None or row is None or row.id != ask.asked or row.answer or notice.state == "cancelled":
        return
    asked = [s for person in row.asked for s in work.town.seats_of(person, work.today)[:1]]
    names = names_of_seats(work, asked)
    if row.kind == COUNTERSIGN:
        author, areas = notice.author_person_id, tuple(notice.audience["areas"])
        above = who_is_above(work.town, tuple(row.asked), author, areas, work.today)
        blanks: dict[str, Any] = {"no": notice.no, "author": author_words(work, notice), "words": notice.body}
        work.tell_seat(above, "NOTICE_NOT_COUNTERSIGNED_ABOVE_DM", **blanks)
        tell_author(work, notice, "NOTICE_UNSIGNED_DM", no=notice.no, names=names)
    elif notice.state == ASKED:
        tell_author(work, notice, "NOTICE_UNANSWERED_DM", no=notice.no, names=names)
