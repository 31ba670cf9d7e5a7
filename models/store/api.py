"""Tokens of programs, on the session of the work at hand."""

from sqlalchemy import select
from sqlmodel import col

from models.store.rows import Rows
from models.tables import ApiToken


class ApiStore(Rows):
    """Nothing here commits."""

    def token(self, token: int) -> ApiToken | None:
        """A token by its row, locked until the work ends."""
        found = select(ApiToken).where(col(ApiToken.id) == token).with_for_update()
        return self.session.execute(found).scalar_one_or_none()

    def add_token(self, row: ApiToken) -> None:
        """Write a token."""
        self.session.add(row)
