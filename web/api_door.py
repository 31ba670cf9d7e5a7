"""What the interface for programs needs from the rest of the program."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.dispatch import Dispatch
from models.api_tokens import ApiTokens
from models.case_desk import CaseDesk
from models.notice_desk import NoticeDesk
from web.tries import MOST

PER_MINUTE = 300
"""Requests of one token in a minute."""


@dataclass(frozen=True)
class ApiDoor:
    """Everything the interface is given."""

    dispatch: Dispatch
    tokens: ApiTokens
    cases: CaseDesk
    notices: NoticeDesk
    clock: Callable[[], datetime]
    per_minute: int = PER_MINUTE
    most_wrong: int = MOST
    """Requests without a valid token from one address, in a quarter of an hour."""

    def render(self, key: str, **blanks: object) -> str:
        """A sentence of ours."""
        return self.dispatch.standing.texts.render(key, blanks)
