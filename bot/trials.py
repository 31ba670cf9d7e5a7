"""The test box of the lexicon: a line is heard by the same listener as any other, over a dispatch of which nothing is kept."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bot.line_reader import LineReader
from bot.listener import SETTLING, Listener
from bot.parts import Parts
from handlers.dispatch import Dispatch, Outcome, Status
from handlers.emergencies import ReportEmergency
from handlers.intents import Intent
from handlers.knowledge import AskPolicy
from handlers.rehearsal import Rehearsal
from handlers.suspicions import Suspect
from handlers.trials import CaseTold, Told, WordsTold, told_in
from models.rules.actor import Actor, Door, Origin
from models.rules.audiences import long_path_of
from models.rules.decision import Because, Decision
from models.rules.ids import IdempotencyKey
from models.rules.message import Message
from models.rules.pacing import shanghai_date
from models.rules.town import RoomCard, Seat, Town
from models.rules.urgency import Privacy
from web.doors import NotHere
from web.entrance import Visitor
from web.trial_door import CaseLine, SaidLine, Trial, TrialView

OPENING, GROWING = frozenset({"create"}), frozenset({"join", "add"})
AT_ONCE = timedelta(minutes=2)
"""A receipt waits for the end of what is said in one go: that is no later moment."""
MOST_OTHERS = 3
LEADER = "leader"


class Trials:
    """Fills ``web.trial_door.TrialDoor``."""

    def __init__(
        self, dispatch: Dispatch, engine: Engine, parts: Parts, clock: Callable[[], datetime]
    ) -> None:
        self._dispatch = dispatch
        self._engine = engine
        self._parts = parts
        self._clock = clock

    def leader_of(self, room: int) -> str:
        """Post and surname of whoever answers first where that group is, and is bound; empty: nobody."""
        town = self._dispatch.known_town()
        found = self._leader(town, town.rooms[room])
        return f"{found[0].title}{found[0].surname}" if found else ""

    def hear(self, who: Visitor, trial: Trial) -> TrialView:
        """What would follow if it were said now, in a quiet group. Raises NotHere for another's group."""
        town = self._dispatch.current_town()
        room = town.rooms.get(trial.room)
        if room is None or not any(who.scope.reaches(area) for area in room.areas):
            raise NotHere("no such group")
        leader = self._leader(town, room) if trial.speaker == LEADER else None
        message = self._message(room, trial, leader[1] if leader else "")
        with Rehearsal(self._engine, self._dispatch.standing, self._clock, town) as rehearsal:
            decision = self._hear(rehearsal, message)
            steps = [step for _, outcome in rehearsal.done for step in outcome.steps]
            cases = {step.case_id: step.step in OPENING for step in reversed(steps)}
            cases |= {step.case_id: True for step in steps if step.step in OPENING}
            key = IdempotencyKey(f"{message.channel}:{message.id}")
            speaker = leader[0].person if leader else None
            told = rehearsal.look(
                lambda work: told_in(work, key, cases, speaker),
                Actor(),
                Origin(Door.WEB, key, self._clock()),
            )
            done = list(rehearsal.done)
        itself = leader is None or leader[0].person == who.actor.person
        return self._view(town, room, decision, done, told, who.actor.person if itself else 0)

    def _hear(self, rehearsal: Rehearsal, message: Message) -> Decision:
        """Let it be heard as by a listener that has been there for long; how the line itself is read."""
        parts, standing = self._parts, self._parts.standing
        listener = Listener(
            rehearsal, parts.understanding, standing.pace, standing.secrets, self._clock, moods=parts.moods,
            receipts=parts.receipts, since=self._clock() - 2 * SETTLING,
        )  # fmt: skip
        listener.hear(message)
        reader = LineReader(rehearsal, parts.understanding, self._clock)
        room, role = reader.room_of(message), reader.role_of(message)
        return reader.read(message.text, message, room, role, called=message.mentions_us)

    def _message(self, room: RoomCard, trial: Trial, contact: str) -> Message:
        token = secrets.token_hex(8)
        return Message(
            f"trial-{token}", room.channel, room.account, contact or f"trial-{token}", self._clock(), trial.words,
            room=room.platform_id, mentions_us=trial.called,
        )  # fmt: skip

    def _leader(self, town: Town, room: RoomCard) -> tuple[Seat, str] | None:
        """Who answers first there, and one of his contacts; None: nobody, or nobody who is bound."""
        seat = town.climb(room.areas[0], shanghai_date(self._clock())).seat if room.areas else None
        if seat is None:
            return None
        contacts = (
            contact
            for (on, contact), person in town.contacts.items()
            if person == seat.person and on == room.channel
        )
        contact = next(contacts, None)
        return (seat, contact) if contact else None

    def _view(
        self, town: Town, room: RoomCard, decision: Decision, done: list[tuple[Intent, Outcome]], told: Told,
        reader: int | None,
    ) -> TrialView:  # fmt: skip
        standing = self._parts.standing
        names = {code: item.name for code, item in standing.items.items()}
        alarm = standing.emergencies.get(decision.emergency or "")
        points = ((code, round(told, 1)) for code, told in decision.candidates if code in names)
        others = tuple((names[code], told) for code, told in points if told > 0)
        return TrialView(
            headline=_headline(decision, done, told), kind=decision.kind.value,
            category=names.get(decision.category or "", ""), because=_once_each(decision.because),
            others=others[:MOST_OTHERS], emergency=alarm.name if alarm else "",
            cases=tuple(self._case(town, case) for case in told.cases),
            said=tuple(self._said(room, line, reader) for line in told.words),
            refused=any(outcome.status is Status.REFUSED for _, outcome in done), now=self._clock(),
        )  # fmt: skip

    def _case(self, town: Town, case: CaseTold) -> CaseLine:
        item, seat = self._parts.standing.items[case.category], case.assignee
        return CaseLine(
            case.no, case.fresh, f"{case.category} {item.name}", case.urgency, case.privacy >= Privacy.P3,
            case.place, long_path_of(case.area, town), f"{seat.title}{seat.surname}" if seat else "",
            case.claim_by, case.resolve_by,
        )  # fmt: skip

    def _said(self, room: RoomCard, line: WordsTold, reader: int | None) -> SaidLine:
        """Private words about what was there before are for nobody but the one they are said to.

        ``reader``: the person who tries his own line or a resident's; 0: another leader's.
        """
        others = line.to is not None and line.about is not None and line.to.person != reader
        shown = line.room is not None or line.about_fresh or (reader != 0 and not others)
        to = room.title if line.room is not None else ""
        if line.room is None and line.to is not None:
            to = f"{line.to.title}{line.to.surname}"
        later = line.not_before if line.not_before - self._clock() > AT_ONCE else None
        return SaidLine(to, line.text if shown else "", line.room is None, line.rings, later)


def _headline(decision: Decision, done: list[tuple[Intent, Outcome]], told: Told) -> str:
    """What came of it, in one word."""
    intents = {type(intent) for intent, outcome in done if outcome.status is not Status.NOT_MEANT}
    ways = (
        ("emergency", ReportEmergency in intents),
        ("case", any(case.fresh for case in told.cases)),
        ("joined", bool(told.cases) and not decision.commands),
        ("answered", AskPolicy in intents),
        ("suspected", Suspect in intents),
        ("command", bool(done) and bool(decision.commands)),
        ("spoken", bool(told.words)),
    )
    return next((name for name, holds in ways if holds), "silent")


def _once_each(because: Because) -> Because:
    """Each word once, with all that it weighed."""
    weighed: dict[str, float] = {}
    for word, weight in because:
        weighed[word] = weighed.get(word, 0.0) + weight
    return tuple(weighed.items())
