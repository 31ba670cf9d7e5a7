"""One message a day for each post holder with open cases: what is new, due, overdue, to be decided (conversation §3).

What gathered since yesterday, and what came at night, is said in it too; without anything to say nothing is said.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from handlers.case_steps.desk import fitting, joined, later
from handlers.case_steps.steps import is_private, item_of
from handlers.digest_times import digest_moments
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.attention import CARD, DIGEST, DIGESTED, REMINDER, Line
from models.rules.case_life import OPEN_STATES, State
from models.rules.pacing import SHANGHAI, Rank, next_local, shanghai_date
from models.rules.permissions import Permission
from models.tables import Case, Leave, OutboxMessage

AT_ONE_GO = 30
"""Post holders in one transaction: no message waits long for the others' digests."""
BEFORE = timedelta(minutes=1)
MOST_NAMED = 8
DECIDE, OVERDUE, HANDED_OVER, TODAY, NEWS, NEW = range(6)
"""In which order cases are named."""
UNHEARD = frozenset({"WHY_NEW", "WHY_HANDED"})
"""What gathered of a case its handler has not heard of: it is named before what he knows."""
COUNTS = ("DIGEST_NEW", "DIGEST_TODAY", "DIGEST_OVERDUE", "DIGEST_DECIDE", "DIGEST_RATED")


@dataclass(frozen=True, slots=True)
class PlanDigests(Intent):
    """Plan the digests of the coming morning."""


@dataclass(frozen=True, slots=True)
class GiveDigests(Intent):
    """Write the digests of these people, for the morning of that Shanghai date (ISO)."""

    people: tuple[int, ...]
    on: str


@dataclass(frozen=True, slots=True)
class _Point:
    """One case in a digest: the urgency of its being named (lowest first), and what is said behind its number."""

    order: int
    case: Case
    labels: tuple[str, ...]


@handles(PlanDigests, may=Permission.CLOCK_TICK)
def plan_digests(ask: PlanDigests, work: Work) -> None:  # noqa: ARG001 - the intent has no fields
    """A minute before they are said, so that what the night held back is in them."""
    at = next_local(work.now, work.pace.quiet_digest_at)
    on = shanghai_date(at).isoformat()
    held = (s for s in work.town.seats.values() if s.identities and s.in_force(shanghai_date(at)))
    people = sorted({s.person for s in held})
    by_moment: dict[datetime, list[int]] = defaultdict(list)
    for who, moment in digest_moments(work, people, at).items():
        by_moment[moment or at].append(who)
    plans: list[tuple[str, dict[str, Any], datetime]] = []
    for said_at, those in sorted(by_moment.items()):
        for group in (those[n : n + AT_ONE_GO] for n in range(0, len(those), AT_ONE_GO)):
            plans.append(("GiveDigests", {"people": group, "on": on}, said_at - BEFORE))
            if said_at > at:
                until = said_at.isoformat()
                plans.append(("HoldForDigest", {"people": group, "until": until}, at - BEFORE))
    work.store.plan(
        [later(f"{intent}:{on}:{n}", intent, fields, due) for n, (intent, fields, due) in enumerate(plans)]
    )


@handles(GiveDigests, may=Permission.CLOCK_TICK)
def give_digests(ask: GiveDigests, work: Work) -> None:
    """Each hears at most one; whoever is away hears nothing, whoever stands in hears of their cases."""
    if work.today.isoformat() != ask.on:
        return  # late by a day: the next one says it
    away = work.town.away(work.today)
    here = {who: work.town.seats_of(who, work.today) for who in ask.people if who not in away}
    desks = {
        who: {*(s.id for s in seats), *work.town.stood_in_for(who, work.today)}
        for who, seats in here.items()
        if seats
    }
    # Once for all of them: no index leads from whoever claimed a case to it.
    cases = work.store.in_hands({seat for desk in desks.values() for seat in desk})
    snoozed = work.store.snoozed(desks, work.now)
    asked = work.store.approvals_asked({seat for desk in desks.values() for seat in desk})
    leaves = work.store.leaves()
    contacts = [i for who in desks for i in here[who][0].identities]
    waiting = work.store.waiting_by_contact(contacts, (DIGEST, CARD))
    moments = digest_moments(
        work, desks, _morning(work)
    )  # asked anew: it may have been stopped since it was planned
    for who, desk in desks.items():
        put_off = {case for case, person in snoozed if person == who}
        listed = _listed_apart(work, who, leaves)
        mine = [c for c in cases if (c.claimed_by or c.assignee_id) in desk - listed]
        apart = {c.id for c in cases if (c.claimed_by or c.assignee_id) in listed}
        left = _left_to(work, who)
        work.store.say_together(left, "on leave")
        to_decide = [case for case, seat in asked if seat in desk]
        digest = _Digest(work, who, mine, to_decide, put_off, moments[who])
        left = [r for r in left if r.case_id not in apart]
        for identity in here[who][0].identities:
            digest.give(identity, waiting.get(identity, []), left)


