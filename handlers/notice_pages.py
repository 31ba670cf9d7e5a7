"""A notice read on its page: a number for everybody's link, an answer for a household's own (seed P11)."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.notice_asking import asks
from handlers.registry import handles
from handlers.work import Work
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.store.notice_forms import FormStore
from models.store.notice_receipts import ReceiptStore
from models.store.notices import NoticeStore

MOST_COUNTED = 20_000
"""Nobody proves who taps; beyond this the number says nothing."""


@dataclass(frozen=True, slots=True)
class SeeNotice(Intent):
    """Somebody tapped 我看到了 on the page behind a link."""

    token: str


@handles(SeeNotice, may=Permission.CASE_OPEN)
def see_notice(ask: SeeNotice, work: Work) -> None:
    """Only important notices ask; who tapped is not asked, and only a household's own link answers for it."""
    store = FormStore(work.store.session)
    link = store.link_behind(ask.token)
    notice = NoticeStore(work.store.session).find_notice(row=link.notice_id) if link else None
    if link is None or notice is None or notice.state == "cancelled" or not asks(notice.level):
        raise NotMeant
    store.count_seen(link.id, MOST_COUNTED)
    if link.household_id is not None:
        ReceiptStore(work.store.wire()).write(notice.id or 0, work.now, household=link.household_id)
