"""What must be said, on its way out: claimed, said once, or known to be in doubt (design §1, §4).

``queued → sending → sent | unknown | dead | cancelled | relay | merged``. The ``sending`` mark is committed
before the channel is called and the result after it, so that a crash in between leaves a row that is never
sent again blindly. Every method is one short transaction of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Update, and_, bindparam, insert, or_, update

from models.engine import for_writing
from models.leases import Fenced, every_one, unfenced
from models.outbox_reader import IN_FLIGHT_FOR, Glance, OutboxReader
from models.outbox_rows import OUTBOX, PERSON, ROOM, Queued, Speakers, row_values
from models.outbox_statements import NOTICE_STOPPED
from models.prepared import Prepared
from models.rules.notice_rooms import STOPPED_BY_HAND
from models.wires import writing

SKEW = timedelta(seconds=3)
"""Platforms tell moments in whole seconds, and their clocks are not ours."""
ECHO_WITHIN = timedelta(minutes=30)
WRONG_BY = timedelta(hours=2)
"""So wrong our clock may be, and the row that an echo names is still found."""

SUREST = ("sending", "sent", "unknown")
"""States an echo may belong to, likeliest first."""


class Outbox(OutboxReader):
    """The queue. ``crash_point`` is called with a name around every commit; a simulation dies there.

    ``fence`` proves that this process still acts for the account that speaks. What came of a send is written without
    that: it is a fact, whoever acts for the account by now, and it moves only rows that are being said or in doubt.
    """

    def __init__(
        self, engine: Engine, crash_point: Callable[[str], None] = lambda _: None, fence: Fenced = unfenced
    ) -> None:
        super().__init__(engine)
        self._fence = fence
        self._writing = for_writing(engine)
        self._crash_point = crash_point

    def claim(self, row: Queued, account: str, text: str, split_at: int, now: datetime) -> Queued | None:
        """Mark a row as being said, before anything leaves; None when it is not ours any more.

        Texts longer than ``split_at`` bytes are said in parts. Raises LeaseLost: another process speaks for the account.
        """
        blanks = row.blanks if len(text.encode()) <= split_at else {"_bytes": split_at, **row.blanks}
        marks: dict[str, Any] = {
            "account": account,
            "text": text,
            "sending_at": now,
            "attempts": row.attempts + 1,
            "why": "",
        }
        if not self._move([row.id], {"queued"}, "claim", account, state="sending", blanks=blanks, **marks):
            return None
        return replace(row, state="sending", blanks=blanks, **marks)

    def merge(self, rows: Sequence[Queued], said: dict[str, Any], now: datetime) -> Queued | None:
        """Write one row that says what these rows would have said; None: one of them moved meanwhile.

        Args:
            rows: what is gathered, in order; they become ``merged`` and name the new row.
            said: ``key`` and ``blanks`` of the new row.
            now: the moment; the new row may be said at once.
        """
        ids = [row.id for row in rows]
        values = row_values(rows[0]) | {
            "rank": min(row.rank for row in rows), "gathers": "", "case_id": None, "created_at": now,
            "why": "", "mentions": sorted({m for row in rows for m in row.mentions}),
            "not_before": now, "attempts": 0, **said,
        }  # fmt: skip
        self._crash_point("before_merge")
        with self._writing.begin() as connection:
            if _change(connection, ids, {"queued"}, state="merged") != len(ids):
                connection.rollback()
                return None
            made = connection.execute(insert(OUTBOX).values(values).returning(OUTBOX.c.id)).scalar_one()
            _change(connection, ids, {"merged"}, why=f"said by {made}")
        self._crash_point("after_merge")
        return replace(rows[0], id=made, **values)

    def mark_sent(self, row: int, channel_message: str | None, at: datetime) -> bool:
        """The channel took it; whether that was not known yet."""
        found = {"channel_message": channel_message, "sent_at": at, "why": ""}
        return self._move([row], {"sending", "unknown"}, "sent", state="sent", **found) == 1

    def mark_part_sent(self, row: Queued, at: datetime) -> None:
        """One part of a long text was taken; the next is said in the row's old place."""
        self._next_part(row, "sending", at)

    def mark_unknown(self, row: int, why: str) -> None:
        """Nobody can tell whether it was said; it is never said again by itself."""
        self._move([row], {"sending"}, "unknown", state="unknown", why=why)

    def bury(self, rows: Iterable[int], why: str) -> None:
        """These will never be said."""
        self._move(list(rows), {"queued", "sending"}, "bury", state="dead", why=why)

    def give_up(self, row: Queued, why: str, at: datetime) -> None:
        """It will never be said; of a file, that much and no more: the words it follows were heard."""
        if row.file is None:
            self.bury([row.id], why)
        else:
            self._pass_over(row, why, at)

    def doubt(self, row: Queued, why: str, at: datetime) -> None:
        """Nobody can tell whether it was said; a file in doubt does not cast doubt on the words it follows."""
        if row.file is None:
            self.mark_unknown(row.id, why)
        else:
            self._pass_over(row, why, at)

    def _pass_over(self, row: Queued, why: str, at: datetime) -> None:
        """Leave one file out, and note which."""
        left_out = [*row.blanks.get("_left_out", ()), row.file]
        blanks = {**row.following, "_left_out": left_out}
        if row.parts_left:
            marks: dict[str, object] = {"state": "queued", "not_before": at, "attempts": 0, "why": ""}
        else:
            marks = {"state": "sent", "sent_at": at, "why": f"file: {why}"}
        self._move([row.id], {"queued", "sending"}, "pass_over", blanks=blanks, **marks)

    def hand_over(self, row: int, text: str, why: str) -> None:
        """A person shall say it: the text is ready to copy."""
        self._move([row], {"queued"}, "relay", state="relay", text=text, why=why)

    def defer(self, rows: Iterable[int], until: datetime, why: str) -> None:
        """Not now: these wait for a policy, not for an error."""
        self._move(list(rows), {"queued"}, "defer", not_before=until, why=why)

    def put_back(self, row: Queued, not_before: datetime, why: str, *, burn: bool) -> None:
        """Nothing was sent; later again. Without ``burn`` the try does not count."""
        attempts = row.attempts if burn else row.attempts - 1
        again = {"not_before": not_before, "why": why, "attempts": attempts}
        self._queue_again(row, {"sending"}, "put_back", again)

    def recover(self, accounts: Sequence[str], why: str = "stopped while it was said") -> int:
        """At start: what these accounts were saying when the program stopped is in doubt; how many."""
        mine = (OUTBOX.c.state == "sending", OUTBOX.c.account.in_(list(accounts)))
        with self._writing.begin() as connection:
            every_one(self._fence, connection, accounts)
            connection.execute(_heard(*mine, why=why))
            return connection.execute(update(OUTBOX).where(*mine).values(state="unknown", why=why)).rowcount

    def recover_left(self, now: datetime, why: str = "its process is gone") -> int:
        """While running: what has been ``sending`` for longer than any send takes belongs to a process that is gone.

        A claim may be committed just after the next process looked for what the last one left. Calls ring again:
        a second ring harms nobody.

        Returns:
            How many rows are in doubt now.
        """
        left = (OUTBOX.c.state == "sending", OUTBOX.c.sending_at < now - IN_FLIGHT_FOR)
        began = self.first_sending()
        if began is None or began >= now - IN_FLIGHT_FOR:
            return 0
        with self._writing.begin() as connection:
            calls = update(OUTBOX).where(*left, OUTBOX.c.medium == "call")
            connection.execute(calls.values(state="queued", not_before=now, why=why))
            connection.execute(_heard(*left, why=why))
            return connection.execute(update(OUTBOX).where(*left).values(state="unknown", why=why)).rowcount

    def reconcile_echo(
        self, channel: str, account: str, conversation: str, text: str, channel_id: str | None, at: datetime
    ) -> int | None:
        """Our own line came back: of the rows with these words, that one was said which left nearest to its moment.

        The same sentence may have been said again since one was cut off by a crash. Of rows that left at the same
        moment, what is being said now is surer than what is in doubt.

        ``conversation`` is the channel's id of the room or contact. An echo of a row that is known to be sent
        settles no other row: one read sees both, for the answer of the send may be committed at this moment.
        Returns the row it settled or belongs to, else None.
        """
        here = or_(
            and_(ROOM.c.channel == channel, ROOM.c.platform_id == conversation),
            and_(OUTBOX.c.room_id.is_(None), PERSON.c.channel == channel, PERSON.c.contact == conversation),
        )
        since, until = at - ECHO_WITHIN, at + SKEW
        mine = (here, OUTBOX.c.account == account, OUTBOX.c.sending_at.between(at - WRONG_BY, at + WRONG_BY))
        lately = OUTBOX.c.sending_at.between(since, until)
        nameless = and_(OUTBOX.c.state == "sent", OUTBOX.c.channel_message.is_(None))
        open_rows = or_(OUTBOX.c.state.in_(("sending", "unknown")), nameless)
        known = and_(OUTBOX.c.channel_message.is_not(None), OUTBOX.c.channel_message == channel_id)
        found = self._read([*mine, or_(and_(lately, open_rows), known)], 200)
        alike = [row for row in found if row.said_as(text)]
        if not alike or any(row.channel_message for row in found):
            return None
        row = min(alike, key=lambda row: (_apart(row, at), SUREST.index(row.state), row.id))
        if row.state == "sent":
            self._name(row.id, channel_id)
        elif not row.parts_left:
            if not self.mark_sent(row.id, channel_id, at):  # its answer was written down at this very moment
                self._name(row.id, channel_id)
        elif row.state == "unknown":  # a part that is being said now is settled by the answer
            self._next_part(row, "unknown", at)
        return row.id

    def _name(self, row: int, channel_id: str | None) -> None:
        """What was sent and answered without an id has this one."""
        if self._read([OUTBOX.c.id == row, OUTBOX.c.state == "sent", OUTBOX.c.channel_message.is_(None)], 1):
            self._move([row], {"sent"}, "echo", channel_message=channel_id)

    def settle_unknown(self, outbox_id: int, now: datetime, *, sent: bool) -> bool:
        """A person decided about a row in doubt: it was said, or shall be said again.

        Returns:
            False when the row was not in doubt.
        """
        found = self._read([OUTBOX.c.id == outbox_id, OUTBOX.c.state == "unknown"], 1)
        if not found:
            return False
        if not sent:
            return self._move([outbox_id], {"unknown"}, "settle", state="queued", not_before=now, why="") == 1
        if found[0].parts_left:
            return self._next_part(found[0], "unknown", now)
        said = {"state": "sent", "sent_at": found[0].sending_at, "why": ""}
        return self._move([outbox_id], {"unknown"}, "settle", **said) == 1

    def _next_part(self, row: Queued, state: str, now: datetime) -> bool:
        again = {"blanks": row.following, "not_before": now, "attempts": 0, "why": ""}
        return self._queue_again(row, {state}, "part", again) == 1

    def _queue_again(self, row: Queued, states: set[str], step: str, again: dict[str, Any]) -> int:
        """Queue a row that was being said, unless its notice was stopped meanwhile: then it is stopped too."""
        self._crash_point(f"before_{step}")
        with writing(self._writing) as wire:
            stopped = row.notice_id is not None and NOTICE_STOPPED.rows(wire, {"notice": row.notice_id})
            to = {"state": "cancelled", "why": STOPPED_BY_HAND} if stopped else {"state": "queued"}
            moved = _change(wire, [row.id], states, **again | to)
        self._crash_point(f"after_{step}")
        return moved

    def _move(
        self, rows: list[int], states: set[str], step: str, speaker: str = "", /, **values: object
    ) -> int:
        if not rows:
            return 0
        self._crash_point(f"before_{step}")
        with writing(self._writing) as wire:
            moved = _change(wire, rows, states, **values)
            self._fence(wire, speaker)
        self._crash_point(f"after_{step}")
        return moved