def _listed_apart(work: Work, who: int, leaves: Iterable[Leave]) -> set[int]:
    """Appointments this person stands in for whose cases are listed by themselves this morning: a leave begins."""
    stood = work.town.stood_in_for(who, work.today)
    begun = {r.person_id for r in leaves if r.since == work.today and shanghai_date(r.asked_at) < r.since}
    return set(stood) if begun & {work.town.seats[s].person for s in stood} else set()


def _left_to(work: Work, who: int) -> list[OutboxMessage]:
    """What gathered for people before they went away, where this person takes what comes to them."""
    found: list[OutboxMessage] = []
    for seat in work.town.stood_in_for(who, work.today):
        absent = work.town.seats[seat]
        if work.town.seats_of(absent.person, work.today)[0].id == seat:
            rows = work.store.waiting_for(absent.identities, (DIGEST, CARD))
            found += [r for r in rows if r.gathers == DIGEST or r.not_before <= _morning(work)]
    return found


def _morning(work: Work) -> datetime:
    """When this morning's digests are said."""
    clock = time.fromisoformat(work.pace.quiet_digest_at)
    return max(work.now, datetime.combine(work.today, clock, SHANGHAI).astimezone(work.now.tzinfo))


class _Digest:
    """What one person hears this morning."""

    def __init__(
        self, work: Work, who: int, desk: Iterable[Case], asked: Sequence[int], put_off: set[int],
        moment: datetime | None,
    ) -> None:  # fmt: skip
        """``asked`` and ``put_off`` are row ids of cases that wait for a decision, and of those put off.

        ``moment``: when it is said; None: cadres stopped it here, so cases are not listed, and what gathered is said.
        """
        self._work = work
        self._who = who
        self._desk = [c for c in desk if self._may_hear(c)]
        self._asked = asked
        self._put_off = put_off
        self._at = max(work.now, moment or _morning(work))
        self._lists = moment is not None
        self._counted: dict[str, int] = {}
        self._alone: set[int] = set()
        """Cases of which a card comes by itself this morning."""

    def _may_hear(self, case: Case) -> bool:
        """Whether it is not this person who is complained about."""
        return self._who not in case.flags.get("accused", ())

    def give(self, identity: int, waiting: Iterable[OutboxMessage], left: Sequence[OutboxMessage]) -> None:
        """The same on each of the person's contacts, with what is ``waiting`` for that one and what absent people ``left``."""
        self._counted = dict.fromkeys(COUNTS, 0)
        gathered = self._gathered(waiting)
        points = self._points([*gathered, *left])
        if points:
            self._say(identity, points)
        self._work.store.say_together(gathered, "said in the digest")

    def _gathered(self, waiting: Iterable[OutboxMessage]) -> list[OutboxMessage]:
        """What waits for this digest; a single card of the night says more than its number, and is left alone."""
        rows = [r for r in waiting if r.state == "queued"]
        cards = [r for r in rows if r.gathers == CARD and r.not_before <= self._at]
        gathered = [r for r in rows if r.gathers == DIGEST] + (cards if len(cards) > 1 else [])
        self._alone = {r.case_id or 0 for r in cards} if len(cards) == 1 else set()
        return gathered

    def _points(self, gathered: Sequence[OutboxMessage]) -> list[_Point]:
        """Each case once, the most urgent first."""
        texts, points = self._work.standing.texts, []
        known = {c.id or 0: c for c in self._desk}
        told = [*(r.case_id or 0 for r in gathered), *self._asked]
        known |= self._work.store.cases_with(set(told) - known.keys())
        for row in gathered:
            line = DIGESTED.get(row.key, REMINDER)
            case = known.get(row.case_id or 0)
            if case is not None and self._may_hear(case) and not _is_over(case, line):
                self._counted["DIGEST_RATED"] += row.key == "BAD_RATING_DM"
                order = HANDED_OVER if line.label in UNHEARD else NEWS
                points.append(_Point(order, case, (texts.render(line.label, {}),)))
        for case_id in (each for each in self._asked if self._may_hear(known[each])):
            self._counted["DIGEST_DECIDE"] += 1
            points.append(_Point(DECIDE, known[case_id], (texts.render("WHY_DECIDE", {}),)))
        for case in self._desk if self._lists else ():
            if case.id not in self._put_off | self._alone:
                points += self._of_case(case)
        return _each_once(points)

    def _of_case(self, case: Case) -> list[_Point]:
        """Why a case on the desk is named, if it is."""
        if case.state == State.WAITING:
            return []
        due, found = case.due_resolve_at, []
        if due is not None and due <= self._at:
            found.append(self._point(OVERDUE, case, "DIGEST_OVERDUE", "WHY_OVERDUE"))
        elif due is not None and shanghai_date(due) == self._work.today:
            found.append(self._point(TODAY, case, "DIGEST_TODAY", "WHY_TODAY"))
        if case.state == State.NEW:
            found.append(self._point(NEW, case, "DIGEST_NEW", "WHY_NEW"))
        return found

    def _point(self, order: int, case: Case, count: str, label: str) -> _Point:
        self._counted[count] += 1
        return _Point(order, case, (self._work.standing.texts.render(label, {}),))

    def _say(self, identity: int, points: list[_Point]) -> None:
        """One message; where much happened in cases of others, what does not fit follows in a second one."""
        texts = self._work.standing.texts
        counts = joined(self._work, [texts.render(key, {"n": n}) for key, n in self._counted.items() if n])
        mine = {c.id for c in self._desk}
        key, blanks = "DIGEST_DM", {"n": len(self._desk), "counts": counts}
        if not mine or not counts or not self._lists:
            key, blanks = "DIGEST_NEWS_DM", {}
        named = partial(_named, self._work, mine)
        while points:
            shown, count = fitting(self._work, key, blanks, points[:MOST_NAMED], named)
            self._tell(identity, key, {**blanks, "list": shown})
            # What is on the desk is found there ("我的单"); what is not must be said.
            points = [p for p in points[count:] if p.case.id not in mine or p.case.state not in OPEN_STATES]
            key, blanks = "DIGEST_NEWS_DM", {}

    def _tell(self, identity: int, key: str, blanks: dict[str, Any]) -> None:
        self._work.tell(identity, key, rank=Rank.ROUTINE, not_before=self._at, **blanks)


