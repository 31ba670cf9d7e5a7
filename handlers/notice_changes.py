"""A notice that was agreed to is changed: another moment or other words for whatever was not said yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.case_steps.words import due_words
from handlers.confirming import ask_first, on_confirmed
from handlers.intents import Intent
from handlers.notice_asking import never_again
from handlers.notice_forms import with_forms
from handlers.notice_moments import EMERGENCY, out_of_the_night, series_tips, when_said
from handlers.notice_reach import may_say, reach_of
from handlers.notice_second import (
    ASKED,
    ask_again,
    ask_before,
    is_agreed,
    may_be_reworded,
    names_of_seats,
    still_asked,
)
from handlers.notice_sending import for_whom, reword_people
from handlers.notice_steps import entitled, in_reach, plan_firing, post_of
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.notice_words import headline
from models.rules.outgoing import Blocked, guard
from models.rules.pacing import is_quiet
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.whom import whom_kept
from models.store.notices import NoticeStore
from models.tables import Notice

CHANGEABLE = frozenset({ASKED, "scheduled", "sending", "missed"})


@dataclass(frozen=True, slots=True)
class ChangeNotice(Intent):
    """Another moment (``moment``) or other words (``words``); shown first, done after 确认."""

    no: int
    moment: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ChangeNoticeNow(Intent):
    """The same without asking again: the page has shown what it would be."""

    no: int
    moment: str = ""
    words: str = ""
    said_at: datetime | None = None
    """When ``moment`` was written; None: now."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a confirmation keeps of a change."""

    no: int
    words: str = ""
    when_words: str = ""
    at: str = ""
    again: str = ""


@handles(
    ChangeNotice, may=Permission.CASE_OPEN
)  # who may is checked inside: residents' groups hear no refusal
def change_notice(ask: ChangeNotice, work: Work) -> Reply:
    """What the notice would be; nothing of it happens before 确认."""
    notice, change = change_meant(work, ask.no, ask.moment, ask.words)
    ask_first(work, "notice_change", _kept(change))
    if change.words:
        return Reply("NOTICE_CHANGE_WORDS_DM", no=ask.no, words=change.words)
    return Reply("NOTICE_CHANGE_DM", no=ask.no, tip=_tip(work, notice, ask.moment, change.at, change.again))


@handles(ChangeNoticeNow, may=Permission.NOTICE_SEND)
def change_notice_now(ask: ChangeNoticeNow, work: Work) -> Reply | None:
    """What was said already stays said."""
    _, change = change_meant(work, ask.no, ask.moment, ask.words, ask.said_at)
    return notice_change_confirmed(_kept(change), work)


def change_meant(
    work: Work, no: int, moment: str, said: str, said_at: datetime | None = None
) -> tuple[Notice, Change]:
    """The notice, and what it would be: other words where there are any, else another moment.

    Raises:
        Refusal: no such notice, or it cannot be that.
    """
    entitled(work)
    notice = _notice(no, work)
    if words := said.strip():
        key, blanks = post_of(work, words, notice.level, notice.source)
        if isinstance(guard(work.standing.texts.render(key, blanks), in_group=True), Blocked):
            raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_WORDS_DM")
        _may_say(work, notice, words)
        return notice, Change(no, words=words)
    when = when_said(moment, notice.level, work, said_at)
    never_again(notice.level, when.again)
    if when.again and notice.state == "sending":
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_CHANGE_SENDING_DM", no=no)
    return notice, Change(no, "", moment, when.at, when.again)


def _kept(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in Change.__dataclass_fields__}


def _tip(work: Work, notice: Notice, words: str, at: str, again: str) -> str:
    texts = work.standing.texts
    if again:
        tips = series_tips(work, again, words, notice.level)
        return "".join(texts.render(key, blanks) for key, blanks in tips)
    moment = datetime.fromisoformat(at) if at else work.now
    if is_quiet(moment, work.pace.quiet) and notice.level != EMERGENCY:
        blanks = {"when": due_words(work, moment), "opens": work.pace.notice_opens_at}
        return texts.render("NOTICE_TIP_QUIET_THEN", blanks)
    return texts.render("NOTICE_TIP_WHEN", {"when": due_words(work, moment)})


