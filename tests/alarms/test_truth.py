"""No page is green while something is dead: what is judged comes from the database and the line themselves."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from bot.health_desk import HealthDesk
from bot.heard_rooms import HeardRooms
from bot.machine import ACCOUNT
from bot.program import Program
from models.heartbeats import Heartbeats
from models.rules.health import Grade, Part
from models.rules.message import LinkState
from tests.alarms.operators import Office
from tests.console.site import Site, serve_site
from tests.town.town import DUTY, LEADER, ROOM
from web.health import health_routes


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    """The village's pages, served by a process of their own that has no account."""
    with serve_site(office.town) as site:
        yield site


@contextmanager
def away(office: Office) -> Iterator[None]:
    """The table that everything is heard with is gone, as a database is whose disk was taken out."""
    rename = "ALTER TABLE {} RENAME TO {}"
    with office.town.engine.begin() as connection:
        connection.execute(text(rename.format("heartbeat", "heartbeat_away")))
    yield
    with office.town.engine.begin() as connection:
        connection.execute(text(rename.format("heartbeat_away", "heartbeat")))


def of(desk: HealthDesk, part: Part) -> tuple[Grade, str]:
    (sign,) = [sign for sign in desk.look()[1] if sign.part is part]
    return sign.grade, sign.word


def test_a_room_in_which_nothing_is_heard_for_a_week_is_named_until_somebody_speaks(office: Office):
    office.wait(seconds=10)
    assert of(office.health, Part.ROOMS) == (Grade.WELL, "ROOMS_WELL")
    office.town.clock.at += timedelta(days=8)
    assert of(office.health, Part.ROOMS) == (Grade.NOTE, "ROOMS_SILENT")
    heard = HeardRooms(Heartbeats(office.town.engine), office.program.dispatch.known_town)
    heard.note("simulator", ROOM, office.now)
    heard.note("simulator", "a room that nobody bound", office.now)
    heard.write()

    assert of(office.health, Part.ROOMS) == (Grade.WELL, "ROOMS_WELL")
    office.start()
    assert of(office.health, Part.ROOMS) == (Grade.WELL, "ROOMS_WELL")


def test_a_process_without_the_account_sees_that_its_process_is_gone(office: Office):
    pages = Program(office.town.engine, office.town.parts, {}, office.town.clock, known={ACCOUNT: "wechaty"})
    desk = HealthDesk(pages)
    Heartbeats(office.town.engine).note(ACCOUNT, office.now)
    assert of(desk, Part.PROGRAM) == (Grade.WELL, "PROGRAM_ELSEWHERE")
    office.town.clock.at += timedelta(seconds=80)

    assert of(desk, Part.PROGRAM) == (Grade.DEAD, "PROGRAM_GONE")
    assert not desk.view().is_ready
    desk.close()


def test_what_one_process_raised_is_red_on_the_pages_of_another(office: Office, site: Site):
    client, duty = site.browser().client, site.signed_in(DUTY)
    assert client.get("/readyz").status_code == 200
    office.link(LinkState.LOGGED_OUT)
    office.wait(seconds=10, round_trips=False)
    told = client.get("/readyz")

    assert told.status_code == 503
    assert told.json()["parts"][0]["part"] == "account"
    assert told.json()["parts"][0]["next"] == "在手机上看有没有安全提示，再到“运行”页重新扫码。"
    page = duty.get("/status").text
    assert "收发正常" not in page
    assert "有 1 处要处理" in page


def test_a_database_that_does_not_answer_makes_the_whole_dead(office: Office, site: Site):
    client = site.browser().client
    with away(office):
        told = client.get("/readyz")
        numbers = client.get("/metrics").text
        alive = client.get("/healthz")

    assert (told.status_code, told.json()["ready"], alive.status_code) == (503, False, 200)
    assert "linli_database_up 0.0" in numbers
    assert "linli_ready 0.0" in numbers
    assert "linli_events_waiting 0.0" in numbers
    assert "linli_tasks" in numbers


def test_whoever_stands_at_one_village_reads_no_numbers_of_all(site: Site):
    leader = site.signed_in(LEADER).get("/status").text

    assert "排队" not in leader
    assert "听着" not in leader


@pytest.mark.parametrize(
    "headers", [{"x-forwarded-for": "10.0.0.7"}, {"forwarded": "for=10.0.0.7"}, {"via": "1.1 proxy"}]
)
def test_without_a_token_numbers_stay_on_this_machine(site: Site, headers: dict[str, str]):
    client = site.browser().client

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers=headers).status_code == 403


def test_the_name_of_this_machine_alone_opens_no_numbers():
    app = FastAPI()
    app.include_router(health_routes(lambda: pytest.fail("numbers were read"), ""))

    async def asked() -> int:
        away = httpx.ASGITransport(app, client=("10.0.0.7", 40_000))
        async with httpx.AsyncClient(transport=away, base_url="http://localhost:8080") as client:
            return (await client.get("/metrics")).status_code

    assert asyncio.run(asked()) == 403
