"""What goes along with words that a person must say. For the web, which knows no tables."""

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.rules.capabilities import Media
from models.rules.sent_files import FileToSend, Offered, card_of
from models.store.notice_forms import FormStore
from models.tables import OutboxMessage, SentFile


class RelayFiles:
    """Reads only, and only what waits for a person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, rows: list[int]) -> dict[int, list[Offered]]:
        """Row of the outbox → its files, without the bytes."""
        wanted = select(col(OutboxMessage.id), col(OutboxMessage.blanks))
        mine = (col(OutboxMessage.id).in_(rows), col(OutboxMessage.state) == "relay")
        with Session(self._engine) as session:
            found = {row: blanks.get("_files", []) for row, blanks in session.execute(wanted.where(*mine))}
            return {row: FormStore(session).described(files) for row, files in found.items() if files}

    def content(self, row: int, file: int) -> FileToSend | None:
        """One file of a row; None: it does not wait there, or is gone."""
        if all(each.id != file for each in self.of([row]).get(row, [])):
            return None
        columns = (col(SentFile.id), col(SentFile.kind), col(SentFile.name), col(SentFile.content))
        with Session(self._engine) as session:
            found = session.execute(select(*columns).where(col(SentFile.id) == file)).first()
        return FileToSend(*found) if found is not None and found.content else None

    def address(self, row: int, file: Offered) -> str:
        """Where a link card leads; empty for anything else."""
        found = self.content(row, file.id) if file.kind == Media.LINK else None
        return card_of(found.content).address if found is not None else ""
