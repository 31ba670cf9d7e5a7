"""Pictures, files and link cards for notices: sent to us privately, named in the preview, never sent along unasked."""

from dataclasses import dataclass, replace
from typing import Any

from handlers.confirming import WHERE, ask_first
from handlers.intents import Intent
from handlers.notice_forms import files_offered
from handlers.notice_preview import preview
from handlers.notice_steps import Plan, entitled
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.capabilities import Media
from models.rules.message import Attachment
from models.rules.outliving import FETCH_SENT_FILE
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.sent_files import HERE, LARGEST, LOST, SENT_AS, TOO_LARGE, card_of, passed_on
from models.store.notice_forms import FormStore
from models.tables import SentFile

NOTICE = "notice"
"""The question that a notice's preview asks (handlers.notices)."""


@dataclass(frozen=True, slots=True)
class OfferFiles(Intent):
    """A cadre sent us something privately that may go along with a notice."""

    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class AttachFiles(Intent):
    """What I just sent shall go along."""


@dataclass(frozen=True, slots=True)
class DetachFiles(Intent):
    """Words alone."""


@dataclass(frozen=True, slots=True)
class KeepSentFile(Intent):
    """The channel handed out a file."""

    file_id: int
    content: bytes


@dataclass(frozen=True, slots=True)
class MissSentFile(Intent):
    """The channel will never hand it out."""

    file_id: int


@handles(OfferFiles, may=Permission.NOTICE_SEND, refusal=None)
def offer_files(ask: OfferFiles, work: Work) -> Reply | None:
    """Fetch it for an hour, silently; while a notice waits for 确认, say how to take it along."""
    message, identity = work.origin.message, work.actor.identity
    if work.origin.room is not None or message is None or identity is None:
        raise NotMeant
    offered, store = passed_on(ask.attachments), FormStore(work.store.session)
    if not offered:
        raise NotMeant
    for each in offered:
        name = each.name or each.caption
        file = SentFile(
            identity_id=identity, kind=SENT_AS[each.kind], name=name[:120], key=each.key, at=work.now
        )  # fmt: skip
        row = store.add_file(file)
        work.store.plan(
            [
                {
                    "key": f"{FETCH_SENT_FILE}:{message.account}:{row}", "intent": FETCH_SENT_FILE,
                    "fields": {"file_id": row, "key": each.key}, "due_at": work.now, "state": "waiting",
                    "attempts": 0, "why": "",
                }
            ]
        )  # fmt: skip
    return Reply("NOTICE_FILE_OFFERED_DM") if _waiting(work) is not None else None


@handles(KeepSentFile, may=Permission.CLOCK_TICK)
def keep_sent_file(ask: KeepSentFile, work: Work) -> None:
    """Keep the bytes, unless no gateway would take them."""
    file = FormStore(work.store.session).find_file(ask.file_id)
    if file is None:
        raise NotMeant
    file.size = len(ask.content)
    if file.size > LARGEST:
        file.state = TOO_LARGE
        return
    file.state, file.content = HERE, ask.content
    if file.kind == Media.LINK:
        try:
            file.name = card_of(ask.content).title[:120]
        except ValueError:
            file.state, file.content = LOST, b""


@handles(MissSentFile, may=Permission.CLOCK_TICK)
def miss_sent_file(ask: MissSentFile, work: Work) -> None:
    """Note that there will be none."""
    file = FormStore(work.store.session).find_file(ask.file_id)
    if file is not None:
        file.state = LOST


@handles(AttachFiles, may=Permission.CASE_OPEN)  # a resident's word like any other
def attach_files(ask: AttachFiles, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Show the notice again, with what goes along."""
    if Permission.NOTICE_SEND not in work.actor.permissions or work.origin.late:
        raise NotMeant
    fields = _waiting(work)
    if fields is None and work.origin.room is not None:
        raise NotMeant
    if fields is None:
        raise Refusal(RefusalKind.NOT_FOUND, "NOTICE_FILES_FOR_WHAT_DM")
    return _shown(replace(Plan(**fields), files=files_offered(work)), work)


@handles(DetachFiles, may=Permission.CASE_OPEN)
def detach_files(ask: DetachFiles, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Show the notice again, without."""
    fields = _waiting(work)
    if fields is None or not fields.get("files"):
        raise NotMeant
    return _shown(replace(Plan(**fields), files=[]), work)


def _shown(plan: Plan, work: Work) -> Reply:
    entitled(work)
    ask_first(work, NOTICE, plan.kept())
    return preview(work, plan)


def _waiting(work: Work) -> dict[str, Any] | None:
    """The notice whose preview this person has in front of him, here."""
    identity = work.actor.identity
    asked = work.store.pending(identity, work.now) if identity is not None else None
    if asked is None or asked.intent != NOTICE or work.origin.room not in {None, asked.fields.get(WHERE)}:
        return None
    return {name: value for name, value in asked.fields.items() if name != WHERE}
