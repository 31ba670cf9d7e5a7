"""Dangerous weather: raised by a cadre or a weather service; contacts of households look in on them, privately (seed D08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from handlers.audience_said import audience_said
from handlers.case_steps.desk import joined
from handlers.confirming import ask_first, on_confirmed
from handlers.intents import Intent
from handlers.notice_steps import entitled, own_areas
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.audiences import RESIDENTS
from models.rules.outgoing import Blocked, guard
from models.rules.pacing import Rank, is_quiet
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.weather import SUMMED_UP_AFTER, Weather, weather_named
from models.store.looking_after import LookingAfterStore, Watched

POSTS = {"heat": "WEATHER_HEAT", "flood": "WEATHER_FLOOD", "frost": "WEATHER_FROST"}
MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class RaiseAlert(Intent):
    """A cadre raises it for his areas: shown first, done after 确认."""

    kind: str
    words: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class ReceiveAlert(Intent):
    """A weather service raises it: its words are said to nobody, only what we ourselves say of that kind."""

    kind: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class SumUpAlert(Intent):
    """Some hours later: how many households were asked, told once to whoever raised it."""

    kind: str
    areas: tuple[int, ...]
    since: str
    identity: int | None = None


@handles(RaiseAlert, may=Permission.CASE_OPEN)  # who may is checked inside: residents' groups hear no refusal
def raise_alert(ask: RaiseAlert, work: Work) -> Reply:
    """Whom it would reach, and what the groups would hear."""
    entitled(work)
    kind, audience = _kind(ask.kind), audience_said(ask.audience, own_areas(work), work)
    areas = [area.id for area in audience.areas]
    post = _post(work, kind, ask.words)
    if isinstance(guard(post, in_group=True), Blocked):
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_WORDS_DM")
    watched = LookingAfterStore(work.store.session).watched(_below(areas, work))
    ask_first(work, "weather", {"kind": kind.code, "areas": areas, "words": ask.words})
    tip = (
        "WEATHER_TIP_MORNING" if is_quiet(work.now, work.pace.quiet) and not kind.wakes else "WEATHER_TIP_NOW"
    )
    return Reply(
        "WEATHER_PREVIEW_DM", people=len({each.person for each in watched}), homes=len({w.household for w in watched}),
        rooms=len(_rooms(work, areas)), post=post, tip=work.standing.texts.render(tip, {}),
    )  # fmt: skip


@on_confirmed("weather", explicit=True)
def alert_confirmed(fields: dict[str, Any], work: Work) -> Reply:
    """The cadre said 确认; the same kind for the same areas counts once a day."""
    entitled(work)
    kind, areas = _kind(fields["kind"]), list(fields["areas"])
    if not _spread(work, kind, areas, fields["words"], work.actor.identity):
        return Reply("WEATHER_AGAIN_DM")
    if not LookingAfterStore(work.store.session).watched(_below(areas, work)):
        return Reply("WEATHER_RAISED_ALONE_DM")
    return Reply("WEATHER_RAISED_DM", hours=round(SUMMED_UP_AFTER.total_seconds() / 3600))


@handles(ReceiveAlert, may=Permission.CLOCK_TICK)
def receive_alert(ask: ReceiveAlert, work: Work) -> None:
    """Done at once, without anybody's words; the village duty hears that it was."""
    kind = _kind(ask.kind)
    roots = tuple(area.id for area in work.town.areas.values() if area.parent is None)
    areas = [area.id for area in audience_said(ask.area, roots, work).areas]
    if not _spread(work, kind, areas, "", None):
        return
    inside = _below(areas, work)
    for seat in work.town.seats.values():
        if (
            seat.post == work.town.preset.dispatcher_post
            and seat.area in inside
            and seat.in_force(work.today)
        ):
            work.tell_seat(seat, "WEATHER_RECEIVED_DM", rank=_rank(kind), kind=_called(work, kind))


def _kind(name: str) -> Weather:
    found = weather_named(name)
    if found is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "WEATHER_KIND_DM")
    return found


def _below(areas: Iterable[int], work: Work) -> set[int]:
    return {below for area in areas for below in work.town.downward(area)}


def _rooms(work: Work, areas: Iterable[int]) -> list[int]:
    found = {room.id for area in areas for room in work.town.rooms_within(area) if room.tier == RESIDENTS}
    return sorted(found)


def _called(work: Work, kind: Weather) -> str:
    return work.standing.texts.render(f"WEATHER_NAME_{kind.code.upper()}", {})


def _post(work: Work, kind: Weather, words: str) -> str:
    return work.standing.texts.render(POSTS[kind.code], {"words": _sentence(work, words)})


def _sentence(work: Work, words: str) -> str:
    return (
        work.standing.texts.render("WEATHER_WORDS", {"words": words.strip().rstrip("。.!")})
        if words.strip()
        else ""
    )


def _rank(kind: Weather) -> Rank:
    return Rank.URGENT if kind.wakes else Rank.REPLY


def _spread(work: Work, kind: Weather, areas: list[int], words: str, identity: int | None) -> bool:
    """Groups hear what to do, contacts hear which households; whether this was the first time today."""
    store = LookingAfterStore(work.store.session)
    key = f"weather:{kind.code}:{','.join(map(str, sorted(areas)))}:{work.today}"
    if store.was_raised(key):
        return False
    rank = Rank.EMERGENCY if kind.wakes else Rank.BROADCAST
    for room in _rooms(work, areas):
        work.tell_room(room, POSTS[kind.code], rank=rank, words=_sentence(work, words))
    for seat, homes in _contacts(work, store.watched(_below(areas, work))):
        work.tell_seat(
            seat, "WEATHER_CHECK_DM", rank=_rank(kind), kind=_called(work, kind), n=len(homes),
            list=joined(work, [each.label for each in homes[:MOST_NAMED]]), first=homes[0].label,
        )  # fmt: skip
    fields = {"kind": kind.code, "areas": areas, "since": work.now.isoformat(), "identity": identity}
    row = {"key": key, "intent": "SumUpAlert", "fields": fields, "due_at": work.now + SUMMED_UP_AFTER}
    work.store.plan([{**row, "state": "waiting", "attempts": 0, "why": ""}])
    return True


def _contacts(work: Work, watched: list[Watched]) -> list[tuple[Seat, list[Watched]]]:
    """Who looks in on whom, as far as that person still has a post."""
    found = []
    for person, homes in groupby(watched, key=lambda each: each.person):
        seats = work.town.seats_of(person, work.today)
        if seats:
            found.append((seats[0], list(homes)))
    return found


@handles(SumUpAlert, may=Permission.CLOCK_TICK)
def sum_up_alert(ask: SumUpAlert, work: Work) -> None:
    """Counts, and privately who has not been heard of: once, and nobody is reminded again."""
    store = LookingAfterStore(work.store.session)
    watched = store.watched(_below((a for a in ask.areas if a in work.town.areas), work))
    homes = {each.household for each in watched}
    asked = store.visited_since(homes, datetime.fromisoformat(ask.since))
    if ask.identity is None or not homes:
        return
    left = [each for each in watched if each.household not in asked]
    who = joined(work, [f"{seat.title}{seat.surname}" for seat, _ in _contacts(work, left)][:MOST_NAMED])
    blanks: dict[str, Any] = {
        "kind": _called(work, _kind(ask.kind)),
        "homes": len(homes),
        "asked": len(asked),
    }
    if left:
        work.tell(
            ask.identity, "WEATHER_SUM_DM", left=len({each.household for each in left}), who=who, **blanks
        )
    else:
        work.tell(ask.identity, "WEATHER_SUM_ALL_DM", **blanks)