@on_confirmed("notice_change", explicit=True)
def notice_change_confirmed(fields: dict[str, Any], work: Work) -> Reply:
    """The cadre said 确认: what was said already stays said."""
    entitled(work)
    change = Change(**fields)
    notice, store = _notice(change.no, work), NoticeStore(work.store.session)
    if change.words:
        return _reword(work, notice, change.words)
    moment = out_of_the_night(work, _moment(change, work), notice.level)
    notice.when_text = change.when_words
    if notice.state == "sending":
        store.delay_unsaid(notice.id or 0, moment)
    else:
        notice.cron, notice.next_at = change.again or None, moment
        store.unplan(notice.id or 0)
        if _waits(work, notice):
            return _asked_still(work, notice, moment)
        notice.state = "scheduled"
        plan_firing(work, notice, moment)
    return Reply("NOTICE_CHANGED_DM", no=notice.no, when=due_words(work, moment))


def _waits(work: Work, notice: Notice) -> bool:
    """Whether a second person must agree first: somebody is asked already, or is asked now."""
    if still_asked(work, notice):
        return True
    rooms = len(reach_of(work, whom_kept(notice.audience)).rooms)
    return not is_agreed(work, notice) and bool(ask_before(work, notice, rooms))


def _asked_still(work: Work, notice: Notice, moment: datetime) -> Reply:
    """It waits for the second person first; what was meant for now goes once that one agrees."""
    notice.state, notice.next_at = ASKED, moment if moment > work.now else None
    if notice.next_at is not None:
        plan_firing(work, notice, moment)
    return Reply("NOTICE_CHANGED_ASKED_DM", no=notice.no, when=due_words(work, moment))


def _may_say(work: Work, notice: Notice, words: str) -> None:
    """New words are for the same people, and what two persons agreed to is not changed by one while it goes out.

    Raises:
        Refusal: they name a sensitive tag, or somebody else agreed to the old ones.
    """
    may_say(work, whom_kept(notice.audience), words)
    if not may_be_reworded(work, notice):
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_CHANGE_AGREED_DM", no=notice.no)


def _reword(work: Work, notice: Notice, words: str) -> Reply:
    store, whom = NoticeStore(work.store.session), whom_kept(notice.audience)
    _may_say(work, notice, words)
    notice.title, _ = headline(words)
    notice.body = words
    key, blanks = post_of(work, notice.body, notice.level, notice.source)
    blanks = with_forms(work, notice, blanks)
    store.reword_unsaid(notice.id or 0, key, {**blanks, "src": blanks["src"] + for_whom(work, whom)})
    reword_people(work, notice, (key, blanks))
    if notice.state in {ASKED, "missed", "scheduled"} and (
        others := ask_again(work, notice, len(reach_of(work, whom).rooms))
    ):
        return Reply("NOTICE_CHANGED_WORDS_ASKED_DM", no=notice.no, names=names_of_seats(work, others))
    return Reply("NOTICE_CHANGED_WORDS_DM", no=notice.no)


def _moment(change: Change, work: Work) -> datetime:
    """The new moment; one that passed while the cadre was thinking means now."""
    if not change.at:
        return work.now
    first = datetime.fromisoformat(change.at)
    if change.again and first <= work.now:
        again = when_said(change.when_words, "", work)
        return datetime.fromisoformat(again.at)
    return max(first, work.now)


def _notice(no: int, work: Work) -> Notice:
    """The notice of that number, if it is the asker's to change and something of it is not said yet.

    Raises:
        Refusal: there is none, or it is over.
    """
    notice = NoticeStore(work.store.session).find_notice(no=no)
    if notice is None or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "NOTICE_NOT_FOUND_DM")
    if notice.state not in CHANGEABLE:
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_CHANGE_OVER_DM", no=no)
    return notice
