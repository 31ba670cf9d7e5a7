"""A small town out of a few lines: for the demo, the training ground and replayed dialogues.

Derived from the preset; a post nobody of the cast holds gets an unnamed holder, reachable as ``post:<code>``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete
from sqlmodel import Session, SQLModel

from handlers.township.stage import Stage, StagedCase, StagedHousehold, StagedPerson, StagedRoom
from models.presets import names_of, preset_named
from models.rules.preset import Level, Preset
from models.secrets import new_link_token
from models.tables import (
    Appointment,
    Area,
    AreaCover,
    AreaLevel,
    Case,
    ChatIdentity,
    Deployment,
    Household,
    HouseholdArea,
    KnowledgeItem,
    Person,
    PostTypeRow,
    Room,
    RoomArea,
)

HOUSEHOLD_RANK = 9
LONG_AGO = timedelta(days=400)
POST = "post:"
__all__ = ["POST", "Stage", "StagedCase", "StagedPerson", "StagedRoom", "clear", "stage_town"]


@dataclass
class _Rows:
    """What was written so far, by name."""

    preset: Preset
    session: Session
    today: date
    levels: dict[str, AreaLevel] = field(default_factory=dict)
    posts: dict[str, PostTypeRow] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    identities: dict[str, ChatIdentity] = field(default_factory=dict)
    seats: dict[str, list[Appointment]] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    room_areas: dict[str, int] = field(default_factory=dict)

    def put(self, row: Any) -> Any:
        self.put_all([row])
        return row

    def put_all(self, rows: Iterable[Any]) -> None:
        """Write rows that do not need each other's numbers: together they cost one look at the database."""
        self.session.add_all(rows)
        self.session.flush()

    def rank(self, area: Area) -> int:
        return next(x.rank for x in self.levels.values() if x.id == area.level_id)


def stage_town(engine: Engine, stage: Stage, now: datetime) -> None:
    """Write the town into an empty, migrated database, in one transaction."""
    preset = preset_named(stage.preset)
    with Session(engine) as session:
        rows = _Rows(preset, session, (now - LONG_AGO).date())
        rows.put(Deployment(name=stage.name or preset.title, preset=preset.code, contact=stage.contact))
        _levels_and_posts(rows)
        for path in stage.paths:
            _area_path(rows, path)
        _people(rows, stage, now)
        for one, other, kind in stage.covers:
            rows.put(AreaCover(area_a=rows.areas[one].id or 0, area_b=rows.areas[other].id or 0, kind=kind))
        for room in stage.rooms:
            _room(rows, stage, room, now)
        for case in stage.cases:
            _case(rows, case)
        for household in stage.households:
            _household(rows, household)
        _policies(rows, stage, now)
        session.commit()


def clear(engine: Engine) -> None:
    """Empty every table, so that the next town can be staged."""
    with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(delete(table))


def _levels_and_posts(rows: _Rows) -> None:
    for level in rows.preset.levels:
        if level.rank < HOUSEHOLD_RANK:
            rows.levels[level.code] = AreaLevel(
                scheme=level.scheme, code=level.code, name=level.name, rank=level.rank
            )
    for post in rows.preset.posts.values():
        rows.posts[post.code] = PostTypeRow(
            code=post.code, name=post.name, level=post.level, seats_per_area=post.max
        )
    rows.put_all((*rows.levels.values(), *rows.posts.values()))


def _main_levels(preset: Preset) -> list[Level]:
    schemes = preset.levels[0].scheme
    return sorted(
        (x for x in preset.levels if x.scheme == schemes and x.rank < HOUSEHOLD_RANK), key=lambda x: x.rank
    )


def _area_path(rows: _Rows, path: str) -> None:
    """Make the areas of a path; levels are found by how the names end, missing upper ones are filled in."""
    names = path.split("/")
    levels = _main_levels(rows.preset)
    starts = range(max(len(levels) - len(names) + 1, 1))
    first = max(starts, key=lambda s: _fit(rows.preset, names, levels[s:]))
    parent: Area | None = None
    for level in levels[:first]:
        parent = _area(rows, level.name.partition("(")[0], level.code, parent)
    for name, level in zip(names, levels[first:], strict=False):
        parent = _area(rows, name, level.code, parent)


def _fit(preset: Preset, names: list[str], levels: list[Level]) -> int:
    entries = preset.extras["levels"]
    return sum(
        any(name.endswith(word) or word[0] in name for word in names_of(entries[level.code])[:-1])
        for name, level in zip(names, levels, strict=False)
    )


def _area(rows: _Rows, name: str, level: str, parent: Area | None) -> Area:
    if name not in rows.areas:
        rows.areas[name] = rows.put(
            Area(
                name=name,
                level_id=rows.levels[level].id or 0,
                parent_id=parent.id if parent else None,
                valid_from=rows.today,
            )
        )
    return rows.areas[name]


def _area_for(rows: _Rows, name: str | None, level: str) -> Area:
    """The area of that name, made below the deepest fitting one when it is new."""
    if name and name in rows.areas:
        return rows.areas[name]
    rank = rows.levels[level].rank
    above = [a for a in rows.areas.values() if rows.rank(a) < rank]
    prefix = [a for a in above if name and name.startswith(a.name)]
    parent = max(prefix or above, key=rows.rank, default=None)
    return _area(
        rows,
        name or f"{parent.name if parent else ''}{rows.levels[level].name.partition('(')[0]}",
        level,
        parent,
    )


