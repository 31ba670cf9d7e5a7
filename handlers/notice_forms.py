"""What a notice consists of beside its words: pictures, files, link cards, and the address of its page.

Below ``handlers.notice_steps``, so that whatever sends a notice need not know how they came.
"""

from collections.abc import Sequence
from typing import Any

from handlers.case_steps.desk import joined
from handlers.notice_asking import asks
from handlers.work import Work
from models.rules.capabilities import Media
from models.rules.refusals import Refusal, RefusalKind
from models.rules.sent_files import COMING, HERE, LARGEST_MB, MOST, OFFERED_FOR, TOO_LARGE, Offered
from models.rules.whom import is_personal
from models.secrets import new_link_token
from models.store.notice_forms import FormStore
from models.tables import Notice

LONG = 150
"""Letters from which a notice is easier to read on a page than in a chat."""


def files_offered(work: Work) -> list[int]:
    """What the cadre sent us within the last hour, ready to go along; the latest few.

    Raises:
        Refusal: there is nothing, it is still on its way, or it is too large.
    """
    store = FormStore(work.store.session)
    identity = work.actor.identity
    found = store.offered(identity, work.now - OFFERED_FOR) if identity is not None else []
    if any(each.state == COMING for each in found):
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_FILES_COMING_DM")
    here = [each.id for each in found if each.state == HERE]
    if here:
        return here[-MOST:]
    if large := [each for each in found if each.state == TOO_LARGE]:
        blanks = {"name": _named(work, large[-1]), "mb": large[-1].size // 1_000_000, "most": LARGEST_MB}
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_FILE_TOO_LARGE_DM", **blanks)
    raise Refusal(RefusalKind.NOT_FOUND, "NOTICE_FILES_LOST_DM" if found else "NOTICE_FILES_NONE_DM")


def own_pictures(work: Work) -> list[Offered]:
    """Pictures that the asker made on a page within the last hour, for a notice to take along; oldest first."""
    identity = work.actor.identity
    return (
        FormStore(work.store.session).made(identity, work.now - OFFERED_FOR) if identity is not None else []
    )


def picked(work: Work, files: Sequence[int]) -> list[int]:
    """These of them. Raises Refusal: one is no longer there, or never was the asker's."""
    mine = {each.id for each in own_pictures(work)}
    if not mine.issuperset(files):
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_PICTURE_GONE")
    return [*dict.fromkeys(files)][:MOST]


def picture_bytes(work: Work, file: int) -> bytes:
    """One of them. Raises Refusal: it is none of the asker's."""
    picked(work, [file])
    return FormStore(work.store.session).content(file)


def forms_tips(work: Work, files: Sequence[int]) -> list[tuple[str, dict[str, Any]]]:
    """What the preview says of files: what goes along, else what could."""
    store, identity = FormStore(work.store.session), work.actor.identity
    if files:
        return [("NOTICE_TIP_FILES", {"list": said(work, store.described(files))})]
    offered = store.offered(identity, work.now - OFFERED_FOR) if identity is not None else []
    return [("NOTICE_TIP_OFFERED", {"list": said(work, offered[-MOST:])})] if offered else []


def said(work: Work, files: Sequence[Offered]) -> str:
    """``2张图片、文件“x.pdf”``."""
    texts = work.standing.texts
    pictures = sum(each.kind == Media.IMAGE for each in files)
    counted = [texts.render("FORM_PICTURES", {"n": pictures})] if pictures else []
    return joined(work, [*counted, *(_named(work, each) for each in files if each.kind != Media.IMAGE)])


def _named(work: Work, file: Offered) -> str:
    texts = work.standing.texts
    if file.kind == Media.IMAGE:
        return texts.render("FORM_PICTURES", {"n": 1})
    key = "FORM_LINK" if file.kind == Media.LINK else "FORM_FILE"
    return texts.render(key, {"name": file.name[:20]})


def take_files(work: Work, notice: Notice, files: Sequence[int]) -> None:
    """These go along with the notice that was just written."""
    if files:
        FormStore(work.store.session).take(notice.id or 0, files)


def with_forms(work: Work, notice: Notice, blanks: dict[str, Any]) -> dict[str, Any]:
    """The blanks of a notice in a group, with its address where that helps, and the files that follow."""
    store, texts = FormStore(work.store.session), work.standing.texts
    files = [each.id for each in store.files_of(notice.id or 0)]
    long = asks(notice.level) or len(notice.body) > LONG
    link = public_link(work, notice)
    more = dict(blanks)
    if link and long:
        more["src"] += texts.render("NOTICE_FULL", {"link": link})
    if files:
        where = texts.render("NOTICE_FILES_AT", {"link": link})
        ask = texts.render("NOTICE_FILES_ASK", {"contact": work.town.contact})
        more |= {"_files": files, "_else": where if link and not long else "" if link else ask}
    return more


def public_link(work: Work, notice: Notice) -> str:
    """The address of a notice's page for everybody; empty where no address is configured, or it is for few alone."""
    if not work.standing.public_url or is_personal(notice.audience):
        return ""
    store = FormStore(work.store.session)
    token = store.find_link(notice.id or 0)
    if token is None:
        token = new_link_token()
        store.add_link(notice.id or 0, token, work.now)
    return page_address(work, token)


def page_address(work: Work, token: str) -> str:
    """The address behind a token."""
    return f"{work.standing.public_url}/n/{token}"


def tell_left_out(work: Work, notice: Notice) -> None:
    """The author hears once in how many groups a picture or file did not arrive; the words did."""
    rooms = FormStore(work.store.session).rooms_without_all_files(notice.id or 0)
    if rooms:
        work.tell(notice.author_identity_id, "NOTICE_FILES_LEFT_OUT_DM", no=notice.no, n=rooms)
