"""What a notice would be after a change, for a page; it writes nothing."""

from dataclasses import dataclass

from handlers.notice_changes import ChangeNoticeNow, change_meant
from handlers.notice_look import bubbles_of, times_of
from handlers.notice_reach import reach_of
from handlers.notice_second import is_asked_first
from handlers.notice_steps import Plan
from handlers.work import Work
from models.rules.seconding import APPROVE
from models.rules.whom import whom_kept
from models.store.notice_sharing import NoticeSharingStore
from models.tables import Notice


@dataclass(frozen=True, slots=True)
class ChangeLook:
    """What it would be."""

    bubbles: tuple[str, ...] = ()
    """What groups that have not heard it would read; empty: the words stay."""
    when: str = ""
    """The new moment in words; empty: at once, unless the words change."""
    firings: tuple[str, ...] = ()
    """The next moments of a series."""
    timing: tuple[str, ...] = ()
    """Sentences: the usual hour, the quiet hours."""
    asks_anew: bool = False
    """Whether a second person must agree once more."""


def look_at_change(work: Work, ask: ChangeNoticeNow) -> ChangeLook:
    """What the change would bring about.

    Raises:
        Refusal: it cannot be changed, or not to that.
    """
    notice, change = change_meant(work, ask.no, ask.moment, ask.words, ask.said_at)
    if change.words:
        whom = whom_kept(notice.audience)
        words = bubbles_of(work, change.words, notice.level, notice.source, whom)
        return ChangeLook(words, asks_anew=_asks_anew(work, notice))
    plan = Plan(
        notice.body, notice.audience["areas"], notice.level, notice.source, change.when_words, change.at, change.again
    )  # fmt: skip
    when, firings, timing = times_of(work, plan)
    return ChangeLook((), when, firings, timing)


def _asks_anew(work: Work, notice: Notice) -> bool:
    row = NoticeSharingStore(work.store.session).latest(notice.id or 0)
    rooms = len(reach_of(work, whom_kept(notice.audience)).rooms)
    return (
        row is not None
        and row.kind == APPROVE
        and notice.state in {"asked", "scheduled"}
        and is_asked_first(work, rooms, notice.level)
    )
