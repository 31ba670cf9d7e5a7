"""Which programs may come in, and what they were answered, for the web, which knows no tables."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.rules.api_tokens import ANSWERS_KEPT, PURPOSE, Token
from models.rules.ids import IdempotencyKey
from models.secrets import SecretBox
from models.tables import ApiAnswer, ApiToken

MOST_LISTED = 200


class ApiTokens:
    """Reads tokens and answers; dispatch writes them."""

    def __init__(self, engine: Engine, secrets: SecretBox) -> None:
        self._engine = engine
        self._secrets = secrets

    def find(self, words: str) -> Token | None:
        """The token of these words, ended or not; None: there was never one."""
        digest = self._secrets.digest(PURPOSE, words)
        with Session(self._engine) as session:
            row = session.execute(select(ApiToken).where(col(ApiToken.digest) == digest)).scalar_one_or_none()
            return _read(row) if row is not None else None

    def listed(self) -> list[Token]:
        """The newest tokens, those that ended among them."""
        newest = select(ApiToken).order_by(col(ApiToken.id).desc()).limit(MOST_LISTED)
        with Session(self._engine) as session:
            return [_read(row) for row in session.execute(newest).scalars()]

    def answered(self, key: IdempotencyKey, now: datetime) -> tuple[str, Mapping[str, Any]] | None:
        """What was asked under a key in the last day (as a digest), and the answer; None: nothing."""
        with Session(self._engine) as session:
            row = session.get(ApiAnswer, key)
            if row is None or now - row.at >= ANSWERS_KEPT:
                return None
            return row.asked, row.answer

    def digest(self, *parts: str) -> str:
        """A keyed digest, by which equal things are known again without being kept."""
        return self._secrets.digest("api", *parts)


def _read(row: ApiToken) -> Token:
    return Token(
        row.id or 0, row.name, row.area_id, row.seat_id, tuple(row.may), row.made_by, row.made_at, row.expires_at,
        row.stopped_at, row.used_at,
    )  # fmt: skip
