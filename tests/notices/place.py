"""A small 乡 with two 村, their 片区 and rooms, a cadre, a leader and a resident; real dispatch, real delivery."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from handlers.dispatch import Dispatch, Outcome
from handlers.intents import Intent
from handlers.registry import load_handlers
from handlers.work import Standing
from jobs.due_firings import fire_due
from models.due import DueTable
from models.presets import preset_named
from models.rules.actor import Actor, Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.pacing import SHANGHAI
from models.rules.permissions import EVERYBODY, THE_OPERATOR
from models.secrets import SecretBox
from models.tables import (
    Appointment,
    Area,
    AreaLevel,
    ChatIdentity,
    Deployment,
    DueFiring,
    Notice,
    OutboxMessage,
    Person,
    PostTypeRow,
    RoomArea,
)
from tests.delivery.scene import TEXTS, Scene

PRESET = preset_named("luoshui")
BEGAN = date(2025, 1, 1)


@dataclass
class Place:
    """Says things through dispatch and lets delivery speak."""

    scene: Scene
    areas: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    keys: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        load_handlers()
        standing = Standing(TEXTS, {}, {}, self.scene.pace, SecretBox("k" * 43 + "="), str)
        self.dispatch = Dispatch(self.scene.engine, standing, lambda: self.scene.now)
        self.due = DueTable(self.scene.engine)
        with Session(self.scene.engine) as session:
            session.add(Deployment(name="罗水乡", preset="luoshui", contact="村值班"))
            for level in PRESET.levels:
                session.add(AreaLevel(scheme=level.scheme, code=level.code, name=level.name, rank=level.rank))
            for post in PRESET.posts.values():
                session.add(PostTypeRow(code=post.code, name=post.name, level=post.level))
            session.commit()

    def area(self, name: str, level: str, above: str | None = None) -> int:
        """Add an area; its name here is the path from the town."""
        with Session(self.scene.engine) as session:
            level_id = session.execute(select(AreaLevel.id).where(AreaLevel.code == level)).scalar_one()
            parent = self.areas[above] if above else None
            area = Area(level_id=level_id, parent_id=parent, name=name, valid_from=BEGAN)
            session.add(area)
            session.commit()
            self.areas[f"{above or ''}{name}"] = area.id or 0
            return area.id or 0

    def room(self, name: str, area: str, **columns: Any) -> int:
        """Add a bound room."""
        self.rooms[name] = self.scene.room(name, **columns)
        with self.scene.engine.begin() as connection:
            connection.execute(
                insert(RoomArea).values(room_id=self.rooms[name], area_id=self.areas[area], position=0)
            )
        return self.rooms[name]

    def person(
        self, name: str, post: str | None = None, area: str | None = None, *, friend: bool = True
    ) -> Actor:
        """Add somebody, verified when they hold a post."""
        identity = self.scene.person(name, friend=friend)
        if post is None or area is None:
            self.people[name] = Actor(contact=name, identity=identity, is_friend=friend)
            return self.people[name]
        with Session(self.scene.engine) as session:
            person = Person(name=name, surname=name[0])
            session.add(person)
            session.flush()
            row = session.get_one(ChatIdentity, identity)
            row.person_id, row.verified_at = person.id, self.scene.now
            post_id = session.execute(select(PostTypeRow.id).where(PostTypeRow.code == post)).scalar_one()
            seat = Appointment(
                person_id=person.id or 0, post_id=post_id, area_id=self.areas[area], valid_from=BEGAN
            )
            session.add(seat)
            session.commit()
            self.people[name] = Actor(
                contact=name, identity=identity, person=person.id, seats=(seat.id or 0,),
                permissions=EVERYBODY | PRESET.posts[post].may, is_friend=True,
            )  # fmt: skip
        return self.people[name]

    def ask(self, intent: Intent, who: str, room: str | None = None) -> Outcome:
        """Somebody wants something, privately or in a room."""
        key = IdempotencyKey(f"test:{next(self.keys)}")
        origin = Origin(Door.CHAT, key, self.scene.now, self.rooms[room] if room else None)
        return self.dispatch(intent, self.people[who], origin)

    def operate(self, intent: Intent) -> Outcome:
        """The operator wants something on the command line."""
        key = IdempotencyKey(f"test:{next(self.keys)}")
        return self.dispatch(intent, Actor(permissions=THE_OPERATOR), Origin(Door.SHELL, key, self.scene.now))

    def tick(self) -> int:
        """The clock looks at the due table."""
        return fire_due(self.due, self.dispatch, lambda: self.scene.now)

    def run(self, until: datetime) -> None:
        """Let time pass: the clock fires and delivery speaks."""
        while True:
            self.tick()
            wait = self.scene.step()
            firing = self.due.next_due(self.scene.now)
            waits = [
                w
                for w in (wait, (firing - self.scene.now).total_seconds() if firing else None)
                if w is not None
            ]
            following = self.scene.now + timedelta(seconds=max(min(waits), 0.001)) if waits else until
            if following >= until:
                self.scene.now = until
                return
            self.scene.now = following

    def heard_by(self, who: str) -> list[str]:
        """What somebody was told privately."""
        return self.scene.texts(who)

    def notices(self) -> list[Notice]:
        """All notices, oldest first."""
        with Session(self.scene.engine) as session:
            return list(session.execute(select(Notice).order_by(Notice.id)).scalars())

    def firings(self) -> list[tuple[str, str]]:
        """Planned firings of notices: moment in Shanghai, state."""
        firings = select(DueFiring).filter_by(intent="FireNotice").order_by(DueFiring.due_at)
        with Session(self.scene.engine) as session:
            rows = session.execute(firings).scalars()
            return [(f"{row.due_at.astimezone(SHANGHAI):%m-%d %H:%M}", row.state) for row in rows]

    def outbox(self, **wanted: Any) -> list[OutboxMessage]:
        """Rows of the outbox with these columns."""
        with Session(self.scene.engine) as session:
            return list(
                session.execute(
                    select(OutboxMessage).filter_by(**wanted).order_by(OutboxMessage.id)
                ).scalars()
            )


MakePlace = Callable[..., Place]


def luoshui(scene: Scene) -> Place:
    """The place of dialogue d18, with a second village."""
    place = Place(scene)
    place.area("罗水乡", "town")
    for village in ("龙凤村", "天门村"):
        place.area(village, "village", "罗水乡")
        for district in ("一片区", "二片区", "三片区"):
            place.area(district, "pianqu", f"罗水乡{village}")
            place.room(f"{village}{district}", f"罗水乡{village}{district}")
    place.room("工作群", "罗水乡", tier=2, kind="working")
    place.person("彭", "town_center", "罗水乡")
    place.person("覃", "pianqu_head", "罗水乡龙凤村三片区")
    place.person("田")
    return place
