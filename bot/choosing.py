"""What an account says next: policy, gathering, rendering and the last look, up to the ``sending`` mark.

Everything here is synchronous and touches only the database; ``bot/delivery.py`` says what was chosen.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from handlers.texts import Texts
from models.outbox import Outbox, Queued, Speakers
from models.outbox_rows import FIRST_OF_ALL
from models.rules.capabilities import Capabilities
from models.rules.gathering import GATHERINGS, Gathering, gather, gather_until
from models.rules.message import Outgoing
from models.rules.outgoing import Blocked, guard
from models.rules.pacing import Pace, Rank, Wait, is_quiet, may_speak
from models.rules.sent_files import FileToSend
from models.rules.tally import day_began, room_mood

log = structlog.get_logger()

NIGHT = "quiet"
"""``Wait.why`` of what the quiet hours held back."""
LONGER_THAN_A_BURST = timedelta(minutes=5)
_A_FEW, _PAGE = 4, 50
MOST_ASIDE = 200
"""So many rows are put aside in one turn: a notice that thousands of full rooms must wait for holds up no emergency."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row marked as being said, the channel ids of those it mentions, and the file where one is its next part."""

    row: Queued
    mentions: tuple[str, ...]
    file: FileToSend | None = None

    @property
    def outgoing(self) -> Outgoing:
        """What the channel is to say."""
        row = self.row
        words = Outgoing(row.conversation, row.words, self.mentions, row.in_room, token=str(row.id))
        return self.file.said(words) if self.file else words


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing can be said now. ``until``: when something due already may go; None: nothing is due."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One account's turn to speak. ``seen`` are rows that were looked at together with another one."""

    who: Speakers
    capabilities: Capabilities
    now: datetime
    seen: set[int] = field(default_factory=set)