def _heard(*these: ColumnElement[bool], why: str) -> Update:
    """Rows whose words were heard, whatever became of the file that was being sent."""
    said = OUTBOX.c.blanks["_said"].as_boolean()
    return (
        update(OUTBOX)
        .where(*these, said)
        .values(state="sent", sent_at=OUTBOX.c.sending_at, why=f"file: {why}")
    )


def _apart(row: Queued, at: datetime) -> timedelta:
    """How far a row's leaving is from a moment."""
    return abs(at - row.sending_at) if row.sending_at else timedelta.max


def _change(connection: Connection, rows: Sequence[int], states: set[str], **values: object) -> int:
    """Change those of the rows that are in one of these states; how many."""
    change = _changing(tuple(sorted(states)), tuple(values))
    binds = {f"to_{name}": value for name, value in values.items()}
    return sum(len(change.rows(connection, {"row": row, **binds})) for row in sorted(rows))


@cache
def _changing(states: tuple[str, ...], columns: tuple[str, ...]) -> Prepared:
    here = (OUTBOX.c.id == bindparam("row"), or_(*(OUTBOX.c.state == each for each in states)))
    new = {name: bindparam(f"to_{name}", type_=OUTBOX.c[name].type) for name in columns}
    return Prepared(update(OUTBOX).where(*here).values(new).returning(OUTBOX.c.id))


__all__ = ["Glance", "Outbox", "Queued", "Speakers"]
