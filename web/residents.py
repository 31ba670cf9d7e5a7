"""What residents open without log-in: what the pages of cases, boards and privacy are drawn from, and how they are kept."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import Request, Response, status

from handlers.dispatch import Dispatch
from models.boards import BoardReader
from models.case_progress import ProgressReader
from models.open_results import OpenResultsReader
from models.rules.pacing import shanghai_date
from models.rules.town import Town

_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
"""128 bits (``models.secrets.new_link_token``)."""
FOR_ALL = "public, max-age=60"
FOR_ONE = "private, max-age=60"
"""A page that may be an hour old would not be believed; a minute spares the village's line when many look."""


@dataclass(frozen=True)
class Residents:
    """One place, as those see it who need not say who they are."""

    dispatch: Dispatch
    cases: ProgressReader
    boards: BoardReader
    results: OpenResultsReader
    clock: Callable[[], datetime]

    @property
    def today(self) -> date:
        """The date in Shanghai."""
        return shanghai_date(self.clock())

    def town(self) -> Town:
        """Areas and posts as they are now: whoever left a post is gone from the page at once (seed A17)."""
        return self.dispatch.current_town()


def is_token(words: str) -> bool:
    """Whether an address may be one of ours at all."""
    return _TOKEN.fullmatch(words) is not None


def kept(request: Request, answer: Response, how: str) -> Response:
    """The answer as caches may keep it; nothing but a nod where the browser has this very page."""
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:22]}"'
    headers = {"Cache-Control": how, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    answer.headers.update(headers)
    return answer
