"""Files that go along with notices, and the addresses of their pages."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, or_, select, update
from sqlmodel import SQLModel, col

from models.rules.capabilities import Media
from models.rules.ids import LinkToken
from models.rules.sent_files import HERE, Offered
from models.store.rows import Rows
from models.tables import NoticeLink, SentFile

_TABLES = SQLModel.metadata.tables
FILE, LINK, OUTBOX = _TABLES["sent_file"], _TABLES["notice_link"], _TABLES["outbox"]
NOTICE = _TABLES["notice"]
_LEFT_OUT = OUTBOX.c.blanks["_left_out"].as_string()


_OFFERED = (FILE.c.id, FILE.c.kind, FILE.c.name, FILE.c.state, FILE.c.size)


class FormStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def add_file(self, file: SentFile) -> int:
        """Write a file; its row id."""
        self.session.add(file)
        self.session.flush()
        return file.id or 0

    def find_file(self, file: int) -> SentFile | None:
        """A file whose bytes are awaited."""
        found = select(SentFile).where(col(SentFile.id) == file).with_for_update()
        return self.session.execute(found).scalar_one_or_none()

    def offered(self, identity: int, since: datetime) -> list[Offered]:
        """What somebody gave us since then and no notice took, oldest first."""
        mine = (
            FILE.c.identity_id == identity,
            FILE.c.notice_id.is_(None),
            FILE.c.at >= since,
            FILE.c.key != "",
        )
        found = select(*_OFFERED).where(*mine).order_by(FILE.c.id)
        return [Offered(*row) for row in self.session.execute(found)]

    def made(self, identity: int, since: datetime) -> list[Offered]:
        """Pictures we made for somebody since then that no notice took, oldest first."""
        mine = (FILE.c.identity_id == identity, FILE.c.key == "", FILE.c.kind == Media.IMAGE)
        free = (FILE.c.notice_id.is_(None), FILE.c.at >= since)
        found = select(*_OFFERED).where(*mine, *free).order_by(FILE.c.id)
        return [Offered(*row) for row in self.session.execute(found)]

    def content(self, file: int) -> bytes:
        """The bytes of a file; none: there is no such file."""
        return (
            self.session.execute(select(FILE.c.content).where(FILE.c.id == file)).scalar_one_or_none() or b""
        )

    def forget_offered(self, message: str, since: datetime) -> bool:
        """A sender took a message back: what it brought goes along with nothing; whether it brought anything."""
        mine = or_(FILE.c.key == message, FILE.c.key.endswith(f":{message}", autoescape=True))
        gone = delete(FILE).where(mine, FILE.c.notice_id.is_(None), FILE.c.at >= since)
        return bool(self.session.connection().execute(gone).rowcount)

    def described(self, files: Sequence[int]) -> list[Offered]:
        """These files, in their order."""
        found = {
            row.id: Offered(*row)
            for row in self.session.execute(select(*_OFFERED).where(FILE.c.id.in_(files)))
        }
        return [found[file] for file in files if file in found]

    def take(self, notice: int, files: Iterable[int]) -> None:
        """These go along with a notice; what another one took already is not taken from it."""
        mine = (FILE.c.id.in_([*files]), FILE.c.notice_id.is_(None))
        self.session.connection().execute(update(FILE).where(*mine).values(notice_id=notice))

    def files_of(self, notice: int) -> list[Offered]:
        """What goes along with a notice, in its order."""
        mine = (FILE.c.notice_id == notice, FILE.c.state == HERE)
        return [
            Offered(*row) for row in self.session.execute(select(*_OFFERED).where(*mine).order_by(FILE.c.id))
        ]

    def rooms_without_all_files(self, notice: int) -> int:
        """How many rooms heard the words and not everything that went along."""
        found = select(func.count()).where(OUTBOX.c.notice_id == notice, _LEFT_OUT.is_not(None))
        return int(self.session.execute(found).scalar_one())

    def find_link(self, notice: int, household: int | None = None) -> str | None:
        """The address of a notice for everybody, or for one household."""
        whose = LINK.c.household_id.is_(None) if household is None else LINK.c.household_id == household
        found = select(LINK.c.token).where(LINK.c.notice_id == notice, whose).order_by(LINK.c.id).limit(1)
        return self.session.execute(found).scalar_one_or_none()

    def add_link(
        self, notice: int, token: LinkToken, now: datetime, *, household: int | None = None, told_by: int | None = None
    ) -> None:  # fmt: skip
        """Write an address."""
        row = {
            "notice_id": notice, "household_id": household, "told_by": told_by, "token": token, "seen": 0, "at": now,
        }  # fmt: skip
        self.insert_rows(NoticeLink, [row])

    def link_behind(self, token: str) -> Row[tuple[int, int, int | None]] | None:
        """Id, notice and household of an address that somebody opened."""
        found = select(LINK.c.id, LINK.c.notice_id, LINK.c.household_id).where(LINK.c.token == token)
        return self.session.execute(found).first()

    def count_seen(self, link: int, most: int) -> None:
        """Somebody says on the page that it was read."""
        here = (LINK.c.id == link, LINK.c.seen < most)
        self.session.connection().execute(update(LINK).where(*here).values(seen=LINK.c.seen + 1))

    def seen(self, notice: int) -> int:
        """How often somebody said so on the page for everybody."""
        found = select(func.sum(LINK.c.seen)).where(LINK.c.notice_id == notice, LINK.c.household_id.is_(None))
        return int(self.session.execute(found).scalar_one() or 0)
