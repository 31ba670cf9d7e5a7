"""The monthly calls: a tenth of last month's closed cases, drawn so that anybody can draw them again, and their index (D13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.case_steps.asking_again import arrange_follow_up, first_free, named, seed_of, shunned
from handlers.case_steps.desk import joined
from handlers.case_steps.whom import ANONYMOUS
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.following_up import Way, Why, monthly_sample
from models.rules.pacing import SHANGHAI, Rank
from models.rules.permissions import Permission
from models.rules.place_settings import habits_here
from models.rules.town import Seat
from models.rules.urgency import Privacy
from models.tables import Case

NAMED_AT_ONCE = 6
"""Cases in one sentence of the list."""


@dataclass(frozen=True, slots=True)
class DrawPhoneSample(Intent):
    """Draw a month's sample ("2025-07") and give it to the township."""

    month: str


def month_of(month: str) -> tuple[datetime, datetime]:
    """A month's first moment and that of the next one, in Shanghai."""
    first = datetime.fromisoformat(f"{month}-01").replace(tzinfo=SHANGHAI)
    return first, (first + timedelta(days=32)).replace(day=1)


@handles(DrawPhoneSample, may=Permission.CLOCK_TICK)
def draw_phone_sample(ask: DrawPhoneSample, work: Work) -> None:
    """Each township's own post calls; complaints about officials are not handed to any office."""
    if not habits_here(work.town.preset, work.town.changed).monthly:
        return
    closed = [
        case
        for case in work.store.ended_between(*month_of(ask.month))
        if case.privacy != Privacy.P4 and not (case.flags.get("no_follow_up") or case.flags.get(ANONYMOUS))
    ]
    for callers in _callers(work):
        inside = set(work.town.downward(callers[0].area))
        _give(work, ask.month, callers, [case for case in closed if case.area_id in inside])


def _callers(work: Work) -> Iterable[list[Seat]]:
    """For each area of the ladder's topmost level, the holders of its posts there, lowest rung first."""
    preset = work.town.preset
    top = min(preset.rank_of_post(post) for post in preset.ladder)
    posts = [post for post in preset.ladder if preset.rank_of_post(post) == top]
    seats = [s for s in work.town.seats.values() if s.post in posts and s.in_force(work.today)]
    for area in sorted({s.area for s in seats}):
        yield sorted((s for s in seats if s.area == area), key=lambda s: (posts.index(s.post), s.id))


def _give(work: Work, month: str, callers: list[Seat], closed: list[Case]) -> None:
    chosen = set(
        monthly_sample(
            ((c.no, c.reopen_count) for c in closed),
            seed_of(work),
            habits_here(work.town.preset, work.town.changed),
        )
    )
    lists: dict[int, list[Case]] = {}
    for case in closed:
        if case.no not in chosen:
            continue
        row = work.store.follow_up_of(case.id or 0, case.reopen_count)
        asked_by_another = row is not None and (row.outcome != "" or row.due_at <= work.now)
        row = row or arrange_follow_up(work, case, Why.SAMPLE, told=True)
        if row is None:
            continue
        row.why = f"{row.why} {month}"
        if asked_by_another:
            continue  # his answer counts all the same
        caller = first_free(work, callers, shunned(work, case))
        if caller is not None:
            row.seat_id, row.way = caller.id, Way.PHONE
            lists.setdefault(caller.id, []).append(case)
    for seat, cases in lists.items():
        _tell_list(work, work.town.seats[seat], month, len(closed), cases)


def _tell_list(work: Work, seat: Seat, month: str, closed: int, cases: list[Case]) -> None:
    number = month_of(month)[0].month
    work.tell_seat(
        seat, "PHONE_ROUND_DM", rank=Rank.ROUTINE, month=number, closed=closed, n=len(cases), no=cases[0].no
    )
    for at in range(0, len(cases), NAMED_AT_ONCE):
        some = [named(work, case) for case in cases[at : at + NAMED_AT_ONCE]]
        listed = joined(work, some)
        work.tell_seat(seat, "PHONE_ROUND_LIST_DM", rank=Rank.ROUTINE, list=listed)
