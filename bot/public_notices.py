"""Fills the web's pages of notices."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Engine

from bot.thumbnails import POSTER_SIDE, UNSHOWABLE, thumbnail
from handlers.actors import ANYBODY
from handlers.dispatch import Dispatch
from handlers.notice_asking import asks
from handlers.notice_pages import SeeNotice
from models.notice_pages import NoticePage, NoticePages
from models.rules.actor import Door, Origin
from models.rules.capabilities import Media
from models.rules.ids import IdempotencyKey
from models.rules.loudspeaker import sentences
from models.rules.pacing import shanghai_date
from models.rules.sent_files import Offered, card_of
from web.doors import NotHere
from web.notice_door import NoticeFile, NoticeView

POSTERS_KEPT = 16
"""Pictures held in memory, some 200 kB each: a link that just went out is opened by many."""


class PublicNotices:
    """Keeps ``web.notice_door.NoticeDoor`` over one database."""

    def __init__(self, engine: Engine, dispatch: Dispatch, clock: Callable[[], datetime]) -> None:
        self._pages = NoticePages(engine)
        self._dispatch = dispatch
        self._clock = clock
        self._poster = lru_cache(POSTERS_KEPT)(self._drawn)

    def contact(self) -> str:
        """Whom residents ask."""
        return self._dispatch.known_town().contact

    def notice(self, token: str) -> NoticeView:
        """The notice behind a link. Raises NotHere."""
        page, town = self._page(token), self._dispatch.current_town()
        signed = town.name or "".join(town.areas[area].name for area in page.areas if area in town.areas)
        return NoticeView(
            title=page.title,
            lines=tuple(sentences(page.body, page.title)),
            signed=signed,
            source=page.source,
            contact=town.contact,
            whom=self._whom(page),
            on=shanghai_date(page.written_at),
            files=tuple(self._shown(page, each) for each in self._pages.files(page.notice)),
            stopped=page.state == "cancelled",
            asks=asks(page.level),
            household=page.household is not None,
        )

    def picture(self, token: str, number: int) -> bytes:
        """One of its pictures, small enough for a telephone. Raises NotHere."""
        page = self._page(token)
        content = self._poster(page.notice, number)
        if content == UNSHOWABLE or page.state == "cancelled":
            raise NotHere("no picture")
        return content

    def file(self, token: str, number: int) -> tuple[str, bytes]:
        """Name and bytes of one of its files. Raises NotHere."""
        page = self._page(token)
        found = self._pages.file(page.notice, number)
        if found is None or found.kind == Media.LINK or page.state == "cancelled":
            raise NotHere("no file")
        return found.file_name, found.content

    def seen(self, token: str, key: IdempotencyKey) -> None:
        """Somebody tapped; where the notice asks for nothing, nothing is counted."""
        self._dispatch(SeeNotice(token), ANYBODY, Origin(Door.WEB, key, self._clock()))

    def _page(self, token: str) -> NoticePage:
        found = self._pages.find(token, self._clock())
        if found is None:
            raise NotHere("no such notice, or too old")
        return found

    def _whom(self, page: NoticePage) -> str:
        """The post of whoever wrote it, never a name."""
        town = self._dispatch.known_town()
        seats = town.seats_of(page.author, shanghai_date(self._clock())) if page.author is not None else ()
        return next((f"{town.areas[seat.area].name}{seat.title}" for seat in seats), "")

    def _shown(self, page: NoticePage, file: Offered) -> NoticeFile:
        if file.kind != Media.LINK:
            picture = file.kind == Media.IMAGE and self._poster(page.notice, file.id) != UNSHOWABLE
            return NoticeFile(file.id, file.name, picture)
        found = self._pages.file(page.notice, file.id)
        return NoticeFile(file.id, file.name, address=card_of(found.content).address if found else "")

    def _drawn(self, notice: int, file: int) -> bytes:
        found = self._pages.file(notice, file)
        showable = found is not None and found.kind == Media.IMAGE
        return thumbnail(found.content, POSTER_SIDE) if found is not None and showable else UNSHOWABLE
