"""Tells somebody that the program is ill, by ways that do not need WeChat: each trouble once, and once that it is over.

Whatever is told stands in the book of alarms, so that a restart neither repeats nor forgets it. When the database is
what is broken, this process remembers by itself until it is back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.alarm_ways import FAULTS, Told, Way
from bot.health_desk import words_of
from handlers.texts import Texts
from models.alarm_book import AlarmBook
from models.rules.alarming import Alarm, News, next_try, to_clear, to_raise
from models.rules.health import Sign
from models.rules.pacing import SHANGHAI

log = structlog.get_logger()
MOST_TRIES = 200
"""Tries that are remembered; beyond it those of alarms that nobody needs to be told of any more are forgotten."""


class Alarms:
    """One for each process; several agree through the book.

    Args:
        look: what is judged at this moment.
        book: of alarms.
        ways: by name; none: alarms stand in the book and in the log only.
        texts: every sentence.
        place: what the place is called.
        clock: the moment, aware UTC.
    """

    def __init__(
        self, look: Callable[[], Iterable[Sign]], book: AlarmBook, ways: Mapping[str, Way], texts: Texts, place: str,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._look, self._book, self._ways = look, book, dict(ways)
        self._texts, self._place, self._clock = texts, place, clock
        self._own: dict[int, Alarm] = {}
        """What the book could not take, by numbers below zero."""
        self._numbers = count(1)
        self._tries: dict[tuple[int, str, News], tuple[int, datetime]] = {}
        self._went: dict[int, dict[str, News]] = {}
        """What went out and could not be written down."""

    def round(self) -> None:
        """Look once, and tell what is new; called every few seconds."""
        signs = list(self._look())
        now = self._clock()
        known = self._known(now)
        open_now = {alarm.subject for alarm in known if alarm.cleared_at is None}
        for sign in to_raise(signs, open_now, now):
            self._raise(sign, now)
        for alarm in to_clear(signs, known, now):
            self._clear(alarm, now)
        known = self._known(now)
        for alarm in known:
            self._tell(alarm, now)
        if len(self._tries) > MOST_TRIES:
            live = {alarm.id for alarm in known}
            self._tries = {mark: tried for mark, tried in self._tries.items() if mark[0] in live}

    def _known(self, now: datetime) -> list[Alarm]:
        try:
            return [*self._book.live(now), *self._own.values()]
        except SQLAlchemyError:
            return list(self._own.values())

    def _raise(self, sign: Sign, now: datetime) -> None:
        log.error("alarm raised", part=sign.part, of=sign.of, word=sign.word)
        try:
            self._book.open(sign, now)
        except SQLAlchemyError as fault:
            log.error("alarm not written", part=sign.part, fault=type(fault).__name__)  # noqa: TRY400 - no words in a log
            number = -next(self._numbers)
            self._own[number] = Alarm(
                number, sign.part, sign.of, sign.word, sign.blanks, sign.since or now, raised_at=now, told={}
            )

    def _clear(self, alarm: Alarm, now: datetime) -> None:
        log.warning("alarm over", part=alarm.part, of=alarm.of, word=alarm.word)
        if alarm.id in self._own:
            self._own[alarm.id] = replace(alarm, cleared_at=now)
            return
        try:
            self._book.close(alarm.id, now)
        except SQLAlchemyError as fault:  # it is still open in the book, and closed at the next round
            log.error("alarm not closed", alarm=alarm.id, fault=type(fault).__name__)  # noqa: TRY400

    def _tell(self, alarm: Alarm, now: datetime) -> None:
        went = self._went.get(alarm.id, {})
        due = {way: news for way in self._ways if (news := self._due(alarm, way, now)) is not None}
        if not due and not went:
            self._own = {
                number: one for number, one in self._own.items() if number != alarm.id or not one.cleared_at
            }
            return
        try:
            if alarm.id not in self._own and not self._book.take(alarm.id, now):
                return  # another process is telling
            for way, news in due.items():
                if self._by(way, news, alarm, now):
                    went = {**went, way: news}
            self._write(alarm, went)
        except SQLAlchemyError as fault:
            self._went[alarm.id] = went
            log.error("telling not written", alarm=alarm.id, fault=type(fault).__name__)  # noqa: TRY400

    def _due(self, alarm: Alarm, way: str, now: datetime) -> News | None:
        """What is to go out by a way now: not what went already, nor before the next try."""
        went = {**(alarm.told or {}), **self._went.get(alarm.id, {})}
        news = replace(alarm, told=went).news_for(way, now)
        if news is None:
            return None
        _, at = self._tries.get((alarm.id, way, news), (0, now))
        return news if now >= at else None

    def _by(self, way: str, news: News, alarm: Alarm, now: datetime) -> bool:
        mark = (alarm.id, way, news)
        try:
            self._ways[way](self._worded(alarm, news, now))
        except (*FAULTS, SQLAlchemyError) as fault:
            tries = self._tries.get(mark, (0, now))[0] + 1
            self._tries[mark] = (tries, next_try(tries, now))
            log.error("alarm not taken", way=way, alarm=alarm.id, fault=type(fault).__name__, tries=tries)  # noqa: TRY400
            return False
        self._tries.pop(mark, None)
        log.warning("alarm told", way=way, alarm=alarm.id, news=news)
        return True

    def _write(self, alarm: Alarm, went: Mapping[str, News]) -> None:
        if alarm.id in self._own:
            self._own[alarm.id] = replace(alarm, told={**(alarm.told or {}), **went})
        else:
            self._book.told(alarm.id, went)
        self._went.pop(alarm.id, None)

    def _worded(self, alarm: Alarm, news: News, now: datetime) -> Told:
        what, step = words_of(alarm, self._texts)
        since, until = _moment(alarm.since), _moment(alarm.cleared_at or now)
        if news is News.RAISED:
            subject = self._texts.render("ALARM_SUBJECT", {"place": self._place})
            words = self._texts.render(
                "ALARM_RAISED", {"place": self._place, "what": what, "since": since, "step": step}
            )
        else:
            subject = self._texts.render("ALARM_SUBJECT_CLEARED", {"place": self._place})
            words = self._texts.render(
                "ALARM_CLEARED", {"place": self._place, "what": what, "since": since, "until": until}
            )
        # A number of our own memory begins anew with each start: the moment tells them apart.
        about = f"alarm-{alarm.id}" if alarm.id > 0 else f"alarm{alarm.id}-{int(alarm.raised_at.timestamp())}"
        return Told(
            f"{about}-{news}",
            about,
            news,
            alarm.part,
            alarm.of,
            subject,
            words,
            step,
            alarm.since,
            alarm.cleared_at,
            now,
        )


def _moment(at: datetime) -> str:
    """``7月15日 09:05``, in Shanghai."""
    there = at.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日 {there:%H:%M}"
