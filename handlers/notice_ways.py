"""A notice on other ways than groups: who carries it is told privately, with the words to read out (seed B10).

Below ``handlers.notice_steps``, so that whatever sends a notice need not know of loudspeakers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from handlers.case_steps.desk import joined, later
from handlers.work import Reply, Work
from models.rules.carrying import keeper_of, places_of
from models.rules.loudspeaker import LETTERS_A_SECOND, LONGEST_S, script, seconds
from models.rules.notice_receipts import looks_at
from models.rules.offline_ways import OfflineWay, WayKind, ways_said
from models.rules.pacing import Rank
from models.rules.reaching import covering
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.whom import Whom, whom_kept
from models.store.notice_ways import WayStore
from models.tables import Notice, NoticeWay

URGENT = "emergency"
TASKS = {
    WayKind.ALOUD: "WAY_ALOUD_DM",
    WayKind.BOARD: "WAY_BOARD_DM",
    WayKind.DOOR: "WAY_DOOR_DM",
    WayKind.MEETING: "WAY_MEETING_DM",
    WayKind.LEAFLET: "WAY_LEAFLET_DM",
}
COUNTS = {
    WayKind.ALOUD: "WAY_ALOUD_N",
    WayKind.BOARD: "WAY_BOARD_N",
    WayKind.DOOR: "WAY_DOOR_N",
    WayKind.MEETING: "WAY_MEETING_N",
    WayKind.LEAFLET: "WAY_LEAFLET_N",
}
MOST_NAMED = 6


def ways_meant(work: Work, words: str) -> list[OfflineWay]:
    """The ways of this place that these words name.

    Raises:
        Refusal: the place has none of that name.
    """
    ways = work.town.preset.ways
    named, unknown = ways_said(words, ways, work.standing.texts.render("WAY_EVERY", {}))
    if unknown or (words.strip() and not named):
        known = joined(work, [way.name for way in ways]) or work.standing.texts.render("STANDING_NOTHING", {})
        raise Refusal(
            RefusalKind.NOT_CLEAR, "WAY_UNKNOWN_DM", words=joined(work, unknown) or words, list=known
        )
    return named


def way_names(work: Work, words: str, again: str) -> list[str]:
    """The names of those ways, as a plan keeps them.

    Raises:
        Refusal: the place has none of that name; the notice would repeat.
    """
    named = [way.name for way in ways_meant(work, words)]
    if named and again:
        raise Refusal(RefusalKind.NOT_CLEAR, "WAY_AGAIN_DM")
    return named


def _called(work: Work, names: Iterable[str]) -> list[OfflineWay]:
    wanted = set(names)
    return [way for way in work.town.preset.ways if way.name in wanted]


def ways_tips(work: Work, names: Sequence[str], whom: Whom) -> list[tuple[str, dict[str, Any]]]:
    """What the preview says of them: how many there are of each."""
    said = [
        (way.name, len(places_of(way, covering(work.town, whom), work.town))) for way in _called(work, names)
    ]
    counted = [work.standing.texts.render("WAY_OF", {"name": name, "n": n}) for name, n in said]
    return [("NOTICE_TIP_WAYS", {"list": joined(work, counted)})] if counted else []


def order_ways(work: Work, notice: Notice, names: Iterable[str]) -> int:
    """Note that the notice goes these ways too; what is noted already stays. How many are new."""
    store, row = WayStore(work.store.session), notice.id or 0
    there = {(each.way, each.area_id) for each in store.ways_of(row)}
    areas = covering(work.town, whom_kept(notice.audience))
    fresh = [
        (way.name, area)
        for way in _called(work, names)
        for area in places_of(way, areas, work.town)
        if (way.name, area) not in there
    ]
    for way, area in fresh:
        store.add_way(NoticeWay(notice_id=row, way=way, area_id=area))
    return len(fresh)


def tell_ways(work: Work, notice: Notice) -> None:
    """Whoever carries it hears it once, with the words; a notice that was told before tells nobody again."""
    rows = [each for each in WayStore(work.store.session).ways_of(notice.id or 0) if each.told_at is None]
    ways = {way.name: way for way in work.town.preset.ways}
    asked: dict[tuple[str, int], list[NoticeWay]] = defaultdict(list)
    keepers: dict[int, Seat] = {}
    for row in rows:
        seat = keeper_of(ways[row.way], row.area_id, work.town, work.today) if row.way in ways else None
        row.told_at = work.now
        if seat is not None:
            row.seat_id, keepers[seat.person] = seat.id, seat
            asked[row.way, seat.person].append(row)
    rank = Rank.URGENT if notice.level == URGENT else Rank.ROUTINE
    for (name, person), mine in asked.items():
        blanks = {**task_words(work, notice, ways[name]), "where": where_words(work, mine)}
        work.tell_seat(keepers[person], TASKS[ways[name].kind], rank=rank, **blanks)
    if rows:
        _plan_look(work, notice)


def task_words(work: Work, notice: Notice, way: OfflineWay) -> dict[str, Any]:
    """The blanks of a task beside where it is to be done."""
    blanks: dict[str, Any] = {"no": notice.no, "way": way.name}
    if way.kind is not WayKind.ALOUD:
        return {**blanks, "words": notice.body}
    words, _ = read_out(work, notice.body)
    return {**blanks, "seconds": seconds(words), "words": words}


def where_words(work: Work, rows: Iterable[NoticeWay]) -> str:
    """The areas, the first few of them."""
    names = [work.town.areas[row.area_id].name for row in rows if row.area_id in work.town.areas]
    more = work.standing.texts.render("AND_MORE", {"n": len(names)}) if len(names) > MOST_NAMED else ""
    return joined(work, names[:MOST_NAMED]) + more


def read_out(work: Work, body: str) -> tuple[str, int]:
    """The words as they are read out in a minute, twice where it holds them twice; and how many sentences found no room."""
    texts = work.standing.texts
    greeting, again, end = (texts.render(key, {}) for key in ("ALOUD_GREETING", "ALOUD_AGAIN", "ALOUD_END"))
    found = script(body, len(greeting) + len(end))
    twice = f"{greeting}{found.text}{again}{found.text}{end}"
    if not found.left_out and len(twice) <= LONGEST_S * LETTERS_A_SECOND:
        return twice, 0
    return greeting + found.text + end, found.left_out


def _plan_look(work: Work, notice: Notice) -> None:
    """One look at what was not done; stopping the notice takes it back."""
    due = looks_at(work.now, work.pace.service_hours)
    fields = {"notice_id": notice.id, "due": due.isoformat()}
    row = later(f"notice:{notice.id}:ways:{due.isoformat()}", "LookAtWays", fields, due)
    work.store.plan([{**row, "notice_id": notice.id}])


def report_ways(work: Work, notice: Notice, rooms: int, sent: int) -> bool:
    """How far it is on each way, for the cadre who asks; False: the notice went to groups alone."""
    told = ways_told(work, notice, rooms, sent)
    if told is not None:
        work.tell(work.actor.identity, told.key, **told.blanks)
    return told is not None


def ways_told(work: Work, notice: Notice, rooms: int, sent: int) -> Reply | None:
    """The same; only looks. None: it went to groups alone."""
    by_way: dict[str, list[NoticeWay]] = defaultdict(list)
    for row in WayStore(work.store.session).ways_of(notice.id or 0):
        by_way[row.way].append(row)
    texts, ways = work.standing.texts, {way.name: way for way in work.town.preset.ways}
    counted, missing = [], []
    for name, rows in by_way.items():
        done = sum(row.done_at is not None for row in rows)
        key = COUNTS[ways[name].kind if name in ways else WayKind.ALOUD]
        counted.append(texts.render(key, {"name": name, "done": done, "n": len(rows)}))
        if left := [row for row in rows if row.done_at is None]:
            missing.append(texts.render("WAY_LEFT", {"name": name, "where": where_words(work, left)}))
    if not counted:
        return None
    tip = texts.render("WAY_TIP_LEFT", {"list": joined(work, missing)}) if missing else ""
    listed = texts.render("WAY_COMMA", {}).join(counted)
    return Reply("WAY_REPORT_DM", no=notice.no, sent=sent, rooms=rooms, list=listed, tip=tip)