@dataclass
class _Holder:
    """Somebody to be written: who, and the seat of whoever holds a post."""

    contact: str
    identity: ChatIdentity
    person: Person | None
    post: str | None
    area: Area | None
    title: str = ""


def _people(rows: _Rows, stage: Stage, now: datetime) -> None:
    cast = [_cast(rows, stage, who, now) for who in stage.people]
    held = {holder.post for holder in cast}
    everybody = [*cast, *_unnamed_holders(rows, stage, held, now)]
    rows.put_all(holder.person for holder in everybody if holder.person)
    seats = []
    for holder in everybody:
        holder.identity.person_id = holder.person.id if holder.person else None
        rows.identities[holder.contact] = holder.identity
        if holder.post and holder.person and holder.area:
            seat = Appointment(
                person_id=holder.person.id or 0, post_id=rows.posts[holder.post].id or 0,
                area_id=holder.area.id or 0, valid_from=rows.today, title=holder.title,
            )  # fmt: skip
            rows.seats.setdefault(holder.post, []).append(seat)
            seats.append(seat)
    rows.put_all(holder.identity for holder in everybody)
    rows.put_all(seats)


def _cast(rows: _Rows, stage: Stage, who: StagedPerson, now: datetime) -> _Holder:
    home = area = person = None
    if who.post is None and who.area:
        deepest = max(rows.levels.values(), key=lambda x: x.rank)
        home = rows.areas.get(who.area) or _area_for(rows, who.area, deepest.code)
    if who.post or who.verified:
        person = Person(name=who.name, surname=who.surname, home_area_id=home.id if home else None)
    identity = ChatIdentity(
        channel=stage.channel, contact=who.contact, verified_at=now if who.verified else None,
        method="face" if who.verified else None, is_friend=who.friend, first_heard_at=now,
    )  # fmt: skip
    if who.post:
        area = _area_for(rows, who.area, rows.preset.posts[who.post].level)
    return _Holder(who.contact, identity, person, who.post, area, who.title)


def _unnamed_holders(rows: _Rows, stage: Stage, held: set[str | None], now: datetime) -> list[_Holder]:
    """Nobody of the cast holds it: somebody whose name does not matter does."""
    made = []
    for post in rows.preset.posts.values():
        if post.skill or post.code in {*held, *stage.vacant} or post.level not in rows.levels:
            continue
        rank = rows.levels[post.level].rank
        home = next((a for a in rows.areas.values() if rows.rank(a) == rank), None)
        area = home or _area_for(rows, None, post.level)
        identity = ChatIdentity(
            channel=stage.channel, contact=f"{POST}{post.code}", verified_at=now, method="org_list",
            is_friend=True, first_heard_at=now,
        )  # fmt: skip
        made.append(_Holder(identity.contact, identity, Person(name="", surname=""), post.code, area))
    return made


def _room(rows: _Rows, stage: Stage, room: StagedRoom, now: datetime) -> None:
    owner = rows.identities.get(room.owner or "")
    row = rows.put(
        Room(
            channel=stage.channel, platform_id=room.platform_id, title=room.title, kind=room.kind, tier=room.tier,
            quiet=stage.quiet, owner_id=owner.id if owner else None, listener=room.account, bound_at=now,
            introduced_at=now,
        )
    )  # fmt: skip
    rows.rooms[room.platform_id] = row
    rows.room_areas[room.platform_id] = rows.areas[room.area].id or 0
    rows.put(RoomArea(room_id=row.id, area_id=rows.areas[room.area].id or 0))


def _household(rows: _Rows, home: StagedHousehold) -> None:
    row = rows.put(Household(label=home.label))
    area = rows.areas[home.area].id or 0
    rows.put(HouseholdArea(household_id=row.id, area_id=area, valid_from=rows.today))
    for contact in home.people:
        rows.session.get_one(Person, rows.identities[contact].person_id).household_id = row.id


def _policies(rows: _Rows, stage: Stage, now: datetime) -> None:
    top = next(area.id or 0 for area in rows.areas.values() if area.parent_id is None)
    for no, told in enumerate(stage.policies, 1):
        rows.put(
            KnowledgeItem(
                no=no, title=told.title, answer=told.answer, source=told.source, dated_on=told.dated_on,
                expires_on=told.expires_on, area_id=told.area or top, asked=list(told.asked), created_at=now,
                changed_at=now,
            )
        )  # fmt: skip


def _case(rows: _Rows, case: StagedCase) -> None:
    room = rows.rooms[case.room]
    seat = rows.seats[case.assignee_post][0]
    keeper = rows.seats[rows.preset.ladder[0]][0]
    area = rows.room_areas[case.room]
    handled = case.state not in {"new", "draft"}
    ladder = rows.preset.ladder
    rows.put(
        Case(
            no=case.no, token=new_link_token(), category=case.category, hotline=case.hotline,
            urgency=case.urgency, privacy=case.privacy, state=case.state, area_id=area, room_id=room.id,
            reporter_id=rows.identities[case.reporter].id, assignee_id=seat.id, keeper_id=keeper.id,
            claimed_by=seat.id if handled else None, claimed_at=case.created_at if handled else None,
            rung=ladder.index(case.assignee_post) if case.assignee_post in ladder else 0,
            said_at=case.created_at, created_at=case.created_at, heard_last_at=case.created_at,
            due_resolve_at=case.due_at, resolved_at=case.resolved_at,
        )
    )  # fmt: skip
    place = rows.session.get_one(Deployment, 1)
    place.last_case_no = max(place.last_case_no, case.no)
