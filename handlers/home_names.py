"""What those share who go from door to door with a notice: which notice, and which households "12户、张家" means."""

from collections.abc import Sequence

from handlers.case_steps.desk import joined
from handlers.case_steps.offline import among_residents
from handlers.work import Work
from models.rules.notice_receipts import homes_said, is_called
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.store.notice_receipts import Home
from models.store.notices import NoticeStore
from models.tables import Notice

MOST_NAMED = 40
"""Households named in one message; the others are named once these are ticked."""


def homes_named(work: Work, words: str, homes: Sequence[Home]) -> tuple[list[Home], list[str]]:
    """Of these the ones that the words name, and the words that name none, or several."""
    ticked: dict[int, Home] = {}
    unknown: list[str] = []
    for name in homes_said(words):
        found = [home for home in homes if is_called(home.label, work.town.areas[home.area].name, name)]
        if len(found) == 1:
            ticked[found[0].household] = found[0]
        else:
            unknown.append(name)
    return list(ticked.values()), unknown


def home_labels(work: Work, homes: Sequence[Home]) -> str:
    """Their names; a label that several of them have stands with its area."""
    labels = [home.label for home in homes]
    names = [
        home.label if labels.count(home.label) == 1 else f"{work.town.areas[home.area].name}{home.label}"
        for home in homes[:MOST_NAMED]
    ]
    more = work.standing.texts.render("RECEIPT_OPEN_MORE", {"n": len(homes)})
    return joined(work, names) + (more if len(homes) > MOST_NAMED else "")


def notice_asked(no: int, work: Work, privately: str) -> Notice:
    """The notice of that number, for somebody who holds a post and asks where no resident reads along.

    Args:
        no: the number.
        work: the piece of work.
        privately: what is said where residents read along.

    Raises:
        NotMeant: a resident's words in a group, or history.
        Refusal: no post; said where residents read along; no such notice.
    """
    if work.origin.late or (work.origin.room is not None and not work.actor.seats):
        raise NotMeant
    if not work.actor.seats:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_AUTH_DM", contact=work.town.contact)
    if among_residents(work):
        raise Refusal(RefusalKind.NOT_NOW, privately)
    notice = NoticeStore(work.store.session).find_notice(no=no)
    if notice is None or notice.state == "cancelled":
        raise Refusal(RefusalKind.NOT_FOUND, "RECEIPT_NO_NOTICE_DM", no=no)
    return notice
