"""A small town out of a few lines: for the demo, the training ground and replayed dialogues.

Derived from the preset; a post nobody of the cast holds gets an unnamed holder, reachable as ``post:<code>``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete
from sqlmodel import Session, SQLModel

from handlers.township.stage import Stage, StagedCase, StagedPerson, StagedRoom
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
        self.session.add(row)
        self.session.flush()
        return row

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
        for person in stage.people:
            _person(rows, stage, person, now)
        _unnamed_holders(rows, stage, now)
        for one, other, kind in stage.covers:
            rows.put(AreaCover(area_a=rows.areas[one].id or 0, area_b=rows.areas[other].id or 0, kind=kind))
        for room in stage.rooms:
            _room(rows, stage, room, now)
        for case in stage.cases:
            _case(rows, case)
        _policies(rows, stage, now)
        for label, area in stage.homes:
            _home(rows, label, area)
        session.commit()


def clear(engine: Engine) -> None:
    """Empty every table, so that the next town can be staged."""
    with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(delete(table))


def _levels_and_posts(rows: _Rows) -> None:
    for level in rows.preset.levels:
        if level.rank < HOUSEHOLD_RANK:
            rows.levels[level.code] = rows.put(
                AreaLevel(scheme=level.scheme, code=level.code, name=level.name, rank=level.rank)
            )
    for post in rows.preset.posts.values():
        rows.posts[post.code] = rows.put(
            PostTypeRow(code=post.code, name=post.name, level=post.level, seats_per_area=post.max)
        )


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


def _person(rows: _Rows, stage: Stage, who: StagedPerson, now: datetime) -> None:
    home = None
    if who.post is None and who.area:
        deepest = max(rows.levels.values(), key=lambda x: x.rank)
        home = rows.areas.get(who.area) or _area_for(rows, who.area, deepest.code)
    person = None
    if who.post or who.verified:
        person = rows.put(Person(name=who.name, surname=who.surname, home_area_id=home.id if home else None))
    rows.identities[who.contact] = rows.put(
        ChatIdentity(
            channel=stage.channel, contact=who.contact, person_id=person.id if person else None,
            verified_at=now if who.verified else None, method="face" if who.verified else None,
            is_friend=who.friend, first_heard_at=now,
        )
    )  # fmt: skip
    if who.post and person:
        area = _area_for(rows, who.area, rows.preset.posts[who.post].level)
        _appoint(rows, person, who.post, area, who.title)


def _appoint(rows: _Rows, person: Person, post: str, area: Area, title: str) -> None:
    seat = rows.put(
        Appointment(
            person_id=person.id or 0, post_id=rows.posts[post].id or 0, area_id=area.id or 0, valid_from=rows.today, title=title
        )
    )  # fmt: skip
    rows.seats.setdefault(post, []).append(seat)


def _unnamed_holders(rows: _Rows, stage: Stage, now: datetime) -> None:
    """Nobody of the cast holds it: somebody whose name does not matter does."""
    for post in rows.preset.posts.values():
        if post.skill or post.code in {*rows.seats, *stage.vacant} or post.level not in rows.levels:
            continue
        rank = rows.levels[post.level].rank
        home = next((a for a in rows.areas.values() if rows.rank(a) == rank), None)
        area = home or _area_for(rows, None, post.level)
        person = rows.put(Person(name="", surname=""))
        contact = f"{POST}{post.code}"
        rows.identities[contact] = rows.put(
            ChatIdentity(
                channel=stage.channel, contact=contact, person_id=person.id, verified_at=now,
                method="org_list", is_friend=True, first_heard_at=now,
            )
        )  # fmt: skip
        _appoint(rows, person, post.code, area, "")


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


def _home(rows: _Rows, label: str, area: str) -> None:
    home = rows.put(Household(label=label))
    rows.put(HouseholdArea(household_id=home.id, area_id=rows.areas[area].id or 0, valid_from=rows.today))


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
