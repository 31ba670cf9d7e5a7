"""The second person: who is asked before a notice to many groups goes, or after an emergency notice went.

Below ``handlers.notice_steps``, so that whatever sends a notice need not know how the answer comes back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from handlers.case_steps.desk import joined
from handlers.case_steps.steps import called
from handlers.case_steps.words import due_words
from handlers.notice_moments import EMERGENCY
from handlers.work import Work
from models.rules.actor import Door
from models.rules.approving import answer_by
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.place_settings import second_above_of
from models.rules.seconding import APPROVE, COUNTERSIGN, who_may_second
from models.rules.town import Seat
from models.store.notice_sharing import NoticeSharingStore
from models.tables import Notice, NoticeApproval

COUNTERSIGNED_WITHIN = timedelta(hours=24)
ASKED = "asked"
"""State of a notice that waits for a second person."""


def seconds(work: Work, areas: Iterable[int], author: int | None) -> tuple[Seat, ...]:
    """Who may agree instead of the author: the nearest others who may send notices to all of these areas."""
    return who_may_second(work.town, tuple(areas), author, work.today)


def is_asked_first(work: Work, rooms: int, level: str) -> bool:
    """Whether so many groups need a second person before it goes; an emergency never waits."""
    most = second_above_of(work.town.preset, work.town.changed)
    return level != EMERGENCY and 0 < most < rooms


def second_tips(work: Work, areas: list[int], rooms: int, level: str) -> list[tuple[str, dict[str, Any]]]:
    """What the preview says of the second person."""
    first = is_asked_first(work, rooms, level)
    if not first and level != EMERGENCY:
        return []
    others = seconds(work, areas, work.actor.person)
    if first:
        blanks: dict[str, Any] = {"limit": second_above_of(work.town.preset, work.town.changed)}
        if not others:
            return [("NOTICE_TIP_ALONE", blanks)]
        return [("NOTICE_TIP_SECOND", {**blanks, "names": names_of_seats(work, others)})]
    return [("NOTICE_TIP_COUNTERSIGN", {"names": names_of_seats(work, others)})] if others else []


def names_of_seats(work: Work, seats: Iterable[Seat]) -> str:
    """Post and surname of each."""
    return joined(work, [f"{seat.title}{seat.surname}" for seat in seats])


def ask_before(work: Work, notice: Notice, rooms: int) -> tuple[Seat, ...]:
    """Ask for a second person where so many groups need one; empty: it may go, and whether somebody was missing is kept."""
    if not is_asked_first(work, rooms, notice.level):
        return ()
    others = seconds(work, notice.audience["areas"], notice.author_person_id)
    if not others:
        NoticeSharingStore(work.store.session).ask(notice.id or 0, APPROVE, (), work.now, "alone")
        return ()
    notice.state = ASKED
    _ask(work, notice, APPROVE, others, answer_by(work.now, work.timetable))
    later = notice.next_at is not None and notice.next_at > work.now
    when = due_words(work, notice.next_at) if later else ""
    whens = work.standing.texts.render("NOTICE_SECOND_WHEN", {"when": when}) if when else ""
    for seat in others:
        work.tell_seat(
            seat, "NOTICE_SECOND_ASK_DM", no=notice.no, n=rooms, words=notice.body, when=whens,
            author=author_words(work, notice),
        )  # fmt: skip
    return others


def still_asked(work: Work, notice: Notice) -> bool:
    """Whether nobody answered yet whether it may go."""
    row = NoticeSharingStore(work.store.session).latest(notice.id or 0)
    return row is not None and row.kind == APPROVE and row.answer == ""


def is_agreed(work: Work, notice: Notice) -> bool:
    """Whether a second person agreed to the words as they stand, or nobody could."""
    row = NoticeSharingStore(work.store.session).latest(notice.id or 0)
    return row is not None and row.kind == APPROVE and row.answer in {"yes", "alone"}


def was_never_agreed(work: Work, notice: Notice) -> bool:
    """Whether it needed a second person and none agreed: stopped or turned down, it is written anew."""
    row = NoticeSharingStore(work.store.session).latest(notice.id or 0)
    return row is not None and row.kind == APPROVE and row.answer not in {"yes", "alone"}


def may_be_reworded(work: Work, notice: Notice) -> bool:
    """Whether its words may change: not while it goes out and a second person agreed to the old ones."""
    row = NoticeSharingStore(work.store.session).latest(notice.id or 0)
    return notice.state != "sending" or row is None or row.kind != APPROVE or row.answer != "yes"


def ask_again(work: Work, notice: Notice, rooms: int) -> tuple[Seat, ...]:
    """The words changed: whoever answered the old ones is asked anew; empty: nobody needs to be.

    One that missed its moment is asked about when it gets another.
    """
    store = NoticeSharingStore(work.store.session)
    if (row := store.latest(notice.id or 0)) is None or row.kind != APPROVE:
        return ()
    if row.answer == "" or notice.state == "missed":
        store.answer(row, "void", work.actor.person, work.now)
    return ask_before(work, notice, rooms) if notice.state != "missed" else ()


def ask_afterwards(work: Work, notice: Notice, rooms: int) -> None:
    """Ask others to countersign an emergency notice that is on its way; nothing of it is taken back."""
    if notice.level != EMERGENCY:
        return
    others = seconds(work, notice.audience["areas"], notice.author_person_id)
    if not others:
        NoticeSharingStore(work.store.session).ask(notice.id or 0, COUNTERSIGN, (), work.now, "alone")
        return
    _ask(work, notice, COUNTERSIGN, others, work.now + COUNTERSIGNED_WITHIN)
    for seat in others:
        work.tell_seat(
            seat, "NOTICE_COUNTERSIGN_ASK_DM", no=notice.no, n=rooms, words=notice.body,
            author=author_words(work, notice),
        )  # fmt: skip


def _ask(work: Work, notice: Notice, kind: str, seats: tuple[Seat, ...], due: datetime) -> NoticeApproval:
    store = NoticeSharingStore(work.store.session)
    row = store.ask(notice.id or 0, kind, [seat.person for seat in seats], work.now)
    work.store.plan(
        [
            {
                "key": f"notice:{notice.id}:second:{row.id}", "intent": "LookAtSecond", "due_at": due,
                "state": "waiting", "fields": {"notice_id": notice.id, "asked": row.id}, "notice_id": notice.id,
                "attempts": 0, "why": "",
            }
        ]
    )  # fmt: skip
    return row


def author_words(work: Work, notice: Notice) -> str:
    """Post and surname of whoever wrote it; the operator goes by the place's contact."""
    person = notice.author_person_id
    seats = work.town.seats_of(person, work.today) if person is not None else ()
    may = [s for s in seats if Permission.NOTICE_SEND in work.town.preset.posts[s.post].may] or list(seats)
    return f"{may[0].title}{may[0].surname}" if may else work.town.contact


def tell_author(work: Work, notice: Notice, key: str, **blanks: Any) -> None:
    """Tell whoever wrote it, privately."""
    work.tell(notice.author_identity_id, key, rank=Rank.REPLY, **blanks)


def called_now(work: Work) -> dict[str, Any]:
    """Post and surname of whoever acts."""
    if work.origin.door is Door.SHELL or not work.actor.seats:
        return {"role": work.town.contact, "surname": ""}
    return called(work.town.seats[work.actor.seats[0]])
