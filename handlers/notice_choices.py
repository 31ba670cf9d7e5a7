"""One notice as a page shows it to somebody who may send there: its words, whom it reaches, and what may be done with it."""

from dataclasses import dataclass

from handlers.case_steps.words import due_words
from handlers.notice_asking import asks
from handlers.notice_forms import page_address
from handlers.notice_look import Hearers, bubbles_of, hearers_of
from handlers.notice_moments import five_moments
from handlers.notice_reach import reach_of
from handlers.notice_receipts import receipts_told, rooms_heard
from handlers.notice_resuming import rest_of
from handlers.notice_second import ASKED, author_words, names_of_seats
from handlers.notice_steps import entitled, in_reach, reach_words
from handlers.notice_ways import ways_told
from handlers.work import Work
from models.rules.refusals import Refusal, RefusalKind
from models.rules.seconding import COUNTERSIGN
from models.rules.whom import whom_kept
from models.store.notice_forms import FormStore
from models.store.notice_sharing import NoticeSharingStore
from models.store.notices import NoticeStore
from models.tables import Notice

STOPPABLE = frozenset({ASKED, "scheduled", "sending"})
TO_COME = frozenset({ASKED, "scheduled"})


@dataclass(frozen=True, slots=True)
class Question:
    """What a second person is asked. ``answer``: yes, no, alone (nobody could be asked), void; empty: still open."""

    countersign: bool
    asked: str
    answer: str
    answered_by: str
    reason: str
    mine: bool
    """Whether whoever looks may answer it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What stands on the page of a notice beside what became of it in its groups."""

    bubbles: tuple[str, ...]
    author: str
    when: str
    """When it goes next, in words; empty: nothing of it is planned."""
    firings: tuple[str, ...]
    hearers: Hearers | None
    """Who will hear it; None once it went out."""
    question: Question | None
    may_stop: bool
    goes_on: str
    """How many groups and people would hear it if it went on; empty: nothing is left."""
    goes_on_at: str
    """When, in words; empty: at once."""
    counts: tuple[str, ...]
    """Sentences: receipts of an important notice, other ways than groups."""
    address: str
    """Its page for everybody; empty: it has none."""


def choices_of(work: Work, no: int) -> Choices:
    """The notice of that number.

    Raises:
        Refusal: there is none that the asker may send.
    """
    entitled(work)
    notice = NoticeStore(work.store.session).read_notice(no)
    if notice is None or not in_reach(work, notice.audience["areas"]):
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=no)
    whom, address = whom_kept(notice.audience), _address(work, notice)
    to_come = notice.next_at is not None and notice.state in TO_COME
    series = notice.cron if to_come and notice.cron else ""
    goes_on, goes_on_at = _rest(work, notice)
    return Choices(
        bubbles=bubbles_of(work, notice.body, notice.level, notice.source, whom, address),
        author=author_words(work, notice),
        when=due_words(work, notice.next_at) if to_come else "",
        firings=tuple(five_moments(work, series, notice.level)[0]) if series else (),
        hearers=hearers_of(work, whom, reach_of(work, whom)) if notice.state in TO_COME else None,
        question=_question(work, notice),
        may_stop=notice.state in STOPPABLE,
        goes_on=goes_on,
        goes_on_at=goes_on_at,
        counts=_counts(work, notice),
        address=address,
    )


def _question(work: Work, notice: Notice) -> Question | None:
    row = NoticeSharingStore(work.store.session).latest(notice.id or 0)
    if row is None:
        return None
    me, today = work.actor.person, work.today
    asked = [seat for person in row.asked for seat in work.town.seats_of(person, today)[:1]]
    answered = work.town.seats_of(row.answered_by, today)[:1] if row.answered_by is not None else ()
    is_open = row.answer == "" and notice.state != "cancelled"
    return Question(
        row.kind == COUNTERSIGN, names_of_seats(work, asked), row.answer, names_of_seats(work, answered), row.reason,
        is_open and me is not None and me != notice.author_person_id,
    )  # fmt: skip


def _rest(work: Work, notice: Notice) -> tuple[str, str]:
    """How many would still hear it, and when; nothing where nothing is left."""
    try:
        rest = rest_of(notice, work)
    except Refusal:
        return "", ""
    if rest.rows:
        return rest.count(work), ""
    later = rest.at is not None and rest.at > work.now
    return reach_words(work, reach_of(work, whom_kept(notice.audience))), due_words(
        work, rest.at
    ) if later else ""


def _counts(work: Work, notice: Notice) -> tuple[str, ...]:
    if notice.state in TO_COME:
        return ()
    receipts = receipts_told(work, notice) if asks(notice.level) else None
    told = (receipts, ways_told(work, notice, *rooms_heard(work, notice)))
    return tuple(work.standing.texts.render(each.key, each.blanks) for each in told if each is not None)


def _address(work: Work, notice: Notice) -> str:
    token = FormStore(work.store.session).find_link(notice.id or 0)
    return page_address(work, token) if token and work.standing.public_url else ""