def _is_over(case: Case, line: Line) -> bool:
    """Whether a reminder that gathered reminds of nothing any more."""
    if line.label == "WHY_CLAIM" and case.state != State.NEW:
        return True
    return (line.nudge or line.label in UNHEARD) and case.state not in OPEN_STATES


def _each_once(points: Iterable[_Point]) -> list[_Point]:
    """Each case once, the most urgent first, with the two weightiest things about it."""
    named: dict[int, list[_Point]] = {}
    for point in sorted(points, key=lambda p: (p.order, p.case.urgency, p.case.no)):
        named.setdefault(point.case.id or 0, []).append(point)
    return [replace(same[0], labels=_weightiest(same)) for same in named.values()]


def _weightiest(same: Sequence[_Point]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for point in same for label in point.labels))[:2]


def _named(work: Work, desk: Container[int | None], points: Sequence[_Point]) -> str:
    """``#23停水(超时)``."""
    texts = work.standing.texts
    said = ({"no": p.case.no, "cat": _matter(work, p.case, desk), "why": ",".join(p.labels)} for p in points)
    return joined(work, [texts.render("DIGEST_CASE", blanks) for blanks in said])


def _matter(work: Work, case: Case, desk: Container[int | None]) -> str:
    """What a case is about; of a private one only whoever has it on the desk hears that."""
    if is_private(case) and case.id not in desk:
        return work.standing.texts.render("A_PRIVATE_MATTER", {})
    return item_of(work, case.category).spoken
