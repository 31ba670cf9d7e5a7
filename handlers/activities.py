"""A leader announces an activity, or calls people together (约 …, seed A20): shown first where several groups hear it."""

from dataclasses import dataclass
from typing import Any

from handlers.activity_people import store_of
from handlers.activity_steps import label, mark, moment_words, plan_clock, when_words, where_words
from handlers.audience_said import not_clear
from handlers.case_steps.steps import called, seat_of
from handlers.case_steps.words import sayable
from handlers.confirming import ask_first, on_confirmed
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.activity_words import MOST_NOTE, ActivityWords, Times, read_activity, read_times
from models.rules.audience_words import read_places
from models.rules.audiences import RESIDENTS, Audience, AudienceUnclear, gather_rooms
from models.rules.moments import UnclearMoment
from models.rules.pacing import Rank, is_quiet
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import RoomCard, Seat
from models.tables import Activity

LEAST_TITLE = 2
CALL, ACTIVITY, DAY = "call", "activity", "day"
WITH_ONE = frozenset({CALL, DAY})
"""Kinds that a bare 1 signs up for."""


@dataclass(frozen=True, slots=True)
class PostActivity(Intent):
    """Announce something people may come to; several groups hear it after 确认."""

    words: str
    audience: str = ""
    call: str = ""
    """Set when people are called together (约), and answer with 1."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """An activity before it is written, with the groups that will hear of it."""

    words: ActivityWords
    times: Times
    kind: str
    seat: Seat
    areas: tuple[int, ...]
    rooms: tuple[int, ...]


@handles(PostActivity, may=Permission.ACTIVITY_POST)
def post_activity(ask: PostActivity, work: Work) -> Reply | None:
    """In one group it is said at once, in several after a look at what will be said."""
    if work.origin.late:
        raise NotMeant
    words, found = _where(ask, work)
    draft = _draft(words, CALL if ask.call else ACTIVITY, found, work)
    if len(draft.rooms) == 1:
        return _publish(draft, work)
    kept = {"words": words, "kind": draft.kind, "areas": list(draft.areas), "rooms": list(draft.rooms)}
    ask_first(work, "activity", kept)
    activity = _row(draft, 0, work)
    key, blanks = _said(activity, work)
    post = work.standing.texts.render(key, {**blanks, "name": label(work, activity)})
    return Reply("ACTIVITY_PREVIEW_DM", n=len(draft.rooms), words=post)


@on_confirmed("activity", explicit=True)
def activity_confirmed(fields: dict[str, Any], work: Work) -> Reply | None:
    """The leader said 确认; the groups are those he was shown."""
    if Permission.ACTIVITY_POST not in work.actor.permissions:
        raise Refusal(RefusalKind.NOT_ALLOWED, "POST_MAY_NOT_DM", contact=work.town.contact)
    found = Audience(
        tuple(work.town.areas[a] for a in fields["areas"] if a in work.town.areas),
        tuple(work.town.rooms[r] for r in fields["rooms"] if r in work.town.rooms),
    )
    return _publish(_draft(fields["words"], fields["kind"], found, work), work)


def _where(ask: PostActivity, work: Work) -> tuple[str, Audience]:
    """What is announced and where: in the residents' group it was said in, else in the speaker's own areas.

    Raises:
        Refusal: an area that is somebody else's, or one without a group.
    """
    room, own = work.room, _own_areas(work)
    if room is not None and not room.of_leaders:
        if not any(work.town.related(a, area) for a in own for area in room.areas):
            raise Refusal(RefusalKind.NOT_ALLOWED, "ACTIVITY_NOT_HERE_DM")
        words = f"{ask.audience} {ask.words}".strip()
        return words, Audience(tuple(work.town.areas[a] for a in room.areas), (room,))
    words = ask.words
    try:
        found = read_places(ask.audience, work.town, own)
    except AudienceUnclear as unclear:
        if unclear.why in {"several", "outside"}:
            raise not_clear(unclear, work) from unclear
        # 明天九点王家湾 大扫除: no area of that name, so it belongs to what is announced.
        words, found = f"{ask.audience} {ask.words}", gather_rooms(work.town, own)
    rooms = found.rooms or (() if ask.audience and words == ask.words else _nearest(own, work))
    if not rooms:
        names = "、".join(area.name for area in found.areas[:6])
        raise Refusal(RefusalKind.NOT_FOUND, "NOTICE_NO_ROOM_DM", areas=names)
    return words, Audience(found.areas, rooms)


def _own_areas(work: Work) -> tuple[int, ...]:
    """Areas of the appointments that may announce."""
    posts = work.town.preset.posts
    seats = (work.town.seats[s] for s in work.actor.seats)
    return tuple(s.area for s in seats if Permission.ACTIVITY_POST in posts[s.post].may)


def _nearest(own: tuple[int, ...], work: Work) -> tuple[RoomCard, ...]:
    """The group of the area above, for an area that has none of its own."""
    for area in own:
        for node in work.town.upward(area):
            here = [r for r in work.town.rooms.values() if node.id in r.areas and r.tier == RESIDENTS]
            if here:
                return (min(here, key=lambda room: room.id),)
    return ()


def _draft(words: str, kind: str, found: Audience, work: Work) -> _Draft:
    """The words taken apart and looked at.

    Raises:
        NotMeant: 约 in a group without any hour is talk.
        Refusal: no time, no title, or words a group may not hear.
    """
    read = read_activity(words)
    if kind == CALL and work.room is not None and not read.clock:
        raise NotMeant
    if read.repeats:
        raise Refusal(RefusalKind.NOT_CLEAR, "ACTIVITY_REPEATS_DM")
    try:
        times = read_times(read, work.now)
    except UnclearMoment as unclear:
        said = f"{read.day}{read.clock}" or words[:20]
        if unclear.why in {"past", "no_such_day"}:
            raise Refusal(RefusalKind.NOT_CLEAR, f"MOMENT_{unclear.why.upper()}_DM", words=said) from unclear
        raise Refusal(RefusalKind.NOT_CLEAR, "ACTIVITY_TIME_DM") from unclear
    if len(read.title) < LEAST_TITLE:
        raise Refusal(RefusalKind.NOT_CLEAR, "ACTIVITY_TITLE_DM")
    if read.most == 0:
        raise Refusal(RefusalKind.NOT_CLEAR, "ACTIVITY_MOST_DM")
    seat = _speaking_seat(found, work)
    draft = _Draft(
        read, times, kind, seat, tuple(a.id for a in found.areas), tuple(r.id for r in found.rooms)
    )
    _look(draft, work)
    return draft


def _speaking_seat(found: Audience, work: Work) -> Seat:
    """The appointment by which it is announced."""
    posts = work.town.preset.posts
    seats = [work.town.seats[s] for s in work.actor.seats]
    may = [s for s in seats if Permission.ACTIVITY_POST in posts[s.post].may]
    near = [s for s in may if any(work.town.related(s.area, a.id) for a in found.areas)]
    return (near or may)[0]


def _look(draft: _Draft, work: Work) -> None:
    """A group must be able to hear it.

    Raises:
        Refusal: it shames somebody, or is too long.
    """
    read = draft.words
    if not all(sayable(work, each) for each in (read.title, read.place, read.note) if each):
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_WORDS_DM")
    activity = _row(draft, 0, work)
    key, blanks = _said(activity, work)
    post = work.standing.texts.render(key, {**blanks, "name": label(work, activity)})
    if len(read.note) > MOST_NOTE or len(post) > work.pace.max_chars:
        raise Refusal(RefusalKind.NOT_CLEAR, "ACTIVITY_LONG_DM")


def _row(draft: _Draft, no: int, work: Work) -> Activity:
    words, times = draft.words, draft.times
    return Activity(
        no=no, kind=draft.kind, title=sayable(work, words.title), place=sayable(work, words.place),
        note=sayable(work, words.note), starts_at=times.starts, ends_at=times.ends, closes_at=times.closes,
        most=words.most, areas=list(draft.areas), seat_id=draft.seat.id, person_id=draft.seat.person,
        created_at=work.now,
    )  # fmt: skip


def _said(activity: Activity, work: Work) -> tuple[str, dict[str, Any]]:
    """The announcement's key and its blanks but ``name``."""
    texts = work.standing.texts
    more = texts.render("ACTIVITY_MOST", {"n": activity.most}) if activity.most is not None else ""
    if activity.closes_at < activity.starts_at:
        more += texts.render("ACTIVITY_UNTIL", {"when": moment_words(work, activity.closes_at)})
    if activity.note:
        more += texts.render("ACTIVITY_MORE", {"words": activity.note})
    blanks = {
        "title": activity.title, "when": when_words(work, activity), "where": where_words(work, activity),
        "more": more,
    }  # fmt: skip
    if activity.kind == CALL:
        return "ACTIVITY_CALL", {**blanks, **called(seat_of(work, activity.seat_id))}
    return "ACTIVITY_POST", blanks


def _publish(draft: _Draft, work: Work) -> Reply | None:
    """Write it, say it in its groups, and plan what the clock does."""
    store = store_of(work)
    activity = store.add_activity(_row(draft, work.store.next_no("last_activity_no"), work), draft.rooms)
    key, blanks = _said(activity, work)
    several = len(draft.rooms) > 1
    for room in draft.rooms:
        work.tell_room(
            room, key, rank=Rank.BROADCAST if several else Rank.REPLY, gathers=mark(activity),
            name=label(work, activity), **blanks,
        )  # fmt: skip
    plan_clock(work, activity)
    held = is_quiet(work.now, work.pace.quiet)
    if not several and not held:
        return None
    when = work.pace.quiet_digest_at if held else ""
    later = work.standing.texts.render("ACTIVITY_HELD", {"when": when}) if held else ""
    return Reply(
        "ACTIVITY_SENT_DM", name=label(work, activity), no=activity.no, n=len(draft.rooms), later=later
    )
