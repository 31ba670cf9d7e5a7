"""Eight groups behind two real gateways, and a ninth in which both accounts sit."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select

from handlers.township.staging import POST, Stage, StagedPerson, StagedRoom, stage_town
from models.presets import preset_named
from models.tables import ChatIdentity, OutboxMessage, Room, RoomSeat
from tests.gateway.driver import Gateway
from tests.reliability import town
from tests.reliability.verdict import FIRST_LINES, WINDOWS, Verdict

ACCOUNTS = ("a", "b")
SHARED = "room9"
AREA_OF_SHARED = "九组"
SETTINGS = """
name = "安全乡"
preset = "anxiang"
contact = "村值班"
secret = "{secret}"
folder = "{folder}"
database = "{url}"

[web]
port = {port}

[channels.a]
kind = "wechaty"
endpoint = "{a.endpoint}"
token = "{a.token}"
rpc_timeout_s = 3
probe_every_s = 0.5
probe_timeout_s = 2

[channels.b]
kind = "wechaty"
endpoint = "{b.endpoint}"
token = "{b.token}"
rpc_timeout_s = 3
probe_every_s = 0.5
probe_timeout_s = 2
"""
SECRET = "UvkWm3Xq81rTzP5nYb7Lc0Je9Hs2Gd4A"


def rooms() -> tuple[str, ...]:
    return (*town.rooms(), SHARED)


def accounts_in(room: str) -> tuple[str, ...]:
    """Who of ours sits there; the first one listens."""
    if room == SHARED:
        return ACCOUNTS
    return ("a",) if town.rooms().index(room) % 2 else ("b",)


def stage(engine: Engine) -> None:
    """The rows of the town, as if everybody had been bound."""
    areas = dict(zip(rooms(), (*town.GROUPS, AREA_OF_SHARED), strict=True))
    leaders = tuple(
        StagedPerson(town.leader(room), "刘建国", "刘", post="zu_head", area=area, verified=True, friend=True)
        for room, area in areas.items()
    )
    groups = tuple(
        StagedRoom(room, f"{area}群", area, owner=town.leader(room), account=accounts_in(room)[0])
        for room, area in areas.items()
    )
    paths = tuple(f"安全乡/安全村/一片/{area}" for area in areas.values())
    stage_town(engine, Stage(town.PRESET, "wechaty", paths, leaders, groups), now())
    with engine.begin() as connection:
        for row, room in connection.execute(select(Room.id, Room.platform_id)).all():
            seats = [{"room_id": row, "account": account, "since": now()} for account in accounts_in(room)]
            connection.execute(insert(RoomSeat), seats)


@dataclass
class Line:
    """One of our texts as a gateway sent it."""

    account: str
    conversation: str
    text: str


@dataclass
class WeChats:
    """Everybody's telephones. ``residents``: contacts of each room."""

    gateways: dict[str, Gateway]
    residents: dict[str, list[str]]
    said: list[Line] = field(default_factory=list)

    def settle(self) -> None:
        posts = [f"{POST}{post.code}" for post in preset_named(town.PRESET).posts.values()]
        for account, gateway in self.gateways.items():
            gateway.do("contact", id=us(account), name=f"小助手{account}")
            for contact in (*posts, *(town.leader(room) for room in rooms())):
                gateway.do("contact", id=contact, name=contact, friend=True)
            for room in rooms():
                if account in accounts_in(room):
                    self._settle_room(gateway, account, room)
            gateway.do("login", id=us(account))

    def _settle_room(self, gateway: Gateway, account: str, room: str) -> None:
        people = self.residents[room]
        for contact in people:
            gateway.do("contact", id=contact, name=contact)
        members = [us(account), town.leader(room), *people]
        gateway.do("room", id=room, topic=room, members=members, owner=town.leader(room))

    def say(self, sender: str, text: str, room: str) -> dict[str, str]:
        """In a group: each of our accounts there is told, under an id of its own; account → id."""
        at = int(now().timestamp()) * 1000
        more: dict[str, Any] = {"from": sender, "text": text, "room": room}
        if len(accounts_in(room)) > 1:  # one platform, one moment
            more["timestamp"] = at
        return {account: self.gateways[account].do("say", **more) for account in accounts_in(room)}

    def whisper(self, sender: str, text: str, account: str) -> str:
        """Privately to one of our accounts; the message's id."""
        told: str = self.gateways[account].do("say", **{"from": sender}, text=text, to=us(account))
        return told

    def listen(self) -> list[Line]:
        """What our accounts said since the last time."""
        fresh = [
            Line(account, deed["conversation"], deed["text"])
            for account, gateway in self.gateways.items()
            for deed in gateway.done(0)
            if deed["what"] == "text"
        ]
        self.said += fresh
        return fresh


def us(account: str) -> str:
    return f"wxid_{account}"


def now() -> datetime:
    return datetime.now(UTC)


def heard_twice(engine: Engine, shared: list[tuple[dict[str, str], datetime]], verdict: Verdict) -> list[str]:
    """What both accounts were told is one case, or lies in an outage of one of them."""
    with engine.connect() as connection:
        opened = Counter(key for key, _ in set(connection.execute(FIRST_LINES).all()))
        windows = [tuple(row) for row in connection.execute(WINDOWS)]
    wrong, missed = [], 0
    for ids, at in shared:
        cases = sum(opened[f"wechaty:{told}"] for told in ids.values())
        outage = any(began <= at <= (ended or at) for began, ended, _ in windows)
        missed += not cases
        if cases > 1 or (cases == 0 and not outage):
            wrong.append(f"{ids} of the shared group became {cases} cases at {at.isoformat()}")
    verdict.facts |= {"requests in the shared group": len(shared), "missed there in an outage": missed}
    return wrong


def said_twice(engine: Engine, said: list[Line], verdict: Verdict) -> list[str]:
    """Each text that a gateway sent belongs to a row of its own, and each row that is called sent was sent."""
    with engine.connect() as connection:
        rows = connection.execute(_ROWS).all()
    left = [row for row in rows if row.text and row.state in {"sent", "unknown"}]
    wrong = []
    for line in said:
        packed = "".join(line.text.split())
        mine = [
            row for row in left
            if row.conversation == line.conversation and packed.endswith("".join(row.text.split()))
        ]  # fmt: skip
        if mine:
            left.remove(min(mine, key=lambda row: row.state))  # sent before in doubt
        else:
            wrong.append(f"said once too often to {line.conversation}: {len(line.text)} letters")
    wrong += [
        f"outbox {row.id} ({row.key}) is called sent and was not" for row in left if row.state == "sent"
    ]
    verdict.facts |= {"texts sent": len(said), "in doubt": sum(row.state == "unknown" for row in rows)}
    return wrong


_ROWS = (
    select(
        OutboxMessage.id, OutboxMessage.key, OutboxMessage.state, OutboxMessage.text,
        func.coalesce(Room.platform_id, ChatIdentity.contact).label("conversation"),
    )
    .outerjoin(Room, OutboxMessage.room_id == Room.id)
    .outerjoin(ChatIdentity, OutboxMessage.identity_id == ChatIdentity.id)
    .where(OutboxMessage.medium == "chat")
    .order_by(OutboxMessage.id)
)  # fmt: skip
