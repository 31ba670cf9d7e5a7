"""A town's folder of attachments, and whoever fills it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from bot.fetching import Fetcher
from bot.lanes import inline
from bot.machine import ACCOUNT
from bot.shelf import Shelf
from models.kept_files import KeptFiles
from models.rules.message import Message, MessageKind
from models.tables import Attachment, DueFiring
from tests.town.town import RESIDENT, ROOM, Heard, Town

PHOTO = b"\x89PNG a broken lamp"


@dataclass
class Album:
    """The town's folder of attachments, and whoever fills it."""

    town: Town
    shelf: Shelf
    fetcher: Fetcher

    def show(self, picture: bytes | None = PHOTO, *, by: str = RESIDENT, voice: int = 0) -> Heard:
        """Somebody sends a picture, or a voice of so many seconds, to the group."""
        kind = MessageKind.VOICE if voice else MessageKind.IMAGE
        message: Message = self.town.wechat.say(
            by, room=ROOM, kind=kind, picture=picture, seconds=voice, at=self.town.clock()
        )
        heard = Heard(message, self.town.machine.hear(message))
        self.town.wait(seconds=1)
        return heard

    def fetch(self) -> None:
        """What is due is fetched."""
        asyncio.run(self.fetcher.step())

    def copies(self) -> list[bytes]:
        """What lies in the folder."""
        return [(self.shelf.folder / name).read_bytes() for name, _ in self.shelf.lying()]

    def rows(self) -> list[Attachment]:
        """What cases hold."""
        with self.town.session() as session:
            return list(session.execute(select(Attachment).order_by(col(Attachment.id))).scalars())

    def errand(self) -> DueFiring:
        """The one errand there is."""
        with self.town.session() as session:
            found = select(DueFiring).where(col(DueFiring.intent) == "FetchAttachment")
            return session.execute(found).scalar_one()


def album_of(town: Town, folder: Path, largest: int, total: int) -> Album:
    """An album in a folder that takes so many bytes."""
    shelf, machine = Shelf(folder, largest, total), town.machine
    fetcher = Fetcher(
        machine.due, machine.dispatch, KeptFiles(town.engine), shelf, {ACCOUNT: machine.channel}, town.clock, inline
    )  # fmt: skip
    return Album(town, shelf, fetcher)
