"""Which attachments are copied, and the errand by which their channel is asked for the bytes."""

from datetime import datetime
from typing import Any

from models.rules.message import Attachment, MessageKind
from models.tables import Case

COPIED = frozenset({MessageKind.IMAGE, MessageKind.VOICE, MessageKind.VIDEO})


def kept(attachment: Attachment) -> bool:
    """Whether the bytes are worth a copy: what shows or tells something, and can be fetched."""
    return attachment.kind in COPIED and bool(attachment.key)


def fetching(case: Case, account: str, key: str, at: datetime) -> dict[str, Any]:
    """A due row for the process that holds the account (models.rules.outliving.ERRANDS)."""
    return {
        "key": f"FetchAttachment:{account}:{case.no}:{key}", "intent": "FetchAttachment",
        "fields": {"case_id": case.id, "key": key}, "due_at": at, "state": "waiting", "attempts": 0,
        "case_id": case.id, "why": "",
    }  # fmt: skip
