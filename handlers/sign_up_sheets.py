"""The organiser's list as a workbook. Every cell is a text: what begins with ``=`` stays one and is never a formula."""

import re
from collections.abc import Iterable
from io import BytesIO

from handlers.word_sheets import write_list
from handlers.work import Work
from models.rules.capabilities import Media
from models.rules.sent_files import HERE
from models.store.notice_forms import FormStore
from models.tables import SentFile

_UNFIT = re.compile(r"[^\w-]+")
LONGEST_NAME = 30


def written_sheet(work: Work, title: str, rows: Iterable[tuple[object, ...]]) -> int | None:
    """Keep the workbook for whoever asks, to be sent after the words; None: somebody without a chat asks."""
    if work.actor.identity is None:
        return None
    content = _workbook(_words(work, "SIGN_UP_SHEET_COLUMNS"), rows)
    name = work.standing.texts.render("SIGN_UP_SHEET_FILE", {"title": _UNFIT.sub("", title)[:LONGEST_NAME]})
    file = SentFile(
        identity_id=work.actor.identity, kind=Media.FILE, name=name, state=HERE, size=len(content), content=content,
        at=work.now,
    )  # fmt: skip
    return FormStore(work.store.session).add_file(file)


def _words(work: Work, key: str) -> list[str]:
    return work.standing.texts.render(key, {}).split()


def _workbook(columns: list[str], rows: Iterable[tuple[object, ...]]) -> bytes:
    out = BytesIO()
    write_list(out, columns, (["" if value is None else str(value) for value in row] for row in rows))
    return out.getvalue()
