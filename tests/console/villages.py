"""Two villages below a town: 22 groups with a chat each in one of them, one in the other; and the form of a notice there."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx
from sqlalchemy import func, select, update
from sqlmodel import col

from bot.machine import ACCOUNT
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from models.tables import Area, Deployment, Notice, Room, RoomArea
from tests.console.site import Site, Visit

HEAD, DUTY, SECOND, OTHER, TOWN = "head", "duty", "second", "other", "town"
NUMERALS = "一二三四五六七八九"
MANY = tuple(
    f"{tens}{ones}组" for tens, most in (("", 9), ("十", 9), ("二十", 4)) for ones in NUMERALS[:most]
)
STAGE = Stage(
    preset="anxiang", channel="simulator", contact="村两委值班", quiet="21:30-07:00", vacant=("supervision",),
    paths=(*(f"安全乡/安全村/一片/{name}" for name in MANY), "安全乡/永和村/二片/东组", "安全乡/永和村/二片/西组"),
    people=(
        StagedPerson("resident"),
        StagedPerson(HEAD, "张建国", "张", post="zu_head", area="三组", verified=True, friend=True),
        StagedPerson("unbound", "陈五", "陈", post="zu_head", area="五组"),
        StagedPerson(DUTY, "谷梅", "谷", post="village_duty", area="安全村", verified=True, friend=True),
        StagedPerson(SECOND, "秦兰", "秦", post="village_duty", area="安全村", verified=True, friend=True),
        StagedPerson(OTHER, "牛安", "牛", post="village_duty", area="永和村", verified=True, friend=True),
        StagedPerson(TOWN, "丁勇", "丁", post="town_station", area="安全乡", verified=True, friend=True),
    ),
    rooms=tuple(StagedRoom(name, f"{name}群", name, account=ACCOUNT) for name in (*MANY, "东组")),
)  # fmt: skip
WORDS = "后天停电检修。9点到12点换变压器，请提前充电。"
POST = f"【通知】{WORDS}"
_PLACE = re.compile(r'name="area" value="(\d+)"[^>]*> ([^<]+)</label>')
_MARK = re.compile(r'name="(looked|said_at)" value="([^"]*)"')
_TAGS = re.compile(r"<[^>]+>")


def words_of(answer: httpx.Response) -> str:
    """What a page says, without its marks and spaces."""
    return re.sub(r"\s+", "", unescape(_TAGS.sub("", answer.text)))


@dataclass
class Desk:
    """Somebody at the form of a notice."""

    site: Site
    who: str
    browser: Visit | None = None

    def __post_init__(self) -> None:
        self.visit: Visit = self.browser or self.site.signed_in(self.who)

    def places(self) -> dict[str, str]:
        """Names of the places on the form, and what stands for them in it."""
        return {name: number for number, name in _PLACE.findall(self.visit.get("/notices/new").text)}

    def send(self, step: str, *names: str, spared: tuple[str, ...] = (), **fields: Any) -> httpx.Response:
        """Press a button of the form, with these places ticked."""
        places = self.places()
        filled = {
            "csrf": self.visit.token("/notices/new"), "step": step, "words": WORDS,
            "area": [places[name] for name in names], "without": [places[name] for name in spared], **fields,
        }  # fmt: skip
        return self.visit.client.post("/notices/new", data=filled)

    def look(self, *names: str, **fields: Any) -> httpx.Response:
        """Press the first button."""
        return self.send("look", *names, **fields)

    def publish(self, *names: str, **fields: Any) -> httpx.Response:
        """Look, and press the second button."""
        seen = self.look(*names, **fields)
        assert seen.status_code == 200, words_of(seen)
        return self.send("send", *names, **fields, **marks(seen))

    def act(self, no: int, act: str, **fields: str) -> httpx.Response:
        """Press a button of a notice's page."""
        return self.visit.client.post(
            f"/notices/{no}/{act}", data={"csrf": self.visit.token("/me"), **fields}
        )


def marks(seen: httpx.Response) -> dict[str, str]:
    """What a page that was looked at carries on."""
    return {name: unescape(value) for name, value in _MARK.findall(seen.text)}


def notices(site: Site) -> int:
    """How many notices were written."""
    with site.town.engine.connect() as connection:
        return int(connection.execute(select(func.count(col(Notice.id)))).scalar_one())


def heard(site: Site) -> list[str]:
    """Groups that heard something, once for each time."""
    return [said.conversation for said in site.town.wechat.said if said.in_room]


def bind_group(site: Site, title: str, area: str) -> None:
    """One more group, while somebody sits at the form."""
    now = site.town.clock()
    with site.town.session() as session:
        there = session.execute(select(Area).where(col(Area.name) == area)).scalar_one()
        room = Room(channel="simulator", platform_id=area, title=title, listener=ACCOUNT, bound_at=now)
        session.add(room)
        session.flush()
        session.add(RoomArea(room_id=room.id or 0, area_id=there.id or 0))
        session.execute(update(Deployment).values(version=col(Deployment.version) + 1))
        session.commit()
