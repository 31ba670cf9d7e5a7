"""Open pages hear that something is new: at once, only what is their own, and only while somebody is signed in."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from sqlalchemy import update

from models.tables import Case
from tests.console.site import Site, Visit
from tests.console.villages import OTHER
from tests.town.town import CHIEF, DUTY, LEADER, OUTSIDER, RESIDENT
from web.live import MOST_OPEN, LiveStreams

LAMP = "3栋2单元楼道灯坏了好几天了"
SOON_S = 15
CASES = "/live/cases"


class Ear:
    """A page's open stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer
        self.open, self._rang = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for line in self._answer.iter_lines():
                self.open.set()
                if line == "event: change":
                    self._rang.set()
        except httpx.HTTPError:
            return

    def hears(self) -> bool:
        """Whether it rings soon; what rang before is forgotten."""
        rang = self._rang.wait(SOON_S)
        self._rang.clear()
        return rang

    @property
    def is_quiet(self) -> bool:
        return not self._rang.is_set()


@contextmanager
def listening(visit: Visit, address: str) -> Iterator[Ear]:
    with visit.client.stream("GET", address) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        ear = Ear(answer)
        assert ear.open.wait(SOON_S)
        yield ear


def let_first_look_pass(site: Site, ear: Ear) -> None:
    """What happened before the pulse began is no news; a step after it is."""
    case = site.town.case().no
    site.town.say(f"备注 {case} 开始看了", by=DUTY, private=True)
    if not ear.hears():
        site.town.say(f"备注 {case} 再看一次", by=DUTY, private=True)
        assert ear.hears()


def opened(site: Site) -> int:
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=2)
    return site.town.case().no


def test_a_page_rings_for_its_own_area_and_for_no_other(site: Site):
    case = opened(site)
    with (
        listening(site.signed_in(DUTY), CASES) as own,
        listening(site.signed_in(OUTSIDER), CASES) as foreign,
    ):
        let_first_look_pass(site, own)
        site.town.say(f"备注 {case} 物业周五来", by=DUTY, private=True)
        assert own.hears()
        assert foreign.is_quiet


def test_what_is_private_rings_where_it_lies_and_nowhere_else(site: Site):
    case = opened(site)
    with site.town.engine.begin() as connection:
        connection.execute(update(Case).values(privacy="P3"))
    with (
        listening(site.signed_in(CHIEF), CASES) as handler,
        listening(site.signed_in(DUTY), CASES) as desk,
    ):
        let_first_look_pass(site, handler)
        site.town.say(f"备注 {case} 已经去看过", by=LEADER, private=True)
        assert handler.hears()
        assert desk.is_quiet


def test_nobody_hears_without_signing_in_and_no_browser_holds_too_many(site: Site):
    assert site.browser().client.get(CASES, headers={"accept": "text/event-stream"}).status_code == 401
    visit = site.signed_in(DUTY)
    with many_open(visit, MOST_OPEN):
        assert visit.client.get(CASES).status_code == 429


def test_a_notice_rings_while_it_goes_out(villages: Site):
    villages.town.say("发通知 明早八点停水检修", by=DUTY, private=True)
    villages.town.say("确认", by=DUTY, private=True)
    visit = villages.signed_in(DUTY)
    with listening(visit, "/live/notices/1") as ear:
        villages.town.say("停 通知 1", by=DUTY, private=True)
        villages.town.say("确认", by=DUTY, private=True)
        villages.town.wait(minutes=5)
        assert ear.hears()
    assert villages.signed_in(OTHER).client.get("/live/notices/1").status_code in {403, 404}
    assert visit.client.get("/live/notices/99").status_code == 404


def test_a_stream_ends_with_the_session():
    signed_in = [True, True, False]

    async def lines() -> list[str]:
        streams = LiveStreams(breath_s=0.01)
        answer = streams.stream(nobody_rings, whose="a browser", still=lambda: signed_in.pop(0))
        async with asyncio.timeout(SOON_S):
            return [str(part) async for part in answer.body_iterator]  # type: ignore[attr-defined]

    assert asyncio.run(lines()) == [
        "retry: 1000\n\n",
        "event: alive\ndata: .\n\n",
        "event: alive\ndata: .\n\n",
    ]
    assert signed_in == []


def nobody_rings(_: Callable[[], None]) -> Callable[[], None]:
    return lambda: None


@contextmanager
def many_open(visit: Visit, number: int) -> Iterator[None]:
    """So many open streams of one browser."""
    if number == 0:
        yield
        return
    with listening(visit, CASES), many_open(visit, number - 1):
        yield
