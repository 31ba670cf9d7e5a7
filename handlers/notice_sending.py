"""The rows of one firing of a notice: each group and each person once, whatever happened in between (seeds A09, B24)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from handlers.case_steps.desk import joined
from handlers.notice_moments import EMERGENCY, out_of_the_night
from handlers.notice_reach import Reach, Recipient
from handlers.work import Work
from models.rules.notice_words import minutes_to_send
from models.rules.pacing import Rank
from models.rules.town import RoomCard
from models.rules.whom import Whom, whom_kept
from models.store.notice_sharing import NoticeSharingStore
from models.store.notices import NoticeStore
from models.tables import Notice

Post = tuple[str, dict[str, Any]]
"""Key of the sentence, and its blanks."""


def say_in_rooms(work: Work, notice: Notice, due: datetime, reach: Reach, post: Post) -> None:
    """One row for each group that has no share of this firing yet."""
    store, whom, row = NoticeStore(work.store.session), whom_kept(notice.audience), notice.id or 0
    reached, firing = store.rooms_reached(row, due.isoformat()), due.isoformat()
    key, blanks = post[0], {**post[1], "src": post[1]["src"] + for_whom(work, whom)}
    before = len(work.outbox)
    posts = 1 + len(blanks.get("_files", ()))
    for room, wait in _in_turn(work, whom, reach.rooms, notice.level, posts):
        if room.id not in reached:
            work.tell_room(
                room.id, key, rank=_rank(notice), notice_id=row, not_before=work.now + wait, **blanks
            )
    # These rows are written here, because each room's share must name its row.
    rows = _taken(work, before)
    store.fan_out(row, firing, rows)
    if rows and work.standing.webhooks and not whom.is_personal:
        work.notices_said.append(
            {"no": notice.no, "level": notice.level, "groups": len(rows), "areas": whom.areas}
        )


def say_to_people(work: Work, notice: Notice, due: datetime, reach: Reach, post: Post) -> None:
    """One private row for each contact that has no share of this firing yet."""
    if not reach.people:
        return
    store, row = NoticeSharingStore(work.store.session), notice.id or 0
    reached, firing = store.people_reached(row, due.isoformat()), due.isoformat()
    opens, before = out_of_the_night(work, work.now, notice.level), len(work.outbox)
    for person in reach.people:
        if person.identity not in reached:
            key, blanks = for_person(work, person, post)
            work.tell(person.identity, key, rank=_rank(notice), not_before=opens, **blanks)
    rows = _taken(work, before)
    for each in rows:
        each["notice_id"] = row
    store.fan_out(row, firing, rows)


def reword_people(work: Work, notice: Notice, post: Post) -> None:
    """Other words for the people who have not heard it yet; which households they tell stays as it is."""
    store = NoticeSharingStore(work.store.session)
    rows = []
    for row, key, blanks in store.unsaid_people(notice.id or 0):
        to, filled = post
        if key == "NOTICE_PASS_ON_DM":
            to, filled = key, {"list": blanks["list"], "words": work.standing.texts.render(*post)}
        rows.append({"row": row, "to": to, "filled": filled})
    store.reword(rows)


def for_whom(work: Work, whom: Whom) -> str:
    """What a group reads at the end of a notice to households with plain tags; sensitive ones are never named."""
    tags = [tag for tag in work.town.preset.tags if tag.code in whom.tags]
    if not tags or any(tag.sensitive for tag in tags):
        return ""
    return work.standing.texts.render("NOTICE_FOR_TAG", {"tags": joined(work, [tag.name for tag in tags])})


def for_person(work: Work, person: Recipient, post: Post) -> Post:
    """What one person reads: the notice itself, or whom to pass it on to."""
    if not person.passes_on:
        return post
    words = work.standing.texts.render(*post)
    return "NOTICE_PASS_ON_DM", {"list": joined(work, person.passes_on), "words": words}


def _in_turn(
    work: Work, whom: Whom, rooms: tuple[RoomCard, ...], level: str, posts: int
) -> Iterator[tuple[RoomCard, timedelta]]:
    """Each group and how long it waits: in a cascade a tier begins when the one above it has heard all.

    An emergency does not wait; ``posts`` each group hears, with files.
    """
    wait = timedelta()
    for _, tier in groupby(rooms, key=lambda room: room.tier if whom.every else 0):
        together = tuple(tier)
        for room in together:
            yield room, wait
        if level != EMERGENCY:
            wait += timedelta(minutes=minutes_to_send(together, work.pace, posts))


def _rank(notice: Notice) -> Rank:
    return Rank.EMERGENCY if notice.level == EMERGENCY else Rank.BROADCAST


def _taken(work: Work, before: int) -> list[dict[str, Any]]:
    rows = work.outbox[before:]
    del work.outbox[before:]
    return rows