class Chooser:
    """Holds nothing of a turn: lanes call it from several threads."""

    def __init__(self, outbox: Outbox, texts: Texts, pace: Pace) -> None:
        self._outbox = outbox
        self._texts = texts
        self._pace = pace

    def next_word(
        self, who: Speakers, capabilities: Capabilities, tired: Wait | None, now: datetime
    ) -> Chosen | Rest:
        """Choose, claim and commit one thing to say.

        Args:
            who: the account and those beside it.
            capabilities: what its channel can do.
            tired: why the account may say nothing but emergencies, and until when.
            now: the moment.
        """
        turn = _Turn(who, capabilities, now)
        behind, until = FIRST_OF_ALL, tired.until if tired else None
        busy: set[tuple[int | None, int | None]] | None = None
        few, aside = _A_FEW, 0  # mostly the first may be said
        while rows := self._outbox.due(who, now, emergencies_only=tired is not None, after=behind, limit=few):
            few = _PAGE
            busy = self._outbox.busy(who.account, now) if busy is None else busy
            for row in rows:
                if row.id in turn.seen or (row.room_id, row.identity_id) in busy:
                    continue
                found = self._consider(row, turn)
                if isinstance(found, Chosen):
                    return found
                if found is None:
                    aside += 1
                elif until is None or found < until:
                    until = found
            if aside >= MOST_ASIDE:
                return Rest(now)
            behind = rows[-1].turn
        return Rest(until)

    def _consider(self, row: Queued, turn: _Turn) -> Chosen | datetime | None:
        """Say this row, or wait with it until a moment, or (None) it was put aside."""
        if row.gone:
            self._outbox.bury([row.id], "gone")
            return None
        if not row.in_room and not row.is_friend and not turn.capabilities.can_dm_strangers:
            self._outbox.bury([row.id], "not_a_friend")
            return None
        if row.room_id is not None and row.part == 0:
            heard = self._outbox.said_in(row.room_id, day_began(turn.now))
            mood = room_mood(heard, row.hush_until, row.quiet or self._pace.quiet, turn.now)
            wait = may_speak(Rank(row.rank), row.notice_id is not None, mood, self._pace, turn.now)
            if wait is not None:
                self._outbox.defer([row.id], wait.until, wait.why)
                return None
        gathering = GATHERINGS.get(row.gathers)
        if gathering and not row.text and gathering.needs in row.blanks:
            return self._gathered(row, gathering, turn)
        return self._speak(row, turn)

    def _gathered(self, row: Queued, kind: Gathering, turn: _Turn) -> Chosen | datetime | None:
        """Say several waiting rows as one sentence, as the table of gatherings says."""
        now = turn.now
        horizon = max(now, row.not_before + timedelta(seconds=self._pace.gather_s))
        family = [r for r in self._outbox.siblings(row, horizon) if kind.needs in r.blanks]
        ready = [r for r in family if r.not_before <= now]
        if row.id not in {r.id for r in ready}:
            return None  # another process said it, or it was taken back, since it was found
        if self._slept(row, now):
            night = [r for r in ready if self._slept(r, now)]
            if len(night) > 1 or kind.night_alone:
                return self._together(night, kind, turn, night=True)
            return self._speak(row, turn)
        if kind.together is not None:
            fresh = [r for r in ready if not self._slept(r, now)]
            later = [r.not_before for r in family if r.not_before > now]
            held = gather_until(min(r.not_before for r in fresh), later, self._pace.gather_s)
            if held is not None:
                turn.seen.update(r.id for r in fresh)
                return held
            if len(fresh) > 1:
                return self._together(fresh, kind, turn, night=False)
        return self._speak(row, turn)

    def _slept(self, row: Queued, now: datetime) -> bool:
        """Whether the quiet hours, and not merely a burst window, held this back until now."""
        quiet = row.quiet or self._pace.quiet
        if row.rank <= Rank.URGENT or is_quiet(now, quiet):
            return False
        long = row.not_before - row.created_at > LONGER_THAN_A_BURST
        return row.why == NIGHT or (long and is_quiet(row.created_at, quiet))

    def _together(self, rows: list[Queued], kind: Gathering, turn: _Turn, *, night: bool) -> Chosen | None:
        key = kind.after_night if night else kind.together or kind.after_night
        said = gather(
            kind,
            [row.blanks for row in rows],
            lambda blanks: len(self._texts.render(key, blanks)) <= self._pace.max_chars,
            places=kind.night_places or not night,
        )
        turn.seen.update(row.id for row in rows[: said.count])
        made = self._outbox.merge(rows[: said.count], {"key": key, "blanks": said.blanks}, turn.now)
        return self._speak(made, turn) if made else None

    def _speak(self, row: Queued, turn: _Turn) -> Chosen | None:
        """Render, look once more, and mark as being said."""
        text = row.text or self.render(row)
        if text is None:
            return None
        if turn.capabilities.push_needs_human or (row.in_room and not turn.capabilities.push_group):
            self._outbox.hand_over(row.id, text, "needs_human")
            return None
        if row.read_only:
            self._outbox.hand_over(row.id, text, "read_only")
            return None
        file = self._outbox.file(row.file) if row.file is not None else None
        if row.file is not None and file is None:
            self._outbox.give_up(row, "gone", turn.now)
            return None
        if row.files and not row.text:
            row, text = self._without_what_cannot_go(row, text, turn.capabilities)
        split_at = min(self._pace.max_bytes, turn.capabilities.max_bytes)
        claimed = self._outbox.claim(row, turn.who.account, text, split_at, turn.now)
        return Chosen(claimed, self._outbox.contacts(row.mentions), file) if claimed else None

    def _without_what_cannot_go(self, row: Queued, text: str, can: Capabilities) -> tuple[Queued, str]:
        """Files of a kind that the channel does not send stay behind; the words say where they are."""
        kinds = self._outbox.kinds_of(row.files)
        going = [file for file in row.files if kinds.get(file) in can.media]
        if len(going) == len(row.files):
            return row, text
        return replace(row, blanks={**row.blanks, "_files": going}), text + str(row.blanks.get("_else", ""))

    def render(self, row: Queued) -> str | None:
        """The sentence as it may be said; None: it cannot be, and the row is buried."""
        try:
            text: str | Blocked = guard(self._texts.render(row.key, row.blanks), row.in_room)
        except (KeyError, IndexError, ValueError) as fault:
            text = Blocked(f"no sentence: {row.key} ({type(fault).__name__})")
        if isinstance(text, Blocked):
            log.warning("not said", outbox=row.id, key=row.key, case=row.case_id, why=text.why)
            self._outbox.bury([row.id], text.why)
            return None
        return text
